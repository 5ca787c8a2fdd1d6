"""A participant's place in a session, kept through every loss of the connection for as long as the session lives.

What comes in is handed on as facts, in order; what goes out is a request with an answer.
The ``clock`` exchange is the heartbeat: one that stays unanswered means that the link is dead, long before the
transport would notice. A dead link is replaced by a fresh one (``reconnecting``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from syncwatch_cli.given_clock import clock_estimator
from syncwatch_cli.link import Link
from syncwatch_cli.local_clock import LocalClock, asleep
from syncwatch_cli.reconnecting import ATTEMPT_EVERY, FATAL, LONGEST_ASKED, FreshLinks
from syncwatch_core import messages as wire
from syncwatch_core.clock import ClockEstimate
from syncwatch_core.errors import AppError, ErrorCode

LOOK_EVERY = 0.5
"""Seconds between two looks whether the computer has slept."""

NOTABLE_SLEEP = 0.05
"""Seconds; reading two clocks one after the other seems to be a sleep of microseconds."""


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
    """The link is lost; it is being replaced."""


LinkFact = Seated | Heard | Exchanged | Lost


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
        self._link: Link | None = None
        self._is_seated = False
        self._was_seated = False
        self._over: AppError | None = None
        self._estimator = clock_estimator(clock)
        self._asleep = asleep
        self._slept = asleep()
        self._closing: set[asyncio.Task[None]] = set()

    # --- the life of the connection ------------------------------------------------------------------

    async def stay_joined(self, join: wire.JoinSession) -> None:
        """Join, and stay joined through every loss of the link; ends when the session is over for us.

        Raises ``AppError``: server-unreachable if the first attempt finds no server, else what the session refuses.
        """
        watching = asyncio.ensure_future(self._watch_for_sleep())
        try:
            await self._stay_joined(join)
        finally:
            watching.cancel()

    async def _stay_joined(self, join: wire.JoinSession) -> None:
        link = self._new_link()
        answer = await link.open(lambda: join)
        while True:
            self._link = link
            try:
                join = await self._join(link, join, answer)
                await self._exchange_until_down(link)
            except AppError as refusal:
                if not self._was_seated or refusal.code in FATAL:
                    raise
                await asyncio.sleep(min(refusal.retry_after or ATTEMPT_EVERY, LONGEST_ASKED))
            finally:
                self._link = None
                self._give_up(link)
            if self._over is not None:
                raise self._over
            if self._leaving:
                return
            if self._is_seated:
                self._is_seated = False
                self._listener(Lost())
            link, answer = await FreshLinks(self._new_link, self._give_up).first(join)

    async def cleanup(self) -> None:
        """Leave the session, if there is a link to say so, and close the link; ends ``stay_joined``."""
        self._leaving = True
        link = self._link
        if link is not None:
            with suppress(AppError):
                await link.request(wire.LeaveSession(), within=1.0)
            self._give_up(link)
        if self._closing:
            await asyncio.wait(self._closing)

    async def _join(self, link: Link, join: wire.JoinSession, answer: wire.Done | None) -> wire.JoinSession:
        """Take the seat, on a link that has asked for it with its opening, or else asks now."""
        joined = answer or await link.request(join)
        assert isinstance(joined, wire.Joined)  # noqa: S101 what this event is acknowledged with
        self._estimator.restart()
        self._is_seated = self._was_seated = True
        self._listener(Seated(joined.session, joined.participant_id, joined.participant_token))
        return msgspec.structs.replace(join, participant_token=joined.participant_token, host_token=None)

    # --- the clock -----------------------------------------------------------------------------------

    async def _exchange_until_down(self, link: Link) -> None:
        """Exchange timestamps for as long as they are answered; none waits for the answer to the one before."""
        on_the_way: set[asyncio.Task[None]] = set()
        try:
            while not link.down.is_set():
                on_the_way.add(asyncio.ensure_future(self._exchange(link)))
                now = self._clock()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._estimator.next_exchange_at(now, len(on_the_way)) - now):
                        await link.down.wait()
                for exchange in [each for each in on_the_way if each.done()]:
                    on_the_way.remove(exchange)
                    exchange.result()
        finally:
            for exchange in on_the_way:
                exchange.cancel()

    async def _exchange(self, link: Link) -> None:
        exchange = await link.exchange()
        if exchange is None:
            link.down.set()
        elif link is self._link:
            self._listener(Exchanged(self._estimator.observe(exchange)))

    async def _watch_for_sleep(self) -> None:
        """After the computer slept, a link is dead, and the time is known but roughly until there is another."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            slept, self._slept = self._slept, self._asleep()
            if self._slept - slept > NOTABLE_SLEEP:
                estimate = self._estimator.slept(self._clock())
                if estimate is not None:
                    self._listener(Exchanged(estimate))
                if self._link is not None:
                    self._link.down.set()

    # --- links ---------------------------------------------------------------------------------------

    def _new_link(self) -> Link:
        return Link(
            self.server,
            heard=self._heard,
            clock=self._clock,
            platform=self._platform,
            check_certificate=self._check_certificate,
        )

    def _give_up(self, link: Link) -> None:
        """Close a link while life goes on."""
        task = asyncio.ensure_future(link.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    # --- asking --------------------------------------------------------------------------------------

    async def send(self, event: wire.ClientEvent) -> wire.Done:
        """Send an event and give its acknowledgement; raises ``AppError`` for a refusal and for a link that is down."""
        if self._link is None:
            raise AppError(ErrorCode.SERVER_UNREACHABLE, "the connection to the server is down")
        return await self._link.request(event)

    def post(self, event: wire.ClientEvent) -> None:
        """Send an event that is not acknowledged; without a link it is dropped, for the next one says it better."""
        if self._link is not None:
            self._link.post(event)

    async def create_session(self, create: wire.CreateSession) -> wire.Created:
        """Create a session on a connection of its own and take its host's seat, until ``cleanup``."""
        created = await self._once(create)
        assert isinstance(created, wire.Created)  # noqa: S101 what this event is acknowledged with
        return created

    async def join_session(self, join: wire.JoinSession) -> wire.Joined:
        """Take a seat until the link is lost or ``cleanup``; ``stay_joined`` does it for good."""
        joined = await self._once(join)
        assert isinstance(joined, wire.Joined)  # noqa: S101 what this event is acknowledged with
        return joined

    async def set_video_url(self, url: str) -> wire.LoadReply:
        """Load a URL for everybody."""
        loaded = await self.send(wire.VideoLoad(url=url))
        assert isinstance(loaded, wire.LoadReply)  # noqa: S101 what this event is acknowledged with
        return loaded

    async def _once(self, event: wire.ClientEvent) -> wire.Done:
        self._link = self._new_link()
        await self._link.open()
        return await self._link.request(event)

    # --- hearing -------------------------------------------------------------------------------------

    def _heard(self, event: str, payload: object) -> None:
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
        if self._over is not None and self._link is not None:
            self._link.down.set()
