"""One line at the foot of the terminal that says what is waited for, for as long as it is.

Nothing is drawn where nobody watches: off a terminal, with ``--json``, and with ``--debug``, whose lines say more.
What is over within half a second is not mentioned.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from syncwatch_cli import diagnostics

if TYPE_CHECKING:
    from collections.abc import Iterator

MENTIONED_AFTER = 0.5
"""Seconds; what takes less does not feel like waiting."""

DRAWN_EVERY = 1.0
"""Seconds; the line counts them."""


class Waiting:
    """The line, from ``with`` to its end."""

    def __init__(self, words: str) -> None:
        self.words = words
        """What is waited for; may be changed meanwhile."""
        self._began_at = time.monotonic()
        self._drawing = threading.Lock()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        if diagnostics.draws():
            self._thread = threading.Thread(target=self._draw, daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Something is written meanwhile: the line makes room, and comes back."""
        with self._drawing:
            if self._thread is not None:
                diagnostics.draw_line("")
            yield

    def _draw(self) -> None:
        drawn = self._over.wait(MENTIONED_AFTER)
        while not drawn:
            with self._drawing:
                diagnostics.draw_line(self._line())
            drawn = self._over.wait(DRAWN_EVERY)
        diagnostics.draw_line("")

    def _line(self) -> str:
        import shutil

        seconds = f" … {time.monotonic() - self._began_at:.0f} s"
        # A line that wraps could not be taken back.
        room = shutil.get_terminal_size().columns - len(seconds) - 1
        return self.words[: max(room, 0)] + seconds
