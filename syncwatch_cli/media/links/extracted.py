"""From what yt-dlp extracts to what a player and a session are told.

Everything in it was written by a site, and may be anything: text is cleaned, addresses are http or https.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncwatch_cli.media.links.resolution import Chapter, Playlist, PlaylistEntry, Resolution, Stream, Subtitles
from syncwatch_cli.media.links.stream_expiry import expires_at
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError
from syncwatch_core.media_url import readable_title, recognise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_OURS = frozenset({"accept", "accept-encoding", "accept-language", "connection", "cookie", "host", "range"})
"""Headers that a player writes itself, or gets as cookies with their domain."""

_BROWSER_HINTS = "sec-fetch-"

_SUBTITLE_FORMS = ("vtt", "srt", "ass", "ssa")
"""Kinds that mpv reads, best first."""

_PLAYED_PROTOCOLS = ("http", "https", "m3u8", "m3u8_native")

_COOKIE_PARTS = frozenset({"domain", "path", "secure", "expires", "version"})

_NOT_TO_BE_HAD = frozenset({"[private video]", "[deleted video]"})
"""How YouTube lists what its owner has taken away."""

_IS_LIVE = {"is_live": True, "not_live": False, "was_live": False, "post_live": False}

_LANGUAGE_CHARACTERS = 35
"""The longest that RFC 5646 promises to be enough for a language's tag."""


def as_resolution(page_url: str, found: Mapping[str, Any], *, sound_only: bool) -> Resolution | None:
    """The video that yt-dlp found on ``page_url``; None if there is nothing in it that a player can open."""
    formats = [each for each in found.get("requested_formats") or [found] if isinstance(each, dict)]
    with_picture = [each for each in formats if each.get("vcodec") != "none"]
    sound = [each for each in formats if each.get("vcodec") == "none"]
    first = (with_picture or sound)[0]
    video = _stream(first)
    if video is None:
        return None
    audio = _stream(sound[0]) if with_picture and sound else None
    if audio is not None and audio.url == video.url:
        audio = None
    return Resolution(
        page_url=page_url,
        provider=str(found.get("extractor") or "generic").partition(":")[0].lower(),
        video=video,
        audio=audio,
        subtitles=_subtitles(found.get("subtitles")),
        chapters=_chapters(found.get("chapters")),
        title=_title(found.get("fulltitle") or found.get("title")),
        duration=_number(found.get("duration")),
        live=_is_live(found),
        thumbnail_url=_url(found.get("thumbnail")),
        height=_height(first),
        expires_at=expires_at(stream.url for stream in (video, audio) if stream is not None),
        sound_only=sound_only,
    )


def as_playlist(page_url: str, title: object, entries: Iterable[Mapping[str, Any]], limit: int) -> Playlist:
    """The videos of a list, as pages; those that are private or deleted are left out."""
    listed = list(entries)
    shown = [entry for entry in map(_entry, listed[:limit]) if entry is not None]
    return Playlist(page_url=page_url, title=_title(title), entries=tuple(shown), is_cut=len(listed) > limit)


def entry_url(entry: Mapping[str, Any]) -> str | None:
    """The page of a playlist's entry, under the one name that the session knows it by."""
    url = _url(entry.get("url")) or _url(entry.get("webpage_url"))
    try:
        return None if url is None else recognise(url).canonical_url
    except AppError:
        return None


def _entry(entry: Mapping[str, Any]) -> PlaylistEntry | None:
    title = _title(entry.get("title"))
    url = entry_url(entry)
    if url is None or (title or "").lower() in _NOT_TO_BE_HAD or entry.get("availability") == "private":
        return None
    return PlaylistEntry(url=url, title=title, duration=_number(entry.get("duration")))


def _stream(found: Mapping[str, Any]) -> Stream | None:
    protocol = str(found.get("protocol") or "http")
    if protocol in _PLAYED_PROTOCOLS:
        url = _url(found.get("url"))
    else:
        # DASH by segments: the manifest is what puts them together.
        url = _url(found.get("manifest_url")) if protocol.startswith("http_dash_segments") else None
    if url is None:
        return None
    told = found.get("http_headers") or {}
    headers = {str(name): str(value) for name, value in told.items() if _is_told(str(name), str(value))}
    return Stream(url=url, headers=headers, cookies=_cookies(found.get("cookies")))


def _is_told(name: str, value: str) -> bool:
    lower = name.lower()
    return (
        lower not in _OURS and not lower.startswith(_BROWSER_HINTS) and name.isascii() and (name + value).isprintable()
    )


def _cookies(text: object) -> tuple[str, ...]:
    """yt-dlp's one line of cookies, ``a=1; Domain=…; Path=/; Secure; b=2; …``, one by one."""
    cookies: list[str] = []
    for part in str(text or "").split("; "):
        name = part.partition("=")[0].lower()
        if cookies and name in _COOKIE_PARTS:
            cookies[-1] += f"; {part}"
        elif "=" in part and part.isprintable():
            cookies.append(part)
    return tuple(cookies)


def _subtitles(found: object) -> tuple[Subtitles, ...]:
    by_language = found if isinstance(found, dict) else {}
    chosen = (_best_subtitles(str(language), forms) for language, forms in by_language.items())
    return tuple(subtitles for subtitles in chosen if subtitles is not None)


def _best_subtitles(language: str, forms: object) -> Subtitles | None:
    usable = [
        form
        for form in (forms if isinstance(forms, list) else [])
        if isinstance(form, dict)
        and _subtitle_form(form) in _SUBTITLE_FORMS
        and _url(form.get("url"))
        # A list of segments would hold up the film until all of them are there.
        and not str(form.get("protocol")).startswith("m3u8")
    ]
    tag = clean_text(language)[:_LANGUAGE_CHARACTERS]
    if not usable or not tag:
        return None
    best = min(usable, key=lambda form: _SUBTITLE_FORMS.index(_subtitle_form(form)))
    return Subtitles(url=str(best["url"]), language=tag, name=_title(best.get("name")), form=_subtitle_form(best))


def _subtitle_form(form: Mapping[str, Any]) -> str:
    return str(form.get("ext") or "").lower()


def _chapters(found: object) -> tuple[Chapter, ...]:
    chapters = []
    for each in found if isinstance(found, list) else []:
        start = _number(each.get("start_time"))
        if start is not None:
            chapters.append(Chapter(start=start, title=_title(each.get("title")) or ""))
    return tuple(chapters) if any(chapter.title for chapter in chapters) else ()


def _is_live(found: Mapping[str, Any]) -> bool | None:
    told = _IS_LIVE.get(str(found.get("live_status")))
    # Not every site says that a film is none; what has a length has an end.
    return False if told is None and found.get("duration") else told


def _height(found: Mapping[str, Any]) -> int | None:
    height = found.get("height")
    return height if isinstance(height, int) and height > 0 and found.get("vcodec") != "none" else None


def _title(text: object) -> str | None:
    return readable_title(text) if isinstance(text, str) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 <= value < float("inf") else None


def _url(text: object) -> str | None:
    is_url = isinstance(text, str) and text.lower().startswith(("http://", "https://")) and text.isprintable()
    return str(text) if is_url else None
