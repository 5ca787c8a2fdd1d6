"""Whether this process is alone, or one node of a fleet; and what differs by it: the clock, the fan-out, the limits.

What only a fleet needs is imported only by one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.live.counts import Counts
from syncwatch_server.live.limits import TokenBuckets
from syncwatch_server.realtime.fanout import Fanout
from syncwatch_server.server_clock import ServerClock
from syncwatch_server.settings import ServerSettings

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from syncwatch_server.api.faults import Handler
    from syncwatch_server.database.repository import Repository
    from syncwatch_server.live.store import LiveStore
    from syncwatch_server.services.live_session import LiveSession
    from syncwatch_server.services.nodes import Nodes
    from syncwatch_server.services.shared_answers import SharedAnswers


@dataclass(frozen=True, slots=True)
class Fleet:
    """What a process has in common with others, or has by itself."""

    clock: ServerClock
    fanout: Fanout
    is_limited: bool
    nodes: Nodes | None = None
    store: LiveStore | None = None

    @property
    def transports(self) -> list[str]:
        """What clients may speak: a client that polls would come to another node with each request."""
        return ["polling", "websocket"] if self.store is None else ["websocket"]

    @property
    def checks(self) -> dict[str, Callable[[], Awaitable[None]]]:
        """What this process can't do without, besides the database."""
        return {} if self.store is None else {"redis": self.store.check}

    def is_here(self, live: LiveSession, participant_id: str) -> bool:
        """Whether a participant who is connected is connected to this process."""
        return self.nodes is None or self.nodes.is_here(live, participant_id)

    def buckets(self, name: str, capacity: float, refill: float) -> TokenBuckets | None:
        """A limit that holds for all nodes together; None where nothing is limited."""
        if not self.is_limited:
            return None
        if self.store is None:
            return TokenBuckets(capacity, refill, self.clock.now)
        from syncwatch_server.live.shared_limits import SharedBuckets

        return SharedBuckets(self.store, name, capacity, refill, self.clock.now)

    def answers(self, origin: str) -> SharedAnswers | None:
        """What all nodes together know of links, for pages that come from ``origin``; None where there is one."""
        if self.store is None:
            return None
        from syncwatch_server.services.shared_answers import SharedAnswers

        return SharedAnswers(self.store, origin, self.clock.now)


def alone(settings: ServerSettings, counts: Counts) -> Fleet:
    """A process that serves its sessions by itself."""
    clock = ServerClock()
    if settings.database_file is not None:
        clock.keep_beside(settings.database_file)
    return Fleet(clock, Fanout(counts), settings.rate_limit is not None)


async def join_fleet(
    settings: ServerSettings, repository: Repository, counts: Counts, log: FilteringBoundLogger, closing: AsyncExitStack
) -> Fleet:
    """One node among those that have the same Redis and the same database; raises ``AppError``."""
    if settings.redis_url is None:
        return alone(settings, counts)
    from syncwatch_server.cluster_clock import ClusterClock
    from syncwatch_server.live.redis import RedisStore
    from syncwatch_server.live.store import StoreAway
    from syncwatch_server.realtime.node_fanout import NodeFanout
    from syncwatch_server.services.nodes import Nodes

    store, fanout = RedisStore(settings.redis_url), NodeFanout(counts)
    closing.push_async_callback(store.close)
    await store.open()
    clock = ClusterClock(store)
    clock.never_before(await repository.latest_instant())
    try:
        await clock.open()
    except StoreAway as fault:
        raise AppError(ErrorCode.FAILED, f"Redis does not answer: {fault}", "start it again") from fault
    closing.push_async_callback(clock.close)
    nodes = Nodes(store=store, repository=repository, audience=fanout, clock=clock, log=log)
    return Fleet(clock, fanout, settings.rate_limit is not None, nodes, store)


@web.middleware
async def websocket_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell a client that polls why it can't; raises ``AppError`` (bad-request)."""
    if request.path.startswith("/socket.io/") and request.query.get("transport") != "websocket":
        raise AppError(
            ErrorCode.BAD_REQUEST,
            "this server runs on several nodes, which serve WebSocket only and no long polling",
            'connect with transports: ["websocket"]',
        )
    return await handler(request)
