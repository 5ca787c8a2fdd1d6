"""Seeks of ours that land far from their place, as where a recording's timestamps jump."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from syncwatch_cli.player.connection import Answer, IpcConnection, OnAnswers
from syncwatch_cli.player.far_landing import TRIES, TRIES_AFTER_GOING_ALONG, FarLandings, Verdict
from syncwatch_cli.player.ipc import Command
from syncwatch_cli.player.seek_watch import MediaShape, SeekWatch
from syncwatch_core.controller_events import PersonSought, PlayerFailed, PlayerLanded
from tests.cli.player.hands import Diary

TARGET, ELSEWHERE = 20.0, 3602.0


class StandingMpv(IpcConnection):
    """An mpv that stands at one place, wherever it is asked to go."""

    def __init__(self) -> None:
        super().__init__(lambda: 0.0, lambda _event, _at: None, lambda: None)

    @property
    def is_open(self) -> bool:
        return True

    def post(self, *commands: Command) -> None:
        """It is taken, and leads nowhere."""
        self.seeks_run += len(commands)

    seeks_run = 0

    def ask(self, commands: list[Command], on_answers: OnAnswers) -> None:  # type: ignore[override]
        asked = {"seeking": False, "paused-for-cache": False, "time-pos": ELSEWHERE}
        answers = [Answer(asked[str(list(command)[1])], None, 0.0) for command in commands]
        asyncio.get_running_loop().call_soon(on_answers, answers)


class Carried(Diary):
    """A diary that keeps apart where the media carried everybody."""

    def __init__(self) -> None:
        super().__init__()
        self.to: list[float] = []


@pytest.fixture
async def carried() -> Carried:
    return Carried()


@pytest.fixture
async def mpv() -> StandingMpv:
    return StandingMpv()


@pytest.fixture
async def watch(mpv: StandingMpv, carried: Carried) -> AsyncIterator[SeekWatch]:
    def carried_off(position: float) -> None:
        carried.to.append(position)
        carried.write(PlayerLanded(position))

    watch = SeekWatch(mpv, carried.write, lambda: None, carried_off, lambda: mpv.seeks_run)
    watch.listen(MediaShape(duration=3620.0, frame_duration=1 / 24))
    yield watch
    watch.stop_listening()


async def seek(watch: SeekWatch, carried: Carried, *begun_at: float) -> object:
    """The first report after a seek of ours during which seeks began at those instants."""
    carried.clear()
    watch.write(TARGET)
    for at in begun_at:
        watch.began(at)
    watch.restarted()
    return await carried.next(object)


async def test_an_odd_landing_of_the_only_seek_is_ours(watch: SeekWatch, carried: Carried):
    """Where only our seek began, wherever it landed, nobody else has sought."""
    assert await seek(watch, carried, 1.0) == PlayerLanded(ELSEWHERE)
    assert not carried.to


async def test_an_odd_landing_of_two_seeks_is_the_persons(watch: SeekWatch, carried: Carried):
    """Where a second seek began within ours the odd landing is the person's, at the instant of the second."""
    assert await seek(watch, carried, 1.0, 2.0) == PersonSought(ELSEWHERE, at=2.0)


async def test_a_seek_in_the_same_turn_as_ours_is_the_persons(mpv: StandingMpv, watch: SeekWatch, carried: Carried):
    """A seek that mpv took together with ours has no event of its own, but mpv's log has it; the next is ours again."""
    mpv.seeks_run += 1
    assert await seek(watch, carried, 1.0) == PersonSought(ELSEWHERE, at=None)
    assert await seek(watch, carried, 2.0) == PlayerLanded(ELSEWHERE)


async def test_where_no_seek_comes_to_its_place_all_go_along_or_it_is_given_up(watch: SeekWatch, carried: Carried):
    """Far landings in a row carry everybody along, and if that doesn't help either the player says so in words."""
    told = [await seek(watch, carried, 1.0) for _ in range(TRIES_AFTER_GOING_ALONG + 1)]

    assert carried.to == [ELSEWHERE] * (TRIES_AFTER_GOING_ALONG // TRIES)
    assert isinstance(told[-1], PlayerFailed)
    assert not any(isinstance(event, PersonSought | PlayerFailed) for event in told[:-1])


def test_a_landing_at_its_place_begins_the_count_anew():
    """Only far landings in a row count, and one nearby is no far one."""
    far = FarLandings()
    assert [far.judge(TARGET, ELSEWHERE) for _ in range(TRIES)][-1] is Verdict.CARRIED_OFF
    assert far.judge(TARGET, TARGET + 5) is Verdict.LANDED
    far.forget()
    assert [far.judge(TARGET, ELSEWHERE) for _ in range(TRIES)] == [Verdict.LANDED] * (TRIES - 1) + [
        Verdict.CARRIED_OFF
    ]
