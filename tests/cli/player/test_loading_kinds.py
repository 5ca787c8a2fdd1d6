"""Media whose positions are not what mpv says, or are none: each stands where it is reported to stand."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest

from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_cli.player.primed import landing_of_sound
from syncwatch_core.controller_events import PlayerLanded, PlayerPrimed
from tests.cli.player.hands import FRAME, Diary, Person


@pytest.fixture(scope="session")
def kinds(media: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The film, as a recording that begins at ten hours; its sound, with a cover; and slides, one a second."""
    folder = tmp_path_factory.mktemp("kinds")

    def ffmpeg(name: str, *arguments: str | Path) -> Path:
        subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments, folder / name], check=True)
        return folder / name

    cover = ("-f", "lavfi", "-i", "testsrc2=size=96x96:rate=1:duration=1")
    attached = ("-map", "0:a", "-map", "1:v", "-c:a", "copy", "-c:v", "png", "-disposition:v", "attached_pic")
    slides = ("-f", "lavfi", "-i", "testsrc2=size=96x96:rate=1", "-t", "60")
    return {
        "sound": media["sound"],
        "recording": ffmpeg("recording.ts", "-i", media["film"], "-c", "copy", "-output_ts_offset", "36000"),
        "cover": ffmpeg("cover.m4a", "-i", media["sound"], *cover, *attached),
        "slides": ffmpeg("slides.mp4", *slides, "-c:v", "libx264", "-preset", "ultrafast"),
    }


@pytest.mark.parametrize("name", ["sound", "cover"])
async def test_sound_stands_where_it_will_begin(
    player: MpvPlayer, diary: Diary, person: Person, kinds: dict[str, Path], name: str
):
    """A seek or a load in sound without moving pictures stands where it was asked to, whatever mpv says of it."""
    player.load(str(kinds[name]), 0.0)
    primed = await diary.next(PlayerPrimed)
    assert primed.frame_duration is None
    player.unpause()
    await person.sees_become("core-idle", wanted=False)
    await asyncio.sleep(0.5)
    player.pause()
    diary.clear()

    player.seek(12.5)
    assert (await diary.next(PlayerLanded)).position == 12.5
    assert await diary.settled() == [PlayerLanded(12.5)]

    diary.clear()
    player.load(str(kinds[name]), 20.25)
    assert (await diary.next(PlayerPrimed)).position == 20.25


async def test_a_recording_without_an_index_is_sought_in_exactly(
    player: MpvPlayer, diary: Diary, person: Person, kinds: dict[str, Path]
):
    """In MPEG-TS too a load and a seek land on the next frame, not on the next keyframe; only there mpv looks ahead."""
    player.load(str(kinds["recording"]), 12.51)
    primed = await diary.next(PlayerPrimed)
    assert 12.51 <= primed.position <= 12.51 + 2 * FRAME

    player.seek(33.3)
    landed = await diary.next(PlayerLanded)
    assert 33.3 <= landed.position <= 33.3 + 2 * FRAME
    assert await diary.settled() == [primed, landed]

    diary.clear()
    player.load(str(kinds["slides"]), 0.0)
    await diary.next(PlayerPrimed)
    assert await person.sees("hr-seek-demuxer-offset") == 0


async def test_a_seek_to_between_slides_is_nobody_elses(player: MpvPlayer, diary: Diary, kinds: dict[str, Path]):
    """A seek in media of one frame a second lands up to a second later, and is ours all the same."""
    player.load(str(kinds["slides"]), 0.0)
    primed = await diary.next(PlayerPrimed)
    assert primed.frame_duration == pytest.approx(1)

    player.seek(20.2)
    assert (await diary.next(PlayerLanded)).position == pytest.approx(21)
    assert len(await diary.settled()) == 2


async def test_loops_are_off_with_each_load(player: MpvPlayer, diary: Diary, person: Person, media: dict[str, Path]):
    """A loop that was set by a key or a profile does not outlive a load: the session says what comes after the end."""
    for name, value in (("loop-file", "inf"), ("loop-playlist", "inf"), ("ab-loop-a", 1), ("ab-loop-b", 3)):
        await person.does("set_property", name, value)
    player.load(str(media["film"]), 0.0)
    await diary.next(PlayerPrimed)

    assert await person.sees("loop-file") is False
    assert await person.sees("loop-playlist") is False
    assert await person.sees("ab-loop-a") == "no"
    assert await person.sees("ab-loop-b") == "no"


@pytest.mark.parametrize(
    ("asked", "told", "duration", "really"),
    [(12.5, 12.31, 60.0, 12.5), (70.0, 59.8, 60.0, 60.0), (12.5, 12.31, None, 12.5), (12.5, 30.0, 60.0, 30.0)],
)
def test_where_sound_really_stands(asked: float, told: float, duration: float | None, really: float):
    """What mpv tells is early by what the sound card holds; any other place is believed."""
    assert landing_of_sound(asked, told, duration) == really
