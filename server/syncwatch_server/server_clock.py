"""Server time: seconds since the Unix epoch on a clock that never steps backwards.

The wall clock is read once; from then on a clock of the machine carries it that nobody sets and that goes on through
sleep, so that neither a step of the wall clock (NTP, somebody setting the time) nor a host's laptop that was shut
moves anybody's video. What came of the wall clock is kept in a file: a server that is started again before the machine
is has the very same time, whatever was done to the wall clock meanwhile, and films go on where they would be.
After a restart of the machine it never lies before what was stored in the database.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

WAS_NOT_SET = 86_400.0
"""Seconds by which a wall clock is ahead that had not been set when the kept one was read, as without a battery."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""random(4): another one after each start of the machine."""


def awake_and_asleep() -> Callable[[], float]:
    """A fine clock, s, that goes on while the machine sleeps.

    CLOCK_MONOTONIC of Linux and ``time.monotonic`` of macOS stand still then. On Windows ``perf_counter`` goes on,
    and ``time.monotonic`` moves in steps of 15.6 ms before Python 3.13 (cpython issue 88494).
    """
    if sys.platform == "linux":
        return partial(time.clock_gettime, time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return partial(time.clock_gettime, time.CLOCK_MONOTONIC_RAW)
    return time.perf_counter


def boot_id() -> str | None:
    """What tells one start of this machine from another; None where there is no such thing."""
    with suppress(OSError):
        return _BOOT_ID.read_text("ascii").strip()
    return None


class ServerClock:
    """The one clock of a server."""

    def __init__(self, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] | None = None) -> None:
        """``monotonic``: where not ``awake_and_asleep``."""
        self._monotonic = monotonic or awake_and_asleep()
        self._epoch = wall() - self._monotonic()
        self._kept: Path | None = None
        self._boot: str | None = None

    def now(self) -> float:
        """Server time, s."""
        return self._epoch + self._monotonic()

    def never_before(self, instant: float) -> None:
        """Go on from ``instant`` if that lies ahead: what was stored with it must not come to lie in the future."""
        epoch = instant - self._monotonic()
        if epoch > self._epoch:
            self._epoch = epoch
            self._keep()

    def keep_in(self, path: Path, boot: str | None) -> None:
        """Go on with the time kept in that file in the same start of the machine, and keep it there.

        Before anybody has seen the time of this clock.
        """
        if boot is None:
            return
        self._kept, self._boot = path, boot
        epoch = _kept_epoch(path, boot)
        if epoch is not None and self._epoch < epoch + WAS_NOT_SET:
            self._epoch = epoch
        else:
            self._keep()

    def keep_beside(self, database: Path) -> None:
        """Keep the time beside a database that is a file; with another one, it alone keeps the time from going back."""
        self.keep_in(database.with_name(database.name + ".clock"), boot_id())

    def _keep(self) -> None:
        if self._kept is None:
            return
        # A disk that is full is no reason not to serve: without the file it is as after a restart of the machine.
        with suppress(OSError):
            fresh = self._kept.with_name(self._kept.name + ".new")
            fresh.write_text(json.dumps({"boot": self._boot, "epoch": self._epoch}), "ascii")
            fresh.replace(self._kept)


def _kept_epoch(path: Path, boot: str) -> float | None:
    """The server time at which the machine's clock showed 0, as kept since it was started; None if it was not."""
    try:
        kept = json.loads(path.read_text("ascii"))
        return float(kept["epoch"]) if kept["boot"] == boot else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
