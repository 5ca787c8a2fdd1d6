"""What a person does in mpv itself is told once, as what it is."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from syncwatch_cli.player.connection import open_connection
from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_cli.player.speed_watch import SpeedWatch
from syncwatch_core.controller_events import (
    PersonChangedRate,
    PersonEvent,
    PersonPaused,
    PersonPlayed,
    PersonSetOut,
    PersonSought,
    PersonStayed,
    PlayerFailed,
    PlayerLanded,
    PlayerPrimed,
)
from tests.cli.player.hands import FRAME, Diary, Person, until


async def play(player: MpvPlayer, person: Person) -> None:
    player.unpause()
    await person.sees_become("core-idle", wanted=False)
    await asyncio.sleep(0.3)


# --- pause ---


@pytest.mark.usefixtures("film")
async def test_a_persons_pause_is_told_once_with_its_frame(player: MpvPlayer, diary: Diary, person: Person):
    """A pause by the person is reported once, with the frame that mpv stands on."""
    await play(player, person)
    await person.does("cycle", "pause")
    paused = await diary.next(PersonPaused)

    assert paused.position == await person.sees("time-pos")
    assert await diary.settled() == [paused]


async def test_a_persons_play_is_told_from_the_frame_it_stood_on(diary: Diary, film: PlayerPrimed, person: Person):
    """A play by the person is reported once, from the frame on which the media stood."""
    await person.does("set_property", "pause", False)
    played = await diary.next(PersonPlayed)

    assert played.position == film.position
    assert await diary.settled() == [played]


@pytest.mark.usefixtures("film")
async def test_every_toggle_is_told(player: MpvPlayer, diary: Diary, person: Person):
    """A pause after a play after a pause is each told, in order."""
    await play(player, person)
    for kind in (PersonPaused, PersonPlayed) * 3:
        diary.clear()
        await person.does("cycle", "pause")
        told = await diary.next(kind)
        assert await diary.settled(0.2) == [told]


@pytest.mark.usefixtures("film")
async def test_a_pause_and_ours_in_the_same_instant_end_in_agreement(player: MpvPlayer, diary: Diary, person: Person):
    """Whoever comes last within an instant, what was told last and what mpv does agree, and the next act is told."""

    async def they_agree() -> bool:
        return await person.sees("pause") is bool(diary.entries and isinstance(diary.entries[-1], PersonPaused))

    for _ in range(10):
        await play(player, person)
        diary.clear()
        person.does_at_once(["set_property", "pause", True])
        player.unpause()
        await diary.settled(0.3)
        await until(they_agree)
        assert await they_agree()
        pauses = await person.sees("pause")

        diary.clear()
        await person.does("cycle", "pause")
        await diary.next(PersonPlayed if pauses else PersonPaused)


@pytest.mark.usefixtures("film")
async def test_what_the_person_does_while_loading_is_not_told(
    player: MpvPlayer, diary: Diary, person: Person, media: dict[str, Path]
):
    """While media loads the person's keys are nothing to tell, and it primes paused all the same."""
    player.load(str(media["film"]), 30.0)
    for _ in range(20):
        person.does_at_once(["set_property", "pause", False], ["set_property", "speed", 1.5])
        await asyncio.sleep(0.002)
        if diary.of(PlayerPrimed):
            break
    await diary.next(PlayerPrimed)

    before_primed = diary.entries[: diary.entries.index(diary.of(PlayerPrimed)[0])]
    assert before_primed == []


# --- seek ---


@pytest.mark.usefixtures("film")
@pytest.mark.parametrize("playing", [False, True])
@pytest.mark.parametrize(("command", "lands_at"), [(("seek", 5), 15.0), (("seek", 42, "absolute"), 42.0)])
async def test_a_persons_seek_is_told_where_it_landed(
    player: MpvPlayer,
    diary: Diary,
    person: Person,
    playing: bool,
    command: tuple[object, ...],
    lands_at: float,
):
    """A seek by the person, paused or playing, is reported once, with the place where it landed."""
    if playing:
        await play(player, person)
    await person.does(*command)
    sought = await diary.next(PersonSought)

    assert sought.position == pytest.approx(lands_at, abs=1.0 if playing else FRAME)
    assert await diary.settled() == [sought]


@pytest.mark.usefixtures("film")
async def test_seeks_to_and_fro_are_all_told(player: MpvPlayer, diary: Diary, person: Person):
    """A seek back to where our own seek had gone just before is the person's all the same."""
    player.seek(20.0)
    landed = await diary.next(PlayerLanded)
    for step, place in ((5, 25.0), (-5, 20.0), (5, 25.0)):
        diary.clear()
        await person.does("seek", step)
        sought = await diary.next(PersonSought)
        assert sought.position == pytest.approx(place, abs=FRAME)
        assert await diary.settled(0.2) == [sought]
    assert landed.position == pytest.approx(20.0, abs=FRAME)


async def test_a_single_frame_back_is_a_seek(diary: Diary, film: PlayerPrimed, person: Person):
    """A step of one frame back while paused is told with the frame it came to."""
    await person.does("frame-back-step")
    sought = await diary.next(PersonSought)

    assert sought.position == pytest.approx(film.position - FRAME, abs=0.001)


@pytest.mark.usefixtures("film")
async def test_a_persons_seek_on_top_of_ours_is_theirs(player: MpvPlayer, diary: Diary, person: Person):
    """Where the person's seek comes on top of ours and ends elsewhere, the landing is told as theirs, and once."""
    hands = player._media.hands  # noqa: SLF001 nothing else tells that a seek was taken
    before = hands.seeks_run

    async def is_taken() -> bool:
        return hands.seeks_run > before

    player.seek(30.0)
    # Ours has to be there first: the two reach mpv by different ways.
    await until(is_taken)
    await person.does("seek", 7)
    sought = await diary.next(PersonSought)
    told = await diary.settled(0.8)

    assert sought.position == pytest.approx(await person.sees("time-pos"), abs=FRAME)
    assert told[-1] == sought
    assert len(diary.of(PersonSought)) == 1


@pytest.mark.usefixtures("film")
async def test_of_two_seeks_at_once_the_last_decides_whose_the_landing_is(
    player: MpvPlayer, diary: Diary, person: Person
):
    """Where our seek and the person's set out together, the place is told as ours if it is ours, else as theirs."""
    player.seek(30.0)
    await person.does("seek", 7)
    await diary.next_of(PersonSought, PlayerLanded)
    await diary.settled(2.0)

    place = await person.sees("time-pos")
    ours = place == pytest.approx(30.0, abs=2 * FRAME)
    last = next(told for told in reversed(diary.entries) if isinstance(told, PersonSought | PlayerLanded))
    assert isinstance(last, PlayerLanded if ours else PersonSought)
    assert last.position == pytest.approx(place, abs=FRAME)
    assert len(diary.of(PersonSought)) == (0 if ours else 1)


@pytest.mark.usefixtures("film")
async def test_our_seek_after_a_persons_is_ours(player: MpvPlayer, diary: Diary, person: Person):
    """A seek of ours that follows the person's within an instant lands as ours, and is never told as theirs."""
    for place in (30.0, 45.0, 5.0):
        diary.clear()
        await person.does("seek", 7)
        player.seek(place)
        landed = await diary.next(PlayerLanded)
        await diary.settled(0.3)
        assert landed.position == pytest.approx(place, abs=2 * FRAME)
        assert all(abs(sought.position - place) > 1 for sought in diary.of(PersonSought))
        assert diary.entries[-1] == landed


@pytest.mark.usefixtures("film")
@pytest.mark.parametrize("playing", [False, True])
async def test_mpvs_own_seek_to_where_it_stands_is_nobodys(
    player: MpvPlayer, diary: Diary, person: Person, playing: bool
):
    """A changed filter makes mpv seek to where it is: that is nobody's act."""
    if playing:
        await play(player, person)
    await person.does("vf", "set", "hflip")

    async def none_is_on_the_way() -> bool:
        return len(diary.ways) % 2 == 0

    assert await diary.settled(0.8) == []
    await until(none_is_on_the_way)
    assert await diary.settled(0.2) == []
    # As it begins it might be anybody's; told that it led nowhere, nobody waits for it.
    assert [type(way) for way in diary.ways] == [PersonSetOut, PersonStayed] * (len(diary.ways) // 2)


# --- speed ---


@pytest.mark.usefixtures("film")
async def test_a_persons_speed_is_told_as_the_session_rate_they_mean(player: MpvPlayer, diary: Diary, person: Person):
    """A factor on a nudged speed is told without the nudge, once, and the next counts from the rate so changed."""
    player.set_rate(1.0003, keep_pitch=False, session_rate=1.0)
    await play(player, person)
    await person.does("multiply", "speed", 1.1)
    first = await diary.next(PersonChangedRate)
    assert first.rate == pytest.approx(1.1, abs=1e-5)
    assert await diary.settled() == [first]

    diary.clear()
    player.set_rate(1.1002, keep_pitch=True, session_rate=1.1)
    await person.sees_become("speed", 1.1002)
    await person.does("multiply", "speed", 1.1)
    second = await diary.next(PersonChangedRate)
    assert second.rate == pytest.approx(1.21, abs=1e-4)
    assert await diary.settled() == [second]


@pytest.mark.usefixtures("film")
async def test_a_speed_that_is_set_is_taken_as_it_stands(player: MpvPlayer, diary: Diary, person: Person):
    """Setting the speed to 1 means a session rate of 1, whatever it was before."""
    player.set_rate(1.5004, keep_pitch=True, session_rate=1.5)
    await person.sees_become("speed", 1.5004)
    await person.does("set_property", "speed", 1.0)
    told = await diary.next(PersonChangedRate)

    assert told.rate == 1.0
    assert await diary.settled() == [told]


async def test_a_speed_that_is_put_back_at_once_is_told_though_mpv_announces_nothing(player: MpvPlayer):
    """Of a change and its undoing in one moment mpv announces nothing; the watch asks by itself."""
    told: list[PersonEvent] = []
    connection = await open_connection(player.ipc_socket, time.monotonic, lambda _event, _at: None, lambda: None)
    watch = SpeedWatch(connection, told.append)
    watch.listen()
    watch.write(1.5004, keep_pitch=False, session_rate=1.5)
    connection.post(["set_property", "speed", 1.0])

    async def is_told() -> bool:
        return told == [PersonChangedRate(1.0)]

    await until(is_told)
    connection.close()


# --- another file ---


@pytest.mark.usefixtures("film")
async def test_a_file_opened_by_hand_is_not_ours_to_tell_of(
    player: MpvPlayer, diary: Diary, person: Person, media: dict[str, Path]
):
    """That the person opened another file is told, what they do in it is not, and the next load works."""
    await person.does("loadfile", str(media["silent"]))
    assert "something else" in (await diary.next(PlayerFailed)).message
    await person.sees_become("duration", 60.0)
    await person.does("cycle", "pause")
    await person.does("seek", 5)
    assert len(await diary.settled()) == 1

    player.load(str(media["film"]), 12.0)
    primed = await diary.next(PlayerPrimed)
    assert primed.position == pytest.approx(12.0)
    assert (await diary.settled(0.2))[1:] == [primed]
