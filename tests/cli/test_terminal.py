"""What a person at a terminal sees and is asked."""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from syncwatch_cli import own_network
from syncwatch_cli.http_api import Api
from tests.patience import PATIENCE


class Terminal:
    """A terminal on which a command runs; its stdout is elsewhere, as in a script."""

    def __init__(self, *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "160"}
        command = [sys.executable, "-m", "syncwatch_cli.main", *arguments, "--player", "none"]
        self.process = subprocess.Popen(
            command,
            stdin=theirs,
            stderr=theirs,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
            start_new_session=True,
        )
        os.close(theirs)
        self.seen = ""

    def until(self, words: str) -> None:
        """Read what the terminal shows until it shows ``words``."""
        deadline = time.monotonic() + PATIENCE
        while not re.search(words, self.seen):
            assert time.monotonic() < deadline, self.seen
            try:
                self.seen += os.read(self._ours, 4096).decode()
            except OSError:
                raise AssertionError(f"it ended without {words!r}: {self.seen}") from None

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self._ours, f"{text}\n".encode())

    def close(self) -> None:
        """Put the terminal away."""
        self.process.kill()
        self.process.communicate()
        os.close(self._ours)


@pytest.fixture
def terminals() -> Iterator[Any]:
    opened = []

    def open_one(*arguments: str) -> Terminal:
        opened.append(Terminal(*arguments))
        return opened[-1]

    yield open_one
    for terminal in opened:
        terminal.close()


def test_the_host_s_screen(terminals: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host sees whom the link reaches and a live line; stdout has the code and the link and nothing else."""
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    host = terminals("host", "https://example.org/film.mp4", "--port", str(own_network.any_port()), "--name", "Ada")

    host.until("can follow the link")
    host.until(r"playing · 0:0\d / – · .* · rtt [\d.]+ ms · Ada")
    host.process.send_signal(signal.SIGINT)
    out, _ = host.process.communicate(timeout=PATIENCE)

    assert host.process.returncode == 130
    assert re.fullmatch(r"([0-9A-Z]{3}-[0-9A-Z]{3})\nhttp://[\d.]+:\d+/s/\1\n", out)


def test_a_password_is_asked_for(terminals: Any, server: str) -> None:
    """A join that needs a password asks for it on the terminal, without showing it."""
    code = Api(server).post("/sessions", {"password": "secret"})["code"]
    bob = terminals("join", f"{server}/s/{code}")

    bob.until("The session has a password: ")
    bob.type("secret")
    bob.until(f"joined {code}")

    assert "secret" not in bob.seen


def test_password_asks(terminals: Any, server: str) -> None:
    """--password asks before anything else, and a wrong one is exit code 6."""
    code = Api(server).post("/sessions", {"password": "secret"})["code"]
    bob = terminals("join", f"{server}/s/{code}", "--password")

    bob.until("Password of the session: ")
    bob.type("guess")
    bob.until("syncwatch: error: ")

    assert bob.process.wait(timeout=PATIENCE) == 6
