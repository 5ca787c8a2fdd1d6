"""The fingerprint of a file: a hash over samples of its content, by which copies of one film know each other.

The scheme ``s1``, so that every client computes the same:

- ``size`` is the file's length in bytes; a block is 65,536 bytes.
- The content is the whole file where ``size`` is at most 16 blocks (1,048,576 bytes).
  Else it is 16 blocks, one after the other: those that begin at ``i * step`` for ``i`` from 0 to 14,
  with ``step = floor((size - 65536) / 15)``, and the file's last block, which begins at ``size - 65536``.
- The fingerprint is ``s1:`` and the SHA-256, in 64 lowercase hexadecimal digits,
  of ``size`` as 8 bytes, the most significant first, followed by the content.

A megabyte is read of a file of any length, so it costs milliseconds, and a cold disk 16 seeks.
What differs in no sample and in no byte of length, such as a corrected tag, counts as the same film.
SHA-256 rather than a faster hash, since browsers have it built in.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, BinaryIO

from syncwatch_core.errors import AppError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEME = "s1"

BLOCK = 65_536
"""Bytes read at one place."""

BLOCKS = 16
"""Places in the file; two encodings of one film differ nearly everywhere, a damaged copy perhaps only in some."""


def fingerprint(path: Path) -> str:
    """The fingerprint of a file; blocks while it reads up to 1 MiB.

    Raises ``AppError`` (file-not-found) for what can't be read, or is written to meanwhile.
    """
    try:
        with path.open("rb", buffering=0) as file:
            before = os.fstat(file.fileno())
            digest = hashlib.sha256(before.st_size.to_bytes(8))
            for part in _samples(file, before.st_size):
                digest.update(part)
            after = os.fstat(file.fileno())
    except OSError as fault:
        raise AppError(ErrorCode.FILE_NOT_FOUND, f"can't read {str(path)!r}: {fault.strerror}") from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise AppError(
            ErrorCode.FILE_NOT_FOUND,
            f"{str(path)!r} is being written to",
            "wait until it is whole, as after a download, and try again",
        )
    return f"{SCHEME}:{digest.hexdigest()}"


def is_known(text: str | None) -> bool:
    """Whether a fingerprint from the wire is of the scheme that is computed here, so that the two can be compared."""
    return text is not None and text.startswith(f"{SCHEME}:")


def _samples(file: BinaryIO, size: int) -> Iterator[bytes]:
    for start, length in _places(size):
        file.seek(start)
        # Without a buffer one read may give less than was asked for.
        left = length
        while left and (part := file.read(left)):
            left -= len(part)
            yield part


def _places(size: int) -> list[tuple[int, int]]:
    """Where samples begin, and how long each is, in bytes."""
    if size <= BLOCKS * BLOCK:
        return [(0, size)]
    step = (size - BLOCK) // (BLOCKS - 1)
    starts = [*(number * step for number in range(BLOCKS - 1)), size - BLOCK]
    return [(start, BLOCK) for start in starts]
