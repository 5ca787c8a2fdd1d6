"""Why mpv can't play a thing, in words for the person."""

from __future__ import annotations

from collections.abc import Sequence

_BY_FILE_ERROR = {
    "unrecognized file format": "this is not a video or sound file that mpv knows",
    "no audio or video data played": "there is no picture or sound in this file that mpv can play",
    "audio output initialization failed": "mpv can't open the sound device",
    "video output initialization failed": "mpv can't open a window for the picture",
    "loading failed": "mpv can't open it",
}

_BY_LOG = (
    ("No such file or directory", "there is no such file"),
    ("Permission denied", "this file may not be read"),
    ("HTTP error 401", "its server wants a login (HTTP 401)"),
    ("HTTP error 403", "its server refuses it (HTTP 403); the link may have expired"),
    ("HTTP error 404", "its server doesn't have it (HTTP 404)"),
    ("HTTP error 410", "its server no longer has it (HTTP 410)"),
    ("HTTP error 5", "its server is in trouble"),
    ("Connection refused", "its server doesn't answer (connection refused)"),
    ("Failed to resolve hostname", "its server's name is not known"),
    ("timed out", "its server doesn't answer in time"),
    ("Network is unreachable", "there is no way to its server"),
)


def failure_words(file_error: str, log: Sequence[str] = ()) -> str:
    """What mpv's ``file_error`` and the last lines of its log come to."""
    for line in log:
        for sign, words in _BY_LOG:
            if sign in line:
                return words
    words = _BY_FILE_ERROR.get(file_error, f"mpv can't play it: {file_error}")
    if file_error == "loading failed" and log:
        return f"{words}: {log[-1].strip()}"
    return words


def is_refusal_of_server(line: str) -> bool:
    """Whether a line of mpv's log tells that a server refused to go on, as one does when a link has expired."""
    return "HTTP error 4" in line
