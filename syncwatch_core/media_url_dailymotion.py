"""The links of Dailymotion, by the tables of ``media_url_parts``."""

from __future__ import annotations

import re
from dataclasses import replace

from syncwatch_core.media_url_parts import NAME, Link, Shape, match, rule

_SITE = "https://www.dailymotion.com"

_ID = r"(?P<id>[kx][0-9A-Za-z]{2,30})"

_SLUG = r"(?:_[^/]*)?(?:/.*)?"
"""The title, which may stand behind an id and means nothing."""

_RULES = (
    rule(rf"(?:(?:embed|swf|crawler)/)?video/{_ID}{_SLUG}", "video", _SITE + "/video/{id}"),
    rule(rf"swf/{_ID}{_SLUG}", "video", _SITE + "/video/{id}"),
    rule(rf"(?:embed/)?playlist/{_ID}{_SLUG}", "playlist", _SITE + "/playlist/{id}"),
    rule(rf"user/(?P<id>{NAME})(?:/.*)?", "user", _SITE + "/user/{id}"),
    rule(
        r"search/(?P<id>[^/\x00-\x20\x7f-\x9f\ufffd][^/\x00-\x1f\x7f-\x9f\ufffd]{0,199})(?:/videos)?",
        "search",
        _SITE + "/search/{id}/videos",
    ),
)

_PLAYER = r"player(?:/[0-9A-Za-z]{1,20})?\.html"

_PLAYER_RULES = (
    rule(_PLAYER, "video", _SITE + "/video/{id}", asks="video", value=_ID),
    rule(_PLAYER, "playlist", _SITE + "/playlist/{id}", asks="playlist", value=_ID),
)

_SHORT_RULES = (rule(_ID, "video", _SITE + "/video/{id}"),)

_RULES_OF = {
    "dailymotion.com": _RULES,
    "www.dailymotion.com": _RULES,
    "m.dailymotion.com": _RULES,
    "touch.dailymotion.com": _RULES,
    "geo.dailymotion.com": _PLAYER_RULES,
    "dai.ly": _SHORT_RULES,
}

HOSTS = frozenset(_RULES_OF)


def find(link: Link) -> Shape | None:
    """What a Dailymotion link means; None for a page that names no media."""
    shape = match(_RULES_OF[link.host], link)
    playlist = link.asked.get("playlist", "")
    if shape is None or shape.kind != "video" or not re.fullmatch(_ID, playlist):
        return shape
    return replace(shape, canonical_url=f"{shape.canonical_url}?playlist={playlist}", playlist=playlist)
