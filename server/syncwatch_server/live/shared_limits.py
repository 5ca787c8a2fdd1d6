"""Token buckets that the nodes of a fleet share, without anybody waiting for the answer.

A node decides by the level that it knows, and hears after each try what all nodes together have left. Who goes from
node to node gains a few tries where the news is not yet there, and no more; without the store each node limits alone.
"""

from __future__ import annotations

from collections.abc import Callable

from syncwatch_server.live.limits import TokenBuckets
from syncwatch_server.live.store import LiveStore


class SharedBuckets(TokenBuckets):
    """``TokenBuckets`` of all nodes; ``name`` tells one kind from another."""

    def __init__(self, store: LiveStore, name: str, capacity: float, refill: float, now: Callable[[], float]) -> None:
        super().__init__(capacity, refill, now)
        self._store = store
        self._name = name

    def take(self, key: str) -> None:
        """One try less for ``key``, on every node."""
        super().take(key)
        self._store.take(f"{self._name}:{key}", self._capacity, self._refill, lambda level: self._heard(key, level))

    def _heard(self, key: str, level: float) -> None:
        self._levels[key] = (min(level, self._level(key)), self._now())
