"""What a provider tells about a video of its own, by oEmbed (oembed.com, 2.3.4)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import msgspec

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.media_url import readable_title
from syncwatch_server.fetching.fetched import Fetcher

ENDPOINTS: Mapping[str, str] = {
    "youtube": "https://www.youtube.com/oembed",
    "vimeo": "https://vimeo.com/api/oembed.json",
    "dailymotion": "https://www.dailymotion.com/services/oembed",
}
"""Twitch has none since 2021."""

_LONGEST_ANSWER = 64 * 1024
_LONGEST_URL = 2048

_NOT_EMBEDDED = frozenset({401, 403})
"""The owner doesn't let it be shown on other pages, or it is private: a player may still get it."""

_NO_SUCH_VIDEO = frozenset({400, 404, 410})


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider said; None is what it didn't say."""

    title: str | None = None
    thumbnail_url: str | None = None
    duration: float | None = None
    """Seconds."""
    may_be_embedded: bool | None = None


async def ask_provider(fetcher: Fetcher, endpoint: str, url: str) -> Told:
    """What ``endpoint`` tells of the video at ``url``; nothing if it doesn't answer as it should.

    Raises ``AppError`` (unreachable-url) if it knows no such video.
    """
    question = f"{endpoint}?{urlencode({'url': url, 'format': 'json'})}"
    try:
        answer = await fetcher.fetch(question, limit=_LONGEST_ANSWER)
    except AppError:
        # That this server can't reach the provider says nothing about the players.
        return Told()
    if answer.status in _NO_SUCH_VIDEO:
        raise AppError(
            ErrorCode.UNREACHABLE_URL,
            "the provider knows no such video",
            "look whether the link is complete, and whether the video is still there and public",
        )
    if answer.status in _NOT_EMBEDDED:
        return Told(may_be_embedded=False)
    if answer.status != 200:  # noqa: PLR2004 all is well
        return Told()
    return _read(answer.body)


def _shown_url(text: object) -> str | None:
    """A URL from somebody else's answer that a page may show; None for anything else."""
    if not isinstance(text, str) or len(text) > _LONGEST_URL or not text.startswith(("https://", "http://")):
        return None
    return None if any(not character.isprintable() or character.isspace() for character in text) else text


def _read(body: bytes) -> Told:
    try:
        answer = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Told()
    title, duration = answer.get("title"), answer.get("duration")
    return Told(
        title=readable_title(title) if isinstance(title, str) else None,
        thumbnail_url=_shown_url(answer.get("thumbnail_url")),
        duration=_positive(duration),
        may_be_embedded=bool(answer.get("html")),
    )


def _positive(number: object) -> float | None:
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    return float(number) if 0 < number < math.inf else None
