"""How fast bytes may go to somebody: a token bucket that is told the time and says how long to wait."""

from __future__ import annotations

import math


class Pace:
    """``rate`` bytes a second, and up to ``burst`` bytes at once after a rest.

    The level may fall below zero: whoever takes waits for what they took, so that several connections
    of one reader share the rate fairly, in the order in which they come.
    """

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self.rate = rate
        self.burst = burst
        self._level = burst
        self._at = now

    def take(self, count: int, now: float) -> float:
        """Take ``count`` bytes; the seconds to wait before they are sent."""
        self._level = min(self.burst, self._level + (now - self._at) * self.rate) - count
        self._at = now
        return max(0.0, -self._level / self.rate)


class Flow:
    """Bytes a second over the last few seconds, by an average whose weights decay exponentially."""

    _SPAN = 2.0
    """Seconds after which a byte counts for 1/e: a figure drawn once a second moves, and does not jump."""

    def __init__(self, now: float) -> None:
        self._began = now
        self._at = now
        self._weighted = 0.0

    def note(self, count: int, now: float) -> None:
        """So many bytes went now."""
        self._weighted = self._weighted * _decayed(now - self._at, self._SPAN) + count
        self._at = now

    def rate(self, now: float) -> float:
        """Bytes a second as of now; in the first moments over the time that there was."""
        seen = 1.0 - _decayed(max(now - self._began, self._SPAN / 8), self._SPAN)
        return self._weighted * _decayed(now - self._at, self._SPAN) / (self._SPAN * seen)


def _decayed(elapsed: float, span: float) -> float:
    return math.exp(-max(0.0, elapsed) / span)
