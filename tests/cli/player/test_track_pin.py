"""Tracks that are pinned for everybody, in a real mpv: held, put back, let go; and never touched without a pin."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from syncwatch_cli.player.interface import PlayerNotice
from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_cli.player.none import NoPlayer
from syncwatch_cli.player.track_pin import PUT_BACK_AT_MOST
from syncwatch_core.controller_events import PlayerPrimed
from tests.cli.player.hands import SILENT_AND_DARK, Diary, Person, until


async def shown(player: MpvPlayer, diary: Diary, film: Path) -> PlayerPrimed:
    """The film is loaded and stands at 2 s."""
    player.load(str(film), 2.0)
    return await diary.next(PlayerPrimed)


def said(diary: Diary) -> list[str]:
    """The notices so far, without what they all begin with."""
    return [notice.message.removeprefix("pinned for everybody: ") for notice in diary.of(PlayerNotice)]


async def until_said(diary: Diary, times: int, words: str = "") -> None:
    """Wait until so many notices hold these words."""

    async def so() -> bool:
        return sum(words in notice for notice in said(diary)) >= times

    await until(so)


def without_decoder(film: Path, folder: Path) -> Path:
    """The film with a second sound of a kind that nothing knows."""
    odd = folder / "film.mkv"
    odd.write_bytes(film.read_bytes().replace(b"A_FLAC", b"A_ODDX"))
    return odd


async def chosen(person: Person) -> tuple[object, object]:
    return await person.sees("aid"), await person.sees("sid")


async def test_without_a_pin_nothing_is_touched(player: MpvPlayer, diary: Diary, person: Person, two_of_each: Path):
    """What the person chose before and while the film is shown stays, and no word is said."""
    player.pin_tracks(None, None)
    await person.does("set_property", "sid", "no")
    await shown(player, diary, two_of_each)
    await person.does("set_property", "aid", 2)
    await diary.settled()

    assert await chosen(person) == (2, False)
    assert said(diary) == []


@pytest.mark.parametrize(
    ("audio", "subtitles", "wanted"),
    [("2", "2", (2, 2)), ("de", "deu", (2, 2)), ("en-GB", "no", (1, False)), ("no", None, (False, 1))],
)
async def test_the_pinned_tracks_are_chosen(
    player: MpvPlayer,
    diary: Diary,
    person: Person,
    two_of_each: Path,
    audio: str,
    subtitles: str | None,
    wanted: tuple[object, object],
):
    """Pinned by number, by language or as none, the tracks are the pinned ones and the film stands where it should."""
    player.pin_tracks(audio, subtitles)
    primed = await shown(player, diary, two_of_each)

    await person.sees_become("aid", wanted[0])
    await person.sees_become("sid", wanted[1])
    assert primed.position == pytest.approx(2.0, abs=0.05)


async def test_a_pin_while_the_film_is_shown(player: MpvPlayer, diary: Diary, person: Person, two_of_each: Path):
    """A pin holds at once, is told once, and the next film begins with it without a word."""
    await shown(player, diary, two_of_each)
    player.pin_tracks("de", None)
    await person.sees_become("aid", 2)
    await until_said(diary, 1)
    diary.entries[:] = [entry for entry in await diary.settled() if isinstance(entry, PlayerNotice)]
    assert said(diary) == ["audio in 'de'"]
    await shown(player, diary, two_of_each)
    await person.sees_become("aid", 2)
    await diary.settled()

    assert said(diary) == ["audio in 'de'"]
    assert await person.sees("sid") == 1


async def test_a_change_is_put_back(player: MpvPlayer, diary: Diary, person: Person, two_of_each: Path):
    """Each change of what is pinned is put back and explained, once; of what is not, it stays."""
    player.pin_tracks(None, "1")
    await shown(player, diary, two_of_each)
    for other in (2, "no"):
        diary.clear()
        await person.does("set_property", "sid", other)
        await diary.next(PlayerNotice)
        await person.sees_become("sid", 1)
        await person.does("set_property", "aid", 2)
        await diary.settled()

        assert said(diary) == ["subtitle track 1; that was put back"]
        assert await chosen(person) == (2, 1)


async def test_what_is_un_pinned_is_free(player: MpvPlayer, diary: Diary, person: Person, two_of_each: Path):
    """Taken away, a pin changes nothing by itself; then the person chooses, and their own options hold again."""
    player.pin_tracks("2", "2")
    await shown(player, diary, two_of_each)
    await person.sees_become("aid", 2)
    await person.sees_become("sid", 2)
    player.pin_tracks(None, None)
    diary.clear()
    await diary.settled()
    assert await chosen(person) == (2, 2)
    await person.does("set_property", "sid", "no")
    await diary.settled()
    assert await chosen(person) == (2, False)
    await shown(player, diary, two_of_each)

    assert await chosen(person) == (1, 1)
    assert said(diary) == []


async def test_a_track_that_is_not_there(player: MpvPlayer, diary: Diary, person: Person, two_of_each: Path):
    """A copy without the pinned track keeps the person's own choice; they are told once for each film."""
    player.pin_tracks("3", "fr")
    await shown(player, diary, two_of_each)
    await until_said(diary, 2)
    await person.does("set_property", "aid", 2)
    await diary.settled()

    assert await chosen(person) == (2, 1)
    assert said(diary) == [
        f"{what}; your copy has no such track, so your own choice stays"
        for what in ("audio track 3", "subtitles in 'fr'")
    ]


async def test_a_track_that_comes_later(
    player: MpvPlayer, diary: Diary, person: Person, two_of_each: Path, tmp_path: Path
):
    """Subtitles that are added while the film is shown are chosen if they are the pinned ones."""
    player.pin_tracks(None, "3")
    await shown(player, diary, two_of_each)
    await diary.next(PlayerNotice)
    words = tmp_path / "words.srt"
    words.write_text("1\n00:00:01,000 --> 00:00:09,000\nwords\n")
    await person.does("sub-add", str(words), "auto")

    await person.sees_become("sid", 3)


async def test_a_track_that_can_not_be_played(player: MpvPlayer, diary: Diary, two_of_each: Path, tmp_path: Path):
    """A pinned sound that mpv has no decoder for is tried once, and the person told."""
    film = without_decoder(two_of_each, tmp_path)
    player.pin_tracks("2", None)
    await shown(player, diary, film)
    await until_said(diary, 1, "can't play it")
    await diary.settled(1.5)

    assert said(diary)[-1] == "audio track 2; your player can't play it, so your own choice stays"
    assert len(said(diary)) <= 2


async def test_a_script_is_not_fought_for_ever(player: MpvPlayer, diary: Diary, person: Person, two_of_each: Path):
    """Where something in mpv goes on changing the track it is let be after some times, and the person told."""
    player.pin_tracks("1", None)
    await shown(player, diary, two_of_each)
    for _ in range(PUT_BACK_AT_MOST):
        diary.clear()
        await person.does("set_property", "aid", 2)
        await diary.next(PlayerNotice)
        await person.sees_become("aid", 1)
    diary.clear()
    await person.does("set_property", "aid", 2)
    await diary.next(PlayerNotice)
    await diary.settled()

    assert await person.sees("aid") == 2
    assert said(diary) == ["audio track 1; something in your player keeps changing it, so it is left alone"]


async def test_pinned_before_the_player_is_there(player_class: type[MpvPlayer], diary: Diary, two_of_each: Path):
    """A pin that is heard of before the player has started holds from its first film on."""
    player = player_class(diary.write, time.monotonic, extra_args=SILENT_AND_DARK)
    player.pin_tracks("2", None)
    await player.start()
    await shown(player, diary, two_of_each)
    await diary.next(PlayerNotice)
    player.pin_tracks("2", None)
    await diary.settled()
    await player.close()

    assert said(diary) == ["audio track 2"]


async def test_no_player_has_no_tracks(diary: Diary):
    """Who has no player is not troubled with tracks."""
    NoPlayer(diary.write).pin_tracks("2", "no")

    assert diary.entries == []
