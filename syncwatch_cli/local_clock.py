"""The clock of this computer that all is timed by: monotonic, fine, and not the time of day."""

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
"""


def local_clock() -> LocalClock:
    """The clock to use in this process.

    On Windows ``time.monotonic`` moves in steps of 15.6 ms before Python 3.13 (cpython issue 88494);
    ``perf_counter`` is fine-grained there and monotonic everywhere.
    """
    source = time.perf_counter if sys.platform == "win32" else time.monotonic
    error = os.environ.get(_CLOCK_ERROR)
    if not error:
        return source
    offset, skew = (float(part) for part in error.split(","))
    began = source()

    def wrong_clock() -> float:
        now = source()
        return now + offset + (now - began) * skew * 1e-6

    return wrong_clock
