"""``--quality``: which of a site's many forms of one video is played."""

from __future__ import annotations

import re
from dataclasses import dataclass

from syncwatch_core.errors import AppError, ErrorCode

BEST = "best"
AUDIO = "audio"

_HEIGHT = re.compile(r"([1-9][0-9]{1,3})p?", re.IGNORECASE | re.ASCII)

_PLAYABLE = "[protocol!=http_dash_segments]"
"""Not by segments of DASH, which only their manifest puts together; that is taken where there is nothing else."""

_VIDEO = f"bv*{_PLAYABLE}+ba{_PLAYABLE}/b{_PLAYABLE}/bv*{_PLAYABLE}/bv*+ba/b/ba"

_SOUND = f"ba{_PLAYABLE}/b{_PLAYABLE}/ba/b"


@dataclass(frozen=True, slots=True)
class Selection:
    """What yt-dlp is told."""

    format: str
    """As its ``--format``."""
    sort: tuple[str, ...]
    """As its ``--format-sort``; what the user's own configuration sorts by comes after it."""


def check_quality(text: str, flag: str = "--quality") -> str:
    """``best``, ``audio`` or a height such as ``1080``, spelt alike; raises ``AppError`` (usage) for any other.

    ``flag``: what sets it, for the words.
    """
    word = text.strip().lower()
    if word in (BEST, AUDIO):
        return word
    height = _HEIGHT.fullmatch(word)
    if height is None:
        raise AppError(
            ErrorCode.USAGE,
            f"{flag} is {text!r}, which is not best, audio or a height such as 1080",
            "1080 means at most 1080 lines, and the next above where there is nothing below",
        )
    return height[1]


def selection(quality: str) -> Selection:
    """What a checked ``quality`` means to yt-dlp.

    A height is that of the picture as sites name it: of a film shot upright it is the shorter side.
    """
    if quality == BEST:
        return Selection(_VIDEO, ())
    if quality == AUDIO:
        # Where sound comes with a picture only, the smallest picture.
        return Selection(_SOUND, ("+res",))
    return Selection(_VIDEO, (f"res:{quality}",))
