"""Lists in parts: ``?limit=&cursor=``, and ``nextCursor`` in the answer; docs/contract.md, 4.

A cursor names the last item that was given and where it stood, so that a list which changes meanwhile is neither
begun anew nor cut short. Without either parameter a list comes whole, as it always did.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from syncwatch_core.errors import AppError, ErrorCode

if TYPE_CHECKING:
    from aiohttp import web

MOST_AT_ONCE = 500
"""Items of one part."""

DEFAULT = 100
"""Items of one part for who gives a cursor alone."""

CURSOR = r"([0-9]{1,15})\.([0-9A-Za-z_-]{0,64})"
"""A position, and the id of the item before it."""

_Item = TypeVar("_Item")


def page(
    request: web.Request, items: Sequence[_Item], key: Callable[[_Item], str]
) -> tuple[Sequence[_Item], str | None]:
    """The part that is asked for, and the cursor of the next one or None; raises ``AppError`` (bad-request)."""
    limit, cursor = asked(request)
    if limit is None:
        return items, None
    start = 0
    if cursor is not None:
        position, last = cursor
        is_there = 0 < position <= len(items) and key(items[position - 1]) == last
        found = None if is_there else next((index for index, item in enumerate(items) if key(item) == last), None)
        start = position if found is None else found + 1
    part = items[start : start + limit]
    end = start + len(part)
    return part, f"{end}.{key(part[-1])}" if part and end < len(items) else None


def asked(request: web.Request) -> tuple[int | None, tuple[int, str] | None]:
    """``(limit, (position, id) of the cursor)``; a limit of None: everything. Raises ``AppError`` (bad-request)."""
    text, cursor = request.query.get("limit"), request.query.get("cursor")
    limit = None if text is None and cursor is None else DEFAULT
    if text is not None:
        if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MOST_AT_ONCE or len(text) > 9:  # noqa: PLR2004 digits
            raise AppError(ErrorCode.BAD_REQUEST, f"limit is a number from 1 to {MOST_AT_ONCE}")
        limit = int(text)
    if cursor is None:
        return limit, None
    found = re.fullmatch(CURSOR, cursor, re.ASCII)
    if found is None:
        raise AppError(ErrorCode.BAD_REQUEST, "cursor is the nextCursor of an answer before, as it was given")
    return limit, (int(found[1]), found[2])
