"""What HTTP answers that Socket.IO does not: lists in parts, a session with its host's token, refusals."""

from __future__ import annotations

from syncwatch_core import messages as wire


class CreatedSession(wire.Session, frozen=True, kw_only=True):
    """The new session, and the secret with which its host rules it."""

    host_token: str


class ParticipantsPart(wire.Wire, frozen=True, kw_only=True):
    """Who is here."""

    participants: tuple[wire.Participant, ...]
    next_cursor: str | None
    """Where the next part begins; null at the end."""


class QueuePart(wire.Wire, frozen=True, kw_only=True):
    """What is watched next."""

    queue: tuple[wire.QueueItem, ...]
    repeat: wire.Repeat
    next_cursor: str | None
    """Where the next part begins; null at the end."""


class HistoryPart(wire.Wire, frozen=True, kw_only=True):
    """What was watched before, newest first."""

    history: tuple[wire.HistoryItem, ...]
    next_cursor: str | None
    """Where the next part begins; null at the end."""


class ChatPart(wire.Wire, frozen=True, kw_only=True):
    """What was said, oldest first."""

    chat: tuple[wire.ChatMessage, ...]
    next_cursor: str | None
    """Where the part before begins; null at the beginning."""


class ServerTime(wire.Wire, frozen=True, kw_only=True):
    """The server's clock."""

    server_time: float


class HttpFault(wire.Wire, frozen=True, kw_only=True, omit_defaults=True):
    """What was refused, and why."""

    code: str
    message: str
    hint: str | None = None
    """What to do about it."""
    retry_after: float | None = None
    """Seconds to wait; for ``rate-limited`` only."""


class HttpRefusal(wire.Wire, frozen=True, kw_only=True, omit_defaults=True):
    """Every answer that is no success; a ``conflict`` has the playback in force beside it."""

    error: HttpFault
    playback: wire.Playback | None = None
