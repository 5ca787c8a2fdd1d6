"""Our server as a fleet on one Redis and one PostgreSQL: workers on one port, and a node beside a busy one."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.backends import Postgres, Redis
from benchmarks.processes import Speaker, instrument, own_syncwatch, private_environment
from benchmarks.server_load import Load
from benchmarks.server_stage import Server, started

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

FOREIGN_SESSIONS, FOREIGN_SIZE = 1000, 2

_SEATED_WITHIN = 120.0
"""s in which all of the other node's people come and sit down."""


@asynccontextmanager
async def _stores() -> AsyncIterator[tuple[Postgres, Redis]]:
    """A database and a Redis of one's own."""
    postgres, redis = Postgres(), Redis()
    try:
        await asyncio.to_thread(postgres.start)
        await asyncio.to_thread(redis.start)
        yield postgres, redis
    finally:
        await asyncio.to_thread(redis.close)
        await asyncio.to_thread(postgres.close)


@asynccontextmanager
async def _node(
    folder: Path, postgres: Postgres, redis: Redis, workers: int = 1, name: str = "node"
) -> AsyncIterator[Server]:
    environment = private_environment(
        folder / f"home of {name}",
        SYNCWATCH_RATE_LIMIT="off",
        SYNCWATCH_DATABASE_URL=postgres.url(),
        SYNCWATCH_REDIS_URL=redis.url,
    )
    command = [*own_syncwatch(), "serve", "--port", "0", "--workers", str(workers), "--json"]
    async with started(name, command, folder, environment) as up:
        yield up._replace(redis=redis.pid)


@asynccontextmanager
async def _workers(folder: Path, *, count: int) -> AsyncIterator[Server]:
    """So many processes on one port."""
    async with _stores() as stores, _node(folder, *stores, count) as up:
        yield up


@asynccontextmanager
async def _beside(folder: Path, *, sessions: int) -> AsyncIterator[Server]:
    """A node, and another one with so many sessions, in which everybody watches a film."""
    async with (
        _stores() as stores,
        _node(folder, *stores) as up,
        _node(folder, *stores, name="other-node") as other,
        _people(folder, other, sessions),
    ):
        yield up


@asynccontextmanager
async def _people(folder: Path, node: Server, sessions: int) -> AsyncIterator[None]:
    if not sessions:
        yield
        return
    load = Load(
        url=node.url,
        pid=node.pid,
        clients=sessions * FOREIGN_SIZE,
        size=FOREIGN_SIZE,
        event="video-seek",
        rate=0.0,
        seconds=0.0,
        evening=True,
    )
    command = [*instrument("server_people"), load.as_json()]
    speaker = await Speaker.start("people", command, folder, private_environment(folder / "home of people"))
    try:
        await speaker.heard("playing", within=_SEATED_WITHIN)
        yield
    finally:
        await speaker.stop(by_signal=True)


FLEETS = {
    "one-worker": partial(_workers, count=1),
    "two-workers": partial(_workers, count=2),
    "node-alone": partial(_beside, sessions=0),
    "node-beside-1000": partial(_beside, sessions=FOREIGN_SESSIONS),
}
