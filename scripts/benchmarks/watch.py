"""Looks on while the observer writes, so that a run goes on as soon as the players have done what was awaited."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Self

from benchmarks.readings import HEADER, Reading
from benchmarks.skew import moments, placed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from benchmarks.skew import Moment

REACH = 1.2
"""s of readings that are looked at; little, so that looking on takes no time from those who are watched."""

LOOK_EVERY = 0.1
"""s between two looks."""


class Watch:
    """The newest moments of a run."""

    def __init__(self, readings: Path) -> None:
        """Look on at that file, also where the observer has yet to begin it."""
        readings.touch()
        self._file = readings.open(newline="")
        self._part = ""
        self._recent: deque[Reading] = deque()

    def __enter__(self) -> Self:
        """The watch itself."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Look no longer."""
        self._file.close()

    def moments(self, players: Sequence[str], since: float = 0.0) -> list[Moment]:
        """What was seen of these players in the last second, from ``since`` on."""
        self._read()
        theirs = [reading for reading in self._recent if reading.player in players]
        return [moment for moment in moments(placed(theirs), players) if moment.at >= since]

    async def until(
        self,
        done: Callable[[Sequence[Moment]], bool],
        players: Sequence[str],
        *,
        within: float,
        since: float | None = None,
    ) -> bool:
        """Wait until that is so of what was seen since now (or ``since``); whether it came within so many seconds."""
        clock = asyncio.get_running_loop().time
        began_at = clock()
        since = began_at if since is None else since
        while not done(self.moments(players, since)):
            if clock() - began_at > within:
                return False
            await asyncio.sleep(LOOK_EVERY)
        return True

    def _read(self) -> None:
        *lines, self._part = (self._part + self._file.read()).split("\n")
        for line in lines:
            row = dict(zip(HEADER, line.strip().split(","), strict=False))
            if len(row) == len(HEADER) and row["tick"] != "tick":
                self._recent.append(Reading.from_row(row))
        while self._recent and self._recent[-1].asked_at - self._recent[0].asked_at > REACH:
            self._recent.popleft()
