"""What a person is told of each event of a session, in one line that is safe to show on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from syncwatch_cli import figures
from syncwatch_cli.session_table import media_name
from syncwatch_core.display_text import clean_text

Names = Mapping[str, str]
"""The names of who is here, safe to show, by participant id."""


def in_words(event: str, payload: dict[str, Any], names: Names) -> str | None:
    """What a person is told of an event; None where there is nothing to tell."""
    write = _WORDS.get(event)
    return None if write is None else write(payload, names)


def names_of(participants: Iterable[dict[str, Any]]) -> dict[str, str]:
    """The names of these participants, as they come on the wire."""
    return {each["participantId"]: clean_text(each["displayName"]) for each in participants}


def done_in_words(playback: dict[str, Any]) -> str | None:
    """What somebody did, without who it was; None where it was nobody's act."""
    done = {
        "video-play": "plays",
        "video-pause": "pauses",
        "video-seek": f"goes to {figures.position(playback['currentTime'])}",
        "video-rate": f"sets the speed to {playback['rate']:g}",
    }
    return done.get(playback["cause"]["event"])


def _moved(playback: dict[str, Any], names: Names) -> str | None:
    done = done_in_words(playback)
    if done is None:
        return None
    return f"{names.get(playback['cause']['participantId'], 'a script')} {done}"


_WORDS: dict[str, Callable[[dict[str, Any], Names], str | None]] = {
    "joined": lambda told, _: f"joined {told['code']}",
    "user-joined": lambda told, _: f"{clean_text(told['participant']['displayName'])} is here",
    "user-left": lambda told, _: f"{clean_text(told['displayName'])} has gone ({clean_text(told['reason'])})",
    "video-url-updated": lambda told, _: f"now: {media_name(told['media'])}",
    "video-sync": _moved,
    "chat-message": lambda told, _: f"{clean_text(told['displayName'])}: {clean_text(told['text'])}",
    "reaction": lambda told, names: f"{names.get(told['participantId'], 'somebody')} {clean_text(told['emoji'])}",
    # Another place took the seat: that is the failure with which it ends, and said there.
    "notice": lambda told, _: None if told["code"] == "superseded" else clean_text(told["message"]),
    "session-ended": lambda told, _: f"the session is over: {clean_text(told['reason'])}",
    "left": lambda told, _: f"left: {clean_text(str(told['reason']))}",
}
"""What a person is told of an event, from its payload and the names of who is here."""
