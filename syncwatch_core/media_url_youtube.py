"""The links of YouTube, by the tables of ``media_url_parts``.

The shapes are those that YouTube's own pages, apps and embeds give, and have given:
yt-dlp's ``_TESTS`` have most of them, and the tests go through these.
"""

from __future__ import annotations

import re
from dataclasses import replace

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.media_url_parts import NAME, WORDS, Link, Shape, asked_in, match, rule

_SITE = "https://www.youtube.com"

_VIDEO = r"(?P<id>[A-Za-z0-9_-]{11})(?![A-Za-z0-9_-]).*"
"""Eleven characters; what people and old pages append to them (``?t=3``, ``&hl=en``) is not part of the id."""

_LIST = r"(?P<id>[A-Za-z0-9_-]{10,64}|RDMM)"

_CHANNEL_ID = r"(?P<id>[A-Za-z0-9_-]{10,40})"

_TAB = r"(?P<tab>/[a-z]{1,20})?(?:/.*)?"
"""The part of a channel: its videos, its live stream; they are not the same media."""

_NO_NAMES = (
    "about|account|ads|attribution_link|c|channel|clip|creators|e|embed|feed|gaming|hashtag|howyoutubeworks|jobs|kids|"
    "live|login|logout|movie|movies|music|new|oembed|oops|playlist|playlists|post|premium|profile|redirect|reporthistory|"
    "results|s|search|shared|shorts|signin|source|sports|t|trending|upload|user|v|vi|watch|yt"
)
"""First parts of a path that are pages of the site, and no channel's old name."""

_PRIVATE_LISTS = frozenset({"LL", "LM", "WL"})
"""Liked videos, liked music and Watch later: for everybody their own, so a list that can't be shared."""

_WATCH = r"(?:watch|watch_popup|movie|)"

_RULES = (
    rule(_WATCH, "video", _SITE + "/watch?v={id}", asks="v", value=_VIDEO),
    # An embedded player that is given a list plays the list; but a mix (RD…) is made from the video.
    rule(r"embed/[^/]+", "playlist", _SITE + "/playlist?list={id}", asks="list", value=rf"(?!RD){_LIST}"),
    # "videoseries" and "live_stream" have eleven characters.
    rule(r"embed/live_stream", "channel", _SITE + "/channel/{id}/live", asks="channel", value=_CHANNEL_ID),
    rule(
        rf"(?:embed|v|e|vi|shorts|live)/(?!(?:videoseries|live_stream)(?:/|\Z)){_VIDEO}",
        "video",
        _SITE + "/watch?v={id}",
    ),
    rule(r"(?:playlist|watch|embed/videoseries|)", "playlist", _SITE + "/playlist?list={id}", asks="list", value=_LIST),
    rule(r"view_play_list", "playlist", _SITE + "/playlist?list={id}", asks="p", value=_LIST),
    rule(r"clip/(?P<id>[A-Za-z0-9_-]{10,64})", "clip", _SITE + "/clip/{id}"),
    rule(rf"channel/{_CHANNEL_ID}{_TAB}", "channel", _SITE + "/channel/{id}{tab}"),
    rule(rf"(?P<way>c|user)/(?P<id>{NAME}){_TAB}", "channel", _SITE + "/{way}/{id}{tab}"),
    rule(rf"(?P<id>@{NAME}){_TAB}", "channel", _SITE + "/{id}{tab}"),
    rule(r"browse/(?P<id>UC[A-Za-z0-9_-]{10,40})", "channel", _SITE + "/channel/{id}"),
    rule(rf"browse/VL{_LIST}", "playlist", _SITE + "/playlist?list={id}"),
    rule(r"browse/(?P<id>MPREb_[A-Za-z0-9_-]{5,40})", "album", "https://music.youtube.com/browse/{id}"),
    rule(rf"hashtag/(?P<id>{NAME})(?:/.*)?", "hashtag", _SITE + "/hashtag/{id}"),
    rule(r"feed/(?P<id>[a-z_]{3,40})", "feed", _SITE + "/feed/{id}"),
    rule(r"results", "search", _SITE + "/results?search_query={id}", asks="search_query", value=WORDS),
    rule(r"results", "search", _SITE + "/results?search_query={id}", asks="q", value=WORDS),
    rule(r"search", "search", "https://music.youtube.com/search?q={id}", asks="q", value=WORDS),
    rule(rf"(?!(?:{_NO_NAMES})(?:/|\Z))(?P<id>[A-Za-z0-9]{{3,64}}){_TAB}", "channel", _SITE + "/{id}{tab}"),
)

_SHORT_RULES = (rule(_VIDEO, "video", _SITE + "/watch?v={id}"),)

_SHORT_HOSTS = frozenset({"youtu.be", "www.youtu.be"})

_CONSENT_HOST = "consent.youtube.com"

HOSTS = (
    frozenset(
        f"{front}{site}.com"
        for site in ("youtube", "youtube-nocookie", "youtubekids", "youtubeeducation")
        for front in ("", "www.", "m.")
    )
    | {"music.youtube.com", "gaming.youtube.com", "youtube.googleapis.com", _CONSENT_HOST}
    | _SHORT_HOSTS
)


def find(link: Link) -> Shape | None:
    """What a YouTube link means; None for a page that names no media.

    Raises ``AppError`` (unsupported-url) for a link that was cut off, and for a list that is everybody's own.
    """
    inner = _wrapped_in(link)
    if inner is not None:
        return find(inner)
    shape = match(_SHORT_RULES if link.host in _SHORT_HOSTS else _RULES, link)
    if shape is None:
        _refuse_what_is_missing(link)
        return None
    return _with_its_list(shape, link)


def _wrapped_in(link: Link) -> Link | None:
    """The link within a page that only leads on to it: the question for consent, an app's attribution."""
    target = link.asked.get("continue", "") if link.host == _CONSENT_HOST else link.asked.get("u", "")
    if link.host != _CONSENT_HOST and link.path != "attribution_link":
        return None
    path, _, query = target.removeprefix(_SITE).removeprefix("/").partition("?")
    if ":" in path:
        return None
    return Link("www.youtube.com", path, asked_in(query.partition("#")[0]))


def _with_its_list(shape: Shape, link: Link) -> Shape:
    playlist = link.asked.get("list", "")
    if shape.kind != "video" or playlist in _PRIVATE_LISTS or not re.fullmatch(_LIST, playlist):
        return shape
    return replace(
        shape, kind="video+playlist", canonical_url=f"{shape.canonical_url}&list={playlist}", playlist=playlist
    )


def _refuse_what_is_missing(link: Link) -> None:
    if link.path in ("playlist", "watch") and link.asked.get("list") in _PRIVATE_LISTS:
        raise AppError(
            ErrorCode.UNSUPPORTED_URL,
            "this YouTube list is private: everybody has one of their own",
            "link the video itself, or make a list that others may see",
        )
    if link.path in ("watch", "watch_popup", "playlist") or (link.path and link.host in _SHORT_HOSTS):
        raise AppError(
            ErrorCode.UNSUPPORTED_URL,
            "this YouTube link names no video",
            "it may have been cut off: copy it again, and in a shell put it in quotes, since & ends a command there",
        )
