"""An evening with links: two people, their own mpvs and their own yt-dlp, and sites that answer as the real ones do."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.mpv_remote import MpvRemote, apart
from tests.e2e.people import WITHOUT_WINDOW, People, Person, Seat, eventually
from tests.sites import fake_vimeo, fake_youtube
from tests.sites.conftest import CONFIGURATION, PROXIES, Web
from tests.sites.films import HEAVY, LENGTH, Films

WATCH = "https://www.youtube.com/watch?v="
TOGETHER = 0.1
"""Seconds; no measurement, and the machine may be busy."""

SMALL_STORE = (*WITHOUT_WINDOW, "--mpv-arg=--demuxer-max-bytes=2MiB", "--mpv-arg=--demuxer-max-back-bytes=0")
"""So that a seek asks the site."""


@pytest.fixture
def people(web: Web, tmp_path: Path) -> Iterator[People]:  # noqa: ARG001 their way out is its proxy
    everybody = People(tmp_path)
    yield everybody
    everybody.go_home()


def somebody(people: People, name: str) -> Person:
    """A person whose computer reaches the sites, and whose yt-dlp is configured as the tests need it."""
    kept = {key: os.environ[key] for key in (*PROXIES, "SSL_CERT_FILE") if key in os.environ}
    person = people(name, **kept)
    configuration = Path(person.environment["XDG_CONFIG_HOME"]) / "yt-dlp" / "config"
    configuration.parent.mkdir(parents=True)
    configuration.write_text(CONFIGURATION)
    return person


class Two:
    """Ada hosts a link, and Bob has joined; both have a hand on their players."""

    def __init__(self, people: People, hands: ExitStack, link: str, player: tuple[str, ...] = WITHOUT_WINDOW) -> None:
        self.ada, self.bob = somebody(people, "Ada"), somebody(people, "Bob")
        self.host: Seat = self.ada.host(link, player=player)
        self.guest: Seat = self.bob.join(self.host.link, player=player)
        self.mpvs: tuple[MpvRemote, MpvRemote] = (
            hands.enter_context(self.host.mpv()),
            hands.enter_context(self.guest.mpv()),
        )

    def command(self, *arguments: str) -> None:
        """Ada types a command on her computer."""
        ran = self.ada.runs(*arguments)
        assert ran.code == 0, ran.err

    def play_together(self, title: str) -> bool:
        """Whether both play the same moment of the film of that name."""
        shown = [(mpv.get("media-title"), mpv.get("pause")) for mpv in self.mpvs]
        return shown == [(title, False)] * 2 and apart(*self.mpvs) < TOGETHER


def session(two: Two) -> Any:
    """The session, as a script sees it."""
    return json.loads(two.ada.runs("status", two.host.code, "--json").out)


@pytest.fixture
def hands() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_a_link_is_watched_together(web: Web, people: People, hands: ExitStack):
    """A page on YouTube plays for both, together, under its title; the session knows it, its length and the page."""
    web.youtube.videos["aaaaaaaaaaa"] = fake_youtube.Video(title="第一集 🎬")
    two = Two(people, hands, f"{WATCH}aaaaaaaaaaa&t=2&utm_source=x")

    eventually("both play", lambda: two.play_together("第一集 🎬"))
    eventually("its length is known", lambda: session(two)["media"]["duration"])
    media = session(two)["media"]
    assert media["url"] == f"{WATCH}aaaaaaaaaaa"
    assert (media["provider"], media["title"]) == ("youtube", "第一集 🎬")
    assert media["startPosition"] == 2.0
    assert media["duration"] == pytest.approx(LENGTH, abs=0.2)


def test_what_cannot_be_resolved_is_skipped_with_words(web: Web, people: People, hands: ExitStack):
    """The next item starts for both from its beginning; one that is private is passed over, and people are told why."""
    web.youtube.videos["aaaaaaaaaaa"] = fake_youtube.Video(title="One")
    web.youtube.videos["bbbbbbbbbbb"] = fake_youtube.Video(
        status="LOGIN_REQUIRED", reason="Private video", subreason="Sign in if you've been granted access"
    )
    web.vimeo.videos["123456"] = fake_vimeo.Video(title="Three")
    two = Two(people, hands, f"{WATCH}aaaaaaaaaaa")
    eventually("both play", lambda: two.play_together("One"))
    two.command("queue", "add", two.host.code, f"{WATCH}bbbbbbbbbbb", "https://vimeo.com/123456")
    two.command("queue", "next", two.host.code)

    skipped = two.guest.heard("notice", code="skipped")
    assert "private" in skipped["message"].lower()
    eventually("both play what comes after it", lambda: two.play_together("Three"))
    history = session(two)["history"]
    assert [item["outcome"] for item in history] == ["skipped", "failed"]
    assert "private" in history[1]["reason"].lower()


def test_an_expired_link_is_looked_up_again(web: Web, people: People, hands: ExitStack, tmp_path: Path):
    """Streams that are refused after a long pause are found anew, and both play on from the same place, no other."""
    heavy = tmp_path / "heavy"
    heavy.mkdir()
    web.youtube.films = Films(heavy, HEAVY)
    web.youtube.videos["aaaaaaaaaaa"] = fake_youtube.Video(title="One")
    two = Two(people, hands, f"{WATCH}aaaaaaaaaaa", SMALL_STORE)
    eventually("both play", lambda: two.play_together("One"))
    two.command("pause", two.host.code)
    two.command("seek", two.host.code, "1")
    web.youtube.videos["aaaaaaaaaaa"].edition = 2
    two.command("seek", two.host.code, "5")
    two.command("play", two.host.code)

    eventually("both play on", lambda: two.play_together("One") and min(m.position or 0.0 for m in two.mpvs) > 5.0)
    refused = [asked for asked in web.proxy.asked if asked.path == "/videoplayback" and asked.query["edition"] == "1"]
    renewed = [asked for asked in web.proxy.asked if asked.path == "/videoplayback" and asked.query["edition"] == "2"]
    assert refused
    assert renewed
    assert two.host.runs
    assert two.guest.runs
