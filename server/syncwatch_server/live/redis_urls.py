"""Clients of Redis by its URLs: one server, a Sentinel's master, or a Cluster.

redis://[USER:PASSWORD@]HOST[:PORT][/DB]      rediss://… by TLS      unix://PATH[?db=DB]
redis+sentinel://[USER:PASSWORD@]HOST[:PORT],HOST[:PORT],…/SERVICE[/DB]      rediss+sentinel://…
redis+cluster://[USER:PASSWORD@]HOST[:PORT],HOST[:PORT],…      rediss+cluster://…
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from redis.asyncio import Redis, RedisCluster, Sentinel
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisClusterException, RedisError

from syncwatch_core.errors import AppError, ErrorCode

ANSWERS_WITHIN = 2.0
"""Seconds; a Redis that needs longer counts as away, and everybody goes on without it."""

_SENTINEL_PORT, _PORT = 26379, 6379

Client = Redis | RedisCluster


def options() -> dict[str, Any]:
    """What holds for every connection: no second try behind our back, since the order of messages matters."""
    return {
        "socket_timeout": ANSWERS_WITHIN,
        "socket_connect_timeout": ANSWERS_WITHIN,
        "retry": Retry(NoBackoff(), 0),
    }


def client_of(url: str) -> Client:
    """A client that connects when it is first used; raises ``AppError`` (usage) for a URL that can't be read."""
    try:
        if "+sentinel://" in url:
            return _by_sentinel(url)
        if "+cluster://" in url:
            return _cluster(url)
        client: Redis = Redis.from_url(url, **options())
    except (ValueError, IndexError):
        raise AppError(
            ErrorCode.USAGE,
            "the Redis URL can't be read",
            "it has the form redis://:PASSWORD@HOST:PORT/DB, unix://PATH, redis+sentinel://HOST:PORT,…/SERVICE "
            "or redis+cluster://HOST:PORT,…",
        ) from None
    return client


async def close_client(client: Client) -> None:
    """Close its connections, and those to the Sentinels that told where the master is."""
    pool = getattr(client, "connection_pool", None)
    sentinels: list[Redis] = pool.sentinel_manager.sentinels if isinstance(pool, SentinelConnectionPool) else []
    for one in (client, *sentinels):
        with suppress(RedisError, RedisClusterException, OSError, TimeoutError):
            await one.aclose()


def place_of(url: str) -> str:
    """Where Redis is, without its password."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"


def _parts(url: str, port: int) -> tuple[list[tuple[str, int]], dict[str, Any], list[str]]:
    """Hosts, who asks, and the path's parts."""
    scheme, _, rest = url.partition("://")
    netloc, _, path = rest.partition("?")[0].partition("/")
    login, _, hosts = netloc.rpartition("@")
    user, _, password = login.partition(":")
    asked: dict[str, Any] = {"ssl": True} if scheme.startswith("rediss") else {}
    if user:
        asked["username"] = unquote(user)
    if password:
        asked["password"] = unquote(password)
    places = []
    for host in hosts.split(","):
        split = urlsplit(f"//{host}")
        if not split.hostname:
            raise ValueError(host)
        places.append((split.hostname, split.port or port))
    return places, asked, [part for part in path.split("/") if part]


def _by_sentinel(url: str) -> Redis:
    places, asked, path = _parts(url, _SENTINEL_PORT)
    database = int(path[1]) if len(path) > 1 else 0
    sentinel = Sentinel(places, sentinel_kwargs=options())  # type: ignore[no-untyped-call]
    master: Redis = sentinel.master_for(path[0], db=database, **asked, **options())
    return master


def _cluster(url: str) -> RedisCluster:
    places, asked, _ = _parts(url, _PORT)
    # The cluster's own retries are what follows a slot that moves.
    patience = {name: value for name, value in options().items() if name != "retry"}
    return RedisCluster(startup_nodes=[ClusterNode(*place) for place in places], **asked, **patience)
