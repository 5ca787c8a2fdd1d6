"""The chapters of a film, from the person's mpv to their screen, to their scripts, and back by a key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaptered import with_chapters
from tests.e2e.people import WITHOUT_WINDOW, People
from tests.e2e.terminals import on_a_terminal


def test_chapters(people: People, film: Path, tmp_path: Path) -> None:
    """A film's chapters are named on the screen and told to scripts, and a key goes to the next one for all."""
    copy = with_chapters(film, {0.0: "The arrival", 60.0: "The flight"}, 120.0, tmp_path / "chapters.mkv")
    host = people("Bob").host(str(copy))
    told = host.heard("chapters")["chapters"]
    with on_a_terminal(people("Ada"), "join", host.link, "--file", str(copy), "--name", "Ada", *WITHOUT_WINDOW) as ada:
        ada.draws("The arrival")
        mark = host.mark
        # Page up, as xterm has it.
        ada.types(b"\x1b[5~")
        sought = host.heard("video-sync", after=mark)
        ada.draws("The flight")

    assert told == [{"title": "The arrival", "time": 0.0}, {"title": "The flight", "time": 60.0}]
    assert sought["cause"]["event"] == "video-seek"
    assert sought["currentTime"] == pytest.approx(60.0, abs=0.1)
