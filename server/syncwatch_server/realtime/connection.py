"""One client's connection: its events in order, one at a time, and what is sent to it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import msgspec
from engineio.packet import MESSAGE, Packet

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.services.session_service import Origin, Seat

_EVENTS_HELD = 100
"""Events of one connection that wait for their turn, before nothing more is read from it."""

_PACKETS_HELD = 2000
"""Packets that a slow reader may have waiting, before it is cut off; it comes back and gets the session anew."""


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
        cut_off: Callable[[str], Awaitable[None]],
    ) -> None:
        self.sid = sid
        self.origin = origin
        self.seat: Seat | None = None
        self.absent = AppError(ErrorCode.BAD_REQUEST, "join a session first")
        """Why there is no seat; what an event that needs one is answered with."""
        self._socket = eio_socket
        self._work = work
        self._cut_off = cut_off
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
        if self._socket.queue.qsize() >= _PACKETS_HELD:
            self.close()
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

    def close(self) -> None:
        """Disconnect the client."""
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._close())

    async def _close(self) -> None:
        await self._cut_off(self.sid)

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
        self.close()
