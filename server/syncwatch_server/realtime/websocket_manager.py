"""WebSocketManager: the events of connected clients to the services, and their answers back. Knows transport only."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from socketio.exceptions import ConnectionRefusedError as Refusal

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.watch_session import LoseSeat
from syncwatch_server.live.limits import TokenBuckets
from syncwatch_server.realtime.connection import Connection, Event
from syncwatch_server.request_id import REQUEST_ID
from syncwatch_server.services.credentials import new_id
from syncwatch_server.services.session_service import Origin, Seat, SessionService

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from syncwatch_server.realtime.fanout import Fanout
    from syncwatch_server.realtime.socket_server import SocketServer
    from syncwatch_server.server_clock import ServerClock
    from syncwatch_server.services.steps import Step

_LOSE_AGAIN_AFTER = 1.0
"""Seconds until a lost connection is noted again while the database can't be read."""


_READ: list[Any] = []
"""The payloads of an event that is read already; nobody looks at them."""

_NO_COMMANDS = frozenset({wire.Clock, wire.JoinSession, wire.CreateSession, wire.ClientError})
"""Events that a session does not take."""


class WebSocketManager:
    """Connections, and what they send."""

    def __init__(
        self,
        server: SocketServer,
        sessions: SessionService,
        fanout: Fanout,
        clock: ServerClock,
        log: FilteringBoundLogger,
        creations: TokenBuckets | None = None,
    ) -> None:
        self._server = server
        self._counts = server.counts
        self._creations = creations
        self._sessions = sessions
        self._fanout = fanout
        self._clock = clock
        self._log = log
        self._connections: dict[str, Connection] = {}
        self._losing: set[asyncio.Task[None]] = set()
        self._fault_reports = TokenBuckets(capacity=10, refill=6.0, now=clock.now)
        server.sink = self
        server.on("connect", self.handle_connection)
        server.on("disconnect", self.handle_disconnection)

    # --- coming ------------------------------------------------------------------------------------------

    async def handle_connection(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        """A client connects; refused unless it speaks a protocol that this server speaks."""
        named = auth.get("protocol") if isinstance(auth, dict) else None
        spoken = {"code": ErrorCode.PROTOCOL.value, "protocols": wire.PROTOCOLS}
        if isinstance(named, bool) or named not in wire.PROTOCOLS:
            raise Refusal(f"this server speaks protocol {wire.PROTOCOL}, and the client does not", spoken)
        try:
            said = wire.read(wire.ConnectAuth, auth)
        except AppError as refusal:
            raise Refusal(refusal.message, {"code": refusal.code.value}) from None
        eio_sid = self._server.manager.eio_sid_from_sid(sid, "/")
        opened_by = environ["aiohttp.request"]
        self._connections[eio_sid] = Connection(
            sid,
            self._server.eio.sockets[eio_sid],
            Origin(opened_by.remote or "", said.platform, opened_by.get(REQUEST_ID) or new_id()),
            begin=self._begin,
            server=self._server,
            allowance=self._server.allowance(),
        )
        self._counts.connections = len(self._connections)
        self._counts.connected += 1

    async def handle_join_session(self, connection: Connection, request: wire.JoinSession) -> wire.Done:
        """Somebody takes a seat, or theirs again."""
        seat = connection.seat
        if seat is not None:
            live = await self._sessions.find(request.code, connection.origin.address)
            known = seat.live.newest.members.get(seat.participant_id)
            if live is not seat.live or known is None or request.participant_token is None:
                raise AppError(ErrorCode.BAD_REQUEST, "you are in a session already; leave it first")
        return await self._sessions.join_session(
            request, connection.origin, lambda taken: self._seat(connection, taken)
        )

    async def _create_session(self, connection: Connection, request: wire.CreateSession) -> wire.Done:
        if connection.seat is not None:
            raise AppError(ErrorCode.BAD_REQUEST, "you are in a session already; leave it first")
        if self._creations is not None:
            self._creations.spend(connection.origin.address, "new sessions")
        return await self._sessions.create_session(
            request, connection.origin, lambda taken: self._seat(connection, taken)
        )

    def _seat(self, connection: Connection, seat: Seat) -> None:
        before = connection.seat
        if before is not None and before != seat:
            self._fanout.unseat(before.live.shown.session_id, before.participant_id, connection)
        connection.seat = seat
        self._fanout.seat(seat.live.newest.session_id, seat.participant_id, connection)

    # --- what they send --------------------------------------------------------------------------------------

    async def take_event(
        self, eio_sid: str, name: object, payloads: list[Any], number: int | None, at: float, size: int
    ) -> None:
        """An event of a client, in the order of arrival."""
        self._counts.receive(name)
        connection = self._connections.get(eio_sid)
        if connection is None:
            await self._server.cut_off(eio_sid)
            return
        connection.take(Event(name, payloads, number, at), size)
        if connection.is_busy:
            await connection.worked_off()

    def take_command(self, eio_sid: str, command: wire.ClientEvent, number: int | None, at: float, size: int) -> bool:
        """An event that is read already; False if it has to wait, and nothing was done."""
        connection = self._connections.get(eio_sid)
        if connection is None or connection.is_busy:
            return False
        self._counts.received[command.event] += 1
        event = Event(command.event, _READ, number, at, command)
        if type(command) is wire.Clock:
            # What waits in line before it must not make the clock wait.
            connection.tell_time(event, command, size, self._clock.now)
        else:
            connection.take(event, size)
        return True

    def _begin(self, connection: Connection, event: Event) -> Coroutine[Any, Any, None] | None:
        """Do what an event asks for and acknowledge it, at once if nothing has to be waited for; else what is left."""
        seat, command = connection.seat, event.command
        if seat is None or command is None or type(command) in _NO_COMMANDS:
            return self._finish(connection, event, self._answer(connection, event))
        answer: wire.Done | wire.Refused
        try:
            step = self._sessions.begin_in_seat(seat, command)
            if step is None:
                return self._finish(connection, event, self._answer(connection, event))
            if not step.is_settled:
                return self._finish(connection, event, self._stored(seat, command, step))
            answer = self._sessions.answer_in_seat(seat, step)
            if type(command) is wire.Status:
                self._look_at(seat, command)
        except Exception as fault:  # noqa: BLE001 whoever waits is answered, whatever happened
            answer = self._refusal(connection, event, fault)
        connection.acknowledge(event, answer)
        return None

    async def _finish(self, connection: Connection, event: Event, answering: Coroutine[Any, Any, wire.Done]) -> None:
        answer: wire.Done | wire.Refused
        try:
            answer = await answering
        except Exception as fault:  # noqa: BLE001 as above
            answer = self._refusal(connection, event, fault)
        connection.acknowledge(event, answer)

    def _refusal(self, connection: Connection, event: Event, fault: Exception) -> wire.Refused:
        if isinstance(fault, AppError):
            self._counts.refuse("socket", fault.code.value)
            return wire.refusal(fault)
        request_id = new_id()
        self._log.error(
            "an event could not be handled",
            event_name=str(event.name)[:64],
            request=request_id,
            connection=connection.origin.connection,
            exc_info=fault,
        )
        message = f"something went wrong in the server (request {request_id})"
        self._counts.refuse("socket", ErrorCode.SERVER_ERROR.value)
        return wire.refusal(AppError(ErrorCode.SERVER_ERROR, message))

    async def _answer(self, connection: Connection, event: Event) -> wire.Done:
        kind = wire.CLIENT_EVENTS.get(event.name) if isinstance(event.name, str) else None
        if kind is None:
            raise AppError(ErrorCode.BAD_REQUEST, f"there is no event {str(event.name)[:64]!r}")
        command = event.command
        if command is None:
            # An event without an object means one whose fields are all left out.
            command = wire.read(kind, event.payloads[0] if event.payloads and event.payloads[0] is not None else {})
        if isinstance(command, wire.Clock):
            return wire.ClockReply(
                client_sent=command.client_sent, server_received=event.at, server_sent=self._clock.now()
            )
        if isinstance(command, wire.JoinSession):
            return await self.handle_join_session(connection, command)
        if isinstance(command, wire.CreateSession):
            return await self._create_session(connection, command)
        if isinstance(command, wire.ClientError):
            return self._note_fault(connection, command)
        return await self.handle_video_events(connection, command)

    async def handle_video_events(self, connection: Connection, command: wire.ClientEvent) -> wire.Done:
        """A command or a report of somebody in a session."""
        seat = connection.seat
        if seat is None:
            raise connection.absent
        if isinstance(command, wire.LeaveSession):
            await self._sessions.leave_session(seat, lambda: self._left(connection, seat))
            return wire.Done()
        done = await self._sessions.act_in_seat(seat, command)
        if isinstance(command, wire.Status):
            self._look_at(seat, command)
        return done

    async def _stored(self, seat: Seat, command: wire.ClientEvent, step: Step) -> wire.Done:
        await step.settled()
        done = self._sessions.answer_in_seat(seat, step)
        if isinstance(command, wire.Status):
            self._look_at(seat, command)
        return done

    def _look_at(self, seat: Seat, report: wire.Status) -> None:
        self._counts.report(report)
        self._sessions.videos.see_to(seat.live, seat.participant_id, report)

    def _left(self, connection: Connection, seat: Seat) -> None:
        self._fanout.unseat(seat.live.newest.session_id, seat.participant_id, connection)
        connection.seat = None

    def _note_fault(self, connection: Connection, report: wire.ClientError) -> wire.Done:
        self._counts.client_errors += 1
        self._fault_reports.spend(connection.sid, "fault reports")
        self._log.warning(
            "a client reports a fault",
            message=report.message,
            context=str(report.context)[:2000],
            platform=connection.origin.platform,
            connection=connection.origin.connection,
        )
        return wire.Done()

    # --- what they hear, and going ------------------------------------------------------------------------------

    def broadcast_to_session(self, session_id: str, message: wire.ServerMessage) -> None:
        """Hand a message to everybody in a session."""
        self._fanout.tell(session_id, message, None)

    async def handle_disconnection(self, sid: str, _: object = None) -> None:
        """A client is gone; its seat is kept for a while."""
        eio_sid = self._server.manager.eio_sid_from_sid(sid, "/")
        connection = self._connections.pop(eio_sid, None)
        self._counts.connections = len(self._connections)
        if connection is None:
            return
        connection.let_go()
        losing = asyncio.get_running_loop().create_task(self._lose(connection))
        self._losing.add(losing)
        losing.add_done_callback(self._losing.discard)

    async def _lose(self, connection: Connection) -> None:
        # A join may still be under way: it is finished, and then undone.
        await connection.worked_off()
        seat = connection.seat
        if seat is None or not self._fanout.unseat(seat.live.newest.session_id, seat.participant_id, connection):
            return
        connection.seat = None
        while True:
            try:
                await seat.live.act(LoseSeat(seat.participant_id))
            except AppError as refusal:
                if refusal.code is not ErrorCode.SERVER_ERROR:
                    return
                await asyncio.sleep(_LOSE_AGAIN_AFTER)
            else:
                return

    async def close(self) -> None:
        """Tell everybody that the server goes down, and let them go; they come back when it is up again."""
        message = "the server is going down; you will be reconnected"
        going = wire.Notice(code="going-down", message=message)
        for connection in list(self._connections.values()):
            connection.tell(going)
        # The writers have to come by once before the sockets close under them.
        await asyncio.sleep(0.05)
        for connection in list(self._connections.values()):
            connection.let_go()
        await self._server.close_websockets()
        for losing in list(self._losing):
            losing.cancel()
