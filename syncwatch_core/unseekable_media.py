"""Media that can't be brought to a place: how it is known, and what is said to whoever tries."""

from __future__ import annotations

LIVE_WORDS = "a live stream can only be played and paused"
UNSEEKABLE_WORDS = "this can't be sought in"


def is_live(duration: float | None, *, seekable: bool) -> bool:
    """Whether media that a player has loaded is a live stream: without a length (s), and without a way about in it."""
    return duration is None and not seekable
