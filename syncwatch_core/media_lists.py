"""Links that lead to many videos, which a session can't load as one: a playlist, a channel, what a search finds."""

from __future__ import annotations

import re
from dataclasses import replace

from syncwatch_core.media_url import MediaUrl

_LISTS = frozenset(
    {"playlist", "channel", "videos", "collection", "album", "group", "user", "likes", "hashtag", "feed", "search"}
)
"""Kinds of ``media_url`` that name more than one video."""

_PAGES = {
    "youtube": "https://www.youtube.com/playlist?list={}",
    "dailymotion": "https://www.dailymotion.com/playlist/{}",
}
"""Where the lists are that videos are linked in."""

_LIST_ASKED_FOR = re.compile(r"[?&](?:list|playlist)=[^&#]*\Z")


def is_list(media: MediaUrl) -> bool:
    """Whether the link leads to many videos; a Twitch channel and a YouTube channel's ``/live`` are one, live."""
    if media.kind == "channel" and (media.provider == "twitch" or media.canonical_url.endswith("/live")):
        return False
    return media.kind in _LISTS


def is_video_in_list(media: MediaUrl) -> bool:
    """Whether the link names a video and, beside it, the list in which it was found."""
    return media.playlist is not None


def video_alone(media: MediaUrl) -> MediaUrl:
    """The video that a link names, without the list beside it."""
    if not is_video_in_list(media):
        return media
    return replace(media, kind="video", canonical_url=_LIST_ASKED_FOR.sub("", media.canonical_url), playlist=None)


def list_url(media: MediaUrl) -> str:
    """The page of the list that a link leads to, or names beside a video."""
    page = _PAGES.get(media.provider)
    if not is_video_in_list(media) or page is None or media.playlist is None:
        return media.canonical_url
    return page.format(media.playlist)
