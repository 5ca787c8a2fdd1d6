"""What is believed of one player: its phase, where it stands or goes, and how it runs.

Every method but the questions is one fact, that has just happened or was just asked for; none asks for anything itself.
"""

from __future__ import annotations

from enum import Enum

from syncwatch_core.player_rate import PlayerRate
from syncwatch_core.player_run import Run

SAME_FRAME = 0.001
"""Seconds; positions nearer than this are one frame."""

SLOW_SEEK = 0.5
"""Seconds after which a seek is shown to the others as buffering."""


class Phase(Enum):
    """What the player does, at its simplest."""

    EMPTY = "nothing is loaded"
    LOADING = "media was asked for"
    FAILED = "the media can't be played here"
    STANDING = "paused"
    SEEKING = "paused, on the way elsewhere"
    ARMED = "paused, to be let go at an instant"
    RUNNING = "playing"
    ENDED = "on the last frame"


class PlayerBelief:
    """What is believed of one player; positions are in seconds of media, instants in local seconds."""

    def __init__(self) -> None:
        self.phase = Phase.EMPTY
        self.phase_since = 0.0
        # the media
        self.loaded_id: str | None = None
        """The media that was asked for last, whether or not it is there yet."""
        self.duration: float | None = None
        self.seekable = True
        """Whether it can be brought to a place; a live stream can't."""
        self.stalled = False
        self._broken_off_id: str | None = None
        """The media that broke off, until it is asked for again."""
        # where it is
        self.stands_at: float | None = None
        """The frame that it stands on, sound and all; None where that is not known, or where it does not stand."""
        self.found_again = False
        """Whether it stands on a frame on which the seek before had landed too."""
        self._landed_on: float | None = None
        self.target: float | None = None
        """Where it was asked to go last, until it leaves from there."""
        self.arrived = False
        """Whether it has been where it should be since the media was asked for."""
        self.in_sync = False
        # how it plays
        self.rate = PlayerRate()
        self.run = Run()
        self._starts_at = 0.0

    # --- facts -------------------------------------------------------------------------------------

    def is_emptied(self, now: float) -> None:
        """It is to show nothing."""
        self.loaded_id = None
        self._enter(Phase.EMPTY, now)

    def loads(self, media_id: str, position: float, now: float) -> None:
        """It was asked for media."""
        anew = media_id == self._broken_off_id
        self.loaded_id, self.duration, self.target = media_id, None, position
        self._broken_off_id = None
        self.seekable = True
        self.in_sync = False
        # What broke off is waited for by the others as a stall is; who has yet to come in isn't.
        self.stalled, self.arrived = anew, anew and self.arrived
        self._enter(Phase.LOADING, now)

    def is_primed_at(self, position: float, duration: float | None, now: float, *, seekable: bool) -> None:
        """It has the media, and stands on the frame at ``position``."""
        self.duration, self.seekable, self.stalled = duration, seekable, False
        self.rate.forget()
        self.stands(position, now)

    def breaks_off(self, now: float) -> None:
        """What it plays no longer comes."""
        self._broken_off_id, self.loaded_id = self.loaded_id, None
        self.runs_dry()
        self._enter(Phase.LOADING, now)

    def fails(self, now: float) -> None:
        """It can't play the media."""
        self._enter(Phase.FAILED, now)

    def stands(self, position: float | None, now: float) -> None:
        """It stands: on the frame at ``position``, or, if None, on one that its sound is off from.

        After a pause the sound stands a part of a frame before the picture; only an exact seek brings the two together.
        """
        self.stands_at = position
        if position is None:
            self.target, self.in_sync = None, False
        elif self.phase is Phase.SEEKING:
            self.found_again = self._landed_on is not None and abs(position - self._landed_on) < SAME_FRAME
            self._landed_on = position
        self._enter(Phase.STANDING, now)

    def seeks(self, position: float, now: float) -> None:
        """It was asked to go elsewhere."""
        self.target, self.stands_at, self.in_sync = position, None, False
        self._enter(Phase.SEEKING, now)

    def is_there(self, position: float) -> None:
        """It stands on the frame on which it should."""
        self.target, self.in_sync, self.arrived = position, True, True

    def is_armed(self, starts_at: float, now: float) -> None:
        """It was asked to start at that instant."""
        self._starts_at = starts_at
        self._enter(Phase.ARMED, now)

    def runs(self, now: float) -> None:
        """It plays from now on."""
        self.stands_at, self.target, self.arrived = None, None, True
        self.found_again, self._landed_on = False, None
        self.run = Run(now, self.run.integral)
        self._enter(Phase.RUNNING, now)

    def runs_dry(self) -> None:
        """It has no media to play, and waits for more."""
        self.stalled, self.in_sync = True, False

    def ends(self, position: float, now: float) -> None:
        """It stands on the last frame."""
        self.stands_at = position
        self._enter(Phase.ENDED, now)

    def _enter(self, phase: Phase, now: float) -> None:
        self.phase, self.phase_since = phase, now

    # --- questions ---------------------------------------------------------------------------------

    @property
    def is_primed(self) -> bool:
        """Whether it has media that it shows."""
        return self.phase not in (Phase.EMPTY, Phase.LOADING, Phase.FAILED)

    @property
    def starts_at(self) -> float | None:
        """The instant at which it is to be let go; None where it is not armed."""
        return self._starts_at if self.phase is Phase.ARMED else None

    @property
    def slow_from(self) -> float | None:
        """The instant from which the seek on its way is a slow one; None where there is none."""
        return self.phase_since + SLOW_SEEK if self.phase is Phase.SEEKING else None

    @property
    def drift(self) -> float | None:
        """Seconds, positive is ahead; None while it is not measured."""
        return self.run.drift if self.phase is Phase.RUNNING else None

    def is_measurable(self, at: float) -> bool:
        """Whether what it reported of that instant can be trusted."""
        return self.phase is Phase.RUNNING and not self.stalled and self.run.is_settled(at)

    def is_on_frame(self, position: float) -> bool:
        """Whether it stands on the frame that a seek to ``position`` finds."""
        if self.stands_at is None:
            return False
        return self.target == position or abs(self.stands_at - position) < SAME_FRAME
