"""The connection on which commands go to one server of Redis: its faults are told, and the next lot has a new one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import hiredis
import pytest

from benchmarks.accepting import accept_no_more, turns
from benchmarks.backends import Redis
from syncwatch_server.live import redis_wire
from syncwatch_server.live.redis_commands import CommandLine
from syncwatch_server.live.redis_urls import client_of, close_client
from syncwatch_server.live.store import StoreAway
from tests.patience import PATIENCE

WITHIN = PATIENCE

GREETING = {b"HELLO": b"%1\r\n$5\r\nproto\r\n:3\r\n", b"CLIENT": b"+OK\r\n"}


class Server:
    """Something that greets as Redis does, and answers each ``GET`` by its key, or not at all where it knows none."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self.answers = answers
        self.connections = 0
        self.heard: list[bytes] = []
        self.came = asyncio.Event()
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        commands = hiredis.Reader()
        while chunk := await reader.read(1 << 16):
            commands.feed(chunk)
            while (words := commands.gets()) is not False:
                if words[0] in GREETING:
                    writer.write(GREETING[words[0]])
                    continue
                self.heard.append(words[1])
                self.came.set()
                answer = self.answers.get(words[1])
                if answer == b"":
                    writer.close()
                    return
                writer.write(answer or b"")
        writer.close()


@asynccontextmanager
async def told_by(answers: dict[bytes, bytes]) -> AsyncIterator[tuple[CommandLine, Server, list[str]]]:
    """Commands to such a server; the list grows with each absence."""
    told, absences = Server(answers), list[str]()
    listening = await asyncio.start_server(told.serve, "127.0.0.1", 0)
    client = client_of(f"redis://127.0.0.1:{listening.sockets[0].getsockname()[1]}/0")
    line = CommandLine(client, lambda: absences.append("away"))
    async with asyncio.timeout(WITHIN):
        yield line, told, absences
        await line.close()
        await close_client(client)
    await accept_no_more(listening)
    await turns()


async def test_who_hangs_counts_as_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes a command and is silent is given up, and the next command finds a new connection."""
    monkeypatch.setattr(redis_wire, "ANSWERS_WITHIN", 1.0)
    async with told_by({b"b": b"+there\r\n"}) as (line, server, absences):
        with pytest.raises(StoreAway, match="does not answer"):
            await line.answer("GET", "a")

        assert absences == ["away"]
        assert await line.answer("GET", "b") == b"there"
        assert server.connections == 2


async def test_who_hangs_up_is_found_again() -> None:
    """What was under way when the server hung up is lost and told; what was given meanwhile comes through."""
    async with told_by({b"a": b"", b"b": b"+there\r\n"}) as (line, server, absences):
        first = asyncio.ensure_future(line.answer("GET", "a"))
        await server.came.wait()
        second = asyncio.ensure_future(line.answer("GET", "b"))
        answers = await asyncio.gather(first, second, return_exceptions=True)

        assert isinstance(answers[0], StoreAway)
        assert answers[1] == b"there"
        assert absences == ["away"]


@pytest.mark.parametrize("refusal", ["READONLY You can't write", "LOADING Redis is loading"])
async def test_a_server_of_no_use_is_left(refusal: str) -> None:
    """A master that was demoted, or one that reads its file, is left: who connects anew is sent to the right one."""
    async with told_by({b"a": b"-%b\r\n" % refusal.encode(), b"b": b"+there\r\n"}) as (line, server, absences):
        with pytest.raises(StoreAway):
            await line.answer("GET", "a")

        assert absences == ["away"]
        assert await line.answer("GET", "b") == b"there"
        assert server.connections == 2


async def test_one_refusal_is_for_one(redis: Redis) -> None:
    """Of commands that go together only the one that Redis refuses has no answer."""
    client = client_of(redis.url)
    line = CommandLine(client, lambda: None)
    line.say("SET", "syncwatch:wire", "a text", "PX", 60_000)
    lot = (line.answer("GET", "syncwatch:wire"), line.answer("HGET", "syncwatch:wire", "x"), line.answer("PING"))
    answers = await asyncio.gather(*lot, return_exceptions=True)
    await line.close()
    await close_client(client)

    assert (answers[0], answers[2]) == (b"a text", b"PONG")
    assert isinstance(answers[1], StoreAway)


async def test_what_cannot_be_sent_harms_nobody_else() -> None:
    """A word that Redis has no form for is a fault of who gave it; the connection and what follows are as before."""
    async with told_by({b"b": b"+there\r\n"}) as (line, server, _):
        with pytest.raises(StoreAway):
            await line.answer("GET", object())

        assert await line.answer("GET", "b") == b"there"
        assert server.connections == 1


async def test_the_order_is_that_of_the_calls() -> None:
    """What is said by and by, and held a moment for what follows, comes in its order, and before what is asked then."""
    keys = [f"k{number}".encode() for number in range(50)]
    async with told_by(dict.fromkeys([*keys, b"last"], b"+1\r\n")) as (line, server, _):
        for number, key in enumerate(keys):
            line.say("GET", key)
            if number % 7 == 0:
                await asyncio.sleep(0.0005)
        await line.answer("GET", "last")

        assert server.heard == [*keys, b"last"]
