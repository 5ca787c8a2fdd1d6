"""Clients that poll, and their upgrade to a WebSocket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from syncwatch_core import messages as wire
from syncwatch_server.realtime import outlet, websocket_driver
from tests.server import raw_socket
from tests.server.raw_socket import RawSocket
from tests.server.socket_rig import Echo, Poller, echoing, eventually


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    async with echoing() as echo:
        yield echo


@pytest.fixture
async def poller(server: Any) -> AsyncIterator[Poller]:
    async with aiohttp.ClientSession() as http:
        yield await Poller(server.url, http).hello()


async def joined(poller: Poller, code: str) -> Poller:
    """The poller, in a session."""
    await poller.say(f'421["join-session",{{"code":"{code}","displayName":"Poll"}}]')
    await poller.until("431")
    return poller


def texts(packets: list[str]) -> list[str]:
    """What was said in chat, of all packets."""
    return [json.loads(packet[2:])[1]["text"] for packet in packets if packet.startswith('42["chat-message"')]


async def test_nothing_is_lost_in_an_upgrade(server: Any, ann: Any, poller: Poller) -> None:
    """What is said while a client goes over from polling to a WebSocket it hears once, in order."""
    await joined(poller, ann.code)
    await ann.ok("chat-message", text="0")
    async with RawSocket(server.url, poller.websocket_path) as raw:
        open_poll = asyncio.create_task(poller.poll())
        await ann.ok("chat-message", text="1")
        raw.writer.write(raw_socket.frame(b"2probe"))
        assert await raw.hear() == (raw_socket.TEXT, b"3probe")
        await ann.ok("chat-message", text="2")
        await open_poll
        await ann.ok("chat-message", text="3")
        # The upgrade, and at once what is no longer said by polling.
        upgrade = raw_socket.frame(b"5") + raw_socket.frame(b'422["chat-message",{"text":"4"}]')
        raw.writer.write(upgrade)
        heard: list[str] = []
        while not heard or not heard[-1].startswith("432"):
            heard.append((await raw.hear())[1].decode())

    assert texts(poller.packets) + texts(heard) == ["0", "1", "2", "3", "4"]


async def test_upgrade_that_is_none_leaves_the_polling(server: Any, ann: Any, poller: Poller) -> None:
    """A WebSocket that says something else than a probe is closed, and the client polls on."""
    await joined(poller, ann.code)
    for packet in (b"5", b"4hello", b"2prob"):
        async with RawSocket(server.url, poller.websocket_path) as raw:
            raw.writer.write(raw_socket.frame(packet))
            assert await raw.closed() == 1000
    await ann.ok("chat-message", text="still there?")

    assert "still there?" in await poller.until('42["chat-message"')


async def test_second_upgrade_is_closed(server: Any, ann: Any, poller: Poller) -> None:
    """Of two WebSockets of one client the first that upgrades is it; the other is closed."""
    await joined(poller, ann.code)
    async with (
        RawSocket(server.url, poller.websocket_path) as first,
        RawSocket(server.url, poller.websocket_path) as late,
    ):
        first.writer.write(raw_socket.frame(b"2probe"))
        await first.until(b"3probe")
        first.writer.write(raw_socket.frame(b"5") + raw_socket.frame(b'423["clock",{"clientSent":1}]'))
        await first.until(b"433")
        late.writer.write(raw_socket.frame(b"2probe"))

        assert await late.closed() == 1000
        await ann.ok("chat-message", text="x")
        await first.until(b'42["chat-message"')


async def test_upgrade_that_does_not_come(poller: Poller, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A WebSocket that a polling client opens and says nothing by, or only half of it, is closed after a while."""
    monkeypatch.setattr(websocket_driver, "_UPGRADES_WITHIN", 0.2)
    for said in (b"", raw_socket.frame(b"2probe")):
        async with RawSocket(server.url, poller.websocket_path) as raw:
            raw.writer.write(said)

            assert await raw.closed() == 1000
    await poller.say('42["clock",{"clientSent":1}]')
    await poller.say('427["clock",{"clientSent":1}]')
    await poller.until("437")


async def test_upgrade_in_one_go(echo: Echo) -> None:
    """A client that upgrades without waiting for the answer or for its poll goes on; the poll is answered."""
    async with aiohttp.ClientSession() as http:
        poller = await Poller(echo.url, http).hello()
        open_poll = asyncio.create_task(poller.poll())
        await eventually(lambda: echo.engine.queue._getters)  # type: ignore[attr-defined]  # noqa: SLF001
        async with RawSocket(echo.url, poller.websocket_path) as raw:
            raw.writer.write(raw_socket.frame(b"2probe") + raw_socket.frame(b"5"))
            await raw.until(b"3probe")

            assert await open_poll == ["6"]
            assert not echo.engine.closing


async def test_upgrade_of_who_was_shown_out(echo: Echo) -> None:
    """A client that is cut off in the middle of its upgrade is closed, and forgotten."""
    async with aiohttp.ClientSession() as http:
        poller = await Poller(echo.url, http).hello()
        async with RawSocket(echo.url, poller.websocket_path) as raw:
            raw.writer.write(raw_socket.frame(b"2probe"))
            await raw.until(b"3probe")
            await echo.sockets.cut_off(echo.engine.sid)
            raw.writer.write(raw_socket.frame(b"5"))

            assert await raw.closed() == 1000
    await eventually(lambda: not echo.sockets.eio.sockets)


async def test_who_does_not_poll_is_let_go(server: Any, ann: Any, poller: Poller) -> None:
    """A client that polls no more is let go once too much waits for it, and the others lose nothing."""
    await joined(poller, ann.code)
    live = await server.service.keeper.find(ann.code)
    for number in range(outlet.BYTES_HELD // 200_000 + 3):
        live.tell(wire.Notice(code=str(number), message="x" * 200_000))
        await ann.hear("notice", code=str(number))
    await eventually(lambda: len(live.shown.connected()) == 1)
