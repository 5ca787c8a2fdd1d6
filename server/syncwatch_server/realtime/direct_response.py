"""aiohttp's WebSocket without its queues: what comes is heard in the turn of the loop in which it was read.

The frames are aiohttp's to parse. What it found goes to a listener at once instead of into a queue for a task to fetch,
and what is sent goes to the transport at once, or when all that was read has been heard.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

from aiohttp import WSCloseCode, WSMsgType
from aiohttp._websocket.reader import WebSocketDataQueue, WebSocketReader
from aiohttp.http_websocket import WebSocketError
from aiohttp.web import WebSocketResponse

from syncwatch_server.realtime.frames import Kind, close_frame, frame
from syncwatch_server.realtime.loop_turn import loop_turn
from syncwatch_server.realtime.outlet import Outlet

if TYPE_CHECKING:
    from aiohttp.web import BaseRequest

_CLOSES_WITHIN = 1.0
"""Seconds that a client has to close what we close."""


class Listener(Protocol):
    """Who takes what comes."""

    def reads(self) -> None:
        """Something was read, and its messages come next."""

    def heard(self, text: bytes) -> None:
        """A text, in UTF-8 if the client keeps to the rules."""

    def heard_binary(self) -> None:
        """A binary message."""


class DirectResponse(WebSocketResponse[Any]):
    """A WebSocket that nobody reads from: it speaks to its listener."""

    def __init__(self, listener: Listener, limit: int) -> None:
        """``limit``: bytes of a message."""
        # Compression costs 100 KiB a connection and delays what is tiny anyway.
        super().__init__(max_msg_size=limit, compress=False, decode_text=False)
        self._listener = listener
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done once there is nothing more to hear, or nobody wants to."""
        self._peer_gone = False
        self._goodbye: asyncio.Future[None] | None = None
        self.outlet: Outlet
        self._flow: Any = None

    def _post_start(self, request: BaseRequest, protocol: str | None, writer: Any) -> None:
        # In place of aiohttp's own: the same parser before another queue, and no writer.
        del writer
        self._ws_protocol = protocol
        self._flow = request.protocol
        self.outlet = Outlet(request.transport, loop_turn())
        self._parser = WebSocketReader(
            _Inbox(self, self._listener), self._max_msg_size, compress=False, decode_text=False
        )
        request.protocol.set_parser(_Reading(self._parser, self._listener, self.outlet))  # type: ignore[arg-type]  # all that is asked of one
        request.protocol.keep_alive(False)  # noqa: FBT003 its only argument

    # --- what goes -----------------------------------------------------------------------------------

    def put(self, finished: bytes) -> None:
        """Send a finished frame; a reader that is too slow is cut off."""
        self.outlet.put(finished)

    def hang_up(self) -> None:
        """Let whoever waits for ``gone`` close the connection."""
        if not self.gone.done():
            self.gone.set_result(None)

    def abort(self) -> None:
        """End the connection without a word, and throw away what waits to be sent."""
        self.outlet.abort()
        self.hang_up()

    async def close(self, *, code: int = WSCloseCode.OK, message: bytes = b"", drain: bool = True) -> bool:
        """Say goodbye, and give the client a moment to say it too."""
        del drain
        if self._closed or self._flow is None:
            return False
        self._set_closed()
        self.put(close_frame(code, message))
        self.outlet.flush()
        self.hang_up()
        if not self._peer_gone:
            self._goodbye = asyncio.get_running_loop().create_future()
            await asyncio.wait([self._goodbye], timeout=_CLOSES_WITHIN)
        if self._peer_gone:
            self._finish()
        else:
            self.outlet.abort()
        self._parser = None
        return True

    def _finish(self) -> None:
        """Close once all is sent; who does not read it must not keep it in our memory."""
        transport = self.outlet.transport
        transport.close()
        if transport.get_write_buffer_size():
            asyncio.get_running_loop().call_later(_CLOSES_WITHIN, transport.abort)

    def pause(self) -> None:
        """Read nothing more for now."""
        self._flow.pause_reading()

    def resume(self) -> None:
        """Read again."""
        if self._flow._reading_paused:  # noqa: SLF001 as above
            self._flow.resume_reading()

    # --- what comes, from the parser -----------------------------------------------------------------

    def came(self, message: Any) -> None:
        """Anything but a text: a binary message, or a control frame."""
        kind = message.type
        if kind is WSMsgType.BINARY:
            self._listener.heard_binary()
        elif kind is WSMsgType.PING:
            self.put(frame(Kind.PONG, message.data))
        elif kind is WSMsgType.CLOSE:
            self.over()

    def over(self) -> None:
        """The client says goodbye, or is gone."""
        self._peer_gone = True
        if self._goodbye is not None and not self._goodbye.done():
            self._goodbye.set_result(None)
        self.hang_up()

    def broke(self, fault: BaseException) -> None:
        """The client broke the rules of WebSockets, and is told which; or our listener stumbled."""
        if not isinstance(fault, WebSocketError):
            told = {"message": "what came by a WebSocket could not be handled", "exception": fault}
            asyncio.get_running_loop().call_exception_handler(told)
        elif not self._closed:
            self._set_closed()
            self.put(close_frame(fault.code))
            self.outlet.flush()
            self._finish()
        self.over()


class _Reading:
    """The parser; what the client is sent while something that it sent is being heard goes out in one piece."""

    __slots__ = ("_begin", "_outlet", "_parse", "feed_eof")

    def __init__(self, parser: WebSocketReader, listener: Listener, outlet: Outlet) -> None:
        self._begin = listener.reads
        self._parse = parser.feed_data
        self._outlet = outlet
        self.feed_eof = parser.feed_eof

    def feed_data(self, received: bytes) -> tuple[bool, bytes]:
        """Something was read."""
        self._begin()
        outlet = self._outlet
        outlet.is_holding = True
        try:
            return self._parse(received)
        finally:
            outlet.let_go()


class _Inbox(WebSocketDataQueue):
    """Where the parser puts what it found."""

    def __init__(self, response: DirectResponse, listener: Listener) -> None:
        super().__init__(response._flow, 0, loop=asyncio.get_running_loop())  # noqa: SLF001 two halves of one thing
        self._response = response
        self._hear = listener.heard

    def take(self, message: Any, size: int) -> None:
        """Something came."""
        del size
        if message.type is WSMsgType.TEXT:
            self._hear(message.data)
        else:
            self._response.came(message)

    def feed_eof(self) -> None:
        """Nothing more will."""
        self._response.over()

    def set_exception(self, exc: BaseException, exc_cause: BaseException = ...) -> None:  # type: ignore[assignment]
        """What came is no WebSocket's."""
        del exc_cause
        self._response.broke(exc)


# Under the name that the parser calls it by.
setattr(_Inbox, "feed_data", _Inbox.take)  # noqa: B010 a name that is not ours to give
