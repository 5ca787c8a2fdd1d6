"""The queue with real players: what can't be played is passed over, what is repeated begins again, together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.film_server import FilmServer
from tests.e2e.mpv_remote import MpvRemote, apart
from tests.e2e.people import People, Person, Seat, eventually


@dataclass(frozen=True, slots=True)
class Two:
    """Ada hosts a film of five seconds, and Bob has joined with his own copy."""

    ada: Person
    host: Seat
    guest: Seat
    players: tuple[MpvRemote, MpvRemote]

    def session(self) -> dict[str, Any]:
        """The session as it is."""
        answer: dict[str, Any] = json.loads(self.ada.runs("status", self.host.code, "--json").out)
        return answer

    def both_play(self, name: str) -> bool:
        """Whether both play the same moment of that film."""
        shown = {mpv.get("filename") for mpv in self.players}
        return shown == {name} and apart(*self.players) < 0.1


@pytest.fixture
def two(people: People, film: Path, short_film: Path) -> Iterator[Two]:
    ada, bob = people("Ada"), people("Bob")
    for one in (ada, bob):
        one.has(film)
        one.has(short_film)
    host = ada.host(film.name)
    guest = bob.join(host.link)
    with ExitStack() as exits:
        players = (exits.enter_context(host.mpv()), exits.enter_context(guest.mpv()))
        two = Two(ada, host, guest, players)
        eventually("both play", lambda: two.both_play(film.name))
        yield two


def test_what_nobody_can_play_is_passed_over(two: Two, film_server: FilmServer, short_film: Path) -> None:
    """A link that leads nowhere is skipped for all with words, and the item after it plays for both, together."""
    code = two.host.code
    two.ada.runs("queue", "add", code, film_server.url_of("gone.mp4"), short_film.name)
    two.ada.runs("queue", "repeat", code, "one")
    two.ada.runs("queue", "next", code)
    skipped = two.guest.heard("notice", code="skipped")
    eventually("both play the next", lambda: two.both_play(short_film.name))
    history = two.session()["history"]

    assert skipped["message"].startswith("skipped gone.mp4: ")
    assert two.guest.heard("notice", code="cannot-play")["message"].count("can't play this: ") == 1
    assert [item["outcome"] for item in history] == ["skipped", "failed"]
    assert history[1]["reason"]


def test_what_is_repeated_begins_again_together(two: Two, short_film: Path) -> None:
    """At its end the film begins again for both, from its beginning, without a person's doing."""
    code = two.host.code
    two.ada.runs("queue", "add", code, short_film.name)
    two.ada.runs("queue", "repeat", code, "one")
    two.ada.runs("queue", "next", code)
    first = two.guest.heard("video-url-updated", playback=two.guest.heard("video-url-updated")["playback"])
    eventually("both play it", lambda: two.both_play(short_film.name))
    mark = two.guest.mark
    again = two.guest.heard("video-url-updated", after=mark)
    eventually("both play it again", lambda: two.both_play(short_film.name))

    assert again["playback"]["cause"]["event"] == "video-ended"
    assert (again["playback"]["currentTime"], again["playback"]["isPlaying"]) == (0, True)
    assert again["media"]["mediaId"] != first["media"]["mediaId"]
