"""Links that expire while everybody stands: a fresh one is asked for before somebody plays on.

While a film plays its connection lasts; it is the next one that is refused. So one that has expired is renewed while
the player stands still, and nobody sees it; where it is too late for that, the player tells that it was cut off.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

LOOK_EVERY = 5.0
"""Seconds between two looks whether the player stands, once the link has expired."""

LOOK_AT_LEAST_EVERY = 60.0
"""Seconds; while the computer sleeps its timers stand still, and links expire."""


class Expiry:
    """Watches over one link; calls ``expired`` once, when it has expired and ``stands`` says that nothing moves."""

    def __init__(self, expired: Callable[[], None], stands: Callable[[], bool]) -> None:
        self._expired = expired
        self._stands = stands
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, expires_at: float | None) -> None:
        """Watch over a link that is refused from ``expires_at`` on, in seconds since the Unix epoch; None: never."""
        self.forget()
        if expires_at is not None:
            self._wait(expires_at)

    def forget(self) -> None:
        """The link is no longer wanted."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self, expires_at: float) -> None:
        seconds = min(max(expires_at - time.time(), LOOK_EVERY), LOOK_AT_LEAST_EVERY)
        self._timer = asyncio.get_running_loop().call_later(seconds, self._look, expires_at)

    def _look(self, expires_at: float) -> None:
        self.forget()
        if time.time() >= expires_at and self._stands():
            self._expired()
        else:
            self._wait(expires_at)
