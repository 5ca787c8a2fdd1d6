"""Loading, seeking, playing and ending in a real mpv: each has its report, and none is told as a person's act."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from syncwatch_cli.player.interface import OsdLine
from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_core.controller_events import (
    PersonPlayed,
    PersonSought,
    PlayerEnded,
    PlayerFailed,
    PlayerLanded,
    PlayerPrimed,
)
from tests.cli.player.hands import FRAME, SILENT_AND_DARK, Diary, Person

# --- loading ---


async def test_a_load_primes_on_the_frame_asked_for(
    player: MpvPlayer, diary: Diary, person: Person, media: dict[str, Path]
):
    """A load reports the first frame at or after the position asked for, with the media's length and frame rate."""
    player.load(str(media["film"]), 33.3)
    primed = await diary.next(PlayerPrimed)

    assert primed.position == pytest.approx(33.333333)
    assert primed.duration == pytest.approx(60, abs=0.1)
    assert primed.frame_duration == pytest.approx(FRAME)
    assert primed.seekable
    assert await person.sees("pause") is True
    assert await diary.settled() == [primed]


@pytest.mark.parametrize(
    ("name", "position", "lands_at", "frame_duration"),
    [
        ("silent", 30.0, 30.0, FRAME),
        ("sound", 30.0, 30.0, None),
        ("short", 0.0, 0.0, FRAME),
        ("film", 100.0, 60 - FRAME, FRAME),
        ("sound", 100.0, 60.0, None),
        # Past its end mpv stands on the last of five frames, at 0.167, or tells the end of the sound, 0.209.
        ("short", 5.0, 0.188, FRAME),
        ("film", -3.0, 0.0, FRAME),
    ],
)
async def test_every_kind_of_media_primes(
    player: MpvPlayer,
    diary: Diary,
    media: dict[str, Path],
    name: str,
    position: float,
    lands_at: float,
    frame_duration: float | None,
):
    """Media without sound, without picture or of a few frames primes; past the end it stands on the last frame."""
    player.load(str(media[name]), position)
    primed = await diary.next(PlayerPrimed)

    assert primed.position == pytest.approx(lands_at, abs=0.05)
    assert primed.frame_duration == (None if frame_duration is None else pytest.approx(frame_duration))
    assert await diary.settled(0.2) == [primed]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("empty", "not a video"),
        ("garbage", "not a video"),
        ("/nowhere/film.mp4", "no such file"),
        ("http://127.0.0.1:1/film.mp4", "connection refused"),
        ("--vo=gpu", "no such file"),
    ],
)
async def test_what_cannot_be_played_fails_in_words(
    player: MpvPlayer, diary: Diary, media: dict[str, Path], source: str, words: str
):
    """What mpv can't play is reported once, in words for the person."""
    player.load(str(media.get(source, source)), 0.0)
    failed = await diary.next(PlayerFailed)

    assert words in failed.message
    assert await diary.settled(0.2) == [failed]


async def test_a_folder_is_no_video(player: MpvPlayer, diary: Diary, person: Person, media: dict[str, Path]):
    """What leads mpv on to other files is refused, and nothing of it is played."""
    player.load(str(media["film"].parent), 0.0)
    failed = await diary.next(PlayerFailed)
    await person.sees_become("idle-active", wanted=True)

    assert "playlist" in failed.message
    assert await diary.settled(0.2) == [failed]


async def test_a_load_in_place_of_another_is_the_only_one_reported(
    player: MpvPlayer, diary: Diary, media: dict[str, Path]
):
    """Of two loads in a row only the last is reported, whether the first would have primed or failed."""
    player.load(str(media["silent"]), 5.0)
    player.load("/nowhere/film.mp4", 0.0)
    player.load(str(media["film"]), 20.0)
    primed = await diary.next(PlayerPrimed)

    assert primed.position == pytest.approx(20.0)
    assert await diary.settled() == [primed]


async def test_a_name_may_begin_with_a_dash(
    player_class: type[MpvPlayer], diary: Diary, media: dict[str, Path], monkeypatch: pytest.MonkeyPatch
):
    """A file whose name looks like an option is a file."""
    monkeypatch.chdir(media["-dash"].parent)
    player = player_class(diary.write, time.monotonic, extra_args=SILENT_AND_DARK)
    await player.start()
    player.load("-dash.mp4", 0.0)
    await diary.next(PlayerPrimed)
    await player.close()


async def test_a_title_and_options_are_the_sources_own(
    player: MpvPlayer, diary: Diary, person: Person, media: dict[str, Path]
):
    """The title, cleaned, and the options given with a source hold for that source alone."""
    player.load(str(media["film"]), 0.0, title="Film\x1b[31m ${path}", options={"user-agent": "one"})
    await diary.next(PlayerPrimed)
    assert await person.sees("media-title") == "Film[31m ${path}"
    assert await person.sees("user-agent") == "one"

    diary.clear()
    player.load(str(media["silent"]), 0.0)
    await diary.next(PlayerPrimed)
    assert await person.sees("media-title") == "silent.mp4"
    assert await person.sees("user-agent") != "one"


@pytest.mark.usefixtures("film")
async def test_speed_holds_from_one_media_to_the_next(
    player: MpvPlayer, diary: Diary, person: Person, media: dict[str, Path]
):
    """The rate that was set holds for the next media too."""
    player.set_rate(1.25, keep_pitch=True, session_rate=1.25)
    player.load(str(media["silent"]), 0.0)
    primed = await diary.next(PlayerPrimed)

    assert await person.sees("speed") == 1.25
    assert await person.sees("audio-pitch-correction") is True
    assert await diary.settled(0.2) == [primed]


@pytest.mark.usefixtures("film")
async def test_unload_shows_nothing_and_tells_nothing(player: MpvPlayer, diary: Diary, person: Person):
    """After an unload mpv stands open without media, and nobody is told that anybody did anything."""
    player.unload()
    await person.sees_become("idle-active", wanted=True)

    assert await diary.settled() == []


# --- seeking and playing ---


@pytest.mark.usefixtures("film")
async def test_a_seek_lands_within_a_frame(player: MpvPlayer, diary: Diary, person: Person):
    """A seek is reported once, with the frame it landed on, which is the next one after the position asked for."""
    player.seek(20.01)
    landed = await diary.next(PlayerLanded)

    assert 20.01 - 1e-6 <= landed.position <= 20.01 + FRAME
    assert await person.sees("time-pos") == pytest.approx(landed.position)
    assert await diary.settled() == [landed]


@pytest.mark.usefixtures("film")
async def test_of_several_seeks_the_last_is_reported(player: MpvPlayer, diary: Diary):
    """Seeks that follow each other within an instant have one landing, the last one's."""
    for position in (50.0, 5.0, 30.0, 25.0):
        player.seek(position)
    landed = await diary.next(PlayerLanded)

    assert landed.position == pytest.approx(25.0, abs=2 * FRAME)
    assert await diary.settled(0.8) == [landed]


@pytest.mark.usefixtures("film")
@pytest.mark.parametrize("position", [70.0, 59.99, 60.0])
async def test_a_seek_past_the_end_lands_on_the_last_frame(player: MpvPlayer, diary: Diary, position: float):
    """A seek past the end is ours too: it lands near the end and is nobody else's."""
    player.seek(position)
    landed = await diary.next(PlayerLanded)

    assert landed.position == pytest.approx(60, abs=3 * FRAME)
    assert await diary.settled(0.8) == [landed]


@pytest.mark.usefixtures("film")
async def test_a_seek_while_playing_lands_and_plays_on(player: MpvPlayer, diary: Diary, person: Person):
    """A seek of ours while playing is reported as a landing only, and mpv plays on."""
    player.unpause()
    await person.sees_become("core-idle", wanted=False)
    player.seek(40.0)
    landed = await diary.next(PlayerLanded)
    await person.sees_become("core-idle", wanted=False)

    assert landed.position == pytest.approx(40.0, abs=0.3)
    assert await diary.settled() == [landed]


@pytest.mark.usefixtures("film")
async def test_nothing_that_we_do_echoes(player: MpvPlayer, diary: Diary, person: Person):
    """Pauses, plays, rates and words of ours, in any haste, are never told as anybody's act."""
    for turn in range(10):
        player.unpause()
        player.set_rate(1 + turn * 0.0001, keep_pitch=turn % 2 == 0, session_rate=1.0)
        player.draw([OsdLine(f"hello {turn}")])
        player.pause()
        if turn % 3 == 0:
            await diary.settled(0.03)
    player.unpause()
    await person.sees_become("pause", wanted=False)

    assert await diary.settled(0.6) == []
    assert diary.ways == []


@pytest.mark.usefixtures("film")
async def test_set_rate_writes_only_what_differs(player: MpvPlayer, diary: Diary, person: Person):
    """A rate that stands already is not written again."""
    player.set_rate(1.0004, keep_pitch=False, session_rate=1.0)
    await person.sees_become("speed", 1.0004)
    await diary.settled(0.1)
    writes = player._media.speed._answers._age  # noqa: SLF001 there is no outer sign of a write that changes nothing
    player.set_rate(1.0004, keep_pitch=False, session_rate=1.0)

    assert player._media.speed._answers._age == writes  # noqa: SLF001


# --- the end ---


@pytest.mark.usefixtures("film")
async def test_the_end_is_told_once_and_is_nobodys_pause(player: MpvPlayer, diary: Diary):
    """At the end of the media mpv stops by itself: one report, of the end."""
    player.seek(59.5)
    await diary.next(PlayerLanded)
    diary.clear()
    player.unpause()
    ended = await diary.next(PlayerEnded)

    assert ended.position == pytest.approx(60, abs=0.1)
    assert await diary.settled(0.6) == [ended]


@pytest.mark.usefixtures("film")
async def test_from_the_end_a_person_may_go_back(player: MpvPlayer, diary: Diary, person: Person):
    """After the end a person's seek back and play are told like any other."""
    player.seek(59.5)
    await diary.next(PlayerLanded)
    player.unpause()
    await diary.next(PlayerEnded)
    diary.clear()

    await person.does("seek", -10)
    sought = await diary.next(PersonSought)
    await person.does("cycle", "pause")
    played = await diary.next(PersonPlayed)

    assert sought.position == pytest.approx(50, abs=0.2)
    assert played.position == pytest.approx(sought.position)
    assert await diary.settled() == [sought, played]


@pytest.mark.usefixtures("film")
async def test_playing_at_the_end_is_the_end_again(player: MpvPlayer, diary: Diary):
    """A play that mpv undoes because the media is over is reported as the end."""
    player.seek(70.0)
    await diary.next(PlayerLanded)
    diary.clear()
    player.unpause()
    ended = await diary.next(PlayerEnded)

    assert await diary.settled() == [ended]
