"""Connections without a task or a queue: their order, and what ends them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import engineio.async_socket
import pytest
import socketio
from aiohttp import web
from aiohttp._websocket.reader import WebSocketDataQueue
from aiohttp.base_protocol import BaseProtocol
from aiohttp.web_protocol import RequestHandler
from engineio.packet import Packet

from syncwatch_core import messages as wire
from syncwatch_server.realtime import direct_response, outlet
from syncwatch_server.realtime.engine_socket import EngineSocket
from syncwatch_server.realtime.frames import Kind, frame
from tests.patience import PATIENCE
from tests.server import raw_socket
from tests.server.raw_socket import RawSocket
from tests.server.socket_rig import Echo, echoing, eventually


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    async with echoing() as echo:
        yield echo


# --- order ---------------------------------------------------------------------------------------------


async def test_acknowledgement_comes_after_what_was_told(server: Any, ann: Any) -> None:
    """Everybody, the sender included, has been told what happened before the sender's acknowledgement."""
    async with RawSocket(server.url) as raw:
        await raw.hello()
        raw.writer.write(raw_socket.frame(b'421["join-session",{"code":"%b","displayName":"Raw"}]' % ann.code.encode()))
        await raw.until(b"431")
        for number, event in enumerate((b'"chat-message",{"text":"x"}', b'"reaction",{"emoji":"x"}'), 2):
            raw.writer.write(raw_socket.frame(b"42%d[%b]" % (number, event)))
            heard = [await raw.until(b"4") for _ in range(2)]

            assert heard[0].startswith(b"42[" + event.partition(b",")[0])
            assert heard[1].startswith(b"43%d[" % number)


async def test_all_hear_the_same_order(ann: Any, ben: Any) -> None:
    """What two people say at the same time, everybody hears in the same order, the order of the acknowledgements."""
    for client in (ann, ben):
        client.heard.clear()
    acknowledged: list[str] = []

    async def say(client: Any, text: str) -> None:
        await client.ok("chat-message", text=text)
        acknowledged.append(text)

    await asyncio.gather(*(say(client, f"{name}{n}") for n in range(60) for name, client in (("a", ann), ("b", ben))))
    heard = [[(await client.hear("chat-message"))["text"] for _ in range(120)] for client in (ann, ben)]

    assert heard[0] == heard[1]
    assert [text for text in acknowledged if text[0] == "a"] == [text for text in heard[0] if text[0] == "a"]


async def test_quick_events_wait_for_the_slow_one_before_them(echo: Echo) -> None:
    """What a client says while an event of its own is still under way is taken after that, in order, none lost."""
    async with RawSocket(echo.url) as raw:
        await raw.hello()
        for number in range(150):
            raw.writer.write(raw_socket.frame(b'42["e%d",{}]' % number))
        raw.writer.write(raw_socket.frame(b"3"))
        await eventually(lambda: echo.engine._waiting is not None and len(echo.engine._waiting) >= 100)  # noqa: SLF001

        assert echo.taken == []
        echo.gate.set()
        await eventually(lambda: len(echo.taken) == 150)
    assert echo.taken == [f"e{number}" for number in range(150)]


async def test_flood_leaves_the_others_their_turn(server: Any) -> None:
    """A flood that comes in one go is answered whole and in order, and the others go on."""
    async with RawSocket(server.url) as raw, RawSocket(server.url) as other:
        await raw.hello()
        await other.hello()
        raw.writer.write(b"".join(raw_socket.frame(b'42%d["clock",{"clientSent":1}]' % n) for n in range(600)))
        answers = [await raw.until(b"43") for _ in range(600)]

        assert [int(answer[2 : answer.index(b"[")]) for answer in answers] == list(range(600))
        other.writer.write(raw_socket.frame(b'421["clock",{"clientSent":1}]'))
        await other.until(b"431")


@pytest.mark.parametrize("upgraded", [False, True])
async def test_many_messages_one_after_the_other_are_no_flood(
    server: Any, monkeypatch: pytest.MonkeyPatch, *, upgraded: bool
) -> None:
    """Who says much in all, but little at once, is heard at once each time, also after an upgrade from polling."""
    put_in_line: list[bytes] = []
    monkeypatch.setattr(EngineSocket, "_put_in_line", lambda _, text: put_in_line.append(text))
    client = socketio.AsyncClient(reconnection=False, handle_sigint=False)
    hello = {"protocol": 1, "client": "t", "platform": "bot"}
    await client.connect(server.url, auth=hello, transports=["polling", "websocket"] if upgraded else ["websocket"])
    await eventually(lambda: client.transport() == "websocket")
    for _ in range(150):
        await client.call("clock", {"clientSent": 1.0}, timeout=PATIENCE)
    await client.disconnect()

    assert put_in_line == []


async def test_what_was_said_before_leaving_counts(echo: Echo) -> None:
    """Events that a client sent before it hung up are taken, though they had to wait."""
    async with RawSocket(echo.url) as raw:
        await raw.hello()
        for number in range(5):
            raw.writer.write(raw_socket.frame(b'42["e%d",{}]' % number))
        raw.writer.write(raw_socket.frame((1000).to_bytes(2, "big"), raw_socket.CLOSE))
        await raw.writer.drain()
    echo.gate.set()
    await eventually(lambda: len(echo.taken) == 5)
    await eventually(lambda: not echo.sockets.eio.sockets)


# --- what is sent ---------------------------------------------------------------------------------------


async def test_greeting_that_comes_with_the_handshake(server: Any) -> None:
    """What a client sends before the server agreed to a WebSocket is understood; nonsense ends the connection."""
    hello = raw_socket.frame(raw_socket.HELLO)
    async with RawSocket(server.url, first=hello) as raw:
        await raw.until(b"40")
    async with RawSocket(server.url, first=hello + raw_socket.frame(b"9")) as raw:
        assert await raw.closed() == 1000


async def test_who_breaks_the_rules_and_reads_nothing(echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for a client that broke the rules is thrown away after a moment if it does not read it."""
    monkeypatch.setattr(direct_response, "_CLOSES_WITHIN", 0.1)
    async with RawSocket(echo.url) as raw:
        await raw.hello()
        response = echo.engine.response
        assert response is not None
        transport, flow = response.outlet.transport, response._flow  # noqa: SLF001
        while not transport.get_write_buffer_size():
            response.put(frame(Kind.TEXT, b"x" * 2**18))
            await asyncio.sleep(0)
        raw.writer.write(raw_socket.frame(b"42", reserved=0x40))
        await eventually(lambda: flow.transport is None)
    await eventually(lambda: not echo.sockets.eio.sockets)


async def test_large_message_reaches_a_healthy_reader(server: Any, ann: Any) -> None:
    """One message may be larger than all that may wait for a slow reader."""
    live = await server.service.keeper.find(ann.code)
    size = outlet.BYTES_HELD + 2**20
    live.tell(wire.Notice(code="long", message="x" * size))

    assert len((await ann.hear("notice"))["message"]) == size
    await ann.ok("get-session")


class _NotToBeSearched(dict[str, str]):
    """A room of others."""

    def __contains__(self, sid: object) -> bool:
        raise AssertionError(f"{sid} was looked for among others")


@pytest.mark.parametrize("goodbye", [b"41", b"1", None])
async def test_who_goes_is_not_looked_for_among_all(echo: Echo, goodbye: bytes | None) -> None:
    """A client that goes, whichever way, leaves nothing in the library, however many others are there."""
    manager = echo.sockets.manager
    async with RawSocket(echo.url) as raw:
        await raw.hello()
        manager.rooms["/"]["others"] = others = _NotToBeSearched(one="eio")
        if goodbye is not None:
            raw.writer.write(raw_socket.frame(goodbye))
            await eventually(lambda: list(manager.rooms["/"]) == ["others"])
    await eventually(lambda: not echo.sockets.eio.sockets)

    assert manager.rooms == {"/": {"others": others}}
    assert (manager.callbacks, manager.pending_connect, manager.pending_disconnect) == ({}, {}, {})


# --- the libraries beneath -----------------------------------------------------------------------------------


async def test_library_is_as_it_was(echo: Echo) -> None:
    """A client with a WebSocket has no queue and no writer of the library's; an update that moves things shows here."""
    made = engineio.async_socket.AsyncSocket(echo.sockets.eio, "sid")
    leant_on = {"server", "sid", "queue", "last_ping", "connected", "upgrading", "upgraded", "closing", "closed"}
    before = asyncio.all_tasks()
    async with RawSocket(echo.url) as raw:
        await raw.hello()

        assert set(vars(made)) == {*leant_on, "session"}
        assert not hasattr(echo.engine, "queue")
        assert echo.engine.response is not None
        # Both are aiohttp's: for the connection, and for the request that opened the WebSocket.
        assert len(asyncio.all_tasks() - before) == 2
        await echo.engine.send(Packet(4, "2[1]"))
        assert await raw.hear() == (raw_socket.TEXT, b"42[1]")


def test_aiohttp_is_as_it_was() -> None:
    """The names within aiohttp that are leant on are there; an update that moves them shows here by name."""
    response, inbox = direct_response.DirectResponse, direct_response._Inbox  # noqa: SLF001
    for ours, theirs, names in (
        (response, web.WebSocketResponse, ("_post_start", "close")),
        (inbox, WebSocketDataQueue, ("feed_data", "feed_eof", "set_exception")),
    ):
        assert {name for name in names if name not in vars(ours) or name not in vars(theirs)} == set()
    used = {
        web.WebSocketResponse: ("_set_closed", "write_eof"),
        BaseProtocol: ("_paused", "_reading_paused", "pause_reading", "resume_reading"),
        RequestHandler: ("set_parser", "keep_alive"),
    }

    assert [name for kind, names in used.items() for name in names if not hasattr(kind, name)] == []


async def test_server_that_goes_says_so(echo: Echo) -> None:
    """A server that stops closes its WebSockets with the code for going away, though a client should not answer."""
    async with RawSocket(echo.url) as raw:
        await raw.hello()
        closing = asyncio.create_task(echo.sockets.close_websockets())

        assert await raw.closed() == 1001
        await closing


@pytest.mark.parametrize("waits", [False, True])
async def test_fault_in_a_handler_ends_that_connection_only(echo: Echo, waits: bool) -> None:
    """A packet that the server stumbles over ends the connection of who sent it, and nobody else's."""

    async def stumble(*_: object) -> None:
        if waits:
            await asyncio.sleep(0.01)
        raise ZeroDivisionError

    echo.take_event = stumble  # type: ignore[assignment, method-assign]
    async with RawSocket(echo.url) as raw, RawSocket(echo.url) as other:
        await raw.hello()
        await other.hello()
        raw.writer.write(raw_socket.frame(b'42["e",{}]'))

        assert await raw.closed() == 1000
        assert len(echo.sockets.eio.sockets) == 1
