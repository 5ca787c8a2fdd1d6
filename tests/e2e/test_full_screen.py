"""The full screen on a real terminal, with real players: an evening, and every way out of it."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.mpv_remote import MpvRemote
from tests.e2e.people import WITHOUT_WINDOW, People, eventually
from tests.e2e.terminals import Terminal, on_a_terminal
from tests.patience import PATIENCE

GIVEN_BACK = "\x1b[?1049l"
"""What gives a terminal back as it was (xterm's alternate screen)."""

CTRL_Q = b"\x11"


def after_the_screen(terminal: Terminal) -> str:
    """What was written once the terminal was given back."""
    return terminal.written.rpartition(GIVEN_BACK)[2]


def test_an_evening(people: People, film: Path) -> None:
    """The host on the full screen sees themselves in sync and who comes; their keys steer all, and they can leave."""
    with on_a_terminal(people("Ada"), "host", str(film), "--port", "0", "--name", "Ada", *WITHOUT_WINDOW) as ada:
        link = ada.shows(r"http://\S+/s/\w{3}-\w{3}")[0]
        ada.draws(r"✓ in sync: [+-]\d+\.\d ms ± \d+\.\d")
        bob = people("Bob").join(link, "--file", str(film))
        bob.heard("synced")
        ada.draws("Bob +controller +playing")

        for keys, event, fields in (
            (b" ", "video-sync", {"isPlaying": False}),
            (b" ", "video-sync", {"isPlaying": True}),
            (b"]", "video-sync", {"rate": 1.1}),
            (b"t", None, {}),
            (b"good evening\r", "chat-message", {"displayName": "Ada", "text": "good evening"}),
        ):
            mark, drawn = bob.mark, len(ada.text)
            ada.types(keys)
            if event is None:
                # The keys that are offered are others now.
                ada.draws("Quit", after=drawn)
            else:
                bob.heard(event, after=mark, **fields)
        ada.draws("Ada: good evening")

        ada.types(CTRL_Q)
        eventually("the host is told that the server stays", lambda: "the server stays up" in after_the_screen(ada))
        bob.signal(signal.SIGINT)

        assert ada.process.wait(timeout=PATIENCE) == 0
        assert "left: as you asked" in after_the_screen(ada)
        assert "Traceback" not in ada.written


def quits_mpv(guest: Terminal, socket: Path) -> None:
    """The person closes their player."""
    with MpvRemote(str(socket)) as mpv:
        mpv.presses("q")
    eventually("it has ended", lambda: guest.process.poll() is not None)


WAYS_OUT: dict[str, tuple[Callable[[Terminal, Path], None], int, str]] = {
    "mpv": (quits_mpv, 0, "left: the player was closed"),
    "kill": (lambda guest, _: guest.process.send_signal(signal.SIGTERM), 130, ""),
    "hang up": (lambda guest, _: guest.hangs_up(), 130, ""),
}
"""By name: what happens, the exit code, and the last words."""


@pytest.mark.parametrize("way", WAYS_OUT)
def test_ways_out(people: People, film: Path, tmp_path: Path, way: str) -> None:
    """The player closed, a polite kill, a terminal that is closed: each ends it in good order."""
    act, code, words = WAYS_OUT[way]
    host = people("Ada").host(str(film))
    socket = tmp_path / "mpv.sock"
    guests = ("join", host.link, "--file", str(film), "--name", "Bob", "--ipc-socket", str(socket), *WITHOUT_WINDOW)
    with on_a_terminal(people("Bob"), *guests) as guest:
        guest.draws("in sync")
        act(guest, socket)

        assert guest.process.wait(timeout=PATIENCE) == code
        assert words in after_the_screen(guest)
        assert "Traceback" not in guest.written
    host.heard("user-left", displayName="Bob")


def test_a_failure_is_told_after_the_screen(people: People, film: Path) -> None:
    """Who is removed gets their terminal back, and then the reason, with its exit code."""
    ada = people("Ada")
    host = ada.host(str(film))
    with on_a_terminal(
        people("Bob"), "join", host.link, "--file", str(film), "--name", "Bob", *WITHOUT_WINDOW
    ) as guest:
        guest.draws("in sync")
        removed = ada.runs("kick", host.code, "Bob", "--json")

        assert (removed.code, removed.err) == (0, "")
        assert guest.process.wait(timeout=PATIENCE) == 6
        assert "syncwatch: error: " in after_the_screen(guest)
        assert "Traceback" not in guest.written
    assert json.dumps(host.heard("user-left", displayName="Bob"))
