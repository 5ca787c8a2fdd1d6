"""Server time: seconds since the Unix epoch on a clock that never steps backwards.

The wall clock is read once; from then on the monotonic clock carries it, so that a step of the wall clock
(NTP, somebody setting the time) moves nobody's video. After a restart it never lies before what was stored.
"""

from __future__ import annotations

import time
from collections.abc import Callable


class ServerClock:
    """The one clock of a server."""

    def __init__(
        self, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.perf_counter
    ) -> None:
        # perf_counter: on Windows, monotonic() moves in steps of 15.6 ms before Python 3.13.
        self._monotonic = monotonic
        self._epoch = wall() - monotonic()

    def now(self) -> float:
        """Server time, s."""
        return self._epoch + self._monotonic()

    def never_before(self, instant: float) -> None:
        """Go on from ``instant`` if that lies ahead: what was stored with it must not come to lie in the future."""
        self._epoch = max(self._epoch, instant - self._monotonic())
