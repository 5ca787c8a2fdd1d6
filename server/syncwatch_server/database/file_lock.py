"""One process a database file: a lock that the system gives back when the process dies, however it dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from syncwatch_core.errors import AppError, ErrorCode


class FileLock:
    """An exclusive lock on ``PATH.lock``, held until ``release``."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + ".lock")
        self._guarded = path
        self._file: int | None = None

    def acquire(self) -> None:
        """Take the lock; raises ``AppError`` (usage) if another process has it, ``OSError`` if it can't be made."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(file)
        except BlockingIOError:
            os.close(file)
            raise AppError(
                ErrorCode.USAGE,
                f"another SyncWatch server already uses {self._guarded}",
                "stop that one, or give this one a database of its own with --database-url",
            ) from None
        self._file = file

    def release(self) -> None:
        """Let go."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError as fault:
            raise BlockingIOError from fault

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
