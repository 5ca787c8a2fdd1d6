"""One Socket.IO connection to the server, from opening to its end; it is never mended, only replaced by a fresh one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

import aiohttp
import msgspec
import socketio
from socketio import exceptions as transport
from socketio import packet as packets

from syncwatch_cli.local_clock import LocalClock
from syncwatch_core import __version__
from syncwatch_core import messages as wire
from syncwatch_core.clock import Exchange
from syncwatch_core.errors import AppError, ErrorCode

DEAD_AFTER = 2.0
"""Seconds without an answer to ``clock`` after which a link is dead; with one a second, noticed within three."""

ANSWER_WITHIN = 8.0
"""Seconds for any other answer; a slow disk on the server may delay one."""

OPEN_WITHIN = 4.0
"""Seconds for opening."""

GREET_WITHIN = 2.0
"""Seconds for the answer to what was sent with the opening, after it was sent: one round trip and the server's disk."""

HELD_UP = 0.5
"""Seconds by which a time-out comes late in a process that was itself held up: the answer may be there, unread."""

CLOSE_WITHIN = 0.5
"""Seconds for closing in good form; a dead link can't."""

TRY_AGAIN = "look at your network, and try again in a moment"
"""What to do where a link fails that had stood."""

LAST_WORD = 0.1
"""Seconds for an answer that came in the same breath as the end, to whoever ended the session themselves."""


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
    on_connected: Callable[[], Awaitable[None]]
    """Called when the server listens; what is sent then does not wait for its welcome, which saves a round trip."""

    async def _handle_eio_connect(self) -> None:
        await super()._handle_eio_connect()
        await self.on_connected()

    async def _handle_eio_message(self, packet: Any) -> None:
        self.received_at = self.clock()
        await super()._handle_eio_message(packet)

    async def send_early(self, event: str, payload: Any, answered: Callable[..., None]) -> None:
        """Send an event also before the server's welcome; the server takes everything in order."""
        number = self._generate_ack_id("/", answered)
        await self._send_packet(self.packet_class(packets.EVENT, namespace="/", data=[event, payload], id=number))


class Link:
    """One connection. ``heard`` is called with the name and the payload of each event that comes in."""

    def __init__(
        self,
        server: str,
        *,
        heard: Callable[[str, Any], None],
        clock: LocalClock,
        platform: wire.Platform,
        check_certificate: bool = True,
    ) -> None:
        self.server = server
        self.down = asyncio.Event()
        """Set when the connection is known to be gone."""
        self._clock = clock
        self._platform: wire.Platform = platform
        self._check_certificate = check_certificate
        self._heard = heard
        self._http: aiohttp.ClientSession | None = None
        self._client: _StampingClient | None = None
        self._greeted: asyncio.Future[Any] | None = None
        self._refusal: AppError | None = None
        self._posting: set[asyncio.Task[None]] = set()

    # --- opening and closing -------------------------------------------------------------------------

    async def open(self, greet: Callable[[], wire.JoinSession | None] = lambda: None) -> wire.Done | None:
        """Connect; raises ``AppError`` (server-unreachable, protocol, what a greeting is refused for).

        Once the server listens ``greet`` is asked for what to send at once, and gives None where nothing should be;
        what the server answers to it is given.
        """
        await self._connect(greet)
        if self._greeted is None:
            return None
        try:
            async with asyncio.timeout(GREET_WITHIN):
                return _read_answer("join-session", await self._unless_down(self._greeted))
        except (AppError, TimeoutError, asyncio.CancelledError) as fault:
            await self.close()
            if isinstance(fault, TimeoutError):
                raise AppError(ErrorCode.SERVER_UNREACHABLE, "the server does not answer", TRY_AGAIN) from None
            raise

    async def _connect(self, greet: Callable[[], wire.JoinSession | None]) -> None:
        self._http = aiohttp.ClientSession()
        self._client = client = _StampingClient(
            reconnection=False,
            json=_Json,
            handle_sigint=False,
            ssl_verify=self._check_certificate,
            http_session=self._http,
        )
        client.clock = self._clock
        client.on_connected = partial(self._send_greeting, client, greet)
        client.on("*", self._on_event)
        client.on("disconnect", self._on_disconnect)
        client.on("connect_error", self._on_refusal)
        auth = {"protocol": wire.PROTOCOL, "client": f"syncwatch-cli/{__version__}", "platform": self._platform}
        try:
            async with asyncio.timeout(OPEN_WITHIN):
                await client.connect(self.server, auth=auth, transports=["websocket"], wait_timeout=OPEN_WITHIN)
        except (transport.ConnectionError, TimeoutError, OSError, ValueError) as fault:
            await self.close()
            raise self._refusal or AppError(
                ErrorCode.SERVER_UNREACHABLE,
                f"no SyncWatch server answers at {self.server}",
                "check the address and your network; is the server running there?",
            ) from fault
        except asyncio.CancelledError:
            await self.close()
            raise

    async def _send_greeting(self, client: _StampingClient, greet: Callable[[], wire.JoinSession | None]) -> None:
        greeting = greet()
        if greeting is not None:
            self._greeted = answered = asyncio.get_running_loop().create_future()
            await client.send_early(greeting.event, wire.write(greeting), partial(_settle, answered))

    async def _unless_down(self, answered: asyncio.Future[Any]) -> Any:
        """What is answered; raises ``AppError`` when the connection turns out to be gone before that."""
        down = asyncio.ensure_future(self.down.wait())
        try:
            await asyncio.wait({answered, down}, return_when=asyncio.FIRST_COMPLETED)
            if not answered.done():
                await asyncio.wait({answered}, timeout=LAST_WORD)
        finally:
            down.cancel()
        if not answered.done():
            raise AppError(ErrorCode.SERVER_UNREACHABLE, "the connection to the server broke", TRY_AGAIN)
        return answered.result()

    async def close(self) -> None:
        """Close, in good form if the other side still answers; nothing is heard from now on."""
        self._heard = _deaf
        self.down.set()
        try:
            if self._client is not None:
                with suppress(Exception):
                    async with asyncio.timeout(CLOSE_WITHIN):
                        await self._client.disconnect()
        finally:
            if self._http is not None:
                await self._http.close()

    @property
    def is_open(self) -> bool:
        """Whether something can be sent."""
        return self._client is not None and bool(self._client.connected) and not self.down.is_set()

    # --- asking --------------------------------------------------------------------------------------

    async def request(self, event: wire.ClientEvent, within: float = ANSWER_WITHIN) -> wire.Done:
        """Send an event and give its acknowledgement; raises ``AppError`` for a refusal or a link that broke."""
        if not self.is_open:
            raise AppError(ErrorCode.SERVER_UNREACHABLE, "the connection to the server is down", TRY_AGAIN)
        assert self._client is not None  # noqa: S101 open
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(within):
                await self._client.emit(event.event, wire.write(event), callback=partial(_settle, answered))
                answer = await self._unless_down(answered)
        except TimeoutError:
            self.down.set()
            raise AppError(ErrorCode.SERVER_UNREACHABLE, "the server does not answer", TRY_AGAIN) from None
        except (transport.SocketIOError, OSError):
            self.down.set()
            raise AppError(ErrorCode.SERVER_UNREACHABLE, "the connection to the server broke", TRY_AGAIN) from None
        return _read_answer(event.event, answer)

    def post(self, event: wire.ClientEvent) -> None:
        """Send an event that is not acknowledged; without a link it is dropped, for the next one says it better."""
        if self.is_open:
            assert self._client is not None  # noqa: S101 open
            task = asyncio.ensure_future(self._client.emit(event.event, wire.write(event)))
            # The loop itself holds no task.
            self._posting.add(task)
            task.add_done_callback(self._posted)

    def _posted(self, task: asyncio.Task[None]) -> None:
        self._posting.discard(task)
        if not task.cancelled():
            task.exception()  # without a link it is of interest to nobody

    async def exchange(self) -> Exchange | None:
        """One exchange of timestamps; None if the link is dead."""
        client = self._client
        assert client is not None  # noqa: S101 open
        answered: asyncio.Future[Exchange] = asyncio.get_running_loop().create_future()

        def answer(payload: Any) -> None:
            received = client.received_at
            if not answered.done():
                reply = wire.read(wire.ClockReply, payload)
                answered.set_result(Exchange(reply.client_sent, reply.server_received, reply.server_sent, received))

        sent_at = self._clock()
        try:
            await client.emit("clock", {"clientSent": sent_at}, callback=answer)
            await self._wait_for(answered, DEAD_AFTER)
            if not answered.done() and self._clock() - sent_at > DEAD_AFTER + HELD_UP:
                await self._wait_for(answered, HELD_UP)
        except (transport.SocketIOError, OSError):
            return None
        return answered.result() if answered.done() else None

    async def _wait_for(self, answered: asyncio.Future[Any], seconds: float) -> None:
        with suppress(TimeoutError, AppError):
            async with asyncio.timeout(seconds):
                await self._unless_down(answered)

    # --- hearing -------------------------------------------------------------------------------------

    def _on_event(self, event: str, payload: Any = None) -> None:
        self._heard(event, payload)

    def _on_disconnect(self, *_: Any) -> None:
        self.down.set()

    def _on_refusal(self, payload: Any = None) -> None:
        told = payload.get("data") if isinstance(payload, dict) else None
        if isinstance(told, dict) and told.get("code") == ErrorCode.PROTOCOL.value:
            spoken = ", ".join(str(number) for number in told.get("protocols", ()))
            self._refusal = AppError(
                ErrorCode.PROTOCOL,
                f"this SyncWatch speaks protocol {wire.PROTOCOL}, the server speaks {spoken}",
                "update whichever is older; the server and everybody in a session need the same",
            )


def _settle(answered: asyncio.Future[Any], *answer: Any) -> None:
    """Note the answer, unless nobody waits for it any more."""
    if not answered.done():
        answered.set_result(answer[0] if len(answer) == 1 else answer)


def _deaf(_: str, __: Any) -> None:
    """What a link that was given up still says is of no interest."""


def _read_answer(event: str, answer: Any) -> wire.Done:
    """The acknowledgement as what it is; raises the ``AppError`` that a refusal stands for."""
    if isinstance(answer, dict) and answer.get("ok") is True:
        return wire.read(wire.ACKNOWLEDGEMENTS[event], answer)
    refused = wire.read(wire.Refused, answer)
    known = {code.value for code in ErrorCode}
    code = ErrorCode(refused.error.code) if refused.error.code in known else ErrorCode.FAILED
    raise AppError(code, refused.error.message, playback=refused.playback, retry_after=refused.error.retry_after)
