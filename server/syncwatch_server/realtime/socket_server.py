"""python-socketio's server, bent where it matters: order, timestamps, strictness, and no compression.

By subclassing only; it leans on names that were stable from engineio 4.3 to 4.15.
*Timestamps*: a ``clock`` packet is stamped as soon as its frame is read and answered on the spot,
before any task is scheduled, so that what the event loop is busy with counts as little as it can.
*Order*: every event is handed over synchronously in the order of arrival; the connection works them off in that order.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from weakref import WeakValueDictionary

import msgspec
import socketio
from aiohttp import WSCloseCode, WSMsgType
from aiohttp.web import WebSocketResponse
from engineio.async_drivers.aiohttp import WebSocket
from socketio import packet as kinds

from syncwatch_core import messages as wire
from syncwatch_server.realtime.wire_json import WirePacket

MESSAGE_LIMIT = 64 * 1024
"""Bytes that a client may send in one message; what the server sends has no limit."""

_CLOCK = re.compile(r'42(\d{1,12})\["clock",(.*)\]', re.DOTALL)


class EventSink(Protocol):
    """Who takes the events of connected clients."""

    async def take_event(self, eio_sid: str, name: object, payloads: list[Any], number: int | None, at: float) -> None:
        """An event that arrived at server time ``at``; ``number`` is the acknowledgement's, None if none is wanted."""


class SocketServer(socketio.AsyncServer):  # type: ignore[misc]  # python-socketio ships no types
    """Hands every event to its ``sink`` in the order of arrival."""

    def __init__(self, now: Callable[[], float], **options: Any) -> None:
        super().__init__(
            async_mode="aiohttp",
            serializer=WirePacket,
            max_http_buffer_size=MESSAGE_LIMIT,
            http_compression=False,
            # A link that is dead shows by the clients' clock exchanges first; this is for who has none.
            ping_interval=10,
            ping_timeout=10,
            **options,
        )
        self._now = now
        self.sink: EventSink | None = None
        self._websockets: WeakValueDictionary[str, WebSocketResponse] = WeakValueDictionary()
        self.eio._async = {**self.eio._async, "websocket": self._driver()}  # noqa: SLF001 there is no other way in

    async def close_websockets(self) -> None:
        """Close every WebSocket as a server that goes away; clients reconnect by themselves."""
        for websocket in list(self._websockets.values()):
            await websocket.close(code=WSCloseCode.GOING_AWAY, message=b"server going down")

    async def cut_off(self, eio_sid: str, *, at_once: bool = False) -> None:
        """Close a client's connection; ``at_once`` what waits to be sent is thrown away, for who reads nothing."""
        engine, websocket = self.eio.sockets.get(eio_sid), self._websockets.get(eio_sid)
        if engine is None:
            return
        await engine.close(wait=False, abort=True, reason=self.reason.SERVER_DISCONNECT)
        # The library only asks the client to close; its writer, told that nothing more comes, does close.
        engine.queue.put_nowait(None)
        if at_once and websocket is not None and websocket._req is not None:  # noqa: SLF001 there is no other way in
            transport = websocket._req.transport  # noqa: SLF001 as above
            if transport is not None:
                transport.abort()

    async def _handle_eio_message(self, eio_sid: str, encoded: str | bytes) -> None:
        at = self._now()
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
            await self.sink.take_event(eio_sid, body[0] if body else None, body[1:], packet.id, at)

    def _driver(self) -> Callable[..., Awaitable[Any]]:
        server = self

        def make(handler: Any, engine: Any) -> PlainWebSocket:
            return PlainWebSocket(handler, engine, server._now, server._websockets)

        return make


class PlainWebSocket(WebSocket):  # type: ignore[misc]  # python-engineio ships no types
    """A WebSocket without compression that answers ``clock`` by itself."""

    def __init__(
        self,
        handler: Any,
        engine: Any,
        now: Callable[[], float],
        websockets: WeakValueDictionary[str, WebSocketResponse],
    ) -> None:
        super().__init__(handler, engine)
        self._now = now
        self._websockets = websockets

    async def __call__(self, environ: dict[str, Any]) -> WebSocketResponse:
        """Speak with one client until it goes."""
        # Compression costs 100 KiB a connection and delays what is tiny anyway.
        self._sock = WebSocketResponse(max_msg_size=self.server.max_http_buffer_size, compress=False)
        await self._sock.prepare(environ["aiohttp.request"])
        # The handler is a method of the client's socket.
        self._websockets[self.handler.__self__.sid] = self._sock
        self.environ = environ
        await self.handler(self)
        return self._sock

    async def wait(self) -> str | bytes:
        """The next packet that is not a well-formed ``clock``."""
        while True:
            message = await self._sock.receive()
            at = self._now()
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                raise OSError("the connection is closed")
            packet: str | bytes = message.data
            exchange = _CLOCK.fullmatch(packet) if isinstance(packet, str) else None
            asked = None if exchange is None else _clock(exchange[2])
            if exchange is None or asked is None:
                return packet
            reply = wire.ClockReply(client_sent=asked.client_sent, server_received=at, server_sent=self._now())
            await self._sock.send_str(f"43{exchange[1]}[{msgspec.json.encode(reply).decode()}]")


def _clock(text: str) -> wire.Clock | None:
    try:
        return msgspec.json.decode(text, type=wire.Clock)
    except msgspec.MsgspecError:
        return None
