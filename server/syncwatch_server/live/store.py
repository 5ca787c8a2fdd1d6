"""What may be lost at any moment, as the nodes of a fleet share it: messages between them, who is where, limits.

Nothing here is an authority: whatever a store forgets, or fails to hand on, is found again in the database, or comes
back with the next report. So nobody waits for a store, and where it is away every node goes on by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, Protocol

SEAT_LASTS = 60.0
"""Seconds that a note of who is in a session is kept without being renewed."""

SEATS_RENEWED_EVERY = 20.0
"""Seconds between two renewals."""

NODE_LASTS = 4.0
"""Seconds without a sign of life after which a node counts as dead."""

SIGN_EVERY = 1.0
"""Seconds between two signs of life."""


class StoreAway(Exception):  # noqa: N818 it says what happened
    """The store does not answer."""


class Instants(NamedTuple):
    """One look at the fleet's common time, s; the first and last on the clock of who asked."""

    asked: float
    common: float
    answered: float


class Listener(Protocol):
    """Who follows a session's channel."""

    def heard(self, node: str, message: bytes) -> None:
        """Another node says something; messages of one node come in its order."""

    def missed(self) -> None:
        """The channel was interrupted and is there again: messages may have been missed, and notes be gone."""


class LiveStore(Protocol):
    """A node's way to the others. What returns nothing never blocks; the rest raises ``StoreAway``."""

    node: str
    """This node's own name, never used before."""

    @property
    def is_connected(self) -> bool:
        """Whether the store answered lately."""

    async def open(self) -> None:
        """Begin; raises ``AppError`` that says what is wrong and what to do."""

    async def close(self) -> None:
        """Hand on what was said, and go."""

    async def check(self) -> None:
        """Raise ``StoreAway`` unless the store answers."""

    async def listen(self, code: str, listener: Listener) -> bool:
        """Follow a session; when it returns True nothing said from now on is missed, else ``missed`` comes later."""

    async def hush(self, code: str) -> None:
        """Follow it no longer."""

    def publish(self, code: str, message: bytes) -> None:
        """Say something to the other nodes that follow a session, in the order of calls."""

    def keep(self, code: str, notes: Mapping[str, bytes | None]) -> None:
        """Keep notes about a session by their keys, None to forget one; all are forgotten ``SEAT_LASTS`` s later."""

    async def kept(self, code: str) -> dict[str, bytes]:
        """The notes about a session."""

    async def living(self, nodes: Iterable[str]) -> set[str]:
        """Which of these nodes gave a sign of life lately."""

    def take(self, bucket: str, capacity: float, refill: float, heard: Callable[[float], None]) -> None:
        """One token less in a bucket that all nodes share; ``heard`` is told the level that is left."""

    async def remembered(self, key: str) -> bytes | None:
        """What some node put into the common cache, if it has not expired."""

    def remember(self, key: str, value: bytes, lifetime: float) -> None:
        """Put something into the common cache for ``lifetime`` seconds."""

    async def look_at_clock(self, local: Callable[[], float]) -> Instants:
        """The common time; if none was agreed on, it is ``local``'s from now on."""
