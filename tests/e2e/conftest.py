"""What the end-to-end tests share: people with computers of their own, and films to watch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.media import sample_video
from tests.e2e.film_server import FilmServer, open_film_server
from tests.e2e.mpv_remote import MpvRemote, apart
from tests.e2e.people import People, Person, Seat, eventually

TOGETHER = 0.1
"""Seconds; they are far closer, but these tests are no measurement, and the machine may be busy."""

LATE = 60.0
"""Seconds into the film, beyond which it is begun anew for the next test."""


@dataclass(frozen=True, slots=True)
class Watching:
    """Two who watch: Ada hosts, Bob has joined, both have a hand on their players."""

    ada: Person
    bob: Person
    host: Seat
    guest: Seat
    hosts_mpv: MpvRemote
    guests_mpv: MpvRemote

    def play_together(self) -> bool:
        """Whether both play the same moment."""
        return apart(self.hosts_mpv, self.guests_mpv) < TOGETHER

    def stand_together(self) -> bool:
        """Whether both stand on the very same frame."""
        return self.hosts_mpv.stands_at is not None and self.hosts_mpv.stands_at == self.guests_mpv.stands_at


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two minutes at 24 frames a second, with sound."""
    return sample_video(120, tmp_path_factory.mktemp("film"), block=120)


@pytest.fixture(scope="session")
def short_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five seconds."""
    return sample_video(5, tmp_path_factory.mktemp("short"), block=5)


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    """Whoever takes part; what they started is ended with the test."""
    everybody = People(tmp_path)
    yield everybody
    everybody.go_home()


@pytest.fixture
def film_server() -> Iterator[FilmServer]:
    with open_film_server() as server:
        yield server


class Evening:
    """Ada and Bob, who go on watching from test to test, and begin anew where a test has ended that."""

    def __init__(self, folder: Path, film: Path) -> None:
        self._folder = folder
        self._film = film
        self._exits = ExitStack()
        self._two: Watching | None = None
        self._begun = 0

    def watching(self) -> Watching:
        """The two, who play the same moment; what was said before is forgotten."""
        if self._two is None or not self._goes_on(self._two):
            self.close()
            self._two = self._begin()
        for seat in (self._two.host, self._two.guest):
            seat.forget()
        return self._two

    def close(self) -> None:
        """Send both home."""
        self._exits.close()

    def _goes_on(self, two: Watching) -> bool:
        players = (two.hosts_mpv, two.guests_mpv)
        try:
            shown = {(mpv.get("filename"), (mpv.position or LATE) < LATE, mpv.get("pause")) for mpv in players}
        except OSError:
            return False
        as_before = shown == {(self._film.name, True, False)} and two.host.runs and two.guest.runs
        return as_before and two.play_together()

    def _begin(self) -> Watching:
        self._begun += 1
        folder = self._folder / str(self._begun)
        folder.mkdir()
        people = People(folder)
        self._exits.callback(people.go_home)
        ada, bob = people("Ada"), people("Bob")
        host = ada.host(str(ada.has(self._film)))
        bob.has(self._film)
        guest = bob.join(host.link)
        hosts, guests = (self._exits.enter_context(seat.mpv()) for seat in (host, guest))
        two = Watching(ada, bob, host, guest, hosts, guests)
        guest.heard("synced")
        eventually("both play the same moment", two.play_together)
        return two


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory, film: Path) -> Iterator[Evening]:
    evening = Evening(tmp_path_factory.mktemp("evening"), film)
    yield evening
    evening.close()


@pytest.fixture
def watching(evening: Evening) -> Watching:
    """Ada and Bob, who play the same moment of the film, without windows."""
    return evening.watching()
