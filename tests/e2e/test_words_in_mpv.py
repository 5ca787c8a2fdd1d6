"""What people see of each other, and say to each other, in their mpv alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from syncwatch_cli.player.chat_keys import TYPING
from syncwatch_cli.player.overlay import ID
from tests.e2e.conftest import Watching
from tests.e2e.mpv_remote import MpvRemote
from tests.e2e.people import People, Seat, eventually

_DRAWN = re.compile(rf'Run command: osd-overlay, .*?id="{ID}", format="ass-events", data="(?P<drawn>.*)", res_x')


class Picture(MpvRemote):
    """What one mpv was told to draw on its picture, as its own log has it; while it stands still."""

    def __init__(self, seat: Seat) -> None:
        super().__init__(seat.heard("player-ready")["ipcSocket"])
        self.drawn: list[str] = []
        self.does("request_log_messages", "trace")

    def shows(self, words: str) -> None:
        """Wait until these words are drawn."""
        for line in self._lines:
            drawn = _DRAWN.match(str(json.loads(line).get("text")))
            if drawn is not None:
                self.drawn.append(re.sub(r"\{.*?\}", "", drawn["drawn"]))
                if words in self.drawn[-1]:
                    return
        raise AssertionError(f"never drawn: {words}; but {self.drawn}")


@pytest.fixture
def standing(watching: Watching) -> Watching:
    """The two, who stand on one frame."""
    watching.hosts_mpv.set("pause", value=True)
    eventually("both stand on one frame", watching.stand_together)
    return watching


@pytest.fixture
def pictures(standing: Watching) -> Iterator[tuple[Picture, Picture]]:
    """Ada's and Bob's."""
    with ExitStack() as exits:
        yield exits.enter_context(Picture(standing.host)), exits.enter_context(Picture(standing.guest))


def types(mpv: MpvRemote, *keys: str) -> None:
    """Press keys, one after the other, and none before the last has had its effect.

    mpv looks up what a key means as it is pressed, and does it a turn of its loop later.
    """
    for key in keys:
        mpv.presses(key)
        if key == "c":
            eventually("the line has the keyboard", lambda: has_keyboard(mpv))


def has_keyboard(mpv: MpvRemote) -> bool:
    """Whether what is typed goes into a line of chat."""
    return any(row["section"] == TYPING and row["priority"] > 0 for row in mpv.get("input-bindings"))


def test_a_line_typed_in_one_mpv_is_drawn_in_the_other(standing: Watching, pictures: tuple[Picture, Picture]) -> None:
    """Who presses `c` in mpv and types a line is read by the other in theirs, and sees the line come out."""
    types(standing.guests_mpv, "c", "h", "i", "SPACE", "{", "ä", "ENTER")
    said = standing.host.heard("chat-message")
    for picture in pictures:
        picture.shows("Bob:")

    assert (said["displayName"], said["text"]) == ("Bob", "hi {ä")
    assert standing.stand_together()


def test_what_one_does_is_drawn_in_the_other(standing: Watching, pictures: tuple[Picture, Picture]) -> None:
    """Another speed set in one mpv is named in the other, and by whom; not in one's own."""
    adas, bobs = pictures
    types(standing.hosts_mpv, "{")
    bobs.shows("Ada sets the speed to 0.5")
    types(standing.hosts_mpv, "BS")
    bobs.shows("Ada sets the speed to 1")
    types(standing.guests_mpv, "c", "x", "ENTER")
    adas.shows("Bob:")

    assert not any("Ada sets" in drawn for drawn in adas.drawn)


def test_only_as_much_is_said_as_is_wanted(people: People, film: Path) -> None:
    """`--osd chat` draws what people write and no events, `--osd none` nothing at all, and takes no key."""
    ada, bob, cy = people("Ada"), people("Bob"), people("Cy")
    host = ada.host(str(ada.has(film)), "--osd", "none")
    guest = bob.join(host.link, "--osd", "chat", "--file", str(ada.has(film)))
    guest.heard("synced")
    with Picture(guest) as bobs, Picture(host) as adas:
        cy.join(host.link, "--player", "none")
        guest.heard("user-joined")
        assert cy.runs("chat", host.link, "hello").code == 0
        bobs.shows("hello")
        adas.presses("c")

        assert not any("here" in drawn for drawn in bobs.drawn)
        assert not any(row["section"] == "syncwatch-chat" for row in adas.get("input-bindings"))
    assert people("Dan").runs("join", host.link, "--osd", "loud").code == 2
