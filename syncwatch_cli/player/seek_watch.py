"""Seeks: whose they are, and where they landed.

mpv announces that a seek begins (``seek``) and that it is done (``playback-restart``), but not whose it is, and it may
merge two into one. So a landing where we asked for is ours and any other is the person's; while a seek of ours is under
way an odd landing is looked at twice, since the one we see may belong to a seek that ours has already replaced.
mpv also seeks by itself, to where it stands (a changed filter or track): nobody's act.
A seek that isn't ours is told twice: as it begins, since that is when the person acted, and where it landed.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from syncwatch_cli.player.connection import Answer, IpcConnection
from syncwatch_cli.player.far_landing import NO_WAY_THERE, FarLandings, Verdict
from syncwatch_cli.player.loading import NO_SEEK
from syncwatch_cli.player.primed import is_near_end, landing_of_sound
from syncwatch_core.controller_events import (
    PersonEvent,
    PersonSetOut,
    PersonSought,
    PersonStayed,
    PlayerEvent,
    PlayerFailed,
    PlayerLanded,
)

LOOKED_AFTER_EVERY = 0.5
"""Seconds between looks at a seek of which mpv says nothing (media that can't be sought in, for one)."""
SECOND_LOOK_AFTER = 0.05
"""Seconds: a seek that is queued begins within one turn of mpv's loop."""
LOOKS_UNTIL_TAKEN_AS_REFUSED = 2
"""Looks after which a seek that has not begun never will: mpv stays where it is."""
ODD_LANDINGS_UNTIL_TAKEN_AS_INEXACT = 2
"""Odd landings in a row after which it isn't a person who makes them: this media can't be sought in exactly."""
TARGETS_REMEMBERED_FOR = 3.0
"""Seconds within which a seek of ours that a person's has overtaken may still come to its place."""


@dataclass(frozen=True, slots=True)
class MediaShape:
    """What a landing is judged by."""

    duration: float | None
    frame_duration: float | None
    has_picture: bool = True

    @property
    def tolerance(self) -> float:
        """Seconds by which a landing may miss its target: an exact seek lands on the next frame."""
        return max(2 * (self.frame_duration or 0.0), 0.1)

    def is_end(self, position: float) -> bool:
        """Whether nothing more is to come."""
        return is_near_end(position, self.duration)

    def landing_of(self, target: float, position: float) -> float:
        """Where a seek to ``target`` that mpv tells to have landed at ``position`` really landed."""
        return position if self.has_picture else landing_of_sound(target, position, self.duration)

    def is_landing_of(self, target: float, position: float) -> bool:
        """Whether an exact seek to ``target`` may have landed at ``position``."""
        if abs(self.landing_of(target, position) - target) <= self.tolerance:
            return True
        # Past the end is the last frame.
        return target > position and self.is_end(position)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the media is thought to stand, s, and how far a seek of mpv's own may take it from there."""

    position: float
    tolerance: float


class SeekWatch:
    """Writes seeks, and tells a person's own from ours."""

    def __init__(
        self,
        connection: IpcConnection,
        report: Callable[[PlayerEvent | PersonEvent], None],
        expected_place: Callable[[], Place | None],
        carried_off: Callable[[float], None],
        seeks_run: Callable[[], int],
    ) -> None:
        """``seeks_run``: how many seeks mpv was told to make so far, by anybody, as its log says."""
        self._connection = connection
        self._report = report
        self._expected_place = expected_place
        self._carried_off = carried_off
        self._seeks_run = seeks_run
        self._loop = asyncio.get_running_loop()
        self._shape: MediaShape | None = None
        # ours
        self._target: float | None = None
        self._unanswered: deque[tuple[float, float]] = deque(maxlen=32)
        self._writes = self._written = 0
        self._others_known = 0
        """Seeks that others are known to have made before the one that is under way."""
        self._begun = False
        self._odd_landings = 0
        self._far_landings = FarLandings()
        # the person's
        self._persons_seek = False
        self._left_from: Place | None = None
        self._began_at: float | None = None
        # a timer for what mpv doesn't announce
        self._looks = 0
        self._timer_runs = False

    @property
    def under_way(self) -> bool:
        """Whether a seek, ours or the person's, has not landed yet as far as we know."""
        return self._target is not None or self._persons_seek

    @property
    def is_of_person(self) -> bool:
        """Whether a seek of the person's is under way."""
        return self._persons_seek

    @property
    def began_at(self) -> float | None:
        """The local instant at which the person's last seek began; None where it isn't known."""
        return self._began_at

    def listen(self, shape: MediaShape) -> None:
        """From now on, on media of this ``shape``, tell what the person does."""
        self._forget()
        # A load may have sought as well.
        self._others_known = self._others_seeks()
        self._shape = shape

    def stop_listening(self) -> None:
        """No media of ours is shown: seeks in it are nothing to tell."""
        self._forget()
        self._shape = None

    def write(self, position: float) -> None:
        """Go exactly to ``position``, s."""
        self._connection.post(["seek", position, "absolute+exact"])
        self._writes += 1
        self._written += 1
        self._target = position
        self._unanswered.append((position, self._loop.time()))
        overridden, self._begun, self._persons_seek = self._persons_seek, False, False
        self._began_at = None
        self._looks = 0
        self._run_timer()
        if overridden:
            self._report(PersonStayed())

    # What mpv announces.

    def began(self, at: float) -> None:
        """A seek begins, at that local instant."""
        if self._shape is None:
            return
        if self._target is not None:
            # The second one within a seek of ours may be the person's.
            self._began_at = at if self._begun else None
            self._begun = True
        elif not self._persons_seek:
            self._persons_seek = True
            self._began_at = at
            self._left_from = self._expected_place()
            self._run_timer()
            self._report(PersonSetOut(at=at))
        else:
            # Of several in a row the last one counts.
            self._began_at = at

    def restarted(self) -> None:
        """A seek is done, or several."""
        if self.under_way:
            self._look()

    def filled(self) -> None:
        """The cache has filled again: a landing may have waited for it."""
        if self._target is not None and self._begun:
            self._look()

    # Within.

    def _forget(self) -> None:
        self._target = None
        self._unanswered.clear()
        self._writes += 1
        self._begun = self._persons_seek = False
        self._odd_landings = 0
        self._far_landings.forget()

    def _run_timer(self) -> None:
        if not self._timer_runs:
            self._timer_runs = True
            self._loop.call_later(LOOKED_AFTER_EVERY, self._timer_fired)

    def _timer_fired(self) -> None:
        self._timer_runs = False
        if self.under_way and self._connection.is_open:
            self._looks += 1
            self._look()
            self._run_timer()

    def _look(self, *, again: bool = False) -> None:
        questions = [["get_property", name] for name in ("seeking", "paused-for-cache", "time-pos")]
        self._connection.ask(questions, partial(self._looked, self._writes, again))

    def _look_again(self, writes: int) -> None:
        if writes == self._writes and self._target is not None:
            self._look(again=True)

    def _looked(self, writes: int, again: bool, answers: list[Answer]) -> None:  # noqa: FBT001 bound by partial
        seeking, filling, position = answers[0].value, answers[1].value, answers[2].number
        if writes != self._writes or self._shape is None or position is None or seeking is True:
            # Old news, or another seek is under way, whose own end will bring us here again.
            return
        if self._target is not None:
            if filling is not True:
                self._judge(self._shape, self._target, position, again=again)
        elif self._persons_seek:
            self._persons_seek = False
            self._persons_landing(self._shape, position)

    def _judge(self, shape: MediaShape, target: float, position: float, *, again: bool) -> None:
        """Decide whose landing this is, with a seek of ours to ``target`` under way."""
        if not self._begun:
            if self._looks >= LOOKS_UNTIL_TAKEN_AS_REFUSED:
                self._land(position)
        elif shape.is_landing_of(target, position):
            self._odd_landings = 0
            self._far_landings.forget()
            self._land(shape.landing_of(target, position))
        elif self._odd_landings >= ODD_LANDINGS_UNTIL_TAKEN_AS_INEXACT:
            self._land_elsewhere(target, position)
        elif again and shape.is_end(position) and self._others_seeks() <= self._others_known:
            # Nobody made a seek but we, and mpv found nothing on its way to the end.
            self._report(PlayerFailed(NO_SEEK))
        elif not again:
            self._loop.call_later(SECOND_LOOK_AFTER, self._look_again, self._writes)
        elif self._began_at is None and self._others_seeks() <= self._others_known:
            # Nobody made a seek but we: this media has nothing at that place, as where its timestamps jump.
            self._land_elsewhere(target, position)
        else:
            self._odd_landings += 1
            self._target = None
            self._others_known = self._others_seeks()
            self._report(PersonSought(position, at=self._began_at))

    def _others_seeks(self) -> int:
        """How many seeks others have made so far; one in the same turn of mpv as ours has no event of its own."""
        return max(self._others_known, self._seeks_run() - self._written)

    def _land(self, position: float) -> None:
        self._target = None
        self._others_known = self._others_seeks()
        self._unanswered.clear()
        self._report(PlayerLanded(position))

    def _land_elsewhere(self, target: float, position: float) -> None:
        match self._far_landings.judge(target, position):
            case Verdict.LANDED:
                self._land(position)
            case Verdict.CARRIED_OFF:
                self._target = None
                self._unanswered.clear()
                self._carried_off(position)
            case Verdict.LOST:
                self._report(PlayerFailed(NO_WAY_THERE))

    def _persons_landing(self, shape: MediaShape, position: float) -> None:
        self._others_known = self._others_seeks()
        horizon = self._loop.time() - TARGETS_REMEMBERED_FOR
        if any(at > horizon and shape.is_landing_of(target, position) for target, at in self._unanswered):
            # A seek of ours that a person's had overtaken.
            self._report(PersonStayed())
            self._land(position)
        elif self._left_from is None or abs(position - self._left_from.position) > self._left_from.tolerance:
            self._report(PersonSought(position, at=self._began_at))
        else:
            self._report(PersonStayed())
