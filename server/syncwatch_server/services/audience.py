"""Who hears what a session says, as the services see it: never how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from syncwatch_core import messages as wire


class Audience(Protocol):
    """The recipients of all sessions."""

    def tell(self, session_id: str, message: wire.ServerMessage, to: str | None) -> None:
        """Hand a message to everybody in a session, or to one participant; never blocks, keeps the order."""

    def dismiss(self, session_id: str, participant_id: str | None, reason: wire.ServerMessage) -> None:
        """One participant, or everybody, is in the session no longer; they have been told ``reason``."""


class SharedAudience(Audience, Protocol):
    """The recipients of all sessions that are connected to this node; others are connected elsewhere."""

    def relay(self, session_id: str, event: str, payload: bytes, to: str | None) -> None:
        """``tell`` for a message that is encoded already."""

    def supersede(self, session_id: str, participant_id: str) -> None:
        """A connection to another node has taken the seat."""

    def is_seated(self, session_id: str, participant_id: str) -> bool:
        """Whether a participant is connected here."""

    def is_heard(self, session_id: str) -> bool:
        """Whether anybody here hears a session."""


OnRelease = Callable[[], None]
"""Called when a step takes effect for everybody, before its messages are told."""
