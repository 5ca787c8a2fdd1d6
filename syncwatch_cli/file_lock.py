"""Locks between processes of one person, on files; the system gives them back when a process dies."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class FileLock:
    """A lock on a file that stays where it is; only the lock on it means anything."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    @classmethod
    def take(cls, path: Path, *, wait: bool) -> FileLock | None:
        """Take the lock; None if ``wait`` is False and another process holds it.

        Raises ``OSError`` where the file can't be made or the file system knows no locks.
        """
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            taken = _lock(handle, wait=wait)
        except OSError:
            os.close(handle)
            raise
        if not taken:
            os.close(handle)
            return None
        return cls(handle)

    def release(self) -> None:
        """Give the lock back; a second time does nothing."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int, *, wait: bool) -> bool:
        try:
            # LK_LOCK tries for ten seconds and then raises.
            msvcrt.locking(handle, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

else:
    import fcntl

    def _lock(handle: int, *, wait: bool) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True
