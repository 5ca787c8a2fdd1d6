"""Two people before full screens, and a server that goes, comes back, and goes for good: as tmux captures it."""

from __future__ import annotations

import re
import signal
from pathlib import Path

from benchmarks.processes import free_port
from tests.e2e.people import People, eventually
from tests.e2e.tmux_screen import TmuxScreen, on_tmux
from tests.e2e.two_guests import serve

NULL_PLAYER = {"SYNCWATCH_MPV_ARGS": "--vo=null --ao=null"}
SIZE = (120, 30)


def row_of(screen: TmuxScreen, name: str) -> str:
    """What the screen says of a participant."""
    rows = (row for row in screen.text.splitlines() if row.strip().startswith(f"{name} "))
    return next(rows, "")


def test_two_before_full_screens(people: People, film: Path, tmp_path: Path) -> None:
    """Bob joins by the link and says something that Ada reads; she hands the session over, and both screens say so."""
    ada, bob = people("Ada", **NULL_PLAYER), people("Bob", **NULL_PLAYER)
    bob.has(film)
    hosting = ("host", str(film), "--port", "0", "--name", "Ada")
    with on_tmux(ada, tmp_path, *hosting, size=SIZE) as adas:
        adas.shows("✓ in sync")
        adas.keys("i")
        port = eventually("the link", lambda: re.search(r":(\d+)\s*/s/", adas.text))[1]
        link = f"http://127.0.0.1:{port}/s/{adas.text.split()[0]}"
        adas.keys("Escape")
        with on_tmux(bob, tmp_path, "join", link, "--name", "Bob", size=SIZE) as bobs:
            bobs.shows("✓ in sync")
            bobs.keys("t")
            eventually("he writes", lambda: "Play/pause" not in bobs.text)
            bobs.types("good evening, Ada")
            bobs.keys("Enter")
            adas.shows("Bob: good evening, Ada")

            eventually("Bob is a controller", lambda: "controller" in row_of(adas, "Bob"))
            adas.keys("p", "Home", "Down", "h")
            adas.shows("Hand the session over to Bob?")
            adas.keys("y")
            for screen in (adas, bobs):
                eventually("Bob is host", lambda shown=screen: " host " in row_of(shown, "Bob"))  # type: ignore[misc]
            assert " host " not in row_of(adas, "Ada")

            bobs.keys("Escape", "C-q")
            bobs.shows("ended with 0")
        adas.keys("C-q")
        assert "Traceback" not in adas.shows("ended with 0")


def test_a_server_that_comes_back_and_one_that_does_not(people: People, film: Path, tmp_path: Path) -> None:
    """That the connection is lost is said while it plays on; it comes into sync again, and can be left without."""
    keeper, ada = people("Keeper"), people("Ada", **NULL_PLAYER)
    port = free_port()
    database = ("--database-url", f"sqlite:///{keeper.home / 'sessions.db'}")
    url = f"http://127.0.0.1:{port}"
    server = serve(keeper, port, *database)
    code = ada.runs("create", str(ada.has(film)), "--server", url).out.strip()
    with on_tmux(ada, tmp_path, "join", code, "--server", url, "--name", "Ada", size=SIZE) as screen:
        screen.shows("paused")
        screen.keys("Space")
        screen.shows("▶ playing")
        screen.shows("✓ in sync")
        server.signal(signal.SIGKILL)
        # What one's own player does is told every so often: the last word of it may be from before the start.
        lost = eventually("it plays on", lambda: _plays_alone(screen.text))
        server = serve(keeper, port, *database)
        back = eventually("it is there again", lambda: _is_back(screen.text))

        server.signal(signal.SIGKILL)
        screen.shows("connection is lost")
        screen.keys("C-q")
        ended = screen.shows("ended with")

    assert "playing on" in lost
    assert "▶ playing" in back
    assert "ended with 0" in ended
    assert "Traceback" not in ended


def _plays_alone(text: str) -> str | None:
    return text if "connection is lost" in text and "▶ playing" in text else None


def _is_back(text: str) -> str | None:
    return text if "✓ in sync" in text.splitlines()[0] and "is lost" not in text.splitlines()[0] else None


def test_a_refusal_leaves_the_terminal_as_it_was(people: People, tmp_path: Path) -> None:
    """A code that no session has, and a server that is not there, are said in words without any screen."""
    ada = people("Ada", **NULL_PLAYER)
    server = serve(people("Keeper"), port := free_port())
    with on_tmux(ada, tmp_path, "join", "ABC-DEF", "--server", f"http://127.0.0.1:{port}") as screen:
        refused = screen.shows("ended with")
    server.stop()
    with on_tmux(ada, tmp_path, "join", "ABC-DEF", "--server", f"http://127.0.0.1:{port}") as screen:
        unreachable = screen.shows("ended with")

    assert "ended with 6" in refused
    assert "ended with 3" in unreachable
    assert all("syncwatch: error: " in text and "hint: " in text for text in (refused, unreachable))
