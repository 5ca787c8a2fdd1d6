"""Which bytes a request asks for: RFC 9110, 13.1.5 and 14."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime

_SINGLE = re.compile(r"bytes=[ \t]*(\d{0,19})-(\d{0,19})[ \t]*", re.IGNORECASE)


class Unsatisfiable(Exception):  # noqa: N818 it is a fact about a request
    """The file has none of the bytes that were asked for."""


def asked_range(header: str | None, size: int) -> tuple[int, int] | None:
    """``(first, end)`` of the one range of bytes in ``header``; None: the whole file is the answer.

    Several ranges at once, and what is no range at all, may be answered with the whole, which is what is done here.
    Raises ``Unsatisfiable``.
    """
    found = _SINGLE.fullmatch(header) if header is not None else None
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        first, end = max(0, size - int(found[2])), size
    else:
        first, end = int(found[1]), int(found[2]) + 1 if found[2] else size
        if end <= first and found[2]:
            return None
    if first >= size:
        raise Unsatisfiable
    return first, min(end, size)


def still_same(if_range: str | None, *, etag: str, last_modified: str) -> bool:
    """Whether a range of what the reader has half of is still a range of this file."""
    return if_range is None or if_range.strip() in (etag, last_modified)


def http_date(at: float) -> str:
    """An instant, s since the Unix epoch, as headers write it."""
    return format_datetime(datetime.fromtimestamp(int(at), UTC), usegmt=True)
