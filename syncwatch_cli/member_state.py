"""What a participant does, in the word that is shown wherever people are listed."""

from __future__ import annotations

OFFLINE = "offline"
"""Who is in the session and has no connection at the moment."""


def state_of(state: str, *, connected: bool) -> str:
    """The state as the server tells it, of who is connected."""
    return state if connected else OFFLINE
