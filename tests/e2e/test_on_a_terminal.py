"""The same without --json: what a person at a terminal gets to see."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from syncwatch_core.join_code import parse_invite
from tests.e2e.conftest import Watching
from tests.e2e.people import PATIENCE, SYNCWATCH, WITHOUT_WINDOW, People, Person, eventually


class Terminal:
    """A command on a terminal, and all that it has written there."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self.process = process
        self.master = master
        self.written = ""
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def shows(self, pattern: str) -> re.Match[str]:
        """What matches ``pattern``, waited for."""
        eventually(f"{pattern!r} in {self.written!r}", lambda: re.search(pattern, self.written))
        found = re.search(pattern, self.written)
        assert found is not None
        return found

    def types(self, keys: bytes) -> None:
        """Type on its keyboard."""
        os.write(self.master, keys)

    def _read(self) -> None:
        while True:
            try:
                chunk = os.read(self.master, 65536)
            except OSError:  # what Linux answers once nobody has the other side
                return
            if not chunk:
                return
            self.written += chunk.decode(errors="replace")


@contextmanager
def on_a_terminal(person: Person, *arguments: str) -> Iterator[Terminal]:
    """Run a command with a terminal for stdin, stdout and stderr."""
    master, slave = pty.openpty()
    environment = person.environment | {"TERM": "xterm", "COLUMNS": "160"}
    process = subprocess.Popen(
        [*SYNCWATCH, *arguments],
        stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=person.home, start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    terminal = Terminal(process, master)
    try:
        yield terminal
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=PATIENCE)
        terminal.reader.join(PATIENCE)
        os.close(master)


def test_host_and_join_at_terminals(people: People, film: Path) -> None:
    """The host is shown code, link and whom it reaches; then both see a live line, each other, and what is said."""
    ada, bob = people("Ada"), people("Bob")
    with on_a_terminal(ada, "host", str(film), "--port", "0", "--name", "Ada", *WITHOUT_WINDOW) as host:
        link = host.shows(r"(http://\S+/s/\w{3}-\w{3})\r")[1]
        code = parse_invite(link)[1]
        assert host.written.startswith(f"{code}\r\n{link}\r\n")
        host.shows("can follow the link")
        host.shows("playing · ")

        with on_a_terminal(bob, "join", link, "--file", str(film), "--name", "Bob", *WITHOUT_WINDOW) as guest:
            host.shows("Bob is here")
            guest.shows(r"playing · \d+:\d\d / 2:00 · .* · Ada, Bob")
            said = ada.runs("chat", link, "hello, you two")
            assert said.code == 0
            guest.shows("hello, you two")
            guest.process.send_signal(signal.SIGINT)
            assert guest.process.wait(timeout=PATIENCE) == 130
        host.shows("Bob has gone")
        assert "Traceback" not in host.written + guest.written


def test_a_password_that_is_needed_is_asked_for(people: People, film: Path) -> None:
    """At a terminal, who joins a session with a password is asked for it, and what they type is not shown."""
    host = people("Ada", SYNCWATCH_PASSWORD="open sesame").host(str(film))
    arguments = ("join", host.link, "--file", str(film), "--name", "Bob", *WITHOUT_WINDOW)
    with on_a_terminal(people("Bob"), *arguments) as guest:
        guest.shows("password: ")
        time.sleep(0.1)  # getpass has yet to turn the echo off
        guest.types(b"open sesame\n")
        host.heard("user-joined", after=host.lines.index(host.heard("synced")))
        guest.shows("playing · ")
        assert "open sesame" not in guest.written


def test_without_a_terminal_and_without_json(watching: Watching, people: People, film: Path) -> None:
    """Piped and without --json, words go to stderr, a line each, and stdout stays empty."""
    cyd = people("Cyd")
    joined = subprocess.Popen(
        [*SYNCWATCH, "join", watching.host.link, "--file", str(film), "--name", "Cyd", *WITHOUT_WINDOW],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=cyd.environment, cwd=cyd.home, text=True,
    )  # fmt: skip
    eventually("Cyd is here", lambda: "Cyd" in str(watching.host.events("user-joined")))
    watching.guest.signal(signal.SIGINT)
    eventually("Bob has gone", lambda: watching.host.events("user-left"))
    joined.send_signal(signal.SIGINT)
    out, err = joined.communicate(timeout=PATIENCE)

    assert (joined.returncode, out) == (130, "")
    assert "Bob has gone" in err
    assert "Traceback" not in err
