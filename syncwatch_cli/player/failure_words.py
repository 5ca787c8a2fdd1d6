"""Why mpv can't play a thing, in words for the person."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BY_FILE_ERROR = {
    "unrecognized file format": "this is not a video or sound file that mpv knows",
    "no audio or video data played": "there is no picture or sound in this file that mpv can play",
    "audio output initialization failed": "mpv can't open the sound device",
    "video output initialization failed": "mpv can't open a window for the picture",
    "loading failed": "mpv can't open it",
}

_TROUBLE_WITH_SERVER = (
    ("HTTP error 401", "its server wants a login (HTTP 401)"),
    ("HTTP error 403", "its server refuses it (HTTP 403); the link may have expired"),
    ("HTTP error 404", "its server doesn't have it (HTTP 404)"),
    ("HTTP error 410", "its server no longer has it (HTTP 410)"),
    ("HTTP error 429", "its server has been asked too often and wants a pause (HTTP 429)"),
    ("HTTP error 4", "its server refuses it"),
    ("HTTP error 5", "its server is in trouble"),
    ("Connection refused", "its server doesn't answer (connection refused)"),
    ("Connection reset", "its server broke the connection off"),
    ("Failed to resolve hostname", "its server's name is not known"),
    ("timed out", "its server doesn't answer in time"),
    ("Network is unreachable", "there is no way to its server"),
    ("No route to host", "there is no way to its server"),
)

BREAK = "Stream ends prematurely"
"""What mpv's log says of every connection that breaks, whatever comes of it: the only sign of a 401."""

_BY_LOG = (
    ("No such file or directory", "there is no such file"),
    ("Permission denied", "this file may not be read"),
    *_TROUBLE_WITH_SERVER,
    (BREAK, "its server broke the connection off"),
    ("certificate", "its server's certificate is not valid"),
    ("not on whitelist", "it leads to something that is not on the web, and that is not opened"),
    ("unsafe", "it leads to something that is not on the web, and that is not opened"),
)

_HTTP_STATUS = re.compile(r"HTTP error (?P<status>\d{3})")
_GONE_FOR_GOOD = frozenset({"401", "403", "410"})
"""What an expired link is answered with. A 404 may be a single piece of a stream that goes on."""


def failure_words(file_error: str, log: Sequence[str] = ()) -> str:
    """What mpv's ``file_error`` and the last lines of its log come to."""
    for line in log:
        for sign, words in _BY_LOG:
            if sign in line:
                return _with_status(words, line)
    words = _BY_FILE_ERROR.get(file_error, f"mpv can't play it: {file_error}")
    if file_error == "loading failed" and log:
        return f"{words}: {log[-1].strip()}"
    return words


def is_trouble_with_server(line: str) -> bool:
    """Whether a line of mpv's log tells that a server did not go on."""
    return BREAK in line or any(sign in line for sign, _ in _TROUBLE_WITH_SERVER)


def is_refusal_of_server(line: str) -> bool:
    """Whether a line of mpv's log tells that a server will not go on, as one does when a link has expired."""
    found = _HTTP_STATUS.search(line)
    return found is not None and found["status"] in _GONE_FOR_GOOD


def _with_status(words: str, line: str) -> str:
    found = _HTTP_STATUS.search(line)
    return words if found is None or "HTTP" in words else f"{words} (HTTP {found['status']})"
