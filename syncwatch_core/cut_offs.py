"""How often media that broke off is asked for anew: once, until it has been of use."""

from __future__ import annotations

AGAIN_WITHIN = 30.0
"""Seconds: what breaks off a second time sooner than this, never in sync meanwhile, will break off again. A choice.

It is longer than finding a way to media and loading it take, and short enough that nobody watches ten vain attempts.
"""


class CutOffs:
    """Remembers when media broke off last; instants are local, s."""

    def __init__(self) -> None:
        self._last_at: float | None = None

    def happened(self, now: float) -> bool:
        """It has broken off; whether a fresh way to it is worth a try."""
        last_at, self._last_at = self._last_at, now
        return last_at is None or now - last_at > AGAIN_WITHIN

    def helped(self) -> None:
        """The player has come into sync: the fresh way was of use."""
        self._last_at = None
