"""How finely a result is told: no finer than it was measured."""

from __future__ import annotations

from typing import overload


@overload
def milliseconds(seconds: float) -> float: ...
@overload
def milliseconds(seconds: float | None) -> float | None: ...
def milliseconds(seconds: float | None) -> float | None:
    """Seconds as ms, to the microsecond; None stays None."""
    return None if seconds is None else round(seconds * 1000, 3)


def rounded(value: float | None) -> float | None:
    """Seconds to a tenth of a millisecond (ms to a tenth of a microsecond); None stays None."""
    return None if value is None else round(value, 4)
