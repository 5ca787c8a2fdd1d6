"""The session as scripts in the player may read it, ``user-data/syncwatch``: who is here and late, how well in sync.

Names are safe to show; times are in seconds, rounded to what is worth drawing anew.
"""

from __future__ import annotations

from typing import Any

from syncwatch_cli.event_words import names_of
from syncwatch_cli.member_state import state_of
from syncwatch_core.controller_view import ControllerView

_DIGITS = 4
"""Tenths of a millisecond; finer figures would change at every look."""
_LATE = ("loading", "buffering")


class OsdSession:
    """Follows the events of the session of that ``code``."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._title: str | None = None
        self._participants: dict[str, dict[str, Any]] = {}
        self._waits_for: str | None = None
        """The first of those who are waited for."""

    def take(self, event: str, payload: dict[str, Any]) -> None:
        """Something happened in the session."""
        match event:
            case "session-joined" | "session-updated":
                self._title = payload["session"]["title"]
                self._participants = {each["participantId"]: each for each in payload["session"]["participants"]}
            case "user-joined":
                self._participants[payload["participant"]["participantId"]] = payload["participant"]
            case "user-left":
                self._participants.pop(payload["participantId"], None)
            case "participants":
                self._participants |= {each["participantId"]: each for each in payload["changed"]}
                for gone in payload["left"]:
                    self._participants.pop(gone, None)
            case "notice":
                self._waits_for = payload["participantId"] if payload["code"] == "waiting" else self._waits_for
            case "video-sync" | "video-url-updated":
                playback = payload if event == "video-sync" else payload["playback"]
                self._waits_for = None if playback["isPlaying"] else self._waits_for

    def as_told(self, view: ControllerView) -> dict[str, object]:
        """The whole, as JSON has it."""
        return {
            "code": self._code,
            "title": self._title,
            "participants": [self._participant(each) for each in self._participants.values()],
            "waiting": self._waiting(),
            "state": view.state,
            "inSync": view.in_sync,
            "drift": _rounded(view.drift),
            "uncertainty": _rounded(view.uncertainty),
        }

    def _participant(self, each: dict[str, Any]) -> dict[str, object]:
        return {
            "name": names_of([each])[each["participantId"]],
            "role": each["role"],
            "state": state_of(each["state"], connected=each["connected"]),
            "drift": _rounded(each["drift"]),
        }

    def _waiting(self) -> list[str]:
        """The names of those who are waited for."""
        if self._waits_for is None:
            return []
        names = names_of(self._participants.values())
        late = [key for key, each in self._participants.items() if each["state"] in _LATE or key == self._waits_for]
        return [names[key] for key in late]


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, _DIGITS)
