"""Which media a URL means; so far, whether it can be played at all."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError, ErrorCode


def check_media_url(url: str) -> str:
    """Give back a URL that a session may load, trimmed; raises ``AppError`` (unsupported-url) for any other.

    Only ``http`` and ``https`` are taken: a player that fetches what a stranger loaded must not be led to
    local files or programs.
    """
    url = url.strip()
    hint = "give a link that starts with http:// or https://, or a file that everybody has"
    if any(character.isspace() or not character.isprintable() for character in url):
        raise AppError(ErrorCode.UNSUPPORTED_URL, "a URL has no spaces or control characters", hint)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as fault:
        raise AppError(ErrorCode.UNSUPPORTED_URL, f"{url[:200]!r} is not a URL: {fault}", hint) from None
    if parts.scheme.lower() not in ("http", "https"):
        raise AppError(ErrorCode.UNSUPPORTED_URL, f"{url[:200]!r} is not an http or https URL", hint)
    if not host or "\\" in parts.netloc:
        raise AppError(ErrorCode.UNSUPPORTED_URL, f"{url[:200]!r} names no host", hint)
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
    return clean_text(unquote(last))[:300] or None
