"""Virtual time: an agenda of what happens when, and clocks that are wrong.

An hour of it passes in seconds, and the same seed gives the same hour.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass

Action = Callable[[], None]


class Agenda:
    """What is to happen, in the order of its instants; ``now`` is the true time, s."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now
        self._entries: list[tuple[float, int, Action]] = []
        self._count = 0

    def at(self, instant: float, action: Action) -> None:
        """Let ``action`` happen at ``instant``; at once, but after what is due already, where that has passed."""
        self._count += 1
        heapq.heappush(self._entries, (max(instant, self.now), self._count, action))

    def run_until(self, instant: float) -> None:
        """Let everything happen up to ``instant``."""
        while self._entries and self._entries[0][0] <= instant:
            self.now, _, action = heapq.heappop(self._entries)
            action()
        self.now = instant


@dataclass(frozen=True)
class LocalClock:
    """A participant's own clock, off from the true time and running at another speed."""

    offset: float = 0.0
    """Seconds."""
    skew_ppm: float = 0.0

    def local(self, true: float) -> float:
        """What it shows at a true instant, s."""
        return self.offset + true * (1 + self.skew_ppm * 1e-6)

    def true(self, local: float) -> float:
        """The true instant at which it shows ``local``, s."""
        return (local - self.offset) / (1 + self.skew_ppm * 1e-6)
