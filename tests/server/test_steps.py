"""Commands on their way through a session: their ids, their answers, and the timer that wakes the session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

import pytest
from msgspec.structs import replace

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.roles import SOMEBODY
from syncwatch_core.watch_session import Outcome, Wake, WatchSession, new_session
from syncwatch_server.database.repository import PARTS, Lineage, changed_parts
from syncwatch_server.server_clock import ServerClock
from syncwatch_server.services.steps import Step, change_between, fresh_ids
from syncwatch_server.services.wake_timer import WakeTimer
from tests.patience import PATIENCE

CLOCK = ServerClock(wall=lambda: 1000.0, monotonic=lambda: 0.0)
"""At 1000 s for ever."""


def empty() -> WatchSession:
    """A session in which nobody is."""
    return new_session("s", "AAA-AAA", 0.0, host_token_hash="h")


def test_ids_are_never_the_same() -> None:
    """Ids of one session and of two differ, and none holds the dash that parts an id from a number of its items."""
    ids = [number for _ in range(2) for number in islice(fresh_ids(), 300)]

    assert len(set(ids)) == 600
    assert not any("-" in number or len(number) > 32 for number in ids)


async def test_step_is_waited_for_until_it_is_settled() -> None:
    """Who waits for a step goes on once it is settled, with its answer; who comes later does not wait at all."""
    step = Step(Wake(), SOMEBODY, "id", outcome=Outcome(empty()))
    waiting = asyncio.create_task(step.settled())
    await asyncio.sleep(0)
    assert not waiting.done()
    step.settle()
    await waiting
    await step.settled()

    assert step.answer() == wire.Done()


async def test_step_that_is_refused() -> None:
    """Who waits for a step that is refused is told why; nobody has to wait, and who gave up is not missed."""
    step = Step(Wake(), SOMEBODY, "id")
    waiting = asyncio.create_task(step.settled())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    step.settle(AppError(ErrorCode.FORBIDDEN, "no"))
    await step.settled()

    with pytest.raises(AppError, match="no"):
        step.answer()


def test_only_what_lasts_is_stored() -> None:
    """Nothing is stored of a step that changed nothing, or only who is here; of another the parts that changed."""
    before = empty()
    here = before.replace(empty_since=None)
    ended = before.replace(settings=replace(before.settings, ended="over"))
    lineage = Lineage()

    assert change_between(before, before, 3, 7.0, lineage) is None
    assert change_between(before, here, 3, 7.0, lineage) is None
    change = change_between(before, ended, 3, 7.0, lineage)
    assert change is not None
    assert (change.version, change.at, list(change.parts), change.ended) == (3, 7.0, ["settings"], True)


@dataclass
class Sleeper:
    """Somebody who is woken."""

    woken: asyncio.Event = field(default_factory=asyncio.Event)
    times: int = 0

    def wake(self) -> None:
        """Good morning."""
        self.times += 1
        self.woken.set()


async def test_timer_wakes_once_when_it_is_due() -> None:
    """The timer wakes at the instant it was set for last, however often it is set for that, and once."""
    sleeper = Sleeper()
    timer = WakeTimer(CLOCK, sleeper.wake)
    timer.set(2000.0)
    for _ in range(3):
        timer.set(1000.01)
    await asyncio.wait_for(sleeper.woken.wait(), PATIENCE)
    await asyncio.sleep(0.03)

    assert sleeper.times == 1


async def test_timer_is_left_alone_where_nothing_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A timer is made only where the instant or what is held back changed, or where it is to come later."""
    loop = asyncio.get_running_loop()
    made: list[float] = []
    call_later = loop.call_later

    def note(wait: float, wake: Callable[[], None]) -> asyncio.TimerHandle:
        made.append(round(wait, 6))
        return call_later(60.0, wake)

    monkeypatch.setattr(loop, "call_later", note)
    timer = WakeTimer(CLOCK, lambda: None)
    for _ in range(2):
        timer.set(1003.0)
        timer.set(1003.0, hold_back=0.5)
        timer.set(1003.0, hold_back=0.5)
        timer.set(None)
        timer.set(None)
    timer.set(990.0)
    timer.set(990.0, at_least=1.0)
    timer.stop()

    assert made == [3.0, 3.5, 3.0, 3.5, 0.0, 1.0]


async def test_timer_that_was_stopped_does_not_wake() -> None:
    """A timer that was stopped, or set for never, wakes nobody; it can be set again."""
    sleeper = Sleeper()
    timer = WakeTimer(CLOCK, sleeper.wake)
    timer.set(1000.0)
    timer.stop()
    timer.set(1000.0)
    timer.set(None)
    await asyncio.sleep(0.01)
    assert sleeper.times == 0
    timer.set(1000.0)
    await asyncio.wait_for(sleeper.woken.wait(), PATIENCE)


@pytest.mark.parametrize("name", PARTS)
def test_every_durable_part_is_seen_to_have_changed(name: str) -> None:
    """Each part that must survive is stored when it is another value, and what may be lost never is."""
    before = empty()
    # Members of nobody and a queue of nothing are the same value wherever they are: another one is what counts.
    other = {"members": {"m": {}}, "queue": ({},), "history": ({},)}.get(name) or replace(getattr(before, name))

    assert list(changed_parts(before, before.replace(**{name: other}))) == [name]
    assert changed_parts(before, before.replace(presence={}, empty_since=5.0)) == {}
