"""What stands behind a link: the streams to play and what is known of them; as a resolver finds it, for any player."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NOT_RESOLVED = frozenset({"direct", "hls", "dash", "file"})
"""Providers whose links a player opens itself: there is nothing to look up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One address that can be played."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    """What its server wants to be told."""
    cookies: tuple[str, ...] = ()
    """Cookies as a server sets them, each with its domain and path: ``name=value; domain=…; path=…``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subtitles:
    """Subtitles that lie beside the picture."""

    url: str
    language: str
    """As the site names it: ``en``, ``pt-BR``."""
    name: str | None = None
    form: str = "vtt"
    """``vtt``, ``srt``, ``ass`` or ``ssa``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A part of the film with a name."""

    start: float
    """Seconds of media."""
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """One video, as a player can open it; None is what isn't known."""

    page_url: str
    """What was asked for."""
    provider: str
    """The site's name, as the resolver has it: ``youtube``, ``vimeo``, ``generic``."""
    video: Stream
    """The picture, or whatever there is; with the sound in it if ``audio`` is None."""
    audio: Stream | None = None
    subtitles: tuple[Subtitles, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    title: str | None = None
    duration: float | None = None
    """Seconds."""
    live: bool | None = None
    thumbnail_url: str | None = None
    height: int | None = None
    """Lines of the picture that was chosen; None for sound alone, or where it isn't known."""
    expires_at: float | None = None
    """Seconds since the Unix epoch, from when on the streams are refused."""
    sound_only: bool = False
    """Whether the person wants no picture; ``video`` may have one all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistEntry:
    """One video of a playlist."""

    url: str
    """Its page."""
    title: str | None = None
    duration: float | None = None
    """Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlist:
    """A list of videos, in its own order."""

    page_url: str
    title: str | None
    entries: tuple[PlaylistEntry, ...]
    is_cut: bool = False
    """Whether there are more than were asked for."""
