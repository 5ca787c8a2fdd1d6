"""Who waits at a terminal sees for what; whoever is no person sees nothing of it."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from socket import create_server

import pytest

from tests.patience import PATIENCE

LONG_ENOUGH = 2.0
"""Seconds after which the line would long have come."""


@pytest.fixture
def silent() -> Iterator[str]:
    """The URL of a server that takes a connection and never says a word."""
    with create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def at_a_terminal(*arguments: str, until: str, within: float = PATIENCE) -> str:
    """What a terminal shows of a command, up to ``until``."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "syncwatch_cli.main", *arguments]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    seen = ""
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        deadline = time.monotonic() + within
        while not re.search(until, seen) and time.monotonic() < deadline:
            if select.select([ours], [], [], 0.1)[0]:
                seen += os.read(ours, 4096).decode()
        process.kill()
    os.close(ours)
    return seen


def test_a_server_is_waited_for(silent: str) -> None:
    """While the server takes its time, a line that is drawn over itself says so, and counts the seconds."""
    seen = at_a_terminal("status", "ABC-DEF", "--server", silent, until=r"… 2 s")

    assert re.search(rf"\r\x1b\[Kwaiting for {silent} … \d s", seen)
    assert "\n" not in seen


def test_links_are_looked_up(silent: str) -> None:
    """While a site takes its time, a line says that links are looked up."""
    seen = at_a_terminal("resolve", f"{silent}/page", until="looking up what is behind the links")

    assert "\r\x1b[Klooking up what is behind the links … " in seen


@pytest.mark.parametrize("how", [["--json"], ["--debug"]])
def test_programs_see_nothing_of_it(silent: str, how: list[str]) -> None:
    """With --json or --debug, and where stderr is no terminal, there is no such line."""
    command = [sys.executable, "-m", "syncwatch_cli.main", "status", "ABC-DEF", "--server", silent]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as piped:
        shown = at_a_terminal("status", "ABC-DEF", "--server", silent, *how, until="waiting", within=LONG_ENOUGH)
        piped.kill()
        assert piped.stderr is not None
        assert piped.stderr.read() == ""

    assert "waiting for" not in shown
