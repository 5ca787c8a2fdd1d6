"""python-socketio's server, bent where it matters: order, timestamps, strictness, and no compression.

It leans on names of the libraries that were stable from engineio 4.3 to 4.15.
*Timestamps*: a ``clock`` packet is stamped as soon as its frame is read and answered on the spot,
before any task is scheduled, so that what the event loop is busy with counts as little as it can.
*Order*: every event is handed over synchronously in the order of arrival; the connection works them off in that order.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import msgspec
import socketio
from aiohttp import WSCloseCode
from socketio import packet as kinds

from syncwatch_core import messages as wire
from syncwatch_server.live.counts import Counts
from syncwatch_server.realtime.allowance import Allowance
from syncwatch_server.realtime.client_manager import ClientManager
from syncwatch_server.realtime.engine_socket import EngineSocket
from syncwatch_server.realtime.pinger import Pinger
from syncwatch_server.realtime.websocket_driver import Driver
from syncwatch_server.realtime.wire_json import WirePacket

MESSAGE_LIMIT = 64 * 1024
"""Bytes that a client may send in one message; what the server sends has no limit."""

_EVENT = re.compile(rb'42(\d{0,12})\["([a-z-]{1,32})",(\{.*\})\]', re.DOTALL)

_DECODERS = {name.encode(): msgspec.json.Decoder(kind) for name, kind in wire.CLIENT_EVENTS.items()}


class EventSink(Protocol):
    """Who takes the events of connected clients."""

    async def take_event(
        self, eio_sid: str, name: object, payloads: list[Any], number: int | None, at: float, size: int
    ) -> None:
        """An event of ``size`` bytes that arrived at server time ``at``.

        ``number`` is the acknowledgement's, None if none is wanted.
        """

    def take_command(self, eio_sid: str, command: wire.ClientEvent, number: int | None, at: float, size: int) -> bool:
        """The same of an event that is read already; False if it has to wait, and nothing was done."""


class SocketServer(socketio.AsyncServer):  # type: ignore[misc]  # python-socketio ships no types
    """Hands every event to its ``sink`` in the order of arrival."""

    def __init__(
        self, now: Callable[[], float], counts: Counts | None = None, *, limited: bool = False, **options: Any
    ) -> None:
        """``limited``: a client may send only so much."""
        super().__init__(
            client_manager=ClientManager(),
            async_mode="aiohttp",
            serializer=WirePacket,
            max_http_buffer_size=MESSAGE_LIMIT,
            http_compression=False,
            # A link that is dead shows by the clients' clock exchanges first; this is for who has none.
            ping_interval=10,
            ping_timeout=10,
            # The library would begin a task and a timer for each client.
            monitor_clients=False,
            **options,
        )
        self._now = now
        self.counts = counts or Counts()
        self._limited = limited
        self.sink: EventSink | None = None
        self.eio._async = {**self.eio._async, "websocket": Driver}  # noqa: SLF001 there is no other way in
        self._pinger = Pinger(self.eio.ping_interval, self.eio.sockets)

    async def close_websockets(self) -> None:
        """Close every WebSocket as a server that goes away; clients reconnect by themselves."""
        going = [socket.response for socket in self.eio.sockets.values() if socket.response is not None]
        await asyncio.gather(
            *(response.close(code=WSCloseCode.GOING_AWAY, message=b"server going down") for response in going)
        )

    async def shutdown(self) -> None:
        """Stop what goes on by itself."""
        self._pinger.stop()
        await super().shutdown()

    async def cut_off(self, eio_sid: str, *, at_once: bool = False) -> None:
        """Close a client's connection; ``at_once`` what waits to be sent is thrown away, for who reads nothing."""
        socket = self.eio.sockets.get(eio_sid)
        if socket is not None:
            await socket.close(wait=False, abort=True, reason=self.reason.SERVER_DISCONNECT)
            socket.hang_up(at_once=at_once)

    def ping(self, socket: EngineSocket) -> None:
        """Ask the client from time to time whether it is still there."""
        self._pinger.add(socket)

    def take(self, socket: EngineSocket, message: bytes) -> Coroutine[Any, Any, None] | None:
        """A packet of a client that has a WebSocket; what is given back has to be done before the next is taken."""
        at = self._now()
        found = _EVENT.fullmatch(message)
        if found is not None and self.sink is not None:
            number, name, payload = found.groups()
            command = _decoded(name, payload)
            if command is not None:
                given, size = int(number) if number else None, len(message) - 1
                if self.sink.take_command(socket.sid, command, given, at, size):
                    self.counts.bytes_received += size
                    return None
        try:
            return self._handle_eio_message(socket.sid, message[1:].decode())
        except UnicodeDecodeError:
            return self.cut_off(socket.sid)

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        EngineSocket.adopt(self.eio.sockets[eio_sid], self)
        await super()._handle_eio_connect(eio_sid, environ)

    async def _handle_eio_message(self, eio_sid: str, encoded: str | bytes) -> None:
        at = self._now()
        self.counts.bytes_received += len(encoded)
        try:
            packet = self.packet_class(encoded_packet=encoded) if isinstance(encoded, str) and encoded else None
        except (ValueError, RecursionError):
            packet = None
        if packet is None or packet.packet_type not in (kinds.CONNECT, kinds.DISCONNECT, kinds.EVENT, kinds.ACK):
            await self.cut_off(eio_sid)
        elif packet.packet_type == kinds.CONNECT:
            await self._handle_connect(eio_sid, packet.namespace, packet.data)
        elif packet.packet_type == kinds.DISCONNECT:
            await self._handle_disconnect(eio_sid, packet.namespace, self.reason.CLIENT_DISCONNECT)
        elif packet.packet_type == kinds.EVENT and self.sink is not None and packet.namespace in (None, "/"):
            body = packet.data if isinstance(packet.data, list) else [None]
            await self.sink.take_event(eio_sid, body[0] if body else None, body[1:], packet.id, at, len(encoded))

    def allowance(self) -> Allowance | None:
        """What one more client may send; None: as much as it likes."""
        return Allowance(self._now()) if self._limited else None


def _decoded(name: bytes, payload: bytes) -> wire.ClientEvent | None:
    """The event, where it is as it should be; else it is looked at again, to say what is wrong."""
    decoder = _DECODERS.get(name)
    if decoder is None or b"\\u" in payload:
        # It may escape half of a surrogate pair, which ``messages.read`` refuses.
        return None
    try:
        return decoder.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
