"""One client's connection: its events in order, one at a time, and what is sent to it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

import msgspec

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.live.counts import ACKNOWLEDGEMENT
from syncwatch_server.realtime import at_once
from syncwatch_server.realtime.allowance import Allowance
from syncwatch_server.realtime.engine_socket import EngineSocket
from syncwatch_server.realtime.frames import message_frame, packet_of
from syncwatch_server.realtime.outlet import BYTES_HELD, Outlet
from syncwatch_server.realtime.socket_server import SocketServer
from syncwatch_server.services.session_service import Origin, Seat

_EVENTS_HELD = 100
"""Events of one connection that wait for their turn, before nothing more is read from it."""

_TOLD_AGAIN_AFTER = 10.0
"""Seconds until a client that sends too much is told so again, where it wants no answers."""

_CLOSES_WITHIN = 1.0
"""Seconds in which a client that was told to go closes its connection by itself."""


class Event(NamedTuple):
    """What a client sent."""

    name: object
    payloads: list[Any]
    number: int | None
    """Of the acknowledgement; None if none is wanted."""
    at: float
    """Server time of arrival."""
    command: wire.ClientEvent | None = None
    """The event as it was read on arrival; None if it has to be read from ``payloads``."""


class Connection:
    """A connected client, seated or not."""

    __slots__ = (
        "_allowance",
        "_begin",
        "_bytes_held",
        "_closing",
        "_events",
        "_outlet",
        "_server",
        "_socket",
        "_told_at",
        "_worker",
        "absent",
        "origin",
        "seat",
        "sid",
    )

    def __init__(
        self,
        sid: str,
        eio_socket: EngineSocket,
        origin: Origin,
        *,
        begin: Callable[[Connection, Event], Coroutine[Any, Any, None] | None],
        server: SocketServer,
        allowance: Allowance | None = None,
    ) -> None:
        """``begin`` does what an event asks for, as far as nothing has to be waited for, and gives what is left."""
        self.sid = sid
        self.origin = origin
        self.seat: Seat | None = None
        self.absent = AppError(ErrorCode.BAD_REQUEST, "join a session first")
        """Why there is no seat; what an event that needs one is answered with."""
        self._socket = eio_socket
        self._begin = begin
        self._server = server
        self._allowance = allowance
        self._told_at = float("-inf")
        self._bytes_held = 0
        self._events: deque[Event] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._outlet: Outlet | None = None
        self._closing: asyncio.Task[None] | None = None

    # --- what comes ----------------------------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """Whether so many events wait that nothing more is to be read from the client."""
        return len(self._events) > _EVENTS_HELD

    def take(self, event: Event, size: int) -> None:
        """Put an event of ``size`` bytes in line; where none is before it, it is begun at once."""
        if self._allowance is not None and not self._allows(event, size):
            return
        if self._worker is not None:
            self._events.append(event)
            return
        rest = self._begin(self, event)
        if rest is not None:
            self._worker = at_once.begin(self._work_off(rest))

    def tell_time(self, event: Event, asked: wire.Clock, size: int, now: Callable[[], float]) -> None:
        """Answer an exchange of the clock on the spot, whatever else waits."""
        if self._allows(event, size) and event.number is not None:
            reply = wire.ClockReply(client_sent=asked.client_sent, server_received=event.at, server_sent=now())
            self.acknowledge(event, reply)
            if self._socket.response is not None:
                # Until the end of the turn it would be older than it says.
                self._socket.response.outlet.flush()

    def _allows(self, event: Event, size: int) -> bool:
        if self._allowance is None or not (wait := self._allowance.spend(size, event.at)):
            return True
        self._refuse(event, wait)
        return False

    def _refuse(self, event: Event, wait: float) -> None:
        message = f"too much at once; try again in {max(1, round(wait))} s"
        self._server.counts.refuse("socket", ErrorCode.RATE_LIMITED.value)
        if event.number is not None:
            refusal = AppError(ErrorCode.RATE_LIMITED, message, retry_after=max(0.001, round(wait, 3)))
            self.acknowledge(event, wire.refusal(refusal))
        elif event.at >= self._told_at + _TOLD_AGAIN_AFTER:
            self._told_at = event.at
            self.tell(wire.Notice(code=ErrorCode.RATE_LIMITED.value, message=message))

    async def worked_off(self) -> None:
        """Wait until every event has been handled."""
        while self._worker is not None:
            await asyncio.wait([self._worker])

    async def _work_off(self, rest: Coroutine[Any, Any, None]) -> None:
        """Finish what was begun, and do what has come in line behind it."""
        try:
            await rest
            while self._events:
                left = self._begin(self, self._events.popleft())
                if left is not None:
                    await left
        finally:
            self._worker = None

    # --- what goes -----------------------------------------------------------------------------------

    def send(self, message: bytes) -> None:
        """Send a message as ``message_frame`` makes it."""
        outlet = self._outlet
        if outlet is None:
            self._send_somehow(message)
        elif not outlet.is_shut:
            outlet.put(message)

    def _send_somehow(self, message: bytes) -> None:
        """Send it to who polls, or has opened a WebSocket since the last message, or is about to go."""
        socket = self._socket
        if socket.closing or self._closing is not None:
            return
        if socket.response is not None:
            # From now on there is less to ask: a message goes to thousands.
            self._outlet = socket.response.outlet
            self._outlet.put(message)
        elif self._may_hold(len(message)):
            socket.queue.put_nowait(packet_of(message))
        else:
            self._close(self._server.cut_off(socket.sid, at_once=True))

    def _may_hold(self, size: int) -> bool:
        """Whether one more message of that size may wait for a client that polls."""
        held = 0 if self._socket.queue.empty() else self._bytes_held
        self._bytes_held = held + size
        return held <= BYTES_HELD

    def acknowledge(self, event: Event, answer: wire.Done | wire.Refused) -> None:
        """Answer an event, if it wants an answer."""
        if event.number is not None:
            self._say(b"3%d[%b]" % (event.number, msgspec.json.encode(answer)), ACKNOWLEDGEMENT)

    def tell(self, message: wire.ServerMessage) -> None:
        """Send a message to this client alone."""
        self._say(b'2["%b",%b]' % (message.event.encode(), msgspec.json.encode(message)), message.event)

    def _say(self, payload: bytes, name: str) -> None:
        counts = self._server.counts
        counts.sent[name] += 1
        counts.bytes_sent += len(payload)
        self.send(message_frame(payload))

    def let_go(self) -> None:
        """Answer a poll that is open: the library leaves it hanging when the client goes, until a time-out."""
        if self._socket.response is None:
            self._socket.queue.put_nowait(None)

    def _close(self, closing: Coroutine[Any, Any, None]) -> None:
        self._outlet = None
        self._closing = asyncio.get_running_loop().create_task(closing)

    async def _dismiss(self) -> None:
        # Clients do not reconnect by themselves after Socket.IO's own disconnect, as they do after a broken connection.
        await self._server.disconnect(self.sid)
        await asyncio.sleep(_CLOSES_WITHIN)
        await self._server.cut_off(self._socket.sid)

    # --- the seat --------------------------------------------------------------------------------------

    def dismissed(self, reason: wire.ServerMessage) -> None:
        """The seat is lost: the participant was removed, or the session is over."""
        self.seat = None
        if isinstance(reason, wire.Kicked):
            self.absent = AppError(ErrorCode.KICKED, reason.reason)
        elif isinstance(reason, wire.SessionEnded):
            self.absent = AppError(ErrorCode.ENDED, f"the session is over: {reason.reason}")

    def superseded(self) -> None:
        """Another connection has taken the seat."""
        self.seat = None
        self.tell(wire.Notice(code="superseded", message="you joined from another place, which takes over from here"))
        if self._closing is None:
            self._close(self._dismiss())
