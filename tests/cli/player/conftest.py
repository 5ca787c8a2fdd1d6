"""Real mpv, and made-up media for it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from syncwatch_cli.player.libmpv import LibmpvPlayer
from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_core.controller_events import PlayerPrimed
from tests.cli.player.hands import SILENT_AND_DARK, Diary, Person, person_beside, started
from tests.cli.player.odd_origin import OddOrigin


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files by what they are: film, silent, sound, streamed, brief, short, empty, garbage, -dash."""
    folder = tmp_path_factory.mktemp("media")

    def ffmpeg(name: str, *arguments: str | Path) -> Path:
        subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments, folder / name], check=True)
        return folder / name

    picture = ("-f", "lavfi", "-i", "testsrc2=size=192x108:rate=24")
    sound = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000")
    coding = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "48", "-sc_threshold", "0", "-c:a", "aac")
    film = ffmpeg("film.mp4", *picture, *sound, "-t", "60", *coding)
    files = {
        "film": film,
        "silent": ffmpeg("silent.mp4", "-i", film, "-an", "-c", "copy"),
        "sound": ffmpeg("sound.m4a", "-i", film, "-vn", "-c", "copy"),
        "streamed": ffmpeg("streamed.mp4", "-i", film, "-c", "copy", "-movflags", "+faststart"),
        "brief": ffmpeg("brief.mp4", "-i", film, "-t", "2", "-c", "copy", "-movflags", "+faststart"),
        "short": ffmpeg("short.mp4", *picture, *sound, "-t", "0.2", *coding),
        "empty": folder / "empty.mp4",
        "garbage": folder / "garbage.mp4",
        "-dash": ffmpeg("-dash.mp4", "-i", film, "-t", "1", "-c", "copy"),
    }
    files["empty"].write_bytes(b"")
    files["garbage"].write_bytes(bytes(range(256)) * 80)
    return files


@pytest.fixture(scope="session")
def streams(media: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The film as a stream, each in a folder of its own: ts, fmp4, aes (film.m3u8), dash, dash-files (film.mpd)."""
    folder = tmp_path_factory.mktemp("streams")
    hls = ("-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod")
    dash = ("-f", "dash", "-seg_duration", "4")
    kinds = {
        "ts": ("film.m3u8", *hls),
        "fmp4": ("film.m3u8", *hls, "-hls_segment_type", "fmp4"),
        "aes": ("film.m3u8", *hls, "-hls_key_info_file", "key.info"),
        "dash": ("film.mpd", *dash),
        "dash-files": ("film.mpd", *dash, "-single_file", "1"),
    }
    for kind, (name, *arguments) in kinds.items():
        place = folder / kind
        place.mkdir()
        (place / "key.bin").write_bytes(bytes(range(16)))
        (place / "key.info").write_text("key.bin\nkey.bin\n")
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-i", media["film"], "-c", "copy", *arguments, name], check=True, cwd=place
        )
    return {kind: folder / kind for kind in kinds}


@pytest.fixture(scope="session")
def two_sounds(media: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds of the film with two sounds to choose from."""
    path = tmp_path_factory.mktemp("sounds") / "film.mkv"
    mapping = ("-map", "0:v", "-map", "0:a", "-map", "0:a", "-t", "10", "-c", "copy")
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", media["film"], *mapping, path], check=True)
    return path


@pytest.fixture(scope="session")
def two_of_each(media: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds of the film with two sounds and two subtitles, both in English and then in German."""
    folder = tmp_path_factory.mktemp("tracks")
    (folder / "words.srt").write_text("1\n00:00:01,000 --> 00:00:09,000\nwords\n")
    inputs = ("-i", media["film"], "-i", folder / "words.srt")
    mapping = ("-map", "0:v", "-map", "0:a", "-map", "0:a", "-map", "1", "-map", "1")
    languages = [
        word
        for kind in "as"
        for nth, name in enumerate(("eng", "ger"))
        for word in (f"-metadata:s:{kind}:{nth}", f"language={name}")
    ]
    # The second sound is of another kind, so that it can be told from the first.
    coding = ("-t", "10", "-c:v", "copy", "-c:a:0", "copy", "-c:a:1", "flac", "-c:s", "srt")
    path = folder / "film.mkv"
    subprocess.run(["ffmpeg", "-v", "error", "-y", *inputs, *mapping, *languages, *coding, path], check=True)
    return path


@pytest.fixture
async def origin() -> AsyncIterator[OddOrigin]:
    """An origin with an empty shelf."""
    origin = OddOrigin()
    await origin.start()
    yield origin
    await origin.stop()


@pytest.fixture
async def diary() -> Diary:
    return Diary()


@pytest.fixture(params=[MpvPlayer, LibmpvPlayer], ids=["mpv", "libmpv"])
def player_class(request: pytest.FixtureRequest) -> type[MpvPlayer]:
    """The two players: mpv the program and mpv the library keep the same promises."""
    chosen: type[MpvPlayer] = request.param
    return chosen


@pytest.fixture
async def player(player_class: type[MpvPlayer], diary: Diary) -> AsyncIterator[MpvPlayer]:
    """A started player; what it reports stands in the diary."""
    player = player_class(diary.write, time.monotonic, extra_args=SILENT_AND_DARK)
    async with started(player):
        yield player


@pytest.fixture
async def person(player: MpvPlayer) -> AsyncIterator[Person]:
    async with person_beside(player) as person:
        yield person


@pytest.fixture
async def film(player: MpvPlayer, diary: Diary, media: dict[str, Path]) -> PlayerPrimed:
    """The film is loaded and stands paused at 10 s; the diary is empty again."""
    player.load(str(media["film"]), 10.0)
    primed = await diary.next(PlayerPrimed)
    diary.clear()
    return primed
