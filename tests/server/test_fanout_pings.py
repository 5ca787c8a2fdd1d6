"""Signs of life: who gives none is let go, whoever else there is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from syncwatch_server.realtime.pinger import Pinger
from syncwatch_server.realtime.socket_server import SocketServer
from tests.server import raw_socket
from tests.server.raw_socket import RawSocket
from tests.server.socket_rig import Echo, Poller, echoing, eventually


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    async with echoing() as echo:
        yield echo


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


async def test_fault_at_one_leaves_the_others(caplog: pytest.LogCaptureFixture) -> None:
    """A client that can't be pinged is written down, and the others are asked on."""

    class Broken(Patient):
        def ask_for_life(self) -> None:
            raise ZeroDivisionError

    broken, live = Broken("broken", answers=True), Patient("live", answers=True)
    sockets: dict[str, Any] = {"broken": broken, "live": live}
    pinger = Pinger(0.2, sockets)
    for socket in (broken, live):
        pinger.add(socket)  # type: ignore[arg-type]
    await eventually(lambda: live.asked >= 2)
    pinger.stop()

    assert "a client could not be pinged" in caplog.text


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
