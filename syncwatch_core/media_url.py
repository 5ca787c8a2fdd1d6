"""Which media a text means that somebody pasted: whose, what kind, which one, from where on.

``recognise`` looks at the text alone: no network, no disk.
A provider's link gets the canonical URL of its media, so that one video has one name whichever way it was linked.
What no table knows is ``direct``, ``hls`` or ``dash`` by its ending, or ``other``: a page that yt-dlp may know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from syncwatch_core import media_url_dailymotion, media_url_twitch, media_url_vimeo, media_url_youtube
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.media_url_parts import WebAddress, link_of, split_address, start_in_fragment, start_of

_HINT = "give a link that starts with http:// or https://, or a file that everybody has"

_PROVIDERS = {
    host: (name, provider.find)
    for name, provider in {
        "youtube": media_url_youtube,
        "vimeo": media_url_vimeo,
        "dailymotion": media_url_dailymotion,
        "twitch": media_url_twitch,
    }.items()
    for host in provider.HOSTS
}

_AUDIO = re.compile("aac|aif|aiff|alac|flac|m4a|m4b|mka|mp3|oga|ogg|opus|wav|weba|wma")

_VIDEO = re.compile(
    "3g2|3gp|asf|avi|divx|f4v|flv|m2ts|m2v|m4v|mkv|mov|mp4|mpe|mpeg|mpg|mts|mxf|ogm|ogv|rm|rmvb|ts|vob|webm|wmv"
)

_STREAMS = {"m3u8": "hls", "mpd": "dash"}

_ENDING = re.compile(r".*\.([0-9A-Za-z]{2,4})", re.DOTALL)

_AZURE_MANIFEST = re.compile(r".*\(.*format=(m3u8|mpd)[^)]*\)", re.DOTALL)
"""Azure's media services name the kind of a manifest in brackets: ``manifest(format=m3u8-aapl)``."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
"""A title may have a colon, with a space after it."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")

_BRACKETS = re.compile(r"\[[^\[\]]*\](?::[0-9]*)?|[^\[\]]*")
"""A host has none, or is an IPv6 address within them; who reads URLs laxly makes different hosts of anything else."""

_SPACED = re.compile(r"https?://[^\s/?#]+/[^:?#\t\r\n]*", re.IGNORECASE)
"""A link with plain spaces in its path, as folders that are served by HTTP show them; no second link follows."""

LONGEST = 4096
"""Characters of a link; what ``messages.Url`` takes."""

_LONGEST_TITLE = 300
"""Characters; what ``messages.Title`` takes."""

_SMUGGLED = "__youtubedl_smuggle"
"""By this in a fragment yt-dlp hands itself instructions; from a stranger it takes none."""


@dataclass(frozen=True, slots=True)
class MediaUrl:
    """What a text means."""

    url: str
    """What was given, without the space around it."""
    provider: str
    """youtube, vimeo, dailymotion, twitch, direct, hls, dash, file or other."""
    kind: str
    """video, video+playlist, playlist, channel, vod, clip, …; ``audio`` or ``video`` for a direct link or a file;
    ``page`` for what is ``other``."""
    id: str | None
    """The provider's own name for it."""
    canonical_url: str
    """The one URL of this media; for a file its path as it was given."""
    start_position: float | None
    """Where the link says to start, s."""
    playlist: str | None
    """The list that a video was linked in."""


def recognise(text: str) -> MediaUrl:
    """What ``text`` means; raises ``AppError`` (unsupported-url) for what can be no media at all."""
    text = text.strip()
    if text.startswith("//") and _names_a_provider(text[2:]):
        text = f"https:{text}"
    if _looks_like_a_file(text):
        return MediaUrl(text, "file", _kind_by_ending(text) or "video", None, text, None, None)
    if _SPACED.fullmatch(text):
        text = text.replace(" ", "%20")
    url = check_media_url(text)
    address = split_address(url)
    return _of_a_provider(url, address) or _by_its_looks(url, address)


def check_media_url(url: str) -> str:
    """Give back a URL that a session may load, trimmed; raises ``AppError`` (unsupported-url) for any other.

    Only ``http`` and ``https`` are taken: a player that fetches what a stranger loaded must not be led to
    local files or programs.
    """
    url = url.strip()
    if len(url) > LONGEST:
        raise AppError(ErrorCode.UNSUPPORTED_URL, f"a link has at most {LONGEST} characters, not {len(url)}", _HINT)
    if " " in url or not url.isprintable():
        raise AppError(ErrorCode.UNSUPPORTED_URL, "a URL has no spaces or control characters", _HINT)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as fault:
        raise AppError(ErrorCode.UNSUPPORTED_URL, f"{url[:200]!r} is not a URL: {fault}", _HINT) from None
    if parts.scheme.lower() not in ("http", "https"):
        hint = f"a link starts with https://: https://{url}" if _names_a_provider(url) else _HINT
        raise AppError(ErrorCode.UNSUPPORTED_URL, f"{url[:200]!r} is not an http or https URL", hint)
    if not host or "\\" in parts.netloc or not _BRACKETS.fullmatch(parts.netloc.rpartition("@")[2]):
        raise AppError(ErrorCode.UNSUPPORTED_URL, f"{url[:200]!r} names no host", _HINT)
    if parts.username is not None or parts.password is not None:
        raise AppError(
            ErrorCode.UNSUPPORTED_URL,
            "a URL with a user name or password in it is not shared with a session",
            "everybody in the session would see the password; use a link without it",
        )
    return url


def title_of_url(url: str) -> str | None:
    """A title for who has none: the last part of the path, readable; None where there is no such part."""
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return readable_title(unquote(last))


def readable_title(text: str) -> str | None:
    """A title that somebody else wrote, as a session shows it; None if nothing of it can be shown."""
    return clean_text(text)[:_LONGEST_TITLE] or None


def _of_a_provider(url: str, address: WebAddress) -> MediaUrl | None:
    host = address.provider_host
    if host is None or host not in _PROVIDERS:
        return None
    name, find = _PROVIDERS[host]
    link = link_of(address, host)
    shape = find(link)
    if shape is None:
        return None
    start = start_of(link, address.fragment)
    return MediaUrl(url, name, shape.kind, shape.id, shape.canonical_url, start, shape.playlist)


def _by_its_looks(url: str, address: WebAddress) -> MediaUrl:
    last = address.path.rpartition("/")[2]
    manifest = _AZURE_MANIFEST.fullmatch(last)
    stream = _STREAMS.get(manifest[1] if manifest else _ending(last))
    kind = "video" if stream else _kind_by_ending(last)
    if kind is None:
        kept = None if _SMUGGLED in (address.fragment or "") else address.fragment
        return MediaUrl(url, "other", "page", None, replace(address, fragment=kept).text, None, None)
    # What is behind the # never reaches a server, and a player makes nothing of it.
    canonical = replace(address, fragment=None).text
    return MediaUrl(url, stream or "direct", kind, None, canonical, start_in_fragment(address.fragment), None)


def _looks_like_a_file(text: str) -> bool:
    if "://" in text or _CONTROLS.search(text):
        return False
    if _DRIVE.match(text) or text.startswith("\\\\"):
        return True
    if _SCHEME.match(text) or _names_a_provider(text):
        return False
    return text.startswith(("~", ".")) or "/" in text or _kind_by_ending(text) is not None or _ending(text) in _STREAMS


def _names_a_provider(text: str) -> bool:
    """Whether a link whose scheme was left out leads to a provider."""
    host = re.split(r"[/?#]", text, maxsplit=1)[0]
    return host.isascii() and host.lower() in _PROVIDERS


def _ending(name: str) -> str:
    found = _ENDING.fullmatch(name)
    return found[1].lower() if found else ""


def _kind_by_ending(name: str) -> str | None:
    ending = _ending(name)
    return "audio" if _AUDIO.fullmatch(ending) else "video" if _VIDEO.fullmatch(ending) else None
