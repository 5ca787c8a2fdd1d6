"""How long it takes until a terminal shows something."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from typing import TYPE_CHECKING

from benchmarks.processes import RigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROWS, COLUMNS = 30, 100
"""Of the terminal."""


def shown_after(
    command: Sequence[str], words: str, environment: Mapping[str, str], within: float, ended_by: int = signal.SIGTERM
) -> float:
    """Seconds from the start of ``command`` until its terminal shows ``words``; it is then ended by a signal.

    Raises ``RigError`` where they don't come ``within`` so many seconds.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    terminal = {**environment, "TERM": "xterm-256color"}
    began_at = time.monotonic()
    process = subprocess.Popen(
        list(command), stdin=theirs, stdout=theirs, stderr=theirs, env=terminal, start_new_session=True
    )
    os.close(theirs)
    try:
        seen = _until(ours, words.encode(), began_at + within)
        took = time.monotonic() - began_at
    finally:
        process.send_signal(ended_by)
        _drained(ours, process)
        os.close(ours)
    if words.encode() not in seen:
        raise RigError(f"{command[0]} did not show {words!r} within {within:g} s: {seen[-2000:]!r}")
    return took


def _until(terminal: int, words: bytes, deadline: float) -> bytes:
    seen = b""
    while words not in seen and (left := deadline - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            try:
                seen += os.read(terminal, 65536)
            except OSError:  # it has ended
                break
    return seen


def _drained(terminal: int, process: subprocess.Popen[bytes]) -> None:
    """Let it end: who writes to a terminal that nobody reads would wait for ever."""
    patience = time.monotonic() + 5.0
    while process.poll() is None and time.monotonic() < patience:
        _until(terminal, b"\0never", time.monotonic() + 0.05)
    if process.poll() is None:
        process.kill()
        process.wait()
