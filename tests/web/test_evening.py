"""A whole evening: two browsers and a real mpv in one session, and after each step all of them show the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser

from benchmarks.media import sample_video
from benchmarks.processes import free_port
from tests.e2e.film_server import FilmServer, open_film_server
from tests.e2e.lasting_server import LastingServer
from tests.e2e.mpv_remote import MpvRemote
from tests.e2e.people import People, Seat
from tests.patience import PATIENCE
from tests.web.visitors import PHONE, Visitor, Visitors

TOGETHER = 0.12
"""Seconds; they are far closer, but this is no measurement, and the machine may be busy."""

_FRAME = 0.05
"""Seconds; a frame of the film and a bit."""

_LOOK = """() => {
  const video = document.querySelector('video');
  return video && video.readyState >= 2 && !video.seeking
    ? [video.currentTime, !video.paused, video.playbackRate, Date.now() / 1000]
    : null;
}"""


class Standing(NamedTuple):
    """How one player stands at an instant of the wall clock."""

    position: float
    is_playing: bool
    rate: float
    at: float


@dataclass(slots=True)
class Watcher:
    """Somebody who watches, by whatever player."""

    stands: Callable[[], Standing | None]
    revision: Callable[[], int]

    @classmethod
    def of_page(cls, visitor: Visitor, heard: list[int]) -> Watcher:
        """Who watches in a browser; ``heard`` are the revisions that came to their page."""

        def stands() -> Standing | None:
            seen = visitor.page.evaluate(_LOOK)
            return None if seen is None else Standing(*seen)

        return cls(stands, lambda: max(heard, default=0))

    @classmethod
    def of_mpv(cls, seat: Seat, mpv: MpvRemote) -> Watcher:
        """Who watches in mpv."""

        def stands() -> Standing | None:
            is_playing = mpv.plays
            position = mpv.get("audio-pts") if is_playing else mpv.position
            return None if position is None else Standing(position, is_playing, mpv.get("speed"), time.time())

        def revision() -> int:
            # Its first playback comes with the seat, which is not printed.
            told = [line.get("playback", line).get("revision") for line in seat.lines]
            return max((each for each in told if each is not None), default=1)

        return cls(stands, revision)


@dataclass(slots=True)
class Party:
    """Ann, who made the session, and Ben on a phone watch in browsers, Cem in mpv."""

    site: LastingServer
    visitors: Visitors
    ann: Visitor
    ben: Visitor
    cem: Seat
    mpv: MpvRemote
    watchers: dict[str, Watcher]

    @property
    def code(self) -> str:
        """The session's code."""
        return self.ann.code

    def agrees(self) -> bool:
        """Whether everybody shows what the session says: the revision, that it plays, how fast, and where."""
        before = time.time()
        session = self.site.session(self.code)
        offset = session["serverTime"] - (before + time.time()) / 2
        playback = session["playback"]
        return all(_follows(each, playback, offset) for each in self.watchers.values())

    def is_agreed(self, after: str) -> None:
        """Wait until everybody shows the same."""
        until = time.monotonic() + PATIENCE
        while not self.agrees():
            assert time.monotonic() < until, f"not all agree after {after}: {self}"
            time.sleep(0.1)

    def __str__(self) -> str:
        """How everybody stands, for a failure."""
        return ", ".join(f"{name}: {each.stands()} at {each.revision()}" for name, each in self.watchers.items())


def _follows(watcher: Watcher, playback: dict[str, Any], offset: float) -> bool:
    seen = watcher.stands()
    if seen is None or watcher.revision() != playback["revision"] or seen.is_playing != playback["isPlaying"]:
        return False
    rate = playback["rate"]
    moved = rate * (seen.at + offset - playback["at"]) if playback["isPlaying"] else 0.0
    near = TOGETHER if playback["isPlaying"] else _FRAME
    return abs(seen.position - playback["currentTime"] - moved) < near and abs(seen.rate / rate - 1) < 0.03


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilmServer]:
    """Two films on a web server of their own."""
    film = sample_video(90, tmp_path_factory.mktemp("films"), block=90)
    with open_film_server() as server:
        server.put("film.mp4", film)
        server.put("other.mp4", film)
        yield server


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LastingServer]:
    """The server that all these evenings have."""
    people = People(tmp_path_factory.mktemp("site"))
    site = LastingServer(people("Keeper"), free_port())
    site.start()
    yield site
    people.go_home()


@pytest.fixture
def party(browser: Browser, site: LastingServer, films: FilmServer, tmp_path: Path) -> Iterator[Party]:
    """The three, with the film before them."""
    visitors, people = Visitors(browser, site.url), People(tmp_path)
    heard: dict[str, list[int]] = {"Ann": [], "Ben": []}
    ann = visitors.create("Ann", url=films.url_of("film.mp4"), player="", ears=heard["Ann"])
    ben = visitors.join(ann.code, "Ben", player="", ears=heard["Ben"], **PHONE)
    cem = people("Cem").join(f"{site.url}/s/{ann.code}")
    with cem.mpv() as mpv:
        watchers = {"Cem": Watcher.of_mpv(cem, mpv)}
        watchers |= {each.name: Watcher.of_page(each, heard[each.name]) for each in (ann, ben)}
        party = Party(site, visitors, ann, ben, cem, mpv, watchers)
        party.is_agreed("coming")
        yield party
    people.go_home()
    visitors.go_home()
    assert visitors.faults == []


def test_each_steers(party: Party) -> None:
    """What one does in a browser, on a phone or in mpv the others see at once, and all stand or play together."""
    ann, ben, mpv = party.ann, party.ben, party.mpv
    ann.button("Play").click()
    ben.see("Ann pressed play")
    party.is_agreed("a play in the browser")
    ben.button("Pause").click()
    ann.see("Ben paused")
    party.is_agreed("a pause on the phone")
    mpv.presses("RIGHT")
    ann.see("Cem went to")
    party.is_agreed("a seek in mpv")
    ann.page.get_by_label("Speed").select_option("1.25")
    ben.see("Ann set the speed to 1.25")
    party.is_agreed("a rate in the browser")
    mpv.presses("SPACE")
    ben.see("Cem pressed play")
    party.is_agreed("a play in mpv")
    ben.button("Forward 10 seconds").click()
    ann.see("Ben went to")
    party.is_agreed("a seek on the phone")
    mpv.presses("BS")
    ben.see("Cem set the speed to 1")
    party.is_agreed("a rate in mpv")
    mpv.presses("SPACE")
    ann.see("Cem paused")
    party.is_agreed("a pause in mpv")


def test_company(party: Party, films: FilmServer) -> None:
    """They talk, queue and choose films, take in who comes late, and send away who is not wanted."""
    ann, ben, cem = party.ann, party.ben, party.cem
    ben.say("shall we begin?")
    cem.heard("chat-message", text="shall we begin?")
    ann.see("shall we begin?")
    ann.queue(films.url_of("other.mp4"))
    cem.heard("queue-updated")
    ann.button("Next in the queue").click()
    ben.see("other.mp4")
    party.is_agreed("the next of the queue, which plays on")
    ben.panel("Queue")
    ben.load(films.url_of("film.mp4"))
    ann.see("Ben chose film.mp4")
    party.is_agreed("a load on the phone, which stands")
    ann.button("Play").click()
    party.is_agreed("a play")
    heard: list[int] = []
    late = party.visitors.join(party.code, "Deniz", player="", ears=heard)
    party.watchers["Deniz"] = Watcher.of_page(late, heard)
    party.is_agreed("a late joiner")
    ann.panel("People")
    ann.choose("Cem", "Remove")
    ann.page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    assert cem.ended() == 6
    ben.see("Cem left")
    del party.watchers["Cem"]

    late.button("Pause").click()
    party.is_agreed("a pause of the late joiner")


def test_lost_and_found(party: Party) -> None:
    """Without the network, and while the server is away, all play on; then they are back and have missed nothing."""
    ann, ben, cem = party.ann, party.ben, party.cem
    ann.button("Play").click()
    party.is_agreed("a play")
    ben.context.set_offline(True)
    ben.page.evaluate("window.dispatchEvent(new Event('offline'))")
    ben.see("The connection is lost.")
    ann.button("Forward 10 seconds").click()
    ben.context.set_offline(False)
    party.is_agreed("the phone's return")
    party.site.kill()
    for each in (ann, ben):
        each.see("The connection is lost.")
        assert each.page.evaluate("() => !document.querySelector('video').paused")
    party.site.start()
    for each in (ann, ben):
        each.page.get_by_text("The connection is lost.").wait_for(state="detached")
    cem.heard("notice", code="link-restored")
    party.is_agreed("the server's return")
    seats = {each["displayName"]: each["connected"] for each in party.site.session(party.code)["participants"]}
    assert seats == {"Ann": True, "Ben": True, "Cem": True}

    ben.button("Pause").click()
    party.is_agreed("a pause after the return")
