"""A command on a terminal of its own that somebody reads, and what is typed there."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.processes import RigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LOOKS_EVERY = 0.2
"""s within which the reader sees that it is to end."""

ENDS_WITHIN = 10.0
"""s in which a command that was asked to end has ended."""


class TerminalProcess:
    """What runs there; everything it writes is read at once, so that it never waits."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: int) -> None:
        self.pid = process.pid
        self.written = b""
        self._process = process
        self._terminal = terminal
        self._is_open = True
        self._has_ended = False
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def shows(self, words: str, within: float) -> None:
        """Wait until it has written ``words``; raises ``RigError`` where it ends, or so many seconds pass, without."""
        with self._news:
            self._news.wait_for(lambda: words.encode() in self.written or self._has_ended, within)
            if words.encode() not in self.written:
                raise RigError(f"{words!r} was not shown within {within:g} s: {self.written[-2000:]!r}")

    def types(self, keys: bytes) -> None:
        """Type on its keyboard."""
        os.write(self._terminal, keys)

    def close(self) -> None:
        """End it."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._is_open = False
        self._reader.join()
        os.close(self._terminal)

    def _read(self) -> None:
        while self._is_open:
            if not select.select([self._terminal], [], [], LOOKS_EVERY)[0]:
                continue
            try:
                chunk = os.read(self._terminal, 65536)
            except OSError:  # it has ended
                chunk = b""
            with self._news:
                self.written += chunk
                self._has_ended = not chunk
                self._news.notify_all()
            if not chunk:
                return


@contextmanager
def on_terminal(
    command: Sequence[str], environment: Mapping[str, str], *, rows: int, columns: int
) -> Iterator[TerminalProcess]:
    """Run ``command`` on a terminal of this size."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    terminal = {**environment, "TERM": "xterm-256color"}
    process = subprocess.Popen(
        list(command), stdin=theirs, stdout=theirs, stderr=theirs, env=terminal, start_new_session=True
    )
    os.close(theirs)
    running = TerminalProcess(process, ours)
    try:
        yield running
    finally:
        running.close()
