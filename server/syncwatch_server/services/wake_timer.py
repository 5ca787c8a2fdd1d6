"""The timer by which a session sees to what is due, set anew only where that changes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncwatch_server.server_clock import ServerClock


class WakeTimer:
    """Calls ``wake`` once, at the instant that it was set for last."""

    __slots__ = ("_clock", "_set_for", "_timer", "_wake")

    def __init__(self, clock: ServerClock, wake: Callable[[], None]) -> None:
        self._clock = clock
        self._wake = wake
        self._timer: asyncio.TimerHandle | None = None
        self._set_for: tuple[float, float] | None = None

    def set(self, due: float | None, *, at_least: float = 0.0, hold_back: float = 0.0) -> None:
        """Wake at ``due``, server time, or ``at_least`` seconds from now if that is later, and ``hold_back`` after it.

        None: not at all. What is set for the same already is left alone, unless ``at_least`` is given.
        """
        wanted = None if due is None else (due, hold_back)
        if wanted == self._set_for and not at_least:
            return
        self.stop()
        if due is not None:
            wait = max(due - self._clock.now(), at_least) + hold_back
            self._timer = asyncio.get_running_loop().call_later(wait, self._come)
            self._set_for = wanted

    def stop(self) -> None:
        """Not any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._set_for = None

    def _come(self) -> None:
        self._timer = self._set_for = None
        self._wake()
