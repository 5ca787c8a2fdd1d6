"""The connection to a session: Socket.IO, taken up again by itself for as long as the session lives.

What comes in is handed on as facts, in order; what goes out is a request with an answer.
The ``clock`` exchange is the heartbeat: an exchange that stays unanswered means that the link is dead,
long before the transport would notice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
import socketio
from socketio import exceptions as transport

from syncwatch_cli.local_clock import LocalClock
from syncwatch_core import __version__
from syncwatch_core import messages as wire
from syncwatch_core.clock import ClockEstimate, ClockEstimator, Exchange
from syncwatch_core.errors import AppError, ErrorCode

DEAD_AFTER = 2.0
"""Seconds without an answer to ``clock`` after which a link is given up; with one a second, noticed within three."""

ANSWER_WITHIN = 8.0
"""Seconds for any other answer; a slow disk on the server may delay one."""

CONNECT_WITHIN = 4.0
"""Seconds for one attempt to connect."""

RETRY_FIRST, RETRY_LIMIT = 0.1, 1.0
"""Seconds between attempts to connect anew: at once, then calmer; a server that restarts is found within one."""

FATAL = frozenset(
    {
        ErrorCode.NOT_FOUND,
        ErrorCode.WRONG_PASSWORD,
        ErrorCode.FORBIDDEN,
        ErrorCode.LOCKED,
        ErrorCode.ENDED,
        ErrorCode.KICKED,
        ErrorCode.PROTOCOL,
        ErrorCode.BAD_REQUEST,
    }
)
"""Refusals after which trying again is of no use."""


@dataclass(frozen=True, slots=True)
class Seated:
    """The seat in the session is taken, for the first time or again."""

    session: wire.Session
    participant_id: str
    participant_token: str


@dataclass(frozen=True, slots=True)
class Heard:
    """The session said something."""

    message: wire.ServerMessage


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One exchange of timestamps came back, and this is what is now believed of the server's clock."""

    estimate: ClockEstimate


@dataclass(frozen=True, slots=True)
class Lost:
    """The link is lost; it is being mended."""

    reason: str


LinkFact = Seated | Heard | Exchanged | Lost


class _Json:
    """JSON for the transport by msgspec: quick, and strict about what is no JSON (NaN, infinities)."""

    @staticmethod
    def dumps(value: object, **_: Any) -> str:
        return msgspec.json.encode(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_: Any) -> Any:
        return msgspec.json.decode(text)


class _StampingClient(socketio.AsyncClient):  # type: ignore[misc] # python-socketio is untyped
    """A Socket.IO client that notes when each message came in, before anything else is done with it."""

    clock: LocalClock
    received_at = 0.0

    async def _handle_eio_message(self, packet: Any) -> None:
        self.received_at = self.clock()
        await super()._handle_eio_message(packet)


class VideoSessionClient:
    """One participant's connection to one session."""

    def __init__(
        self,
        server: str,
        *,
        listener: Callable[[LinkFact], None],
        clock: LocalClock,
        platform: wire.Platform = "mpv",
        check_certificate: bool = True,
    ) -> None:
        self.server = server
        self._check_certificate = check_certificate
        self._leaving = False
        self._listener = listener
        self._clock = clock
        self._platform: wire.Platform = platform
        self._link: _StampingClient | None = None
        self._down = asyncio.Event()
        self._over: AppError | None = None
        self._estimator = ClockEstimator()

    # --- the life of the connection ------------------------------------------------------------------

    async def stay_joined(self, join: wire.JoinSession) -> None:
        """Join, and stay joined through every loss of the link; ends when the session is over for us.

        Raises ``AppError``: server-unreachable if the first attempt finds no server, else what the session refuses.
        """
        pause, joined = RETRY_FIRST, False
        while True:
            try:
                join = await self._join(join)
                joined, pause = True, RETRY_FIRST
                await self._exchange_until_down()
            except AppError as refusal:
                if not joined or refusal.code in FATAL:
                    raise
            finally:
                await self._drop()
            if self._over is not None:
                raise self._over
            if self._leaving:
                return
            self._listener(Lost("the server does not answer"))
            await asyncio.sleep(pause)
            pause = min(2 * pause, RETRY_LIMIT)

    async def cleanup(self) -> None:
        """Leave the session, if there is a link to say so, and close the link; ends ``stay_joined``."""
        self._leaving = True
        if self._link is not None and self._link.connected:
            with suppress(AppError):
                await self._request(wire.LeaveSession(), within=1.0)
        await self._drop()

    async def _join(self, join: wire.JoinSession) -> wire.JoinSession:
        await self._connect()
        joined = await self._request(join)
        assert isinstance(joined, wire.Joined)  # noqa: S101 what this event is acknowledged with
        self._estimator.restart()
        self._listener(Seated(joined.session, joined.participant_id, joined.participant_token))
        return msgspec.structs.replace(join, participant_token=joined.participant_token, host_token=None)

    async def _connect(self) -> None:
        self._down.clear()
        link = _StampingClient(reconnection=False, json=_Json, handle_sigint=False, ssl_verify=self._check_certificate)
        link.clock = self._clock
        link.on("*", partial(self._heard, link))
        link.on("disconnect", partial(self._disconnected, link))
        link.on("connect_error", self._connect_refused)
        auth = {"protocol": wire.PROTOCOL, "client": f"syncwatch-cli/{__version__}", "platform": self._platform}
        self._link = link
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                await link.connect(self.server, auth=auth, transports=["websocket"], wait_timeout=CONNECT_WITHIN)
        except (transport.ConnectionError, TimeoutError, OSError, ValueError) as fault:
            if self._over is not None:
                raise self._over from None
            raise AppError(
                ErrorCode.SERVER_UNREACHABLE,
                f"no SyncWatch server answers at {self.server}",
                "check the address and your network; is the server running there?",
            ) from fault

    async def _drop(self) -> None:
        link, self._link = self._link, None
        if link is None:
            return
        # A dead link takes its time to close; nobody waits for it.
        with suppress(Exception):
            async with asyncio.timeout(0.5):
                await link.disconnect()

    async def _exchange_until_down(self) -> None:
        """Exchange timestamps, one after the other, for as long as they are answered."""
        while not self._down.is_set():
            exchange = await self._exchange()
            if exchange is None:
                return
            self._listener(Exchanged(self._estimator.observe(exchange)))
            now = self._clock()
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, self._estimator.next_exchange_at(now) - now)):
                    await self._down.wait()

    async def _exchange(self) -> Exchange | None:
        link = self._link
        assert link is not None  # noqa: S101 connected before
        answered: asyncio.Future[Exchange] = asyncio.get_running_loop().create_future()

        def answer(payload: Any) -> None:
            received = link.received_at
            if not answered.done():
                reply = wire.read(wire.ClockReply, payload)
                answered.set_result(Exchange(reply.client_sent, reply.server_received, reply.server_sent, received))

        down = asyncio.ensure_future(self._down.wait())
        try:
            await link.emit("clock", {"clientSent": self._clock()}, callback=answer)
            waiting: set[asyncio.Future[Any]] = {answered, down}
            await asyncio.wait(waiting, timeout=DEAD_AFTER, return_when=asyncio.FIRST_COMPLETED)
        except (transport.SocketIOError, AppError):
            return None
        finally:
            down.cancel()
        return answered.result() if answered.done() else None

    # --- asking --------------------------------------------------------------------------------------

    async def send(self, event: wire.ClientEvent) -> wire.Done:
        """Send an event and give its acknowledgement; raises ``AppError`` for a refusal and for a link that is down."""
        return await self._request(event)

    def post(self, event: wire.ClientEvent) -> None:
        """Send an event that is not acknowledged; without a link it is dropped, for the next one says it better."""
        link = self._link
        if link is not None and link.connected:
            task = asyncio.ensure_future(link.emit(event.event, wire.write(event)))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def create_session(self, create: wire.CreateSession) -> wire.Created:
        """Create a session on this connection and take its host's seat."""
        await self._connect()
        created = await self._request(create)
        assert isinstance(created, wire.Created)  # noqa: S101 what this event is acknowledged with
        return created

    async def join_session(self, join: wire.JoinSession) -> wire.Joined:
        """Take a seat on this connection, once; ``stay_joined`` does it for good."""
        await self._connect()
        joined = await self._request(join)
        assert isinstance(joined, wire.Joined)  # noqa: S101 what this event is acknowledged with
        return joined

    async def set_video_url(self, url: str) -> wire.Done:
        """Load a URL for everybody."""
        return await self._request(wire.VideoLoad(url=url))

    async def _request(self, event: wire.ClientEvent, within: float = ANSWER_WITHIN) -> wire.Done:
        link = self._link
        if link is None or not link.connected:
            raise AppError(ErrorCode.SERVER_UNREACHABLE, "the connection to the server is down")
        try:
            answer = await link.call(event.event, wire.write(event), timeout=within)
        except transport.TimeoutError:
            self._down.set()
            raise AppError(ErrorCode.SERVER_UNREACHABLE, "the server does not answer") from None
        except (transport.SocketIOError, OSError):
            self._down.set()
            raise AppError(ErrorCode.SERVER_UNREACHABLE, "the connection to the server broke") from None
        return _read_answer(event.event, answer)

    # --- hearing -------------------------------------------------------------------------------------

    def _heard(self, link: _StampingClient, event: str, payload: Any = None) -> None:
        if link is not self._link:
            return  # the last words of a link that was given up; that we took its place is no news
        kind = wire.SERVER_EVENTS.get(event)
        if kind is None:
            return  # an addition of a newer server
        message = wire.read(kind, payload)
        if isinstance(message, wire.SessionEnded):
            self._over = AppError(ErrorCode.ENDED, message.reason)
        elif isinstance(message, wire.Kicked):
            self._over = AppError(ErrorCode.KICKED, message.reason)
        elif isinstance(message, wire.Notice) and message.code == "superseded":
            # Two that took the seat from each other in turn would never end.
            self._over = AppError(ErrorCode.KICKED, message.message)
        self._listener(Heard(message))
        if self._over is not None:
            self._down.set()

    def _disconnected(self, link: _StampingClient, *_: Any) -> None:
        if link is self._link:
            self._down.set()

    def _connect_refused(self, payload: Any = None) -> None:
        told = payload.get("data") if isinstance(payload, dict) else None
        if isinstance(told, dict) and told.get("code") == ErrorCode.PROTOCOL.value:
            spoken = ", ".join(str(number) for number in told.get("protocols", ()))
            self._over = AppError(
                ErrorCode.PROTOCOL,
                f"this SyncWatch speaks protocol {wire.PROTOCOL}, the server speaks {spoken}",
                "update whichever is older; the server and everybody in a session need the same",
            )


def _read_answer(event: str, answer: Any) -> wire.Done:
    """The acknowledgement as what it is; raises the ``AppError`` that a refusal stands for."""
    if isinstance(answer, dict) and answer.get("ok") is True:
        return wire.read(wire.ACKNOWLEDGEMENTS[event], answer)
    refused = wire.read(wire.Refused, answer)
    known = {code.value for code in ErrorCode}
    code = ErrorCode(refused.error.code) if refused.error.code in known else ErrorCode.FAILED
    raise AppError(code, refused.error.message, playback=refused.playback, retry_after=refused.error.retry_after)
