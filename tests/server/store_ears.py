"""Who listens to a live store, and waits for what it promises."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

from tests.patience import PATIENCE

WITHIN = PATIENCE
"""Seconds in which whatever is promised has to come about."""

codes = (f"ABC-{number:03d}" for number in itertools.count())
"""Codes of sessions that no other test uses."""


class Ear:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.said: list[tuple[str, bytes]] = []
        self.missed_times = 0

    def heard(self, node: str, message: bytes) -> None:
        """Another node says something."""
        self.said.append((node, message))

    def missed(self) -> None:
        """Something may have been missed."""
        self.missed_times += 1


async def until(check: Callable[[], object]) -> None:
    async with asyncio.timeout(WITHIN):
        while not check():  # noqa: ASYNC110 what is waited for has no event
            await asyncio.sleep(0.01)
