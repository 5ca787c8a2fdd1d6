"""The speeds that the keys step through."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

RATES = (0.25, 0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
"""Media seconds a second; a choice, within what a session takes."""


def next_rate(rate: float, steps: int) -> float:
    """The speed so many steps faster than ``rate``, or slower; the last one where there is none beyond."""
    at = bisect_right(RATES, rate) - 1 + steps if steps > 0 else bisect_left(RATES, rate) + steps
    return RATES[min(max(at, 0), len(RATES) - 1)]
