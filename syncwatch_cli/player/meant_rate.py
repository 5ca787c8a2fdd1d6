"""Which session rate a person means by the speed that they set in their player.

The player's speed is the session's rate nudged by a fraction of a percent, so a key that multiplies
(mpv's ``[`` and ``]``) gives 1.10033 where the person means 1.1.
"""

from __future__ import annotations

SLOWEST, FASTEST = 0.25, 4.0
"""What a session allows."""

_READING_STEP = 2e-6
"""mpv tells its speed with six digits behind the point."""


def meant_rate(observed: float, written: float, session_rate: float) -> float:
    """The session rate meant by ``observed``, where we had last ``written`` a nudged ``session_rate``.

    A round speed is meant as it stands (``set speed 1.0``), a round step is added (``add speed 0.1``),
    and anything else is a factor (``multiply speed 1.1``).
    """
    if _is_multiple(observed, 0.05):
        meant = observed
    elif _is_multiple(observed - written, 0.01):
        meant = session_rate + (observed - written)
    else:
        meant = session_rate * observed / written
    # Five digits drop the rounding of what mpv told.
    return min(FASTEST, max(SLOWEST, round(meant, 5)))


def _is_multiple(number: float, step: float) -> bool:
    return abs(number - round(number / step) * step) <= _READING_STEP
