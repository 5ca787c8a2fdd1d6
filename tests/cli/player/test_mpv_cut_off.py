"""A server that will not go on: what was played is told to be cut off, and can be loaded again by a fresh way."""

from __future__ import annotations

from pathlib import Path

import pytest

from syncwatch_cli.player import cut_off_watch
from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_core.controller_events import (
    PersonSought,
    PlayerCutOff,
    PlayerEnded,
    PlayerFailed,
    PlayerLanded,
    PlayerPrimed,
)
from tests.cli.player.hands import Diary, Person
from tests.cli.player.odd_origin import Answer, OddOrigin


@pytest.fixture
async def expiring(player: MpvPlayer, diary: Diary, origin: OddOrigin, media: dict[str, Path]) -> str:
    """The film stands at its beginning, with a few seconds of it here; what more is asked for the test decides."""
    film = media["streamed"].read_bytes()
    url = origin.put("film.mp4", Answer(film, pace=len(film) / 20))
    player.load(url, 0.0)
    await diary.next(PlayerPrimed)
    diary.clear()
    return url


def _answers_no_more(origin: OddOrigin, status: int) -> None:
    origin.put("film.mp4", Answer(status=status))
    origin.drop_all()


@pytest.mark.parametrize("status", [403, 410])
@pytest.mark.usefixtures("expiring")
async def test_a_link_that_expired_is_told_at_the_next_seek(
    player: MpvPlayer, diary: Diary, origin: OddOrigin, status: int, media: dict[str, Path]
):
    """A seek after a long pause finds the link expired: that is told once, and a fresh link plays from there."""
    _answers_no_more(origin, status)
    player.seek(50.0)
    cut_off = await diary.next(PlayerCutOff)

    assert str(status) in cut_off.message
    assert await diary.settled() == [cut_off]
    player.load(origin.put("fresh.mp4", media["streamed"]), 50.0)
    assert (await diary.next(PlayerPrimed)).position == pytest.approx(50.0)


@pytest.mark.parametrize("target", [50.0, 59.5], ids=["midway", "near-end"])
@pytest.mark.usefixtures("expiring")
async def test_where_the_person_was_on_the_way_to_is_told_first(
    player: MpvPlayer, diary: Diary, origin: OddOrigin, person: Person, target: float
):
    """A person's own seek that finds the link expired is told with its target, and then the break."""
    assert player.pid is not None
    _answers_no_more(origin, 403)
    await person.does("seek", target, "absolute+exact")
    cut_off = await diary.next(PlayerCutOff)

    [sought] = diary.of(PersonSought)
    assert sought.position == pytest.approx(target)
    assert diary.entries == [sought, cut_off]


@pytest.mark.usefixtures("expiring")
async def test_a_link_that_expires_while_playing_is_told_when_it_matters(
    player: MpvPlayer, diary: Diary, origin: OddOrigin
):
    """What is here already plays on; then the film has not ended but broken off."""
    _answers_no_more(origin, 403)
    player.set_rate(4.0, keep_pitch=True, session_rate=4.0)
    player.unpause()
    cut_off = await diary.next(PlayerCutOff)

    assert "403" in cut_off.message
    assert not diary.of(PlayerEnded)
    assert not diary.of(PlayerFailed)


@pytest.mark.parametrize(("status", "words"), [(401, "broke the connection off"), (404, "404"), (500, "500")])
@pytest.mark.usefixtures("expiring")
async def test_a_server_in_trouble_is_given_mpvs_own_tries(
    player: MpvPlayer, diary: Diary, origin: OddOrigin, status: int, words: str
):
    """A server that may come back is tried again by mpv; then the film broke off, and nobody sought its end."""
    _answers_no_more(origin, status)
    player.seek(50.0)
    cut_off = await diary.next(PlayerCutOff)

    assert words in cut_off.message
    assert not diary.of(PersonSought)
    assert not diary.of(PlayerFailed)


@pytest.mark.usefixtures("expiring")
async def test_a_server_that_is_gone_is_told_so(player: MpvPlayer, diary: Diary, origin: OddOrigin):
    """A server that no longer listens has cut the film off as well."""
    await origin.stop()
    player.seek(50.0)
    cut_off = await diary.next(PlayerCutOff)

    assert "connection refused" in cut_off.message


async def test_a_server_that_comes_back_is_no_break(
    player: MpvPlayer, diary: Diary, origin: OddOrigin, expiring: str, media: dict[str, Path]
):
    """A server that closes the connection and serves again goes on where it was."""
    assert expiring.endswith("film.mp4")
    origin.put("film.mp4", media["streamed"])
    origin.drop_all()
    player.seek(50.0)

    assert (await diary.next(PlayerLanded)).position == pytest.approx(50.0)
    assert diary.of(PlayerCutOff) == []


@pytest.mark.usefixtures("expiring")
async def test_a_server_that_falls_silent_is_not_waited_for_for_ever(
    player: MpvPlayer, diary: Diary, origin: OddOrigin, media: dict[str, Path], monkeypatch: pytest.MonkeyPatch
):
    """Where no byte comes and mpv waits for them, the film has broken off after the set time."""
    monkeypatch.setattr(cut_off_watch, "SILENT_FOR", 2.0)
    origin.put("film.mp4", Answer(media["streamed"].read_bytes(), silent_for=600.0))
    origin.drop_all()
    player.seek(50.0)
    cut_off = await diary.next(PlayerCutOff)

    assert "in time" in cut_off.message


async def test_the_choice_of_tracks_outlives_a_fresh_load(
    player: MpvPlayer, diary: Diary, origin: OddOrigin, person: Person, two_sounds: Path
):
    """Which sound the person listens to stays theirs when the same film is loaded from a fresh link."""
    player.load(origin.put("one.mkv", two_sounds), 0.0)
    await diary.next(PlayerPrimed)
    await person.does("set_property", "aid", 2)
    diary.clear()
    player.load(origin.put("two.mkv", two_sounds), 5.0)
    await diary.next(PlayerPrimed)

    assert await person.sees("aid") == 2
