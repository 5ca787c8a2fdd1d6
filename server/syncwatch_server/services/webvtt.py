"""SubRip subtitles as WebVTT, which is all that a browser's ``<track>`` takes.

SubRip is what players accept under that name, there is no standard; WebVTT is the W3C's.
Cues keep their times, their lines and ``<b> <i> <u>``; all else that looks like markup is dropped or shown as text.
"""

from __future__ import annotations

import re
from itertools import pairwise

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[,.](\d{1,3})"
_TIMING = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}")
_TAG = re.compile(r"(</?[biu]>)", re.IGNORECASE)
_DROPPED = re.compile(r"</?(?:font|[a-z])(?:\s[^>]*)?>|\{\\[^}]*\}", re.IGNORECASE)
"""``<font color=…>`` of SubRip, and ``{\\an8}`` that was left over from another format."""


def webvtt_of(subrip: bytes) -> bytes:
    """The same subtitles as WebVTT, in UTF-8; what is no subtitle gives a file without cues."""
    lines = _text_of(subrip).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    starts = [number for number, line in enumerate(lines) if _TIMING.match(line)]
    cues = []
    for start, following in pairwise([*starts, len(lines)]):
        words = lines[start + 1 : following]
        if following < len(lines) and words and words[-1].strip().isdigit():
            # The number of the next cue.
            words.pop()
        cues.append(_cue(lines[start], words))
    return "\n\n".join(["WEBVTT", *cues, ""]).encode()


def _text_of(raw: bytes) -> str:
    """The text: UTF-8 or UTF-16 where it is that, else Windows's Western European, which old subtitles often are."""
    encodings = ["utf-16"] if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _cue(timing: str, words: list[str]) -> str:
    found = _TIMING.match(timing)
    assert found is not None  # noqa: S101 found by it
    # A blank line ends a cue, so none may be inside.
    shown = [_escaped(word.strip()) for word in words if word.strip()]
    return "\n".join([f"{_time(*found.groups()[:4])} --> {_time(*found.groups()[4:])}", *shown])


def _time(hours: str | None, minutes: str, seconds: str, fraction: str) -> str:
    return f"{int(hours or 0):02}:{int(minutes):02}:{int(seconds):02}.{fraction.ljust(3, '0')}"


def _escaped(words: str) -> str:
    parts = _TAG.split(words)
    return "".join(part.lower() if number % 2 else _plain(part) for number, part in enumerate(parts))


def _plain(words: str) -> str:
    return _DROPPED.sub("", words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
