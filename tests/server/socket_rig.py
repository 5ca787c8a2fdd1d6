"""A server whose events wait until they are let go, and a client that polls, both by hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from syncwatch_server.realtime.engine_socket import EngineSocket
from syncwatch_server.realtime.socket_server import SocketServer
from tests.patience import PATIENCE
from tests.server import raw_socket

_POLL = "/socket.io/?EIO=4&transport=polling"


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


@asynccontextmanager
async def echoing() -> AsyncIterator[Echo]:
    """A server whose events wait."""
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
    try:
        yield echo
    finally:
        echo.gate.set()
        await sockets.close_websockets()
        await sockets.shutdown()
        await runner.cleanup()


async def eventually(condition: Any) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 what is waited for happens in the server
            await asyncio.sleep(0.01)


class Poller:
    """A client that polls, by hand."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url = url
        self._http = http
        self.path = ""
        self.packets: list[str] = []

    async def hello(self) -> Poller:
        """Connect as a client of the protocol does."""
        self.path = _POLL
        opened = json.loads((await self.poll())[0][1:])
        assert opened["upgrades"] == ["websocket"]
        self.path = f"{_POLL}&sid={opened['sid']}"
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
