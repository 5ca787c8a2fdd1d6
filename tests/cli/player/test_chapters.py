"""Chapters: told by a real mpv once the media stands ready, and no longer once it is gone."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from syncwatch_cli.player.chapters import AT_MOST, chapters_of
from syncwatch_cli.player.interface import Chapter, PlayerChapters
from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_core.controller_events import PlayerPrimed
from tests.chaptered import with_chapters
from tests.cli.player.hands import Diary


@pytest.fixture(scope="session")
def chaptered(media: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film, with three chapters, of which the second has no name."""
    copy = tmp_path_factory.mktemp("chapters") / "film.mkv"
    return with_chapters(media["film"], {0.0: "The start", 20.5: "", 40.0: "The end"}, 60.0, copy)


async def test_a_film_with_chapters(player: MpvPlayer, diary: Diary, chaptered: Path, media: dict[str, Path]):
    """A film's chapters are told once it stands ready, again for the same film, and are gone with it."""
    player.load(str(chaptered), 0.0)
    told = await diary.next(PlayerChapters)
    diary.clear()
    player.load(str(chaptered), 5.0)
    await diary.next(PlayerPrimed)
    await diary.next(PlayerChapters, 2)
    again = [told for told in await diary.settled() if isinstance(told, PlayerChapters)]
    diary.clear()
    player.load(str(media["film"]), 0.0)
    await diary.next(PlayerPrimed)
    gone = [told for told in await diary.settled() if isinstance(told, PlayerChapters)]

    assert [(each.title, each.position) for each in told.chapters] == [
        ("The start", 0.0),
        ("", pytest.approx(20.5)),
        ("The end", pytest.approx(40.0)),
    ]
    assert again == [PlayerChapters(()), told]
    assert gone == [PlayerChapters(())]


async def test_a_film_without(player: MpvPlayer, diary: Diary, media: dict[str, Path]):
    """Of a film without chapters nothing is told."""
    player.load(str(media["film"]), 0.0)
    await diary.next(PlayerPrimed)
    await diary.settled()

    assert diary.of(PlayerChapters) == []


def test_what_mpv_tells():
    """Chapters come in the order of the media; what can't be one is passed over, and there is an end to them."""
    told = [{"time": 9, "title": "B"}, {"time": -1.0}, {"time": math.nan}, {"time": True}, {"title": "C"}, "D"]

    assert chapters_of(told) == (Chapter("", 0.0), Chapter("B", 9.0))
    assert chapters_of(None) == ()
    assert len(chapters_of([{"time": second} for second in range(AT_MOST + 1)])) == AT_MOST
