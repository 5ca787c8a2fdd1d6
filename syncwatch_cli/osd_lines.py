"""Which lines stand on the player's picture, and for how long: in good measure, and never over a start.

Pure: it is told the time, in seconds of the local clock, and draws nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from syncwatch_cli.player.ass_text import cut, width
from syncwatch_cli.player.interface import OsdLine

ROWS_AT_MOST = 6
"""Of the picture, for all lines together; the oldest make room. A choice."""
COLUMNS = 80
"""About as many letters fit in one row. A choice."""
ROWS_OF_A_LINE = 3
"""What is longer is cut; it can be read to its end where it is written. A choice."""
GATHERED_FOR = 0.2
"""Seconds that the first of several things waits for the others, so that they come up as one text. A choice."""
HELD_AT_MOST = 3.0
"""Seconds that a start may keep the picture as it is, should its instant be far off. A choice."""


@dataclass(slots=True)
class _Entry:
    line: OsdLine
    seconds: float
    key: str | None
    due: float
    ends: float | None = None
    """When it goes; None until it has come up."""


class OsdLines:
    """The lines of one picture."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._held_until = float("-inf")
        self._shown: tuple[OsdLine, ...] = ()

    def say(self, line: OsdLine, seconds: float, now: float, key: str | None = None) -> None:
        """Show ``line`` for so long; it takes the place of what was said under the same ``key``."""
        waiting = [entry.due for entry in self._entries if entry.ends is None]
        self._entries = [entry for entry in self._entries if key is None or entry.key != key]
        self._entries.append(_Entry(_cut(line), seconds, key, min([*waiting, now + GATHERED_FOR])))

    def shows(self, key: str, now: float) -> bool:
        """Whether what was said under ``key`` is still to be seen, or to come."""
        return any(entry.key == key and (entry.ends is None or entry.ends > now) for entry in self._entries)

    def hold(self, until: float, now: float) -> None:
        """Leave the picture as it is until then: the player starts, and nothing shall disturb it."""
        self._held_until = max(self._held_until, min(until, now + HELD_AT_MOST))

    def shown(self, now: float) -> tuple[OsdLine, ...]:
        """What is to be seen at ``now``."""
        if now < self._held_until:
            return self._shown
        for entry in self._entries:
            if entry.ends is None and now >= entry.due:
                entry.ends = now + entry.seconds
        self._entries = [entry for entry in self._entries if entry.ends is None or entry.ends > now]
        self._make_room()
        self._shown = tuple(entry.line for entry in self._entries if entry.ends is not None)
        return self._shown

    @property
    def changes_at(self) -> float | None:
        """When to look again; None: nothing is going to change by itself."""
        if not self._entries:
            return None
        first = min(entry.due if entry.ends is None else entry.ends for entry in self._entries)
        return max(first, self._held_until)

    def _make_room(self) -> None:
        rows = 0
        kept: list[_Entry] = []
        for entry in reversed(self._entries):
            rows += 1 + (_width(entry.line) - 1) // COLUMNS
            if rows > ROWS_AT_MOST:
                break
            kept.append(entry)
        self._entries = kept[::-1]


def _width(line: OsdLine) -> int:
    return max(1, width(line.text) + (width(line.name) + 2 if line.name else 0))


def _cut(line: OsdLine) -> OsdLine:
    name = cut(line.name, COLUMNS // 2)
    return OsdLine(cut(line.text, COLUMNS * ROWS_OF_A_LINE - (width(name) + 2 if name else 0)), name)
