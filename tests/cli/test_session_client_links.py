"""The links of ``VideoSessionClient`` as networks break them: noticed, replaced, and nothing is lost in silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from syncwatch_cli import session_client
from syncwatch_cli.local_clock import local_clock
from syncwatch_cli.session_client import Exchanged, Heard, LinkFact, Lost, Seated, VideoSessionClient
from syncwatch_core import messages as wire
from syncwatch_core.clock import BURST, SLEEP_ERROR
from syncwatch_core.errors import AppError, ErrorCode
from tests.cli.forwarder import Forwarder
from tests.patience import PATIENCE

NOTICED_WITHIN = 3.0
"""Seconds in which a dead link is noticed; docs/sync.md."""
BEYOND_THE_LOSS = 1.5
"""Seconds that a blackout goes on after it was noticed: by then a fresh link has been tried in the dark."""


class Guest:
    """A participant without a player, and what they were told."""

    def __init__(self, url: str, code: str) -> None:
        self.facts: list[LinkFact] = []
        self._news = asyncio.Event()
        self.client = VideoSessionClient(url, listener=self._hear, clock=local_clock(), platform="bot")
        join = wire.JoinSession(code=code, display_name="Bob")
        self.staying = asyncio.ensure_future(self.client.stay_joined(join))

    def _hear(self, fact: LinkFact) -> None:
        self.facts.append(fact)
        self._news.set()

    def count(self, kind: type[LinkFact]) -> int:
        """How many of that kind so far."""
        return sum(isinstance(fact, kind) for fact in self.facts)

    async def told(self, kind: type[LinkFact], times: int = 1) -> None:
        """Wait until that was told so many times."""
        async with asyncio.timeout(PATIENCE):
            while self.count(kind) < times:
                self._news.clear()
                await self._news.wait()

    @property
    def order(self) -> list[str]:
        """What happened to the link, in order."""
        return [type(fact).__name__ for fact in self.facts if isinstance(fact, Seated | Lost)]

    def was_superseded(self) -> bool:
        """Whether another link took the seat from the one in use."""
        notices = [fact.message for fact in self.facts if isinstance(fact, Heard)]
        return any(isinstance(notice, wire.Notice) and notice.code == "superseded" for notice in notices)


@pytest.fixture
async def host(server: str) -> AsyncIterator[tuple[VideoSessionClient, str]]:
    client = VideoSessionClient(server, listener=lambda _: None, clock=local_clock(), platform="bot")
    created = await client.create_session(wire.CreateSession(display_name="Ada"))
    yield client, created.session.code
    await client.cleanup()


@asynccontextmanager
async def guest_at(url: str, code: str) -> AsyncIterator[Guest]:
    guest = Guest(url, code)
    try:
        await guest.told(Exchanged, BURST)
        yield guest
    finally:
        await guest.client.cleanup()
        guest.staying.cancel()
        with suppress(asyncio.CancelledError, AppError):
            await guest.staying


Breaking = Callable[[Forwarder, Guest], Awaitable[None]]


async def _reset(line: Forwarder, _: Guest) -> None:
    line.breaks()


async def _change_of_address(line: Forwarder, _: Guest) -> None:
    line.forgets()


async def _darkness(line: Forwarder, guest: Guest) -> None:
    line.falls_silent()
    async with asyncio.timeout(NOTICED_WITHIN + BEYOND_THE_LOSS):
        await guest.told(Lost)
    await asyncio.sleep(BEYOND_THE_LOSS)


async def _blackout(line: Forwarder, guest: Guest) -> None:
    await _darkness(line, guest)
    line.speaks_again()


async def _blackout_then_reset(line: Forwarder, guest: Guest) -> None:
    await _darkness(line, guest)
    line.breaks()
    line.speaks_again()


@pytest.mark.parametrize("breaking", [_reset, _change_of_address, _blackout, _blackout_then_reset])
async def test_a_broken_link_is_replaced(server: str, host: tuple[VideoSessionClient, str], breaking: Breaking) -> None:
    """However a link breaks, it is said once, and the same seat is taken again on a fresh one that is used."""
    async with Forwarder(server) as line, guest_at(line.url, host[1]) as guest:
        await breaking(line, guest)
        await guest.told(Seated, 2)
        exchanged = guest.count(Exchanged)
        await guest.told(Exchanged, exchanged + BURST)
        told = await guest.client.send(wire.GetSession())

        assert guest.order == ["Seated", "Lost", "Seated"]
        assert len({fact.participant_id for fact in guest.facts if isinstance(fact, Seated)}) == 1
        assert not guest.was_superseded()
        assert isinstance(told, wire.SessionReply)
        assert [seat.connected for seat in told.session.participants if seat.display_name == "Bob"] == [True]


async def test_a_link_that_says_nothing_is_given_up_and_commands_are_refused_meanwhile(
    server: str, host: tuple[VideoSessionClient, str]
) -> None:
    """In the dark the loss is noticed by the unanswered exchange; what is asked then is refused with words, at once."""
    async with Forwarder(server) as line, guest_at(line.url, host[1]) as guest:
        line.falls_silent()
        swallowed = asyncio.ensure_future(guest.client.send(wire.SendChat(text="into the dark")))
        await guest.told(Lost)

        for asked in (swallowed, asyncio.ensure_future(guest.client.send(wire.VideoPlay()))):
            async with asyncio.timeout(PATIENCE):
                with pytest.raises(AppError, match="connection to the server") as refused:
                    await asked
            assert refused.value.code is ErrorCode.SERVER_UNREACHABLE


async def test_the_host_that_ends_the_session_ends_the_search_for_a_link(
    server: str, host: tuple[VideoSessionClient, str]
) -> None:
    """Who comes back to a session that has ended meanwhile is told so, and tries no more."""
    async with Forwarder(server) as line, guest_at(line.url, host[1]) as guest:
        line.falls_silent()
        await guest.told(Lost)
        await host[0].send(wire.EndSession())
        line.speaks_again()

        async with asyncio.timeout(PATIENCE):
            with pytest.raises(AppError) as over:
                await guest.staying
        assert over.value.code is ErrorCode.ENDED


@pytest.fixture
def sleep_of_the_computer(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    slept = [7.0]
    monkeypatch.setattr(session_client, "asleep", lambda: slept[0])
    return lambda seconds: slept.append(slept.pop() + seconds)


async def test_after_sleep_the_link_is_made_anew_and_the_time_is_uncertain_until_then(
    server: str, host: tuple[VideoSessionClient, str], sleep_of_the_computer: Callable[[float], None]
) -> None:
    """When the computer has slept the time is known to a second only, and a fresh link mends that."""
    async with guest_at(server, host[1]) as guest:
        sleep_of_the_computer(3600.0)
        await guest.told(Lost)
        before = len(guest.facts) - 1
        await guest.told(Seated, 2)
        exchanged = guest.count(Exchanged)
        await guest.told(Exchanged, exchanged + BURST + 1)

        estimates = [fact.estimate.uncertainty for fact in guest.facts[:before] if isinstance(fact, Exchanged)]
        assert estimates[-1] > SLEEP_ERROR
        assert max(estimates[:-1]) < SLEEP_ERROR
        last = [fact.estimate for fact in guest.facts if isinstance(fact, Exchanged)][-1]
        assert last.uncertainty < SLEEP_ERROR / 2
        assert guest.order == ["Seated", "Lost", "Seated"]
