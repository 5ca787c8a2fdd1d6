"""One link, against a server that says only what the test lets it say."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import WSMsgType, web

from syncwatch_cli import link as module
from syncwatch_cli.link import Link
from syncwatch_cli.local_clock import local_clock
from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from tests.patience import PATIENCE

JOIN = wire.JoinSession(code="ABC-DEF", display_name="Ada")
OPENING = '0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":65536}'


class SlowServer:
    """Speaks Socket.IO by hand: packets that came in can be read, and nothing is answered but what the test says."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[str] = asyncio.Queue()
        self.url = ""
        self._socket: web.WebSocketResponse | None = None

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        self._socket = web.WebSocketResponse()
        await self._socket.prepare(request)
        await self.says(OPENING)
        async for message in self._socket:
            if message.type is WSMsgType.TEXT:
                self.came.put_nowait(message.data)
        return self._socket

    async def says(self, packet: str) -> None:
        assert self._socket is not None
        await self._socket.send_str(packet)

    async def vanishes(self) -> None:
        assert self._socket is not None
        await self._socket.close()

    async def hears(self, beginning: str) -> str:
        """The next packet, which begins so."""
        async with asyncio.timeout(PATIENCE):
            packet = await self.came.get()
        assert packet.startswith(beginning)
        return packet


@pytest.fixture
async def slow_server() -> AsyncIterator[SlowServer]:
    server = SlowServer()
    app = web.Application()
    app.router.add_get("/socket.io/", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


def link_to(server: SlowServer) -> Link:
    return Link(server.url, heard=lambda *_: None, clock=local_clock(), platform="bot")


async def opened(server: SlowServer) -> Link:
    """A link that stands, and has asked for no seat."""
    link = link_to(server)
    opening = asyncio.ensure_future(link.open())
    await server.hears("40")
    await server.says('40{"sid":"x"}')
    assert await opening is None
    return link


async def test_the_seat_is_asked_for_before_the_welcome(slow_server: SlowServer) -> None:
    """The request for the seat follows on the heels of the opening, and its answer is what opening gives."""
    opening = asyncio.ensure_future(link_to(slow_server).open(lambda: JOIN))
    await slow_server.hears("40")
    asked = await slow_server.hears("42")
    await slow_server.says('40{"sid":"x"}')
    await slow_server.says('431[{"ok":false,"error":{"code":"locked","message":"it is locked"}}]')

    assert json.loads(asked[asked.index("[") :])[0] == "join-session"
    with pytest.raises(AppError) as refused:
        await opening
    assert refused.value.code is ErrorCode.LOCKED


async def test_a_link_that_need_not_ask_opens_alone(slow_server: SlowServer) -> None:
    """Where the greeting is left to another link, this one just opens."""
    link = await opened(slow_server)

    assert link.is_open
    await link.close()


async def test_a_seat_that_is_never_answered_for_is_not_waited_for_long(
    slow_server: SlowServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that falls silent after the request for the seat counts as unreachable."""
    monkeypatch.setattr(module, "GREET_WITHIN", 0.05)
    link = link_to(slow_server)
    opening = asyncio.ensure_future(link.open(lambda: JOIN))
    await slow_server.hears("40")
    await slow_server.says('40{"sid":"x"}')

    with pytest.raises(AppError, match="does not answer"):
        await opening
    assert link.down.is_set()


async def test_closing_that_is_broken_off_leaves_nothing_open(slow_server: SlowServer) -> None:
    """Who is cancelled in the midst of closing has closed all the same."""
    link = await opened(slow_server)
    closing = asyncio.ensure_future(link.close())
    await asyncio.sleep(0)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing

    assert link._http is not None  # noqa: SLF001 what is left open has no outer sign but a warning, later
    assert link._http.closed  # noqa: SLF001 as above


async def test_what_is_asked_when_the_link_breaks_is_answered_at_once(slow_server: SlowServer) -> None:
    """A request does not wait out its time when the link is gone, nor does an exchange of timestamps."""
    link = await opened(slow_server)
    asking, exchanging = asyncio.ensure_future(link.request(wire.VideoPlay())), asyncio.ensure_future(link.exchange())
    await slow_server.hears("42")
    await slow_server.hears("42")
    await slow_server.vanishes()

    async with asyncio.timeout(module.ANSWER_WITHIN / 2):
        with pytest.raises(AppError, match="connection to the server broke"):
            await asking
        assert await exchanging is None
    await link.close()


async def test_a_process_that_was_held_up_looks_once_more_for_the_answer(
    slow_server: SlowServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the time-out came late because the process stood still, the answer may be there, unread."""
    clock = [100.0]
    link = Link(slow_server.url, heard=lambda *_: None, clock=lambda: clock[0], platform="bot")
    opening = asyncio.ensure_future(link.open())
    await slow_server.hears("40")
    await slow_server.says('40{"sid":"x"}')
    await opening
    monkeypatch.setattr(module, "DEAD_AFTER", 0.5)
    monkeypatch.setattr(module, "HELD_UP", 10.0)
    exchanging = asyncio.ensure_future(link.exchange())
    await slow_server.hears("42")
    clock[0] += 60.0
    await asyncio.sleep(0.8)
    await slow_server.says('431[{"clientSent":100.0,"serverReceived":5.0,"serverSent":5.0}]')

    exchange = await exchanging
    assert exchange is not None
    assert exchange.client_received == 160.0
    await link.close()
