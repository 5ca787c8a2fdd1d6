"""What is told of shared files and of who reads them: docs/contract.md, 4."""

from __future__ import annotations

from typing import Literal

from syncwatch_core.messages import MediaFile, Wire

ShareKind = Literal["media", "subtitles"]


class ShareSource(Wire, frozen=True, kw_only=True):
    """What a shared file belongs to, as the session's media name it: a film is its own ``file``."""

    url: str | None
    file: MediaFile | None


class ShareView(Wire, frozen=True, kw_only=True):
    """One shared file, as whoever may read it sees it."""

    share_id: str
    kind: ShareKind
    name: str
    size: int
    """Bytes."""
    source: ShareSource | None
    """None: goes with whatever is watched."""
    media_type: str
    language: str | None
    """Of subtitles, as their name has it: ``en``, ``pt-BR``."""
    path: str | None
    """Where it is read, on this server, ticket included; None for who has neither a seat nor the host's token."""


class ReaderView(Wire, frozen=True, kw_only=True):
    """One who has read a shared file, and how far they are."""

    participant_id: str | None
    """None: a program with the host's token."""
    display_name: str | None
    share_id: str
    name: str
    """Of the file."""
    size: int
    """Of the file, bytes."""
    position: int
    """The byte after the last one that was sent."""
    bytes_sent: int
    """In all, what was sent twice counted twice."""
    rate: float
    """Bytes a second, over the last few seconds."""
    updated_at: float
    """When bytes last went to them, server time, s."""


class Shares(Wire, frozen=True, kw_only=True):
    """The answer to ``GET /sessions/{code}/shares``."""

    shares: list[ShareView]
    readers: list[ReaderView]
    """Who has read something, the latest first."""
    server_time: float
    """s."""
