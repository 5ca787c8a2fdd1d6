"""What mpv's clock reads, told in the participant's own local clock.

Each exchange with mpv bounds the offset (local minus mpv's) from both sides: mpv read its clock after we wrote,
and before we had its answer. Our own waking up may be late by a millisecond now and then, but never early,
so the tightest bounds of the last seconds squeeze the offset, and a late answer costs nothing.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

REMEMBERED_FOR = 5.0
"""Seconds that a bound is kept."""

SKEW_ALLOWED = 120e-6
"""Seconds a second by which the two clocks may run apart: a bound loosens by as much as it ages.

Two crystals differ by 20 to 100 ppm; most often both clocks are one, and nothing is lost."""


@dataclass(frozen=True, slots=True)
class _Bounds:
    at: float
    lowest: float
    highest: float


class MpvClock:
    """The offset of the local clock from mpv's, kept within bounds."""

    def __init__(self) -> None:
        self._recent: deque[_Bounds] = deque()

    def observe(self, sent_at: float, arrived_at: float, first_reading: float, last_reading: float) -> None:
        """Take in one exchange: instants of the local clock, readings of mpv's, all in s."""
        self._recent.append(_Bounds(arrived_at, sent_at - first_reading, arrived_at - last_reading))
        while self._recent[0].at < arrived_at - REMEMBERED_FOR:
            self._recent.popleft()
        if self._margin(arrived_at) < 0:
            # One of the clocks was stepped, or the computer slept: only the newest bounds still hold.
            while len(self._recent) > 1:
                self._recent.popleft()

    def local_at(self, reading: float) -> float:
        """The local instant, s, at which mpv's clock showed ``reading``; at least one exchange was observed."""
        lowest, highest = self._bounds(self._recent[-1].at)
        return reading + (lowest + highest) / 2

    def uncertainty(self) -> float:
        """Half-width, s, of what is believed of the offset; infinite before the first exchange."""
        return self._margin(self._recent[-1].at) / 2 if self._recent else float("inf")

    def _margin(self, now: float) -> float:
        lowest, highest = self._bounds(now)
        return highest - lowest

    def _bounds(self, now: float) -> tuple[float, float]:
        lowest = max(bounds.lowest - SKEW_ALLOWED * (now - bounds.at) for bounds in self._recent)
        highest = min(bounds.highest + SKEW_ALLOWED * (now - bounds.at) for bounds in self._recent)
        return lowest, highest
