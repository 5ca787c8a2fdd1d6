"""Each WebSocket that a client opens: its first way to speak, or an upgrade from polling."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engineio.packet import NOOP, Packet

from syncwatch_server.realtime.direct_response import DirectResponse
from syncwatch_server.realtime.frames import Kind, frame

if TYPE_CHECKING:
    from aiohttp.web import WebSocketResponse

    from syncwatch_server.realtime.engine_socket import EngineSocket

_PROBE, _PROBED = b"2probe", frame(Kind.TEXT, b"3probe")

_UPGRADES_WITHIN = 10.0
"""Seconds that a client has to upgrade by a WebSocket that it opened for that; Engine.IO's own server gives as many."""


class Upgrade:
    """A client that polled tries a WebSocket: probe, answer, upgrade; nothing is lost between."""

    def __init__(self, socket: EngineSocket) -> None:
        self._socket = socket
        self.response: DirectResponse
        self._probed = False

    def reads(self) -> None:
        """As the socket counts what it takes of one read."""
        self._socket.reads()

    def heard(self, text: bytes) -> None:
        """One of the two packets that make an upgrade, in their order; or, after it, what the client says."""
        socket = self._socket
        if socket.response is self.response:
            socket.heard(text)
        elif socket.upgraded:
            self.response.hang_up()
        elif not self._probed and text == _PROBE:
            self._probed = socket.upgrading = True
            self.response.put(_PROBED)
            # An open poll ends, and the client, which has its answer, does not poll again.
            socket.queue.put_nowait(Packet(NOOP))
        elif self._probed and text[:1] == b"5":
            socket.go_direct(self.response)
        else:
            self.heard_binary()

    def heard_binary(self) -> None:
        """This is no upgrade."""
        if self._socket.response is self.response:
            self._socket.heard_binary()
        else:
            self.give_up()

    def give_up(self) -> None:
        """Close the WebSocket, unless it has become the client's."""
        if self._socket.response is not self.response:
            self._socket.upgrading = False
            self.response.hang_up()


class Driver:
    """What the library makes for each WebSocket that a client opens."""

    def __init__(self, handler: Callable[..., Any], _: object) -> None:
        """``handler`` is the library's, a method of the client's socket, and is not used."""
        self._socket: EngineSocket = handler.__self__  # type: ignore[attr-defined]

    async def __call__(self, environ: dict[str, Any]) -> WebSocketResponse:
        """Speak with the client until it goes."""
        socket = self._socket
        limit = socket.server.max_http_buffer_size
        if socket.connected:
            upgrade = Upgrade(socket)
            response = upgrade.response = DirectResponse(upgrade, limit)
            await response.prepare(environ["aiohttp.request"])
            # Nobody pings it, and the client may be gone without a word.
            asyncio.get_running_loop().call_later(_UPGRADES_WITHIN, upgrade.give_up)
        else:
            response = DirectResponse(socket, limit)
            await response.prepare(environ["aiohttp.request"])
            socket.go_direct(response)
        await response.gone
        if socket.response is response:
            await socket.worked_off()
            await socket.close(wait=False, abort=True, reason=socket.server.reason.TRANSPORT_CLOSE)
        else:
            socket.upgrading = False
        return response
