"""Steps by one frame, and a seek that something else falls into: each is told, as what it is."""

from __future__ import annotations

import asyncio

import pytest

from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_core.controller_events import (
    PersonChangedRate,
    PersonPaused,
    PersonPlayed,
    PersonSetOut,
    PersonSought,
    PersonStayed,
    PlayerLanded,
    PlayerPrimed,
)
from tests.cli.player.hands import FRAME, Diary, Person, until
from tests.patience import PATIENCE

FORWARD = (("keypress", "."), ("frame-step",))
BACK = (("keypress", ","), ("frame-back-step",))


async def play(player: MpvPlayer, person: Person) -> None:
    player.unpause()
    await person.sees_become("core-idle", wanted=False)
    await asyncio.sleep(0.3)


async def until_ways(diary: Diary, wanted: int) -> None:
    """Wait until so many seeks have begun or led nowhere."""

    async def so() -> bool:
        return len(diary.ways) >= wanted

    await until(so)


async def until_where_it_stands(diary: Diary, person: Person) -> None:
    """Wait until the last seek that was told is to the frame that mpv stands on."""

    async def so() -> bool:
        told = diary.of(PersonSought)
        return bool(told) and told[-1].position == await person.sees("time-pos")

    await until(so)


# --- steps ---


@pytest.mark.parametrize("step", FORWARD)
async def test_a_step_is_a_seek_to_the_next_frame(
    diary: Diary, film: PlayerPrimed, person: Person, step: tuple[str, ...]
):
    """A step of one frame forward while paused is told once, as a seek to the frame it came to, and no play is seen."""
    await person.does(*step)
    sought = await diary.next(PersonSought)

    assert sought.position == pytest.approx(film.position + FRAME, abs=0.001)
    assert sought.position == await person.sees("time-pos")
    assert not sought.exact
    assert await diary.settled() == [sought]
    assert diary.ways == [PersonSetOut(at=sought.at)]


@pytest.mark.parametrize("step", FORWARD)
@pytest.mark.parametrize("apart", [0.0, 0.03, 0.08])
async def test_quick_steps_are_one_seek(
    diary: Diary, film: PlayerPrimed, person: Person, step: tuple[str, ...], apart: float
):
    """However fast several steps follow each other, where they end is told, and never a play or a pause."""
    for _ in range(6):
        await person.does(*step)
        await asyncio.sleep(apart)
    await until_where_it_stands(diary, person)
    told = await diary.settled(0.8)

    assert {type(event) for event in told} == {PersonSought}
    assert diary.of(PersonSought)[-1].position == await person.sees("time-pos")
    assert diary.of(PersonSought)[-1].position > film.position


@pytest.mark.parametrize("step", BACK)
async def test_quick_steps_back_end_where_they_end(
    diary: Diary, film: PlayerPrimed, person: Person, step: tuple[str, ...]
):
    """Several steps back in a row are told as seeks, the last of them with the frame that mpv stands on."""
    for _ in range(4):
        await person.does(*step)
        await asyncio.sleep(0.05)
    await until_where_it_stands(diary, person)
    told = await diary.settled(0.8)

    assert {type(event) for event in told} == {PersonSought}
    assert diary.of(PersonSought)[-1].position == await person.sees("time-pos")
    assert diary.of(PersonSought)[-1].position < film.position


@pytest.mark.usefixtures("film")
@pytest.mark.parametrize("step", FORWARD)
async def test_a_step_while_it_plays_is_a_pause(player: MpvPlayer, diary: Diary, person: Person, step: tuple[str, ...]):
    """While mpv plays, a step by one frame pauses it, and is told as that."""
    await play(player, person)
    await person.does(*step)
    paused = await diary.next(PersonPaused)

    assert paused.position == await person.sees("time-pos")
    assert await diary.settled() == [paused]


@pytest.mark.usefixtures("film")
async def test_a_play_right_after_a_step_is_told(diary: Diary, person: Person):
    """Who steps and then lets it play is seen to play."""
    await person.does("frame-step")
    await person.sees_become("pause", wanted=True)
    await asyncio.sleep(0.05)
    await person.does("set_property", "pause", False)
    await diary.next(PersonPlayed)
    told = await diary.settled()

    assert isinstance(told[-1], PersonPlayed)


@pytest.mark.usefixtures("film")
async def test_our_own_play_on_top_of_a_step_ends_in_agreement(player: MpvPlayer, diary: Diary, person: Person):
    """Where a play of ours falls into a person's step, what was told last and what mpv does agree."""
    await person.does("frame-step")
    player.unpause()

    async def they_agree() -> bool:
        return await person.sees("pause") is bool(diary.of(PersonPaused))

    await diary.settled(0.8)
    await until(they_agree)
    await diary.settled()

    assert await they_agree()
    assert diary.of(PersonPlayed) == []


# --- what falls into a seek ---


@pytest.mark.usefixtures("film")
@pytest.mark.parametrize("playing", [False, True])
async def test_a_seek_is_told_as_it_begins_and_where_it_landed(
    player: MpvPlayer, diary: Diary, person: Person, playing: bool
):
    """That a person is on the way is told at once, and their landing carries the instant at which they set out."""
    if playing:
        await play(player, person)
    await person.does("seek", 20)
    sought = await diary.next(PersonSought)

    assert diary.ways == [PersonSetOut(at=sought.at)]
    assert not sought.by_script


@pytest.mark.usefixtures("film")
async def test_a_pause_within_a_seek_is_told_after_it(player: MpvPlayer, diary: Diary, person: Person):
    """Who seeks and pauses within an instant is told to have done both, in this order, with where the seek led to."""
    await play(player, person)
    person.does_at_once(["seek", 20], ["cycle", "pause"])
    paused = await diary.next(PersonPaused)
    [sought, *rest] = await diary.settled()

    assert isinstance(sought, PersonSought)
    assert rest == [paused]
    assert paused.position == sought.position
    assert sought.at is not None
    assert paused.at is not None
    assert sought.at <= paused.at


@pytest.mark.usefixtures("film")
async def test_a_seek_of_ours_on_top_ends_the_persons(player: MpvPlayer, diary: Diary, person: Person):
    """Where we go elsewhere while the person is on the way, it is told that they did not arrive."""
    person.does_at_once(["seek", 45, "absolute"])
    async with asyncio.timeout(PATIENCE):
        while not diary.ways:  # noqa: ASYNC110 what is waited for comes from another process
            await asyncio.sleep(0)
    player.seek(30.0)
    await diary.next(PlayerLanded)
    told = await diary.settled()

    if diary.of(PersonSought):
        # It had landed before.
        assert [type(event) for event in told] == [PersonSought, PlayerLanded]
    else:
        assert [type(way) for way in diary.ways] == [PersonSetOut, PersonStayed]


@pytest.mark.usefixtures("film")
async def test_mpvs_own_seek_leads_nowhere(diary: Diary, person: Person):
    """Mpv's seek to where it stands is told to have led nowhere, so that nobody goes on waiting for its landing."""
    await person.does("vf", "set", "hflip")
    await until_ways(diary, 2)
    await diary.settled(0.8)

    assert [type(way) for way in diary.ways] == [PersonSetOut, PersonStayed]


# --- the rate ---


@pytest.mark.usefixtures("film")
async def test_an_odd_session_rate_is_not_rounded(player: MpvPlayer, diary: Diary, person: Person):
    """A factor on a nudged speed counts from the session's rate as it is, however odd that is."""
    player.set_rate(1.3716447, keep_pitch=True, session_rate=1.37)
    await person.sees_become("speed", 1.371645)
    await person.does("multiply", "speed", 1.1)
    await diary.next(PersonChangedRate)
    told = await diary.settled()

    assert [round(getattr(event, "rate", 0.0), 4) for event in told] == [1.507]
