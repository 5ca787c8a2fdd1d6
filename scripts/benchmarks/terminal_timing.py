"""How long it takes until a terminal shows something."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmarks.terminal_process import on_terminal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROWS, COLUMNS = 30, 100
"""Of the terminal."""


def shown_after(command: Sequence[str], words: str, environment: Mapping[str, str], within: float) -> float:
    """Seconds from the start of ``command`` until its terminal shows ``words``; it is then ended.

    Raises ``RigError`` where they don't come ``within`` so many seconds, or it ends without them.
    """
    began_at = time.monotonic()
    with on_terminal(command, environment, rows=ROWS, columns=COLUMNS) as running:
        running.shows(words, within)
        return time.monotonic() - began_at
