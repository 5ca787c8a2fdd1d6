"""Server time that all nodes of a fleet share: each estimates it as a participant estimates a server's.

The reference is the store's common time. Between two looks at it, and while the store is away, a node's own clock
carries the estimate on: crystals part by 0.1 ms a second at most, and what comes back is approached slowly (``SLEW``).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from syncwatch_core.clock import BURST, ClockEstimator, Exchange
from syncwatch_server.ending import end
from syncwatch_server.live.store import StoreAway
from syncwatch_server.server_clock import ServerClock

if TYPE_CHECKING:
    from syncwatch_server.live.store import LiveStore

_EVERY = 1.0
"""Seconds between two looks."""

_BURST_PAUSE = 0.005
"""Seconds between the first looks: within one data centre the queues of two are not the same for longer."""


class ClusterClock(ServerClock):
    """A ``ServerClock`` that follows the fleet's."""

    def __init__(self, store: LiveStore) -> None:
        super().__init__()
        self._store = store
        self._estimator = ClockEstimator()
        self._latest = 0.0
        self._task: asyncio.Task[None] | None = None

    def now(self) -> float:
        """Server time, s; it never goes back."""
        own, estimate = super().now(), self._estimator.estimate
        if estimate is not None:
            own = estimate.server_time(own)
        self._latest = max(self._latest, own)
        return self._latest

    def never_before(self, instant: float) -> None:
        """Go on from ``instant``, as long as no time was agreed on; from then on what is stored is the fleet's."""
        if self._task is None:
            super().never_before(instant)

    @property
    def uncertainty(self) -> float | None:
        """Half-width of what this node believes of the common time, s; None before it has looked."""
        estimate = self._estimator.estimate
        return None if estimate is None else estimate.uncertainty_at(super().now())

    async def open(self) -> None:
        """Agree with the other nodes; raises ``StoreAway``."""
        for _ in range(BURST + 1):
            await self._look()
            await asyncio.sleep(_BURST_PAUSE)
        self._task = asyncio.get_running_loop().create_task(self._look_for_ever(), name="syncwatch-cluster-clock")

    async def close(self) -> None:
        """Look no longer."""
        if self._task is not None:
            await end(self._task)

    async def _look(self) -> None:
        asked, common, answered = await self._store.look_at_clock(super().now)
        self._estimator.observe(Exchange(asked, common, common, answered))

    async def _look_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            try:
                await self._look()
            except StoreAway:
                continue
