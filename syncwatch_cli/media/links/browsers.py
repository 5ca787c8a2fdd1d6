"""``--cookies-from-browser``: whose logins a site may see, as yt-dlp writes it."""

from __future__ import annotations

import re

from syncwatch_core.errors import AppError, ErrorCode

BROWSERS = ("brave", "chrome", "chromium", "edge", "firefox", "opera", "safari", "vivaldi", "whale")
"""Those that yt-dlp can read (``yt_dlp.cookies.SUPPORTED_BROWSERS``); it is not imported for this."""

_NAMED = re.compile(r"(?P<name>[^+:]+)(?:\+[^:]+)?(?::(?!:).+?)?(?:::.+)?")
"""NAME[+KEYRING][:PROFILE][::CONTAINER]."""


def check_browser(text: str | None, flag: str = "--cookies-from-browser") -> str | None:
    """``text``; raises ``AppError`` (usage) where it names no browser that yt-dlp can read; ``flag``: what sets it."""
    if text is None:
        return None
    found = _NAMED.fullmatch(text.strip())
    if found is None or found["name"].lower() not in BROWSERS:
        raise AppError(
            ErrorCode.USAGE,
            f"{flag} is {text!r}, which is no browser that yt-dlp can read",
            f"it is one of {', '.join(BROWSERS)}, and may go on as in firefox:PROFILE",
        )
    return text.strip()
