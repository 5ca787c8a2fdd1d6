"""The duration of a Matroska or WebM file from its first bytes (RFC 8794, RFC 9559)."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from typing import NamedTuple

_SEGMENT, _SEGMENT_HEADER = 0x18538067, 0x1549A966
_TIMESTAMP_SCALE, _DURATION = 0x2AD7B1, 0x4489

_DEFAULT_SCALE = 1_000_000
"""Nanoseconds a unit of time, where the file doesn't say."""

_MOST_ELEMENTS = 256
"""Elements looked at in one row."""


class _Element(NamedTuple):
    number: int
    start: int
    end: int
    """Where the next begins; of a live stream, whose segments have no length: the end of the bytes at hand."""


def matroska_duration(head: bytes) -> float | None:
    """Seconds; None where the beginning doesn't say, as in a live stream."""
    for segment in _elements(head, 0, len(head)):
        if segment.number != _SEGMENT:
            continue
        for element in _elements(head, segment.start, min(segment.end, len(head))):
            if element.number == _SEGMENT_HEADER:
                return _in_header(head, element)
    return None


def _in_header(head: bytes, header: _Element) -> float | None:
    scale, duration = _DEFAULT_SCALE, math.nan
    for element in _elements(head, header.start, min(header.end, len(head))):
        content = head[element.start : element.end]
        if element.number == _TIMESTAMP_SCALE:
            scale = int.from_bytes(content, "big")
        elif element.number == _DURATION and len(content) in (4, 8):
            (duration,) = struct.unpack(">f" if len(content) == 4 else ">d", content)  # noqa: PLR2004 bytes of a float
    seconds = duration * scale / 1e9
    return seconds if math.isfinite(seconds) and seconds > 0 else None


def _elements(head: bytes, at: int, end: int) -> Iterator[_Element]:
    for _ in range(_MOST_ELEMENTS):
        number_length = _length(head, at, end)
        size_length = _length(head, at + number_length, end)
        start = at + number_length + size_length
        if not number_length or not size_length or start > end:
            return
        number = int.from_bytes(head[at : at + number_length], "big")
        size = int.from_bytes(head[at + number_length : start], "big") & ((1 << 7 * size_length) - 1)
        is_unknown = size == (1 << 7 * size_length) - 1
        at = end if is_unknown else start + size
        yield _Element(number, start, at)


def _length(head: bytes, at: int, end: int) -> int:
    """Bytes of a variable number, from the zeros it begins with; 0: there is none."""
    if at >= end or head[at] == 0:
        return 0
    return 9 - head[at].bit_length()
