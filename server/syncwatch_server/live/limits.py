"""Limits on how often somebody may try, as token buckets in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from syncwatch_core.errors import AppError, ErrorCode

_REMEMBERED = 10_000
"""Keys; the longest unused is forgotten first, and starts anew with a full bucket."""


class TokenBuckets:
    """One bucket a key: ``capacity`` tries at once, and one more every ``refill`` seconds."""

    def __init__(self, capacity: float, refill: float, now: Callable[[], float]) -> None:
        self._capacity = capacity
        self._refill = refill
        self._now = now
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def require(self, key: str, what: str) -> None:
        """Raise ``AppError`` (rate-limited) if ``key`` has no try left; takes none."""
        level = self._level(key)
        if level < 1:
            wait = (1 - level) * self._refill
            raise AppError(
                ErrorCode.RATE_LIMITED,
                f"too many {what}; try again in {max(1, round(wait))} s",
                retry_after=round(wait, 3),
            )

    def spend(self, key: str, what: str) -> None:
        """Take a try; raises ``AppError`` (rate-limited) if ``key`` has none left."""
        self.require(key, what)
        self.take(key)

    def take(self, key: str) -> None:
        """One try less for ``key``."""
        self._levels[key] = (max(0.0, self._level(key) - 1), self._now())
        self._levels.move_to_end(key)
        if len(self._levels) > _REMEMBERED:
            self._levels.popitem(last=False)

    def _level(self, key: str) -> float:
        level, at = self._levels.get(key, (self._capacity, 0.0))
        return min(self._capacity, level + (self._now() - at) / self._refill)
