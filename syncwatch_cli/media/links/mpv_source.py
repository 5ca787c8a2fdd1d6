"""What was resolved, as mpv opens it: one source, and options for it alone.

Found by trying with mpv 0.35.1:

- Picture and sound that come apart are one EDL, as mpv's own ytdl_hook writes it: with ``audio-files`` a 403 on the
  sound would load a silent film without a word.
- Subtitles are tracks of that EDL too, fetched when they are chosen; as ``sub-files`` all of them would be fetched
  before the first frame, and one would be shown to everybody.
- Chapters come as a file of ffmpeg's metadata from memory.
- In a list of headers a comma is escaped by a backslash, which has no other meaning there; in ``stream-lavf-o`` a value
  is told by its length.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncwatch_cli.media.links.resolution import Chapter, Resolution, Stream, Subtitles

_WHOLE = "!new_stream;!no_chapters"
"""A stream with picture and sound: cut at its ends, since only so it is counted from its own beginning, as it is when
it is opened alone; HLS in MPEG-TS begins at 1.4 s."""

_TRACK = f"{_WHOLE};!no_clip"
"""One of several that belong together: they keep the distance that they have."""

_CODECS = {"vtt": "webvtt", "srt": "subrip", "ass": "ass", "ssa": "ass"}

_OWN_OPTIONS = {"user-agent": "user-agent", "referer": "referrer"}
"""Headers that mpv has options for, by their names in lower case."""

_OPEN_END = 1e7
"""Seconds at which the last chapter ends where the film's length isn't known."""


def as_mpv_source(resolution: Resolution) -> tuple[str, dict[str, str]]:
    """The URL or EDL for mpv's ``loadfile``, and file-local options."""
    streams = [stream for stream in (resolution.video, resolution.audio) if stream is not None]
    options = _headers(streams)
    if resolution.sound_only:
        options["vid"] = "no"
    if resolution.chapters:
        options["chapters-file"] = "memory://" + _metadata(resolution.chapters, resolution.duration)
    # A stream that goes on for ever has no place for what lies beside it.
    subtitles = () if resolution.live else resolution.subtitles
    if len(streams) == 1 and not subtitles:
        return streams[0].url, options
    opening = _WHOLE if len(streams) == 1 else _TRACK
    tracks = [f"{opening};{_counted(stream.url)}" for stream in streams]
    return "edl://" + ";".join([*tracks, *map(_subtitle_track, subtitles)]), options


def path_list(paths: Iterable[str]) -> str:
    """Paths and URLs as an option of mpv takes several; in each, what parts them is escaped by a backslash."""
    return os.pathsep.join(path.replace(os.pathsep, f"\\{os.pathsep}") for path in paths)


def _subtitle_track(subtitles: Subtitles) -> str:
    codec = _CODECS.get(subtitles.form, "webvtt")
    told = f"lang={_counted(subtitles.language)}"
    if subtitles.name:
        told += f",title={_counted(subtitles.name)}"
    return f"{_TRACK};!delay_open,media_type=sub,codec={codec};!track_meta,{told};{_counted(subtitles.url)}"


def _counted(text: str) -> str:
    """Text of which nothing is special, led by its length in bytes."""
    return f"%{len(text.encode())}%{text}"


def _headers(streams: Iterable[Stream]) -> dict[str, str]:
    """Options for what the servers want to be told; mpv has one set of them for all streams, the picture's counts."""
    told: dict[str, tuple[str, str]] = {}
    cookies: list[str] = []
    for stream in streams:
        for name, value in stream.headers.items():
            told.setdefault(name.lower(), (name, value))
        cookies += [cookie for cookie in stream.cookies if cookie not in cookies]
    options = {_OWN_OPTIONS[name]: value for name, (_, value) in told.items() if name in _OWN_OPTIONS}
    others = [f"{name}: {value}" for lower, (name, value) in told.items() if lower not in _OWN_OPTIONS]
    # A backslash at the end would take the comma after it for its own.
    listed = ",".join(header.replace(",", "\\,") for header in others if not header.endswith("\\"))
    if listed:
        options["http-header-fields"] = listed
    if cookies:
        options["stream-lavf-o"] = "cookies=" + _counted("\n".join(cookies))
    return options


def _metadata(chapters: Iterable[Chapter], duration: float | None) -> str:
    lines = [";FFMETADATA1"]
    ordered = sorted(chapters, key=lambda chapter: chapter.start)
    ends = [*(chapter.start for chapter in ordered[1:]), duration or _OPEN_END]
    for chapter, end in zip(ordered, ends, strict=True):
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={chapter.start * 1000:.0f}"]
        lines += [
            f"END={max(end, chapter.start) * 1000:.0f}",
            "title=" + re.sub(r"([=;#\\\n])", r"\\\1", chapter.title),
        ]
    return "\n".join(lines) + "\n"
