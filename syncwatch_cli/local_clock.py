"""The clock of this computer that all is timed by: fine, never stepped, going on through sleep; not the time of day."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

LocalClock = Callable[[], float]
"""Seconds since some instant of the past."""

_CLOCK_ERROR = "SYNCWATCH_CLOCK_ERROR"
"""``OFFSET,SKEW``: makes the clock wrong by so many seconds and runs it fast by so many ppm.

For measurements alone: it keeps several clients on one computer from being in sync by sharing its clock.
``SYNCWATCH_CLOCK_GIVEN`` beside it gives the server's time instead of having it estimated (``given_clock``).
"""


_READINGS = 5
"""Readings of two clocks, of which the one least interrupted counts."""


def local_clock() -> LocalClock:
    """The clock to use in this process."""
    source, error = awake_and_asleep, clock_error()
    if error is None:
        return source
    offset, skew = error
    began = source()

    def wrong_clock() -> float:
        now = source()
        return now + offset + (now - began) * skew

    return wrong_clock


def clock_error() -> tuple[float, float] | None:
    """By how many seconds the clock is made wrong, and how much it gains in a second; None if it isn't."""
    error = os.environ.get(_CLOCK_ERROR)
    if not error:
        return None
    offset, skew = (float(part) for part in error.split(","))
    return offset, skew * 1e-6


def awake_and_asleep() -> float:
    """Seconds on a clock that goes on while the computer sleeps.

    CLOCK_MONOTONIC of Linux and ``time.monotonic`` of macOS stand still then, clock_gettime(2) and (3): a video
    that was left alone would seem to be where it should. On Windows ``perf_counter`` goes on, and is finer than
    ``time.monotonic``, which moves in steps of 15.6 ms before Python 3.13 (cpython issue 88494).
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC_RAW)
    return time.perf_counter()


def asleep() -> float:
    """Seconds that the computer has slept so far, from some instant on; 0 for ever where it can't be told."""
    if sys.platform not in ("linux", "darwin"):
        return 0.0
    return ahead_of_monotonic(awake_and_asleep)


def ahead_of_monotonic(clock: LocalClock) -> float:
    """By how many seconds ``clock`` is ahead of ``time.monotonic``."""
    readings = []
    for _ in range(_READINGS):
        before, read, after = time.monotonic(), clock(), time.monotonic()
        readings.append((after - before, read - (before + after) / 2))
    return min(readings)[1]
