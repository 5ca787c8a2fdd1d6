"""Clients of Redis by its URLs: one server, a Sentinel's master, or a Cluster.

redis://[USER:PASSWORD@]HOST[:PORT][/DB]      rediss://… by TLS      unix://PATH[?db=DB]
redis+sentinel://[USER:PASSWORD@]HOST[:PORT],HOST[:PORT],…/SERVICE[/DB]      rediss+sentinel://…
redis+cluster://[USER:PASSWORD@]HOST[:PORT],HOST[:PORT],…      rediss+cluster://…

By TLS everybody has to show a certificate: the servers, and Sentinels too. ?ssl_ca_certs=FILE names who may have signed
it, where the system doesn't know; ssl_certfile and ssl_keyfile are what we show, ssl_check_hostname=false takes a
certificate of another name.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

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

_TLS_OPTIONS = frozenset({"ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile", "ssl_check_hostname"})
"""What the query may say; that any certificate would do is not among it."""

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
        # What it makes of the query it tells when it is to connect; none is opened by this.
        client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
    except (ValueError, IndexError, TypeError):
        raise AppError(
            ErrorCode.USAGE,
            "the Redis URL can't be read",
            "it has the form redis://:PASSWORD@HOST:PORT/DB, unix://PATH, redis+sentinel://HOST:PORT,…/SERVICE "
            "or redis+cluster://HOST:PORT,…",
        ) from None
    return client


async def close_client(client: Client) -> None:
    """Close its connections, and those to the Sentinels that told where the master is."""
    for one in (client, *_sentinels(client)):
        with suppress(RedisError, RedisClusterException, OSError, TimeoutError):
            async with asyncio.timeout(ANSWERS_WITHIN):
                await one.aclose()


async def fault_behind(client: Client, fault: Exception) -> Exception:
    """What really happened: of a Sentinel that can't be asked the client says that there is no master, and no more."""
    for sentinel in _sentinels(client):
        try:
            await sentinel.execute_command("PING")  # type: ignore[no-untyped-call]
        except (RedisError, OSError, TimeoutError) as told:
            return told
    return fault


def _sentinels(client: Client) -> list[Redis]:
    pool = getattr(client, "connection_pool", None)
    found: list[Redis] = pool.sentinel_manager.sentinels if isinstance(pool, SentinelConnectionPool) else []
    return found


def tls_of(url: str) -> dict[str, Any]:
    """How a connection is made safe; raises ``ValueError`` for what the query may not say."""
    if not url.startswith("rediss"):
        return {}
    asked: dict[str, Any] = dict(parse_qsl(url.partition("?")[2], strict_parsing="?" in url))
    if asked.keys() - _TLS_OPTIONS:
        raise ValueError(", ".join(asked.keys() - _TLS_OPTIONS))
    if "ssl_check_hostname" in asked:
        asked["ssl_check_hostname"] = asked["ssl_check_hostname"].lower() not in ("false", "no", "0")
    return {"ssl": True, **asked}


def _parts(url: str, port: int) -> tuple[list[tuple[str, int]], dict[str, Any], list[str]]:
    """Hosts, who asks and how, and the path's parts."""
    netloc, _, path = url.partition("://")[2].partition("?")[0].partition("/")
    login, _, hosts = netloc.rpartition("@")
    user, _, password = login.partition(":")
    asked = tls_of(url)
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
    sentinel = Sentinel(places, sentinel_kwargs={**tls_of(url), **options()})  # type: ignore[no-untyped-call]
    master: Redis = sentinel.master_for(path[0], db=database, **asked, **options())
    return master


def _cluster(url: str) -> RedisCluster:
    places, asked, _ = _parts(url, _PORT)
    # The cluster's own retries are what follows a slot that moves.
    patience = {name: value for name, value in options().items() if name != "retry"}
    return RedisCluster(startup_nodes=[ClusterNode(*place) for place in places], **asked, **patience)
