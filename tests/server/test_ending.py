"""The end of what runs in the background: it comes where a cancellation is lost, and where nobody listens to any."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from redis.asyncio.connection import AbstractConnection

from benchmarks.backends import Redis
from syncwatch_server import cluster_clock, ending
from syncwatch_server.cluster_clock import ClusterClock
from syncwatch_server.ending import end
from syncwatch_server.live.redis import RedisStore
from syncwatch_server.live.redis_channels import Reader
from syncwatch_server.live.redis_urls import client_of, close_client

WITHIN = 10.0


@pytest.fixture
def begin_when_sent(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Begins something once, just when redis-py has sent a command with certain bytes in it; a future has its task."""
    send = AbstractConnection._send_packed_command  # noqa: SLF001 this is where it waits by asyncio.wait_for

    def arm(sought: bytes, work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Future[asyncio.Task[None]]:
        begun: asyncio.Future[asyncio.Task[None]] = asyncio.get_running_loop().create_future()

        async def sent(connection: AbstractConnection, command: list[bytes]) -> None:
            await send(connection, command)
            if sought in b"".join(command) and not begun.done():
                begun.set_result(asyncio.create_task(work()))

        monkeypatch.setattr(AbstractConnection, "_send_packed_command", sent)
        return begun

    return arm


async def test_clock_ends_while_it_asks(redis: Redis, begin_when_sent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node's clock that is closed in the very moment in which it has asked Redis for the time ends nevertheless."""
    monkeypatch.setattr(cluster_clock, "_EVERY", 0.01)
    monkeypatch.setattr(ending, "_AGAIN_AFTER", 0.1)
    store = RedisStore(redis.url)
    await store.open()
    clock = ClusterClock(store)
    await clock.open()
    async with asyncio.timeout(WITHIN):
        await (await begin_when_sent(b"syncwatch:{clock}", clock.close))
        await store.close()


async def test_reader_ends_while_it_connects(
    redis: Redis, begin_when_sent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who listens to Redis and is closed in the very moment in which they introduce themselves ends nevertheless."""
    monkeypatch.setattr(ending, "_AGAIN_AFTER", 0.1)
    client = client_of(redis.url)
    reader = Reader(client, sharded=True, on_message=print, on_missed=print, on_moved=print)  # type: ignore[arg-type]
    begun = begin_when_sent(b"CLIENT", reader.close)
    listening = asyncio.create_task(reader.add(b"a channel"))
    async with asyncio.timeout(WITHIN):
        await (await begun)
        await end(listening)
        await close_client(client)


async def test_task_that_loses_a_cancellation_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that goes on after it was cancelled is cancelled again; what it raises in the end is nobody's business."""
    monkeypatch.setattr(ending, "_AGAIN_AFTER", 0.01)

    async def lose_one() -> None:
        try:
            await asyncio.sleep(WITHIN)
        except asyncio.CancelledError:
            await asyncio.sleep(WITHIN)
        finally:
            raise OSError

    task = asyncio.create_task(lose_one())
    await asyncio.sleep(0)
    async with asyncio.timeout(WITHIN / 2):
        await end(task)

    assert task.done()


async def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that goes on whatever it is told is left to itself after a while."""
    monkeypatch.setattr(ending, "_AGAIN_AFTER", 0.01)
    monkeypatch.setattr(ending, "_GIVEN_UP_AFTER", 0.1)
    released = asyncio.Event()

    async def go_on() -> None:
        while not released.is_set():
            try:
                await released.wait()
            except asyncio.CancelledError:
                continue

    task = asyncio.create_task(go_on())
    await asyncio.sleep(0)
    async with asyncio.timeout(WITHIN):
        await end(task)
        assert not task.done()
        released.set()
        await task
