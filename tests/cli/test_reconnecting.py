"""Which of several fresh links is taken: one comes in, one alone asks for the seat, refusals count."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from typing import Any

import pytest

from syncwatch_cli import reconnecting
from syncwatch_cli.reconnecting import ATTEMPT_EVERY, IN_THE_LONG_RUN, LATER_EVERY, FreshLinks, pause_after
from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode

JOIN = wire.JoinSession(code="ABC-DEF", display_name="Ada")
UNREACHABLE = AppError(ErrorCode.SERVER_UNREACHABLE, "no")


class Attempt:
    """A link whose fate the test decides: when the server listens, and when all is said."""

    def __init__(self) -> None:
        self.listens = asyncio.Event()
        self.outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.asked = False

    async def open(self, greet: Callable[[], wire.JoinSession | None]) -> wire.Done | None:
        await self.listens.wait()
        self.asked = greet() is JOIN
        return await asyncio.shield(self.outcome)


class Attempts:
    """The links made, in order, and those given up."""

    def __init__(self) -> None:
        self.made: list[Attempt] = []
        self.given_up: list[Attempt] = []
        self._came = asyncio.Event()

    def fresh(self) -> asyncio.Task[Any]:
        made: Any = self.make
        give_up: Any = self.given_up.append
        return asyncio.ensure_future(FreshLinks(made, give_up).first(JOIN))

    def make(self) -> Attempt:
        self.made.append(Attempt())
        self._came.set()
        return self.made[-1]

    async def begun(self, count: int) -> None:
        while len(self.made) < count:
            self._came.clear()
            await self._came.wait()

    async def listens(self, number: int) -> None:
        """The server listens to that one, and the client has noticed."""
        self.made[number].listens.set()
        await _a_moment()


async def _a_moment() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_the_first_that_comes_through_is_taken() -> None:
    """One begun later may come through earlier; it brings the answer, and the others are given up."""
    attempts = Attempts()
    taking = attempts.fresh()
    await attempts.begun(2)
    await attempts.listens(1)
    done = wire.Done()
    attempts.made[1].outcome.set_result(done)

    link, answer = await taking

    assert link is attempts.made[1]
    assert answer is done
    assert attempts.made[0] in attempts.given_up
    assert link not in attempts.given_up


async def test_only_one_asks_for_the_seat() -> None:
    """Of two that come through in one moment one asks, and the other, though open earlier, is given up."""
    attempts = Attempts()
    taking = attempts.fresh()
    await attempts.begun(2)
    await attempts.listens(0)
    await attempts.listens(1)
    attempts.made[1].outcome.set_result(None)
    await _a_moment()
    assert [attempt.asked for attempt in attempts.made[:2]] == [True, False]
    assert attempts.given_up == [attempts.made[1]]

    attempts.made[0].outcome.set_result(wire.Done())

    assert (await taking)[0] is attempts.made[0]


async def test_the_next_asks_where_the_first_that_asked_broke() -> None:
    """Where the link that asked for the seat breaks, the next one asks."""
    attempts = Attempts()
    taking = attempts.fresh()
    await attempts.begun(1)
    await attempts.listens(0)
    attempts.made[0].outcome.set_exception(UNREACHABLE)
    await attempts.begun(2)
    await attempts.listens(1)
    attempts.made[1].outcome.set_result(wire.Done())

    assert (await taking)[0] is attempts.made[1]
    assert attempts.made[1].asked


async def test_a_refusal_for_good_ends_it() -> None:
    """What is of no use to try again is raised, and what is under way given up."""
    attempts = Attempts()
    taking = attempts.fresh()
    await attempts.begun(2)
    await attempts.listens(0)
    attempts.made[0].outcome.set_exception(AppError(ErrorCode.KICKED, "out"))

    with pytest.raises(AppError, match="out"):
        await taking
    assert attempts.made[1] in attempts.given_up


async def test_what_is_given_up_ends_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts that fail in the moment in which another one comes through are no complaint on the terminal."""
    monkeypatch.setattr(reconnecting, "ATTEMPT_EVERY", 0.001)
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    attempts = Attempts()
    taking = attempts.fresh()
    await attempts.begun(20)
    for number in range(20):
        await attempts.listens(number)
    attempts.made[0].outcome.set_result(wire.Done())
    for attempt in attempts.made[1:20]:
        attempt.outcome.set_exception(AppError(ErrorCode.SERVER_UNREACHABLE, "no"))
    await taking
    del attempt, attempts, taking
    await _a_moment()
    gc.collect()

    assert complaints == []


async def test_attempts_go_on_after_all_have_failed() -> None:
    """A server that refuses connections is asked again and again."""
    attempts = Attempts()
    taking = attempts.fresh()
    for number in range(3):
        await attempts.begun(number + 1)
        await attempts.listens(number)
        attempts.made[number].outcome.set_exception(UNREACHABLE)
    await attempts.begun(4)
    await attempts.listens(3)
    attempts.made[3].outcome.set_result(None)

    assert (await taking)[0] is attempts.made[3]


def test_attempts_are_close_at_first_and_rare_in_the_long_run() -> None:
    """A blackout of a minute is met within half a second; a server that is away for hours is not stormed."""
    assert [pause_after(elapsed) for elapsed in (0, 5, 20, 60, 600)] == [
        ATTEMPT_EVERY,
        ATTEMPT_EVERY,
        LATER_EVERY,
        LATER_EVERY,
        IN_THE_LONG_RUN,
    ]
    assert LATER_EVERY < 0.5
