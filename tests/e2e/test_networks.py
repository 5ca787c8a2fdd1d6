"""Networks as they are: lines that are slow, that go dead and come back; the players play on through it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.processes import private_environment
from tests.e2e.conftest import TOGETHER
from tests.e2e.people import People, eventually
from tests.e2e.two_guests import Pair, served, two_guests

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


class Line:
    """A delayed line to a server, in a process of its own, that can go dead."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        assert process.stdout is not None
        self.url: str = json.loads(process.stdout.readline())["url"]

    def goes_dead(self, seconds: float, then: str) -> None:
        """Nothing passes for so long; what was held is then let through (``release``) or lost (``drop``)."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"blackout": seconds, "then": then}) + "\n")
        self._process.stdin.flush()


@contextmanager
def line_to(server: str, folder: Path) -> Iterator[Line]:
    """A line of 60 ms there and back to the server at that URL."""
    command = [sys.executable, "-m", "benchmarks.delay_proxy", "--to", server.removeprefix("http://")]
    process = subprocess.Popen(
        [*command, "--rtt", "0.06", "--jitter", "0.005", "--seed", "1"],
        cwd=SCRIPTS,
        env=private_environment(folder / "line"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Line(process)
    finally:
        process.terminate()
        process.communicate()


@pytest.fixture
def server(people: People) -> str:
    return served(people("Keeper"))


@pytest.fixture
def line(server: str, tmp_path: Path) -> Iterator[Line]:
    with line_to(server, tmp_path) as line:
        yield line


@pytest.fixture
def two(people: People, film: Path, server: str, line: Line) -> Iterator[Pair]:
    """Two who watch on that server, the second by that line."""
    with two_guests(people, film, server, line.url) as two:
        yield two


@pytest.mark.parametrize("then", ["release", "drop"])
def test_a_blackout_moves_nobody(two: Pair, line: Line, then: str) -> None:
    """While the line is dead both play on together; it is said when it is lost and when it is back."""
    lines = two.lines()
    line.goes_dead(5, then)
    two.far.heard("notice", code="link-lost")
    assert two.play_together()

    two.far.heard("notice", code="link-restored")
    assert two.lines() == pytest.approx(lines, abs=TOGETHER)
    assert len([each for each in two.far.events("notice") if each["code"] == "link-lost"]) == 1


def test_a_pause_into_a_dead_line_is_said_later(two: Pair, line: Line) -> None:
    """Who pauses before anybody noticed that the line is dead stands at once, and all stand there once it is back."""
    line.goes_dead(4, "drop")
    two.fars_mpv.presses("SPACE")
    eventually("who paused stands", lambda: two.fars_mpv.stands_at is not None)
    assert two.nears_mpv.plays

    two.far.heard("notice", code="link-restored")
    eventually("both stand on one frame", two.stand_together)


def test_who_was_overtaken_is_told(two: Pair, line: Line) -> None:
    """What was done into a dead line while the others moved on is given up, and said to whoever did it."""
    line.goes_dead(5, "drop")
    two.fars_mpv.presses("SPACE")
    eventually("who paused stands", lambda: two.fars_mpv.stands_at is not None)
    two.nears_mpv.does("seek", 60, "absolute+exact")

    two.far.heard("notice", code="overtaken")
    eventually("both play there", lambda: two.play_together() and (two.fars_mpv.position or 0) >= 60)
