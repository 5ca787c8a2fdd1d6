"""How much one client may send by Socket.IO: docs/contract.md, 5."""

from __future__ import annotations

EVENTS, EVENTS_A_SECOND = 1000.0, 100.0
"""Events that a client may send at once, and in the long run.

A person who drags along a film's seek bar sends some 20 a second, and a script that fills a queue of 1,000 items sends
them in one go.
"""

BYTES, BYTES_A_SECOND = 4.0 * 2**20, 256.0 * 1024
"""The same in bytes: a queue of 1,000 items with long names is less than one MiB."""


class Allowance:
    """Two buckets that fill with time: one of events, one of bytes."""

    __slots__ = ("_at", "_bytes", "_events")

    def __init__(self, at: float) -> None:
        self._events = EVENTS
        self._bytes = BYTES
        self._at = at

    def spend(self, size: int, at: float) -> float:
        """Take one event of ``size`` bytes at the instant ``at``; 0, or, with nothing taken, the seconds to wait."""
        elapsed = at - self._at
        self._at = at
        events = self._events + elapsed * EVENTS_A_SECOND
        held = self._bytes + elapsed * BYTES_A_SECOND
        self._events = events = min(events, EVENTS)
        self._bytes = held = min(held, BYTES)
        if events >= 1.0 and held >= size:
            self._events = events - 1.0
            self._bytes = held - size
            return 0.0
        return max((1.0 - events) / EVENTS_A_SECOND, (size - held) / BYTES_A_SECOND)
