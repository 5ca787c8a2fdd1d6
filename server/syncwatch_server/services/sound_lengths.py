"""The durations of FLAC and WAV files from their first bytes."""

from __future__ import annotations

from collections.abc import Iterator

_ENDLESS = 0xFFFF_FFFF
"""The size that is written by who records a WAV without knowing when it ends."""


def flac_duration(head: bytes) -> float | None:
    """Seconds, by the first block, which is always STREAMINFO; None where it doesn't say.

    Its sample rate has 20 bits, and its number of samples 36 (RFC 9639, 8.2).
    """
    if len(head) < 26 or head[4] & 0x7F:  # noqa: PLR2004 the block ends there
        return None
    fields = int.from_bytes(head[18:26], "big")
    rate, samples = fields >> 44, fields & 0xF_FFFF_FFFF
    return samples / rate if rate and samples else None


def wav_duration(head: bytes) -> float | None:
    """Seconds: bytes of sound by bytes a second; None where the beginning doesn't say."""
    rate = 0
    for name, start, size in _riff_chunks(head):
        if name == b"fmt ":
            rate = int.from_bytes(head[start + 8 : start + 12], "little")
        if name == b"data":
            return size / rate if rate and size not in (0, _ENDLESS) else None
    return None


def _riff_chunks(head: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = 12
    while at + 8 <= len(head):
        size = int.from_bytes(head[at + 4 : at + 8], "little")
        yield head[at : at + 4], at + 8, size
        at += 8 + size + size % 2
