"""The line on which the media moves between two samples: where it is thought to stand, without asking mpv."""

from __future__ import annotations

from collections.abc import Callable

from syncwatch_cli.player.pause_watch import PauseWatch
from syncwatch_cli.player.sampling import Sampler
from syncwatch_cli.player.seek_watch import Place
from syncwatch_cli.player.speed_watch import SpeedWatch
from syncwatch_cli.player.stall_watch import StallWatch

OWN_STEP_PLAYING = 0.4
"""Seconds: a seek while playing that moves less is mpv's own. The shortest step of its keys is a second."""
OWN_STEP_PAUSED = 0.01
"""Seconds: a seek while paused that moves less than this, or than half a frame, is mpv's own."""


class MediaLine:
    """Goes on from what was read last, at the speed that was set last. ``clock`` is the participant's own, s."""

    def __init__(
        self,
        pause: PauseWatch,
        speed: SpeedWatch,
        stall: StallWatch,
        sampler: Sampler,
        clock: Callable[[], float],
    ) -> None:
        self._pause = pause
        self._speed = speed
        self._stall = stall
        self._sampler = sampler
        self._clock = clock
        self._stood: tuple[float, float] | None = None
        """A position and the local instant at which the media stood there, s."""
        self.frame_duration: float | None = None
        """Of the media that is shown, s."""

    def goes_through(self, position: float, at: float) -> None:
        """A sample: the media stood at ``position`` at that instant."""
        self._stood = (position, at)

    def breaks(self, position: float | None) -> None:
        """The media no longer moves on this line; from now on it moves from ``position``, s, if that is known."""
        self._sampler.upheaval()
        self._stood = None if position is None else (position, self._clock())

    def expected_position(self) -> float | None:
        """Where the media stands, s, as far as that can be known without asking."""
        if self._pause.paused:
            return self._pause.stands_at
        if self._stood is None or self._stall.is_stalled:
            return None
        position, at = self._stood
        return position + self._speed.speed * (self._clock() - at)

    def expected_place(self) -> Place | None:
        """The same, with how far mpv may go from there by itself."""
        position = self.expected_position()
        if position is None:
            return None
        if not self._pause.paused:
            return Place(position, OWN_STEP_PLAYING)
        return Place(position, max((self.frame_duration or 0.0) / 2, OWN_STEP_PAUSED))
