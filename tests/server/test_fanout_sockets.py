"""Connections without a task or a queue: their order, their upgrade from polling, and what ends them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import engineio.async_socket
import pytest
from aiohttp import web
from engineio.packet import Packet

from syncwatch_core import messages as wire
from syncwatch_server.realtime import direct_response
from syncwatch_server.realtime.engine_socket import EngineSocket
from syncwatch_server.realtime.pinger import Pinger
from syncwatch_server.realtime.socket_server import SocketServer
from tests.server import raw_socket
from tests.server.raw_socket import PATIENCE, RawSocket

POLL = "/socket.io/?EIO=4&transport=polling"


@dataclass
class Echo:
    """A server whose events only wait to be let go."""

    url: str
    sockets: SocketServer
    taken: list[object] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def take_event(
        self, eio_sid: str, name: object, payloads: list[Any], number: int | None, at: float, size: int
    ) -> None:
        """An event that waits until the gate is open."""
        del eio_sid, payloads, number, at, size
        await self.gate.wait()
        self.taken.append(name)

    def take_command(self, *_: object) -> bool:
        """Everything has to wait."""
        return False

    @property
    def engine(self) -> EngineSocket:
        """The only client's socket."""
        (socket,) = self.sockets.eio.sockets.values()
        assert isinstance(socket, EngineSocket)
        return socket


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    sockets = SocketServer(asyncio.get_running_loop().time)
    sockets.on("connect", lambda *_: None)
    app = web.Application()
    sockets.attach(app)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    echo = Echo(f"http://127.0.0.1:{runner.addresses[0][1]}", sockets)
    sockets.sink = echo
    yield echo
    echo.gate.set()
    await sockets.close_websockets()
    await sockets.shutdown()
    await runner.cleanup()


async def eventually(condition: Any) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 what is waited for happens in the server
            await asyncio.sleep(0.01)


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


# --- from polling to a WebSocket -------------------------------------------------------------------------


class Poller:
    """A client that polls, by hand."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url = url
        self._http = http
        self.path = ""
        self.packets: list[str] = []

    async def hello(self) -> Poller:
        """Connect as a client of the protocol does."""
        self.path = POLL
        opened = json.loads((await self.poll())[0][1:])
        assert opened["upgrades"] == ["websocket"]
        self.path = f"{POLL}&sid={opened['sid']}"
        await self.say(raw_socket.HELLO.decode())
        await self.until("40")
        return self

    async def poll(self) -> list[str]:
        """What a poll answers, a packet each."""
        async with asyncio.timeout(PATIENCE), self._http.get(self.url + self.path) as response:
            packets = (await response.text()).split("\x1e")
        self.packets += packets
        return packets

    async def say(self, packet: str) -> None:
        """Send a packet."""
        async with self._http.post(self.url + self.path, data=packet) as response:
            assert response.status == 200

    async def until(self, start: str) -> str:
        """The first packet that begins so, polling for it."""
        while True:
            for packet in self.packets:
                if packet.startswith(start):
                    return packet
            await self.poll()

    @property
    def websocket_path(self) -> str:
        """Where it may open a WebSocket."""
        return self.path.replace("polling", "websocket")


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


async def test_large_message_reaches_a_healthy_reader(server: Any, ann: Any) -> None:
    """One message may be larger than all that may wait for a slow reader."""
    live = await server.service.keeper.find(ann.code)
    size = direct_response.BYTES_HELD + 2**20
    live.tell(wire.Notice(code="long", message="x" * size))

    assert len((await ann.hear("notice"))["message"]) == size
    await ann.ok("get-session")


async def test_who_does_not_poll_is_let_go(server: Any, ann: Any, poller: Poller) -> None:
    """A client that polls no more is let go once too much waits for it, and the others lose nothing."""
    await joined(poller, ann.code)
    live = await server.service.keeper.find(ann.code)
    for number in range(direct_response.BYTES_HELD // 200_000 + 3):
        live.tell(wire.Notice(code=str(number), message="x" * 200_000))
        await ann.hear("notice", code=str(number))
    await eventually(lambda: len(live.shown.connected()) == 1)


# --- signs of life -----------------------------------------------------------------------------------------


class Patient:
    """A socket that is asked whether it lives."""

    def __init__(self, sid: str, *, answers: bool) -> None:
        self.sid = sid
        self.closed = self.closing = False
        self.last_ping: float | None = None
        self.asked = 0
        self.server = SocketServer(lambda: 0.0).eio
        self._answers = answers

    def ask_for_life(self) -> None:
        """A ping; answered at once, if at all."""
        self.asked += 1
        if self._answers:
            self.last_ping = None

    async def close(self, **_: object) -> None:
        """The end of it."""
        self.closed = True

    def hang_up(self) -> None:
        """After that."""
        assert self.closed


async def test_who_gives_no_sign_of_life_is_let_go() -> None:
    """Who answers pings is asked again and again; who does not is closed at its next turn, and forgotten."""
    live, dead = Patient("live", answers=True), Patient("dead", answers=False)
    sockets: dict[str, Any] = {"live": live, "dead": dead}
    pinger = Pinger(0.2, sockets)
    for socket in (live, dead, live):
        pinger.add(socket)  # type: ignore[arg-type]
    await eventually(lambda: live.asked >= 3 and "dead" not in sockets)
    pinger.stop()

    assert dead.asked == 1
    assert not live.closed


async def test_pings_go_by_either_transport(echo: Echo) -> None:
    """A ping is a frame for a WebSocket and a packet for a poll."""
    async with aiohttp.ClientSession() as http:
        poller = await Poller(echo.url, http).hello()
        echo.engine.ask_for_life()
        await poller.until("2")
        async with RawSocket(echo.url, poller.websocket_path) as raw:
            raw.writer.write(raw_socket.frame(b"2probe"))
            await raw.until(b"3probe")
            raw.writer.write(raw_socket.frame(b"5"))
            await eventually(lambda: echo.engine.response is not None)
            echo.engine.last_ping = 1.0
            echo.engine.ask_for_life()
            await raw.until(b"2")
            raw.writer.write(raw_socket.frame(b"3"))
            await eventually(lambda: echo.engine.last_ping is None)


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


async def test_server_that_goes_says_so(echo: Echo) -> None:
    """A server that stops closes its WebSockets with the code for going away, though a client should not answer."""
    async with RawSocket(echo.url) as raw:
        await raw.hello()
        closing = asyncio.create_task(echo.sockets.close_websockets())

        assert await raw.closed() == 1001
        await closing


async def test_fault_in_a_handler_ends_that_connection_only(echo: Echo) -> None:
    """A packet that the server stumbles over ends the connection of who sent it, and nobody else's."""

    async def stumble(*_: object) -> None:
        raise ZeroDivisionError

    echo.take_event = stumble  # type: ignore[assignment, method-assign]
    async with RawSocket(echo.url) as raw, RawSocket(echo.url) as other:
        await raw.hello()
        await other.hello()
        raw.writer.write(raw_socket.frame(b'42["e",{}]'))

        assert await raw.closed() == 1000
        assert len(echo.sockets.eio.sockets) == 1
