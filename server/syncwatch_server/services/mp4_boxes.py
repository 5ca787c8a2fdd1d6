"""The duration of an MP4 from its index, which stands at the beginning or at the end (ISO 14496-12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

INDEX_BYTES = 64 * 1024
"""What is read where an index stands at the end: the duration is within its first few boxes."""

_MOST_BOXES = 64
"""Boxes looked at in one row; real files have a handful at each level."""


class IndexAt(NamedTuple):
    """The index was not among the bytes at hand; its box may begin there."""

    offset: int


class _Box(NamedTuple):
    name: bytes
    start: int
    """Where its content begins, within the bytes at hand."""
    end: int
    """Where the next box begins; may lie beyond the bytes at hand."""


def mp4_duration(part: bytes) -> float | IndexAt | None:
    """Seconds, from bytes that begin with a box; where to look on; None: it isn't said, as in a live stream."""
    end = 0
    for box in _boxes(part, 0, len(part)):
        if box.name == b"moov":
            return _in_index(part, box)
        end = box.end
    return IndexAt(end) if end > len(part) else None


def _in_index(part: bytes, index: _Box) -> float | None:
    scale = 0
    for box in _boxes(part, index.start, min(index.end, len(part))):
        if box.name == b"mvhd":
            scale, duration = _header(part[box.start : box.end])
            if scale and duration:
                return duration / scale
        if box.name == b"mvex" and scale:
            # A fragmented file says its whole length here, if anywhere.
            for inner in _boxes(part, box.start, min(box.end, len(part))):
                if inner.name == b"mehd":
                    size = 8 if part[inner.start : inner.start + 1] == b"\x01" else 4
                    length = int.from_bytes(part[inner.start + 4 : inner.start + 4 + size], "big")
                    return length / scale or None
    return None


def _header(content: bytes) -> tuple[int, int]:
    """``(units a second, units)``; units of all ones mean that nobody knows."""
    size = 8 if content[:1] == b"\x01" else 4
    at = 4 + 2 * size
    scale, length = content[at : at + 4], content[at + 4 : at + 4 + size]
    if len(length) < size:
        return 0, 0
    duration = int.from_bytes(length, "big")
    return int.from_bytes(scale, "big"), 0 if duration == 256**size - 1 else duration


def _boxes(part: bytes, start: int, end: int) -> Iterator[_Box]:
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        size, name, content = int.from_bytes(part[start : start + 4], "big"), part[start + 4 : start + 8], start + 8
        if size == 1:
            size, content = int.from_bytes(part[start + 8 : start + 16], "big"), start + 16
        if size == 0:
            # To the end of the file.
            yield _Box(name, content, end)
            return
        if size < content - start:
            return
        yield _Box(name, content, start + size)
        start += size
