"""Where the media stands while it plays, to a fraction of a millisecond.

With sound, ``audio-pts`` is a continuous clock (residual 0.1 ms, measured with mpv 0.35.1), read between two readings
of mpv's own clock. Without sound only ``time-pos`` is left, a staircase: its position tells a frame that is queued,
one frame ahead of the one shown, and the instant of its change is what counts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from statistics import median

from syncwatch_cli.player.connection import Answer, ConnectionLostError, IpcConnection
from syncwatch_cli.player.ipc import Command
from syncwatch_cli.player.mpv_clock import MpvClock
from syncwatch_core.controller_events import PlayerSampled

WIDEST_BRACKET = 0.002
"""Seconds between the two clock readings around a position; a wider one tells too little."""
BRACKETS = 3
"""Brackets a sample; the narrowest is kept."""
EDGES_KEPT_FOR = 1.0
"""Seconds; older edges say nothing of now."""
TIME_POS_OBSERVER = 101
"""The id under which ``time-pos`` is observed, and only while there is no sound to go by."""

_READING: Command = ["get_time_us"]
_BRACKET: tuple[Command, ...] = (_READING, ["get_property", "audio-pts"], _READING)
_BATCH: tuple[Command, ...] = (*_BRACKET * BRACKETS, ["get_property", "core-idle"])


class Sampler:
    """Takes samples over one connection."""

    def __init__(self, connection: IpcConnection, clock: Callable[[], float]) -> None:
        self._connection = connection
        self._clock = clock
        self._mpv_clock = MpvClock()
        self._edges: deque[tuple[float, float]] = deque()
        self._last_frame: float | None = None
        self._observes_frames = False
        self._upheavals = 0

    def upheaval(self) -> None:
        """The line that the samples lie on is broken: a pause, a seek, another speed."""
        self._upheavals += 1
        self._edges.clear()
        self._last_frame = None

    async def sample(self, speed: float) -> PlayerSampled | None:
        """One sample; None if mpv isn't playing, or was too busy to be believed.

        ``speed`` is in media seconds a second; it joins the edges of frames.
        """
        upheavals = self._upheavals
        sent_at = self._clock()
        try:
            answers = [await future for future in self._connection.request(*_BATCH)]
        except ConnectionLostError:
            return None
        brackets = self._observe_clock(sent_at, answers)
        if upheavals != self._upheavals or answers[-1].value is not False:
            return None
        heard = [bracket for bracket in brackets if bracket[1] is not None]
        self._observe_frames(wanted=not heard)
        return self._sample_of_sound(heard) if heard else self._sample_of_frames(speed)

    def frame_came(self, position: object, arrived_at: float) -> None:
        """``time-pos`` changed."""
        if not isinstance(position, int | float) or position == self._last_frame:
            return
        former, self._last_frame = self._last_frame, float(position)
        if former is None:
            # Not an edge: the first word of an observer, or the frame that stood there.
            return
        if position > former:
            # Now the frame before is shown; frames needn't last equally long.
            self._edges.append((former, arrived_at))

    # Within.

    def _observe_clock(self, sent_at: float, answers: list[Answer]) -> list[tuple[float, float | None, float]]:
        """Take in mpv's clock; the brackets are (reading before, position, reading after), s."""
        brackets = []
        for first in range(0, 3 * BRACKETS, 3):
            before, position, after = answers[first : first + 3]
            if before.number is not None and after.number is not None:
                brackets.append((before.number / 1e6, position.number, after.number / 1e6))
                # mpv sends each answer by itself, so an early one may have come well before the last.
                self._mpv_clock.observe(sent_at, before.arrived_at, brackets[0][0], before.number / 1e6)
                self._mpv_clock.observe(sent_at, after.arrived_at, brackets[0][0], after.number / 1e6)
        return brackets

    def _sample_of_sound(self, brackets: list[tuple[float, float | None, float]]) -> PlayerSampled | None:
        before, position, after = min(brackets, key=lambda bracket: bracket[2] - bracket[0])
        if after - before > WIDEST_BRACKET or position is None:
            return None
        return PlayerSampled(position, self._mpv_clock.local_at((before + after) / 2))

    def _sample_of_frames(self, speed: float) -> PlayerSampled | None:
        """The line through the edges since the last sample, at the last of them."""
        edges = [edge for edge in self._edges if edge[1] > self._clock() - EDGES_KEPT_FOR]
        self._edges.clear()
        if not edges:
            return None
        last_at = edges[-1][1]
        return PlayerSampled(median(position + speed * (last_at - at) for position, at in edges), last_at)

    def _observe_frames(self, *, wanted: bool) -> None:
        if wanted == self._observes_frames:
            return
        self._observes_frames = wanted
        self._edges.clear()
        self._last_frame = None
        if wanted:
            self._connection.post(["observe_property", TIME_POS_OBSERVER, "time-pos"])
        else:
            self._connection.post(["unobserve_property", TIME_POS_OBSERVER])
