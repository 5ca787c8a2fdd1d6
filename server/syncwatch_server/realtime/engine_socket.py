"""One client as Engine.IO knows it: by polling as the library has it, by WebSocket without its tasks and queues.

Every socket of the library is made one of these as soon as it is there, so that the rest of the library goes on working
with it. It leans on the attributes of ``engineio.async_socket.AsyncSocket``, which were stable from 4.3 to 4.15;
tests/server/test_fanout_sockets.py fails where an update moves them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

from engineio.async_socket import AsyncSocket
from engineio.packet import NOOP, Packet

from syncwatch_server.realtime import at_once
from syncwatch_server.realtime.frames import Kind, frame

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from syncwatch_server.realtime.direct_response import DirectResponse

_WAITING = 100
"""Messages of a client that wait for their turn, beyond which nothing more is read from it."""

_IN_A_TURN = 100
"""Messages of one read that a client may have taken one after the other, before everybody else has a turn.

At some 20 µs each; what a client may send in a second is limited elsewhere.
"""

_CLOSE, _PONG, _MESSAGE = b"134"
_MEANINGLESS = b"0256"
"""Packets that are only a server's to send, or come too late; nobody minds them."""

_PING = frame(Kind.TEXT, b"2")
_GOODBYE = frame(Kind.TEXT, b"1")


class MessageTaker(Protocol):
    """Who takes what clients say."""

    def take(self, socket: EngineSocket, message: bytes) -> Coroutine[Any, Any, None] | None:
        """A packet of Socket.IO; what is given back has to be done before the next is taken."""

    def ping(self, socket: EngineSocket) -> None:
        """The socket wants to be asked from time to time whether it is still there."""

    async def cut_off(self, eio_sid: str, *, at_once: bool = False) -> None:
        """Close a client's connection."""


class EngineSocket(AsyncSocket):  # type: ignore[misc]  # python-engineio ships no types
    """A client's socket, from its first request to its end."""

    taker: MessageTaker
    response: DirectResponse | None
    """Its WebSocket, once it hears by that; None while it polls."""
    queue: asyncio.Queue[Packet | None]
    """What waits for a poll; the library's, as are the next five."""
    connected: bool
    closing: bool
    closed: bool
    upgrading: bool
    last_ping: float | None
    """When it was asked for a sign of life, ``time.time()``; None once it has given one."""
    _going: asyncio.Task[None] | None
    _ending: asyncio.Task[None] | None
    _waiting: deque[bytes] | None
    _taken: int

    @classmethod
    def adopt(cls, socket: AsyncSocket, taker: MessageTaker) -> None:
        """Make one of a socket that the library has just made."""
        socket.__class__ = cls
        socket.taker = taker
        socket.response = None
        socket._going = None  # noqa: SLF001 it is one of us by now
        socket._ending = socket._waiting = None  # noqa: SLF001 as above
        socket._taken = 0  # noqa: SLF001 as above

    # --- what goes -----------------------------------------------------------------------------------

    async def send(self, pkt: Packet) -> None:
        """Send a packet of the library's."""
        if self.response is None:
            await super().send(pkt)
        elif not self.closed:
            self.response.put(frame(Kind.TEXT, pkt.encode().encode()))

    def ask_for_life(self) -> None:
        """Send a ping."""
        if self.response is not None:
            self.response.put(_PING)
        else:
            self.queue.put_nowait(Packet(2))

    def schedule_ping(self) -> None:
        """It has just given a sign of life; called by the library, which would begin a task here."""
        self.last_ping = None
        self.taker.ping(self)

    async def close(self, wait: bool = True, abort: bool = False, reason: Any = None) -> None:  # noqa: FBT001, FBT002
        """End it; ``abort`` without Engine.IO's goodbye."""
        if self.response is None:
            await super().close(wait=wait, abort=abort, reason=reason)
            return
        if self.closing:
            return
        self.closing = True
        reason = reason or self.server.reason.SERVER_DISCONNECT
        await self.server._trigger_event("disconnect", self.sid, reason, run_async=False)  # noqa: SLF001 as the library
        if not abort:
            self.response.put(_GOODBYE)
        self.response.outlet.is_shut = True
        self.closed = True
        self.response.hang_up()

    def hang_up(self, *, at_once: bool = False) -> None:
        """Close what was ended; ``at_once`` what waits to be sent is thrown away."""
        if self.response is None:
            # The library only asks the client to close; a poll, told that nothing more comes, ends.
            self.queue.put_nowait(None)
        elif at_once:
            self.response.abort()
        else:
            self.response.hang_up()

    # --- what comes by WebSocket ----------------------------------------------------------------------

    def go_direct(self, response: DirectResponse) -> None:
        """From now on everything goes by this WebSocket, what waits in the library's queue first."""
        has_polled = self.connected
        self.response = response
        self.connected = self.upgraded = True
        self.upgrading = False
        waiting = self.queue
        while not waiting.empty():
            packet = waiting.get_nowait()
            if packet is not None:
                response.put(frame(Kind.TEXT, packet.encode().encode()))
        if has_polled:
            # A poll of a client that did not wait for its answer ends by this.
            waiting.put_nowait(Packet(NOOP))
        else:
            # A queue of asyncio costs 3 KiB, and nothing goes this way.
            del self.queue
        if self.closing:
            # It was ended before it had this WebSocket.
            response.hang_up()

    def reads(self) -> None:
        """Something was read, and its messages come next."""
        self._taken = 0

    def heard(self, text: bytes) -> None:
        """A packet of Engine.IO."""
        if self.closing:
            return
        self._taken += 1
        if self._going is None and self._waiting is None and self._taken <= _IN_A_TURN:
            if text[:1] == b"4":  # a message, as nearly all are
                self._hand_on(text)
            else:
                self._take(text)
        elif text[:1] == b"3":
            self.last_ping = None
        else:
            self._put_in_line(text)

    def heard_binary(self) -> None:
        """What no client of ours says."""
        self._end(self.taker.cut_off(self.sid))

    async def worked_off(self) -> None:
        """Wait until all that was heard has been taken."""
        while self._going is not None or (self._waiting and not self.closing):
            await (asyncio.sleep(0) if self._going is None else asyncio.wait([self._going]))

    def _take(self, text: bytes) -> None:
        kind = text[0] if text else None
        if kind == _MESSAGE:
            self._hand_on(text)
        elif kind == _PONG:
            self.last_ping = None
        elif kind == _CLOSE:
            self._end(self.close(wait=False, abort=True, reason=self.server.reason.CLIENT_DISCONNECT))
        elif kind is None or kind not in _MEANINGLESS:
            self.heard_binary()

    def _hand_on(self, message: bytes) -> None:
        try:
            work = self.taker.take(self, message)
            self._going = None if work is None else at_once.begin(work)
        except Exception:
            self.server.logger.exception("a packet could not be handled")
            self._end(self.taker.cut_off(self.sid))
        if self._going is not None:
            self._going.add_done_callback(self._go_on)

    def _end(self, ending: Coroutine[Any, Any, None]) -> None:
        self._ending = at_once.begin(ending)

    def _put_in_line(self, text: bytes) -> None:
        if self._waiting is None:
            self._waiting = deque()
            if self._going is None:
                asyncio.get_running_loop().call_soon(self._work_off)
        self._waiting.append(text)
        if len(self._waiting) == _WAITING and self.response is not None:
            self.response.pause()

    def _go_on(self, done: asyncio.Task[None]) -> None:
        self._going = None
        if not done.cancelled() and (fault := done.exception()) is not None:
            self.server.logger.error("a packet could not be handled", exc_info=fault)
            self._end(self.taker.cut_off(self.sid))
        if self._waiting is not None:
            self._work_off()

    def _work_off(self) -> None:
        """Take what waits, until something has to be waited for, or others have a turn."""
        waiting = self._waiting
        for _ in range(_IN_A_TURN):
            if not waiting or self._going is not None or self.closing:
                break
            self._take(waiting.popleft())
        if self._going is not None:
            return
        if waiting and not self.closing:
            asyncio.get_running_loop().call_soon(self._work_off)
            return
        self._waiting = None
        if self.response is not None:
            self.response.resume()
