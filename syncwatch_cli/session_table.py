"""A session as ``status`` shows it to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncwatch_cli import figures
from syncwatch_cli.member_state import state_of
from syncwatch_core import tracks
from syncwatch_core.display_text import clean_text
from syncwatch_core.timeline import Timeline

if TYPE_CHECKING:
    from rich.console import RenderableType


def position_now(session: dict[str, Any]) -> float:
    """Where the session's media stands at the moment at which the server wrote the session, s."""
    playback = session["playback"]
    timeline = Timeline(playback["currentTime"], playback["rate"], playback["at"], playing=playback["isPlaying"])
    position = timeline.position_at(session["serverTime"])
    duration = (session["media"] or {}).get("duration")
    return position if duration is None else min(position, duration)


def media_name(media: dict[str, Any] | None) -> str:
    """What is watched, in words that are safe to show."""
    if media is None:
        return "nothing loaded"
    file = media.get("file") or {}
    return clean_text(media.get("title") or file.get("name") or media.get("url") or "untitled")


def drawn(session: dict[str, Any]) -> list[RenderableType]:
    """The session's lines, and its participants as a table."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("participant", "role", "state", "at", "drift", "rtt"):
        table.add_column(heading, header_style="bold")
    for participant in session["participants"]:
        table.add_row(*_row(participant))
    return [*_lines(session), *([table] if session["participants"] else ["nobody is here"])]


def _lines(session: dict[str, Any]) -> list[str]:
    playback, media = session["playback"], session["media"]
    title = f"  {clean_text(session['title'])}" if session["title"] else ""
    lines = [f"{session['code']}{title}  {session['link']}", media_name(media)]
    if media is not None:
        state = "playing" if playback["isPlaying"] else "paused"
        rate = "" if playback["rate"] == 1 else f" at {playback['rate']:g} times the speed"
        at, end = figures.position(position_now(session)), figures.position(media["duration"])
        lines.append(f"{state} {at} / {end}{rate}")
    rules = [f"control: {session['control']}"]
    rules += ["password"] if session["hasPassword"] else []
    rules += ["locked"] if session["locked"] else []
    rules += [f"{len(session['queue'])} in the queue"] if session["queue"] else []
    rules += [f"repeats {session['repeat']}"] if session.get("repeat", "off") != "off" else []
    rules += _pins(session.get("tracks") or {})
    return [*lines, " · ".join(rules), ""]


def _pins(pinned: dict[str, str | None]) -> list[str]:
    """What the host pinned, in words."""
    kinds: tuple[tracks.Kind, ...] = ("audio", "subtitles")
    return [f"pinned: {tracks.in_words(kind, clean_text(pin))}" for kind in kinds if (pin := pinned.get(kind))]


def _row(participant: dict[str, Any]) -> list[str]:
    return [
        clean_text(participant["displayName"]),
        participant["role"],
        state_of(participant["state"], connected=participant["connected"]),
        figures.position(participant["currentTime"]),
        figures.drift(participant["drift"], participant["uncertainty"]),
        figures.span(participant["rtt"]),
    ]
