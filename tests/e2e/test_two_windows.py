"""Two people, each with an mpv window and a keyboard: the main job, as a person sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.mpv_remote import MpvRemote, apart
from tests.e2e.people import People, Seat, eventually
from tests.e2e.windows import Screen, open_screen

TOGETHER = 0.1
"""Seconds; they are far closer, but this is no measurement, and the machine may be busy."""

FRAME = 1 / 24


@dataclass(frozen=True, slots=True)
class Window:
    """One person's seat, the mpv that it opened, and the mpv's window."""

    seat: Seat
    mpv: MpvRemote
    screen: Screen
    number: int

    def press(self, key: str) -> None:
        """Press a key in it."""
        self.screen.press(self.number, key)

    def close(self) -> None:
        """Close it by its title bar."""
        self.screen.close(self.number)


@dataclass(frozen=True, slots=True)
class Two:
    """The host's window and the guest's."""

    host: Window
    guest: Window

    def of(self, who: str) -> Window:
        """One of them by name."""
        return self.host if who == "host" else self.guest

    def other_than(self, who: str) -> Window:
        """The other one."""
        return self.guest if who == "host" else self.host

    def play_together(self) -> bool:
        """Whether both play the same moment."""
        return apart(self.host.mpv, self.guest.mpv) < TOGETHER

    def stand_together(self) -> bool:
        """Whether both stand on the very same frame."""
        return self.host.mpv.stands_at is not None and self.host.mpv.stands_at == self.guest.mpv.stands_at

    def line(self) -> float:
        """Where both are, as ``MpvRemote.line``; while both play."""
        line = self.host.mpv.line()
        assert line is not None
        return line


class Sofa:
    """Where the two sit from test to test; they begin anew where a test has sent one home."""

    def __init__(self, screen: Screen, folder: Path, film: Path) -> None:
        self._screen = screen
        self._folder = folder
        self._film = film
        self._exits = ExitStack()
        self._two: Two | None = None
        self._begun = 0

    def two(self) -> Two:
        """A host and a guest who followed the link as it was printed; both play."""
        if self._two is None or not all(window.seat.runs for window in (self._two.host, self._two.guest)):
            self.close()
            self._two = self._begin()
        eventually("both play the same moment", self._two.play_together)
        return self._two

    def close(self) -> None:
        """Send both home."""
        self._exits.close()

    def _begin(self) -> Two:
        self._begun += 1
        folder = self._folder / str(self._begun)
        folder.mkdir()
        people = People(folder)
        self._exits.callback(people.go_home)
        display = self._screen.display
        host = people("Ada", DISPLAY=display).host(str(self._film), player=_window_at(0))
        link = host.heard("hosting")["link"]
        guest = people("Bob", DISPLAY=display).join(link, "--file", str(self._film), player=_window_at(400))
        return Two(self._window_of(host), self._window_of(guest))

    def _window_of(self, seat: Seat) -> Window:
        mpv = self._exits.enter_context(seat.mpv())
        return Window(seat, mpv, self._screen, self._screen.window_of(mpv.get("pid")))


@pytest.fixture(scope="module")
def sofa(tmp_path_factory: pytest.TempPathFactory, film: Path) -> Iterator[Sofa]:
    with open_screen() as screen:
        sofa = Sofa(screen, tmp_path_factory.mktemp("sofa"), film)
        yield sofa
        sofa.close()


@pytest.fixture
def two(sofa: Sofa) -> Two:
    """A host and a guest, whose windows play the same moment."""
    return sofa.two()


def _window_at(x: int) -> tuple[str, ...]:
    options = ("--vo=x11", "--ao=null", f"--geometry=320x180+{x}+0", "--osc=no")
    return tuple(f"--mpv-arg={option}" for option in options)


def test_both_play_the_same_moment(two: Two) -> None:
    """`host FILE` and `join LINK` open two windows that play the same moment, and both are said to be in sync."""
    for window in (two.host, two.guest):
        window.seat.heard("synced")
        status = window.seat.heard("status", state="playing")
        assert status["uncertainty"] is not None

    assert two.play_together()


@pytest.mark.parametrize("who", ["host", "guest"])
def test_space_pauses_both_on_the_same_frame(two: Two, who: str) -> None:
    """Space in either window pauses both on the very same frame, and space again plays both."""
    two.of(who).press("space")
    eventually("both stand on one frame", two.stand_together)

    two.of(who).press("space")
    eventually("both play again", two.play_together)


@pytest.mark.parametrize("who", ["host", "guest"])
def test_arrow_keys_seek_both(two: Two, who: str) -> None:
    """The right arrow in either window takes both five seconds on, and the left arrow takes both back."""
    before = two.line()
    two.of(who).press("Right")
    eventually("both are further on", lambda: two.play_together() and two.line() > before + 2)

    ahead = two.line()
    two.of(who).press("Left")
    eventually("both are back", lambda: two.play_together() and two.line() < ahead - 2)


@pytest.mark.parametrize("who", ["host", "guest"])
def test_arrow_keys_seek_both_while_they_stand(two: Two, who: str) -> None:
    """While both stand, an arrow key in either window takes both to one frame five seconds further, and none plays."""
    two.of(who).press("space")
    eventually("both stand on one frame", two.stand_together)
    before = eventually("the host stands", lambda: two.host.mpv.stands_at)

    two.of(who).press("Right")
    eventually(
        "both stand five seconds further on",
        lambda: two.stand_together() and (two.host.mpv.stands_at or 0) > before + 5 - 2 * FRAME,
    )
    assert two.host.mpv.stands_at == pytest.approx(before + 5, abs=2 * FRAME)
    two.of(who).press("space")


@pytest.mark.parametrize(
    ("who", "how"), [("host", "q"), ("guest", "q"), ("host", "the window"), ("guest", "the window")]
)
def test_closing_one_leaves_the_other_playing(two: Two, who: str, how: str) -> None:
    """Who closes their mpv, by q or by its window, leaves; the other plays on, and the last one ends the host too."""
    leaving, staying = two.of(who), two.other_than(who)
    if how == "q":
        leaving.press("q")
    else:
        leaving.close()

    leaving.seat.heard("left")
    staying.seat.heard("user-left")
    before = staying.mpv.position
    assert before is not None
    eventually("the other plays on", lambda: staying.mpv.plays and (staying.mpv.position or 0) > before + 1)
    assert two.host.seat.runs

    staying.press("q")
    assert two.guest.seat.ended() == 0
    assert two.host.seat.ended() == 0
