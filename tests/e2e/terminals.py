"""A command on a terminal, as a person has it: what it draws, and the keys that are typed."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.e2e.people import SYNCWATCH, Person, eventually
from tests.patience import PATIENCE

_SEQUENCES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
"""ECMA-48's control sequences, and those of operating systems."""

LOOKS_EVERY = 0.05
"""Seconds within which it is noticed that the window was closed."""


class Terminal:
    """A command on a terminal, and all that it has written there."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self.process = process
        self.master = master
        self.written = ""
        """Everything, with the sequences that place and colour it."""
        self.is_open = True
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def shows(self, pattern: str) -> re.Match[str]:
        """What matches ``pattern``, waited for."""
        eventually(f"{pattern!r} in {self.written!r}", lambda: re.search(pattern, self.written))
        found = re.search(pattern, self.written)
        assert found is not None
        return found

    @property
    def text(self) -> str:
        """What is written, without the sequences that place and colour it."""
        return _SEQUENCES.sub("", self.written)

    def draws(self, pattern: str, after: int = 0) -> re.Match[str]:
        """What matches ``pattern`` in ``text``, from its character numbered ``after`` on; waited for."""
        what = f"{pattern!r} on the screen"
        return eventually(what, lambda: re.compile(pattern).search(self.text, after))

    def hangs_up(self) -> None:
        """Its window is closed."""
        self.is_open = False
        self.reader.join(PATIENCE)
        os.close(self.master)

    def types(self, keys: bytes) -> None:
        """Type on its keyboard."""
        os.write(self.master, keys)

    def _read(self) -> None:
        while self.is_open:
            if not select.select([self.master], [], [], LOOKS_EVERY)[0]:
                continue
            try:
                chunk = os.read(self.master, 65536)
            except OSError:  # what Linux answers once nobody has the other side, or there is none any more
                return
            if not chunk:
                return
            self.written += chunk.decode(errors="replace")


@contextmanager
def on_a_terminal(person: Person, *arguments: str, size: tuple[int, int] = (24, 160)) -> Iterator[Terminal]:
    """Run a command with a terminal of so many rows and columns for stdin, stdout and stderr."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    environment = person.environment | {"TERM": "xterm", "COLUMNS": str(size[1]), "LINES": str(size[0])}
    process = subprocess.Popen(
        # In a session of its own, whose terminal it is: so a hang-up reaches it.
        ["setsid", "--ctty", *SYNCWATCH, *arguments],
        stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=person.home,
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
        if terminal.is_open:
            os.close(master)
