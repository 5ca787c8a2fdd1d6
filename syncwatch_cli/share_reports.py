"""What a host sees of those who read what they share: one ``share`` event a second while something is read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from syncwatch_core.display_text import clean_text

if TYPE_CHECKING:
    from syncwatch_cli.screens import Screen

EVERY = 1.0
"""Seconds between two events; docs/contract.md, 2."""

STILL = 3.0
"""Seconds without a byte after which somebody counts as reading no longer: players read ahead in gusts."""

_MEGABYTE = 1e6


async def report_readers(screen: Screen, shares: Callable[[], Awaitable[dict[str, Any]]]) -> None:
    """Show the screen who reads, for ever; after the last has stopped, once that nobody does.

    ``shares`` gives what ``GET /sessions/{code}/shares`` answers.
    """
    was_shown = False
    while True:
        known = await shares()
        active = [reader for reader in known["readers"] if known["serverTime"] - reader["updatedAt"] < STILL]
        if active or was_shown:
            screen.emit("share", {"readers": active})
        was_shown = bool(active)
        await asyncio.sleep(EVERY)


def in_words(readers: list[dict[str, Any]]) -> str:
    """``sending to Ada: 35 %, 2.1 MB/s``; empty where nobody reads."""
    told = [_one(reader) for reader in readers]
    return f"sending to {', '.join(told)}" if told else ""


def _one(reader: dict[str, Any]) -> str:
    name = clean_text(reader["displayName"] or "a program")
    place = f"{100 * reader['position'] / max(1, reader['size']):.0f} %"
    return f"{name}: {place}, {reader['rate'] / _MEGABYTE:.1f} MB/s"
