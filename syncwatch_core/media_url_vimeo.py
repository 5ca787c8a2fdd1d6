"""The links of Vimeo, by the tables of ``media_url_parts``.

Unlisted videos are only shown to who knows their hash (``/ID/HASH``, ``?h=HASH``), so that stays in the canonical URL.
"""

from __future__ import annotations

import re
from dataclasses import replace

from syncwatch_core.media_url_parts import NAME, Link, Shape, match, rule

_SITE = "https://vimeo.com"

_ID = r"(?P<id>[0-9]{1,15})"

_HASH = r"(?:/(?P<hash>[0-9a-f]{8,16}))"

_PLAYER_RULES = (rule(rf"video/{_ID}(?:/.*)?", "video", _SITE + "/{id}"),)

_PRO_RULES = (
    rule(rf"(?P<who>{NAME})/(?P<show>{NAME})/video/{_ID}", "video", "https://vimeopro.com/{who}/{show}/video/{id}"),
)

_RULES = (
    rule(rf"(?:video/|manage/videos/)?{_ID}", "video", _SITE + "/{id}"),
    rule(rf"(?:video/|manage/videos/)?{_ID}{_HASH}(?:/.*)?", "video", _SITE + "/{id}/{hash}"),
    rule(r"moogaloop\.swf", "video", _SITE + "/{id}", asks="clip_id", value=_ID),
    rule(rf"channels/{NAME}/{_ID}(?:/.*)?", "video", _SITE + "/{id}"),
    rule(rf"groups/{NAME}/videos/{_ID}(?:/.*)?", "video", _SITE + "/{id}"),
    # A video may be shown within its showcase only.
    rule(rf"(?:album|showcase)/(?P<list>{NAME})/video/{_ID}", "video", _SITE + "/showcase/{list}/video/{id}"),
    rule(rf"channels/(?P<id>{NAME})(?:/.*)?", "channel", _SITE + "/channels/{id}"),
    rule(rf"groups/(?P<id>{NAME})(?:/.*)?", "group", _SITE + "/groups/{id}"),
    rule(rf"(?:album|showcase)/(?P<id>{NAME})(?:/.*)?", "album", _SITE + "/showcase/{id}"),
    rule(rf"(?P<who>{NAME})/review/{_ID}/(?P<hash>[0-9a-f]+)", "review", _SITE + "/{who}/review/{id}/{hash}"),
    rule(rf"ondemand/(?P<film>{NAME})/{_ID}", "ondemand", _SITE + "/ondemand/{film}/{id}"),
    rule(rf"ondemand/(?P<id>{NAME})", "ondemand", _SITE + "/ondemand/{id}"),
    rule(rf"event/(?P<event>[0-9]{{1,15}})/videos/{_ID}", "event", _SITE + "/event/{event}/videos/{id}"),
    rule(rf"event/{_ID}(?:/embed)?{_HASH}(?:/.*)?", "event", _SITE + "/event/{id}/{hash}"),
    rule(rf"event/{_ID}(?:/.*)?", "event", _SITE + "/event/{id}"),
    rule(rf"(?!manage/)(?P<id>{NAME})/videos", "user", _SITE + "/{id}/videos"),
    rule(rf"(?P<id>{NAME})/likes", "likes", _SITE + "/{id}/likes"),
)

_RULES_OF = {
    "vimeo.com": _RULES,
    "www.vimeo.com": _RULES,
    "player.vimeo.com": _PLAYER_RULES,
    "vimeopro.com": _PRO_RULES,
    "www.vimeopro.com": _PRO_RULES,
}

HOSTS = frozenset(_RULES_OF)


def find(link: Link) -> Shape | None:
    """What a Vimeo link means; None for a page that names no media."""
    shape = match(_RULES_OF[link.host], link)
    if shape is None:
        return None
    if shape.kind == "event" and link.ends_in_slash and "/videos/" in shape.canonical_url:
        return _recordings(shape)
    hidden = link.asked.get("h", "")
    if shape.canonical_url in (f"{_SITE}/{shape.id}", f"{_SITE}/event/{shape.id}") and re.fullmatch(
        _HASH, f"/{hidden}"
    ):
        return replace(shape, canonical_url=f"{shape.canonical_url}/{hidden}")
    return shape


def _recordings(shape: Shape) -> Shape:
    """An event's recordings, with one of them named.

    With a slash at its end such a link is the event's own, and without one the recording's: so it is in collections of
    links that were labelled by others, and these are what users and other programs go by.
    """
    event = shape.canonical_url.removeprefix(f"{_SITE}/event/").partition("/")[0]
    return replace(shape, id=event, canonical_url=f"{shape.canonical_url}/")
