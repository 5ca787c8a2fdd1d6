"""One client's connection: its events in order, one at a time, and what is sent to it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NamedTuple

import msgspec
from engineio.packet import MESSAGE, Packet

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.realtime.socket_server import SocketServer
from syncwatch_server.services.session_service import Origin, Seat

_EVENTS_HELD = 100
"""Events of one connection that wait for their turn, before nothing more is read from it."""

_BYTES_HELD = 8 * 2**20
"""Bytes that a slow reader may have waiting, before it is cut off; it comes back and gets the session anew."""

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


class Connection:
    """A connected client, seated or not."""

    def __init__(
        self,
        sid: str,
        eio_socket: Any,
        origin: Origin,
        *,
        work: Callable[[Connection, Event], Awaitable[None]],
        server: SocketServer,
    ) -> None:
        self.sid = sid
        self.origin = origin
        self.seat: Seat | None = None
        self.absent = AppError(ErrorCode.BAD_REQUEST, "join a session first")
        """Why there is no seat; what an event that needs one is answered with."""
        self._socket = eio_socket
        self._work = work
        self._server = server
        self._bytes_held = 0
        self._events: deque[Event] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None

    # --- what comes ----------------------------------------------------------------------------------

    async def take(self, event: Event) -> None:
        """Put an event in line; while too many wait, nothing more is read from the client."""
        self._events.append(event)
        if self._worker is None:
            self._worker = asyncio.get_running_loop().create_task(self._work_off())
        if len(self._events) > _EVENTS_HELD:
            await asyncio.shield(self._worker)

    async def worked_off(self) -> None:
        """Wait until every event has been handled."""
        if self._worker is not None:
            await asyncio.shield(self._worker)

    async def _work_off(self) -> None:
        while self._events:
            await self._work(self, self._events.popleft())
        self._worker = None

    # --- what goes -----------------------------------------------------------------------------------

    def send(self, packet: Packet) -> None:
        """Queue a finished packet."""
        if self._socket.closed or self._socket.closing or self._closing is not None:
            return
        if self._socket.queue.empty():
            self._bytes_held = 0
        self._bytes_held += len(packet.data)
        if self._bytes_held > _BYTES_HELD:
            self._close(self._server.cut_off(self._socket.sid, at_once=True))
            return
        self._socket.queue.put_nowait(packet)

    def acknowledge(self, event: Event, answer: wire.Done | wire.Refused) -> None:
        """Answer an event, if it wants an answer."""
        if event.number is not None:
            self.send(Packet(MESSAGE, f"3{event.number}[{msgspec.json.encode(answer).decode()}]"))

    def tell(self, message: wire.ServerMessage) -> None:
        """Send a message to this client alone."""
        self.send(Packet(MESSAGE, f'2["{message.event}",{msgspec.json.encode(message).decode()}]'))

    def let_go(self) -> None:
        """Answer a poll that is open: the library leaves it hanging when the client goes, until a time-out."""
        if not self._socket.upgraded:
            self._socket.queue.put_nowait(None)

    def _close(self, closing: Coroutine[Any, Any, None]) -> None:
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
