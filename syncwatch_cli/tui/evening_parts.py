"""What an evening is made of: people, lines of chat, reactions, lines of the log, one's own state."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from syncwatch_core.display_text import clean_text
from syncwatch_core.messages import ParticipantState, Role

DRIFTS_KEPT = 60
"""Values of one person's drift that are kept for a sparkline: five minutes of reports, or one of one's own."""


@dataclass(slots=True)
class Person:
    """One participant, as the session tells of them."""

    participant_id: str
    name: str
    """Safe to show."""
    role: Role
    platform: str
    connected: bool
    ready: bool
    state: ParticipantState
    position: float | None
    """Seconds of media."""
    drift: float | None
    """Seconds, positive is ahead."""
    uncertainty: float | None
    """Seconds."""
    rtt: float | None
    """Seconds."""
    drifts: deque[float | None] = field(default_factory=lambda: deque(maxlen=DRIFTS_KEPT))
    """The last values of ``drift``, newest last; None where it was not measured."""

    def take(self, told: dict[str, Any]) -> None:
        """Take on what the session tells of them now."""
        self.name = clean_text(told["displayName"])
        self.role, self.platform = told["role"], told["platform"]
        self.connected, self.ready, self.state = told["connected"], told["ready"], told["state"]
        self.position = told["currentTime"]
        self.drift, self.uncertainty, self.rtt = told["drift"], told["uncertainty"], told["rtt"]


def person_of(told: dict[str, Any]) -> Person:
    """A participant, from what came on the wire."""
    person = Person(
        participant_id=told["participantId"],
        name="",
        role="viewer",
        platform="",
        connected=True,
        ready=False,
        state="loading",
        position=None,
        drift=None,
        uncertainty=None,
        rtt=None,
    )
    person.take(told)
    return person


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line of chat."""

    message_id: str
    participant_id: str | None
    """None where a script said it."""
    name: str
    text: str
    """Safe to show, as the name is."""
    sent_at: float
    """Server time, s since the epoch."""
    mentions_me: bool = False
    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class ShownReaction:
    """An emoji that somebody showed to all."""

    participant_id: str | None
    name: str
    emoji: str
    at: float
    """Server time, s since the epoch."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Where a part of the media begins."""

    name: str
    """Safe to show; a number where the media names none."""
    position: float
    """Seconds of media."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """Something that happened, in words."""

    at: float
    """Server time, s since the epoch."""
    text: str
    event: str
    """The event that it was, by its name."""


@dataclass(frozen=True, slots=True)
class OwnStatus:
    """How one's own player stands, by its latest ``status``."""

    state: ParticipantState = "loading"
    position: float | None = None
    """Seconds of media."""
    drift: float | None = None
    """Seconds, positive is ahead."""
    uncertainty: float | None = None
    """Seconds by which the server's clock may be other than believed."""
    rtt: float | None = None
    """Seconds."""
    offset: float | None = None
    """The server's clock minus the local one, s."""
