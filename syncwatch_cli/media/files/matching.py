"""Whether a file is the one that the session watches; and which come so near that a person should hear of them."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from syncwatch_cli import figures
from syncwatch_cli.media.files.file_memory import FileMemory, Stamp
from syncwatch_cli.media.files.fingerprint import fingerprint, is_known
from syncwatch_core.display_text import clean_text, folded
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.messages import MediaFile

NAME_IT = "if it is the right one all the same, name it with --file PATH"


class Near(IntEnum):
    """By what a file is nearly the one that is sought; the better clue first."""

    OTHER_SIZE = 1
    """It is called so, but has another size."""
    OTHER_CONTENT = 2
    """It is called so and has the size, but not the content."""
    OTHER_NAME = 3
    """It has the size, and nothing more is known of what is sought but its name, which is another."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A file that nearly is the one."""

    near: Near
    path: Path
    size: int
    """Bytes."""


def told_name(path: Path) -> str:
    """A file's name as others are told it; what is no UTF-8 has question marks."""
    return path.name.encode(errors="replace").decode()


def fingerprint_of(path: Path, memory: FileMemory) -> str:
    """A file's fingerprint, read only if the file isn't as it was last time; raises ``AppError`` (file-not-found)."""
    path = path.absolute()
    try:
        stamp = Stamp.of(path)
    except OSError as fault:
        raise AppError(ErrorCode.FILE_NOT_FOUND, f"can't read {str(path)!r}: {fault.strerror}") from None
    known = memory.fingerprint_of(path, stamp)
    if known is None:
        known = fingerprint(path)
        memory.keep_fingerprint(path, stamp, known)
    return known


class Match:
    """Holds files against the one that is sought, and keeps those that come near."""

    def __init__(self, file: MediaFile, memory: FileMemory) -> None:
        self._file = file
        self._memory = memory
        self._name = folded(file.name)
        self._fingerprint = file.fingerprint if is_known(file.fingerprint) else None
        self._misses: list[Miss] = []

    @property
    def fingerprint(self) -> str | None:
        """What the file is known by; None where only its name and size are known, as from other clients."""
        return self._fingerprint

    def holds(self, path: Path) -> bool:
        """Whether this is the file: it has the size, and the fingerprint, or if there is none the name."""
        try:
            found = path.stat()
            if not stat.S_ISREG(found.st_mode):
                return False
            size = found.st_size
            same_content = size == self._file.size and self._has_content(path)
        except (OSError, AppError):
            return False
        same_name = folded(told_name(path)) == self._name
        if same_content and (same_name or self._fingerprint is not None):
            return True
        near = self._near(same_name=same_name, same_size=size == self._file.size)
        if near is not None:
            self._misses.append(Miss(near, path, size))
        return False

    def _has_content(self, path: Path) -> bool:
        return self._fingerprint is None or fingerprint_of(path, self._memory) == self._fingerprint

    def _near(self, *, same_name: bool, same_size: bool) -> Near | None:
        if same_name:
            return Near.OTHER_CONTENT if same_size else Near.OTHER_SIZE
        return Near.OTHER_NAME if same_size and self._fingerprint is None else None

    # --- in words ------------------------------------------------------------------------------------

    def missing(self, *, is_complete: bool) -> AppError:
        """What to tell somebody who has no such file; ``is_complete``: all their folders were looked through."""
        file = self._file
        shown = clean_text(file.name)
        theirs = f"{file.size:,} bytes" + (f" and lasts {figures.position(file.duration)}" if file.duration else "")
        if self._misses:
            return self._nearly(min(self._misses, key=lambda miss: miss.near), shown, theirs)
        cut_short = "" if is_complete else "; not all of your media folders could be looked through in time"
        return AppError(
            ErrorCode.FILE_NOT_FOUND,
            f"the session watches a file that is not here: {shown!r}, which has {theirs}{cut_short}",
            "name your copy with --file PATH, add its folder to media-folders, or ask the host to start with --share",
        )

    def _nearly(self, miss: Miss, shown: str, theirs: str) -> AppError:
        own = clean_text(told_name(miss.path))
        place = clean_text(str(miss.path.parent).encode(errors="replace").decode())
        told = {
            Near.OTHER_SIZE: f"another cut or another encoding of {shown!r} is in {place!r}: "
            f"yours has {miss.size:,} bytes, the session's {theirs}",
            Near.OTHER_CONTENT: f"another encoding of {shown!r} is in {place!r}, or one that is not whole: "
            f"it has the same {miss.size:,} bytes as the session's, but not the same content",
            Near.OTHER_NAME: f"the session watches a file that is not here: {shown!r}, which has {theirs}; "
            f"{own!r} in {place!r} has the same size",
        }
        return AppError(ErrorCode.FILE_NOT_FOUND, told[miss.near], NAME_IT)
