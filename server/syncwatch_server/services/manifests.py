"""What an HLS or DASH manifest says of the whole: how long, live or not, and where HLS keeps the details.

Read line by line and tag by tag, not with an XML parser: one tag is all that is needed, and what isn't parsed has no
entities that burst.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_SEGMENT = re.compile(r"^#EXTINF:\s*(\d{1,9}(?:\.\d{1,12})?)", re.MULTILINE | re.ASCII)

_LONGEST_ROOT = 16 * 1024
"""Characters of a tag that are looked at."""

_DURATION = re.compile(
    r"P(?:(?P<days>\d{1,6})D)?(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,9})M)?"
    r"(?:(?P<seconds>\d{1,9}(?:\.\d{1,12})?)S)?)?",
    re.ASCII,
)
"""ISO 8601 as XML Schema writes it; years and months have no fixed length, and no film has them."""

_SECONDS = {"days": 86400.0, "hours": 3600.0, "minutes": 60.0, "seconds": 1.0}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What it says; None is what it doesn't say."""

    duration: float | None = None
    """Seconds."""
    live: bool | None = None
    variant: str | None = None
    """Where the first of several qualities has its own manifest, as it is written."""


def read_hls(text: str) -> Manifest:
    """A playlist of segments, or of variants (RFC 8216, 4.3)."""
    if "#EXT-X-STREAM-INF:" in text:
        return Manifest(variant=_first_variant(text))
    if "#EXT-X-ENDLIST" not in text and "#EXT-X-PLAYLIST-TYPE:VOD" not in text:
        return Manifest(live=True)
    duration = math.fsum(float(seconds) for seconds in _SEGMENT.findall(text))
    return Manifest(duration or None, live=False)


def read_dash(text: str) -> Manifest:
    """The root of a presentation (ISO 23009-1, 5.3.1)."""
    beginning = text.find("<MPD")
    root = text[beginning : beginning + _LONGEST_ROOT].partition(">")[0]
    if beginning < 0:
        return Manifest()
    if _attribute(root, "type") == "dynamic":
        return Manifest(live=True)
    return Manifest(_seconds(_attribute(root, "mediaPresentationDuration")), live=False)


def _first_variant(text: str) -> str | None:
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith("#EXT-X-STREAM-INF:"):
            break
    return next((line.strip() for line in lines if line.strip() and not line.startswith("#")), None)


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""\s{name}\s*=\s*(["'])(.*?)\1""", tag, re.DOTALL)
    return found[2].strip() if found else ""


def _seconds(text: str) -> float | None:
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    return math.fsum(float(found[unit] or 0) * seconds for unit, seconds in _SECONDS.items()) or None
