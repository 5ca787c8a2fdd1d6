"""Commands to Redis in their order: what becomes of them when it hangs and the node goes down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from benchmarks.accepting import accept_no_more, turns
from benchmarks.backends import Redis
from syncwatch_server.live.redis_commands import CommandLine
from syncwatch_server.live.redis_urls import client_of, close_client
from syncwatch_server.live.store import StoreAway
from tests.patience import PATIENCE

WITHIN = PATIENCE


@pytest.fixture
async def hanging() -> AsyncIterator[tuple[CommandLine, asyncio.Event]]:
    """Commands to a server that takes all and answers nothing; the event says that some came."""
    came = asyncio.Event()

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1 << 16):
            came.set()
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    client = client_of(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")
    yield CommandLine(client, lambda: None), came
    await close_client(client)
    await accept_no_more(server)
    await turns()


async def test_who_waits_is_told_when_the_node_goes(hanging: tuple[CommandLine, asyncio.Event]) -> None:
    """Whoever waits for an answer, or for their turn, is told when the node goes down; nobody waits for ever."""
    line, came = hanging
    first = asyncio.ensure_future(line.answer("GET", "a"))
    async with asyncio.timeout(WITHIN):
        await came.wait()
        in_line = asyncio.ensure_future(line.answer("GET", "b"))
        await asyncio.sleep(0)
        await line.close()
        answers = await asyncio.gather(first, in_line, return_exceptions=True)

    assert [type(answer) for answer in answers] == [StoreAway, StoreAway]


async def test_nothing_is_said_after_the_end(hanging: tuple[CommandLine, asyncio.Event]) -> None:
    """A command that comes after the end is refused at once, and begins nothing."""
    line, came = hanging
    await line.close()
    line.say("SET", "a", "1")
    with pytest.raises(StoreAway, match="goes down"):
        await line.answer("GET", "a")

    assert not came.is_set()


async def test_last_words_are_handed_over(redis: Redis) -> None:
    """What was said just before the end has come to Redis."""
    client = client_of(redis.url)
    line = CommandLine(client, lambda: None)
    line.say("SET", "syncwatch:last-words", "said", "PX", 60_000)
    await line.close()
    kept = await CommandLine(client, lambda: None).answer("GET", "syncwatch:last-words")
    await close_client(client)

    assert kept == b"said"
