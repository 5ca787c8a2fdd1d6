"""Bodies of answers, read up to a limit: compressed or not, small, endless or made to burst."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

from syncwatch_core.errors import AppError, ErrorCode

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
"""zlib's own word for: whichever of the two the header says."""


class _Plain:
    """What is not compressed at all."""

    eof = False

    def decompress(self, chunk: bytes, longest: int) -> bytes:
        """The same bytes, up to ``longest``."""
        return chunk[:longest]


async def read_body(chunks: AsyncIterator[bytes], encoding: str, limit: int) -> tuple[bytes, bool]:
    """``(body, is_whole)``: at most ``limit`` bytes, decompressed, having read little more than needed.

    Raises ``AppError`` (unreachable-url) for an encoding that nobody asked for, ``zlib.error`` for a broken one.
    """
    decoder = _decoder(encoding)
    body, taken = bytearray(), 0
    async for chunk in chunks:
        taken += len(chunk)
        # One byte more than the limit shows that there is more.
        body += decoder.decompress(chunk, limit + 1 - len(body))
        if len(body) > limit or taken > limit:
            return bytes(body[:limit]), len(body) <= limit and taken <= limit
        if decoder.eof:
            break
    return bytes(body), True


def _decoder(encoding: str) -> _Plain | zlib._Decompress:
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return _Plain()
    if encoding in ("gzip", "x-gzip", "deflate"):
        return zlib.decompressobj(_GZIP_OR_ZLIB)
    raise AppError(ErrorCode.UNREACHABLE_URL, "the answer is compressed in a way that was not asked for")
