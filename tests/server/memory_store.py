"""A ``LiveStore`` in the memory of one process: several nodes within one test, and ways to cut them off."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from syncwatch_server.live.store import NODE_LASTS, SEAT_LASTS, Instants, Listener, StoreAway


class Hub:
    """What the nodes have in common."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self.listeners: dict[str, dict[str, Listener]] = defaultdict(dict)
        self.notes: dict[str, tuple[dict[str, bytes], float]] = {}
        self.signs: dict[str, float] = {}
        self.buckets: dict[str, tuple[float, float]] = {}
        self.cache: dict[str, tuple[bytes, float]] = {}
        self.epoch: float | None = None


class MemoryStore:
    """One node's way to a hub; see ``LiveStore``."""

    def __init__(self, hub: Hub | None = None) -> None:
        self._hub = hub or Hub()
        self._is_cut = False
        self.node = secrets.token_hex(8)

    @property
    def is_connected(self) -> bool:
        """Whether the hub can be reached."""
        return not self._is_cut

    async def open(self) -> None:
        """Begin."""
        self._hub.signs[self.node] = float("inf")

    async def close(self) -> None:
        """Go."""
        self._hub.signs.pop(self.node, None)
        for listeners in self._hub.listeners.values():
            listeners.pop(self.node, None)

    def cut(self) -> None:
        """From now on this node reaches nobody, and is reached by nobody."""
        self._is_cut = True
        self._hub.signs[self.node] = self._hub.now()

    def mend(self) -> None:
        """The node is reached again."""
        self._is_cut = False
        self._hub.signs[self.node] = float("inf")
        for listeners in self._hub.listeners.values():
            if self.node in listeners:
                listeners[self.node].missed()

    def _reach(self) -> Hub:
        if self._is_cut:
            raise StoreAway("the hub can't be reached")
        return self._hub

    async def check(self) -> None:
        """Raise ``StoreAway`` unless the hub can be reached."""
        self._reach()

    async def listen(self, code: str, listener: Listener) -> bool:
        """Follow a session."""
        self._hub.listeners[code][self.node] = listener
        return not self._is_cut

    async def hush(self, code: str) -> None:
        """Follow it no longer."""
        self._hub.listeners[code].pop(self.node, None)

    def publish(self, code: str, message: bytes) -> None:
        """Say something to the others."""
        if not self._is_cut:
            asyncio.get_running_loop().call_soon(self._hand_on, code, message)

    def _hand_on(self, code: str, message: bytes) -> None:
        for node, listener in list(self._hub.listeners[code].items()):
            # Who is cut off has a sign of life that ends.
            if node != self.node and self._hub.signs.get(node) == float("inf"):
                listener.heard(self.node, message)

    def keep(self, code: str, notes: Mapping[str, bytes | None]) -> None:
        """Keep notes about a session."""
        if self._is_cut:
            return
        known: dict[str, bytes | None] = {**self._notes(code), **notes}
        left = {key: note for key, note in known.items() if note is not None}
        self._hub.notes[code] = (left, self._hub.now() + SEAT_LASTS)

    async def kept(self, code: str) -> dict[str, bytes]:
        """The notes about a session."""
        self._reach()
        return self._notes(code)

    def _notes(self, code: str) -> dict[str, bytes]:
        notes, until = self._hub.notes.get(code, ({}, 0.0))
        return dict(notes) if self._hub.now() < until else {}

    async def living(self, nodes: Iterable[str]) -> set[str]:
        """Which of these nodes live."""
        hub = self._reach()
        return {node for node in nodes if hub.now() < hub.signs.get(node, float("-inf")) + NODE_LASTS}

    def take(self, bucket: str, capacity: float, refill: float, heard: Callable[[float], None]) -> None:
        """One token less."""
        if self._is_cut:
            return
        now = self._hub.now()
        level, at = self._hub.buckets.get(bucket, (capacity, now))
        level = max(0.0, min(capacity, level + (now - at) / refill) - 1)
        self._hub.buckets[bucket] = (level, now)
        asyncio.get_running_loop().call_soon(heard, level)

    async def remembered(self, key: str) -> bytes | None:
        """What is in the cache."""
        value, until = self._reach().cache.get(key, (None, 0.0))
        return value if self._hub.now() < until else None

    def remember(self, key: str, value: bytes, lifetime: float) -> None:
        """Put something into the cache."""
        if not self._is_cut:
            self._hub.cache[key] = (value, self._hub.now() + lifetime)

    async def look_at_clock(self, local: Callable[[], float]) -> Instants:
        """The common time."""
        hub, asked = self._reach(), local()
        if hub.epoch is None:
            hub.epoch = asked - hub.now()
        return Instants(asked, hub.epoch + hub.now(), local())
