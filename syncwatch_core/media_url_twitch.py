"""The links of Twitch, by the tables of ``media_url_parts``."""

from __future__ import annotations

import re

from syncwatch_core.media_url_parts import Link, Shape, match, rule

_SITE = "https://www.twitch.tv"

_VOD = r"v?(?P<id>[0-9]{1,15})"
"""Players and old links write a ``v`` before the number."""

_NO_CHANNELS = (
    "activate|bits|broadcast|clip|collections|directory|downloads|drops|embed|event|friends|following|inventory|jobs|"
    "legal|login|logout|moderator|p|partner|popout|prime|privacy|products|search|settings|signup|store|subscriptions|"
    "team|turbo|user|videos|wallet"
)
"""First parts of a path that are pages of the site, and nobody's channel."""

_CHANNEL = rf"(?!(?:{_NO_CHANNELS})(?:/|\Z))(?P<id>[A-Za-z0-9][A-Za-z0-9_]{{1,24}})"

_SLUG = r"(?P<id>[A-Za-z0-9][A-Za-z0-9_-]{2,99})"

_ANYBODY = r"[A-Za-z0-9_]{1,25}"

_RULES = (
    rule(rf"(?:{_ANYBODY}/)?(?:videos?|v)/{_VOD}", "vod", _SITE + "/videos/{id}"),
    rule(rf"{_ANYBODY}/schedule", "vod", _SITE + "/videos/{id}", asks="vodID", value=_VOD),
    rule(rf"(?:{_ANYBODY}/)?clip/{_SLUG}", "clip", "https://clips.twitch.tv/{id}"),
    rule(r"collections/(?P<id>[A-Za-z0-9_-]{4,40})", "collection", _SITE + "/collections/{id}"),
    rule(rf"{_CHANNEL}/(?P<shown>videos|clips)(?:/.*)?", "videos", _SITE + "/{id}/{shown}"),
    rule(rf"{_CHANNEL}(?:/(?:about|chat|home|schedule))?", "channel", _SITE + "/{id}"),
)

_PLAYER_RULES = (
    rule(r"(?:embed)?", "vod", _SITE + "/videos/{id}", asks="video", value=_VOD),
    rule(r"(?:embed)?", "channel", _SITE + "/{id}", asks="channel", value=_CHANNEL),
    rule(
        r"(?:embed)?",
        "collection",
        _SITE + "/collections/{id}",
        asks="collection",
        value=r"(?P<id>[A-Za-z0-9_-]{4,40})",
    ),
)

_CLIP_RULES = (
    rule(r"embed", "clip", "https://clips.twitch.tv/{id}", asks="clip", value=_SLUG),
    rule(rf"(?!embed\Z)(?:{_ANYBODY}/)?{_SLUG}", "clip", "https://clips.twitch.tv/{id}"),
)

_RULES_OF = {
    "twitch.tv": _RULES,
    "www.twitch.tv": _RULES,
    "m.twitch.tv": _RULES,
    "go.twitch.tv": _RULES,
    "player.twitch.tv": _PLAYER_RULES,
    "embed.twitch.tv": _PLAYER_RULES,
    "clips.twitch.tv": _CLIP_RULES,
}

HOSTS = frozenset(_RULES_OF)


def find(link: Link) -> Shape | None:
    """What a Twitch link means; None for a page that names no media."""
    shape = match(_RULES_OF[link.host], link)
    if shape is None or shape.kind not in ("channel", "videos"):
        return shape
    chosen = link.asked.get("filter", "")
    only = f"?filter={chosen}" if shape.kind == "videos" and re.fullmatch(r"[a-z_]{1,30}", chosen) else ""
    # Twitch tells no capitals in names.
    return Shape(shape.kind, shape.id.lower(), shape.canonical_url.lower() + only)
