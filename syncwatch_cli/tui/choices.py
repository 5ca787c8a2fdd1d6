"""What a person can choose in the lobby."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JoinThis:
    """Take part in a session."""

    invite: str
    """Its code or its link."""


@dataclass(frozen=True, slots=True)
class HostThis:
    """Start a session on this computer."""

    source: str | None
    """What to watch, as typed: a URL or a file."""
    title: str | None
    password: str | None
    announce: bool
    """Whether this network hears of it."""


Choice = JoinThis | HostThis
