"""A file of this computer that is shared: what it was when it was offered, and its bytes for as long as it is that.

Whoever reads gets the bytes of what was offered or none: a file that was written to, cut short, replaced or removed
meanwhile is told by its stamp, which is looked at after each piece that was read. All of this blocks.
"""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

from syncwatch_core.errors import AppError, ErrorCode

MEDIA_TYPES = {
    ".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime", ".mkv": "video/x-matroska",
    ".webm": "video/webm", ".ogv": "video/ogg", ".avi": "video/x-msvideo", ".ts": "video/mp2t", ".m2ts": "video/mp2t",
    ".mpg": "video/mpeg", ".mpeg": "video/mpeg", ".wmv": "video/x-ms-wmv", ".flv": "video/x-flv", ".3gp": "video/3gpp",
    ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".aac": "audio/aac", ".flac": "audio/flac", ".wav": "audio/wav",
    ".ogg": "audio/ogg", ".oga": "audio/ogg", ".opus": "audio/ogg", ".mka": "audio/x-matroska", ".weba": "audio/webm",
    ".srt": "application/x-subrip", ".vtt": "text/vtt", ".ass": "text/x-ssa", ".ssa": "text/x-ssa",
}  # fmt: skip
"""By suffix. Nothing that a browser would run: what is not here is ``application/octet-stream``."""


class Stamp(NamedTuple):
    """What tells whether a file is still the one that it was."""

    device: int
    inode: int
    size: int
    """Bytes."""
    changed_ns: int
    """When its content was last changed, ns since the Unix epoch."""


@dataclass(frozen=True, slots=True)
class SharedContent:
    """A file as it was when it was offered."""

    path: Path
    name: str
    """Without its folder, which is nobody's business."""
    media_type: str
    stamp: Stamp

    @classmethod
    def of(cls, path: Path) -> Self:
        """The file as it is now; raises ``AppError`` (file-not-found)."""
        try:
            path = path.resolve(strict=True)
            if not stat.S_ISREG(path.stat().st_mode):
                raise AppError(ErrorCode.FILE_NOT_FOUND, f"{str(path)!r} is no file that could be shared")
            with path.open("rb") as file:
                found = os.fstat(file.fileno())
        except OSError as fault:
            words = fault.strerror or str(fault)
            raise AppError(ErrorCode.FILE_NOT_FOUND, f"can't share {str(path)!r}: {words}") from None
        name = path.name.encode(errors="replace").decode()
        media_type = MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")
        return cls(path, name, media_type, _stamp_of(found))

    @property
    def size(self) -> int:
        """Bytes."""
        return self.stamp.size

    @property
    def modified_at(self) -> float:
        """When its content was last changed, s since the Unix epoch."""
        return self.stamp.changed_ns / 1e9

    @property
    def etag(self) -> str:
        """A strong validator: other bytes have another one."""
        digest = hashlib.sha256(repr(tuple(self.stamp)).encode()).hexdigest()[:32]
        return f'"{digest}"'

    def open(self) -> OpenContent:
        """The file for one reader; raises ``AppError`` (not-found) if it is no longer what was offered."""
        try:
            # A file that was put in its place since could be a pipe, whose opening waits for ever.
            descriptor = os.open(self.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        except OSError as fault:
            raise _changed(self.name, fault.strerror or "it is gone") from None
        if _stamp_of(os.fstat(descriptor)) != self.stamp:
            os.close(descriptor)
            raise _changed(self.name, "another file is in its place")
        return OpenContent(os.fdopen(descriptor, "rb"), self)


class OpenContent:
    """A shared file that somebody reads."""

    def __init__(self, file: BinaryIO, content: SharedContent) -> None:
        self._file = file
        self._content = content
        self._turn = threading.Lock()
        self._is_unwanted = False

    def read(self, first: int, count: int) -> bytes:
        """``count`` bytes from ``first`` on; raises ``AppError`` (not-found) if they are not what was offered."""
        name, stamp = self._content.name, self._content.stamp
        try:
            with self._turn:
                self._file.seek(first)
                chunk = self._file.read(count)
                is_same = _stamp_of(os.fstat(self._file.fileno())) == stamp
        except (OSError, ValueError) as fault:
            raise _changed(name, f"it can't be read: {fault}") from None
        finally:
            if self._is_unwanted:
                self.close()
        if not is_same or len(chunk) != count:
            raise _changed(name, "it was changed meanwhile")
        return chunk

    def close(self) -> None:
        """Let go of the file, at once or, where a thread is in the middle of a read, after that; never waits."""
        self._is_unwanted = True
        if self._turn.acquire(blocking=False):
            try:
                self._file.close()
            finally:
                self._turn.release()


def _stamp_of(found: os.stat_result) -> Stamp:
    return Stamp(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def _changed(name: str, why: str) -> AppError:
    return AppError(
        ErrorCode.NOT_FOUND, f"{name!r} is no longer the file that was shared: {why}", "ask the host to share it anew"
    )
