"""What a person sees of the session in their player: who came and went, what was done, who is waited for, and chat.

It is told the events that the screen is told, and says them with the same words. Nothing is said of the person
themselves: their own screen shows what they did.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Literal

from syncwatch_cli.event_words import in_words, names_of
from syncwatch_cli.osd_lines import OsdLines
from syncwatch_cli.osd_session import OsdSession
from syncwatch_cli.player.interface import OsdLine, Player
from syncwatch_core.controller_view import ControllerView
from syncwatch_core.display_text import clean_text

Wanted = Literal["all", "chat", "none"]
"""How much of it a person wants."""

EVENT_FOR = 3.0
"""Seconds that a line about an event stays. A choice."""
CHAT_FOR, CHAT_FOR_AT_MOST = 4.0, 12.0
"""Seconds that a line of chat stays: an empty one, and the longest. A choice."""
READ_IN_A_SECOND = 20
"""Letters that a slow reader reads in a second; that of subtitles is 17 to 25."""
AFTER_START = 0.3
"""Seconds after a start within which the picture is left alone. A choice."""
PUBLISH_EVERY = 1.0
"""Seconds between two looks whether scripts in the player are to be told something new. A choice."""
NAMED_AT_MOST = 3
"""People who are named where several came or went at once. A choice."""

_CHAT = frozenset({"chat-message", "reaction"})
_EVENTS = frozenset({"user-joined", "user-left", "video-url-updated", "video-sync", "notice", "session-ended"})


class Osd:
    """The words on one player's picture.

    ``clock`` is the local one, s; ``view`` tells how the player stands.
    """

    def __init__(
        self, player: Player, wanted: Wanted, code: str, clock: Callable[[], float], view: Callable[[], ControllerView]
    ) -> None:
        self._player = player
        self._wanted = wanted
        self._clock = clock
        self._view = view
        self._session = OsdSession(code)
        self._names: dict[str, str] = {}
        self._own_id: str | None = None
        self._title: str | None = None
        self._many: dict[str, list[str]] = {}
        """Who came and who went, by the event, for as long as the picture says so."""
        self._typed_here: list[str] = []
        self._lines = OsdLines()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._alarm: asyncio.TimerHandle | None = None

    def open(self) -> None:
        """The player is there. What was said before is said on the screen alone."""
        self._loop = asyncio.get_running_loop()

    def close(self) -> None:
        """The player goes."""
        self._loop = None
        if self._alarm is not None:
            self._alarm.cancel()

    async def go_on(self) -> None:
        """Keep scripts in the player informed, for ever."""
        while True:
            self._player.publish(self._session.as_told(self._view()))
            await asyncio.sleep(PUBLISH_EVERY)

    def take(self, event: str, payload: dict[str, Any]) -> None:
        """Something happened in the session."""
        self._session.take(event, payload)
        self._meet(event, payload)
        if self._is_wanted(event) and not self._is_about_me(event, payload):
            self._say(event, payload)
        if event == "video-sync" and payload["isPlaying"]:
            self._make_way_for_start(payload["at"])
        for gone in [payload["participantId"]] if event == "user-left" else ():
            self._names.pop(gone, None)

    def tell(self, text: str) -> None:
        """Say something of our own."""
        if self._wanted == "all":
            self._put(OsdLine(clean_text(text)), EVENT_FOR)

    def typed(self, text: str) -> None:
        """The person has typed a line of chat in the player: they shall see it come out there."""
        self._typed_here.append(text)

    # --- what is said ----------------------------------------------------------------------------------

    def _meet(self, event: str, payload: dict[str, Any]) -> None:
        if event == "session-joined":
            self._own_id = payload["participantId"]
        if event in ("session-joined", "session-updated"):
            self._names = names_of(payload["session"]["participants"])
        elif event == "user-joined":
            self._names |= names_of([payload["participant"]])
        elif event == "participants":
            self._names |= names_of(payload["changed"])

    def _is_wanted(self, event: str) -> bool:
        return (event in _CHAT and self._wanted != "none") or (event in _EVENTS and self._wanted == "all")

    def _is_about_me(self, event: str, payload: dict[str, Any]) -> bool:
        match event:
            case "chat-message" if payload["participantId"] == self._own_id and payload["text"] in self._typed_here:
                self._typed_here.remove(payload["text"])
                return False
            case "user-joined":
                by = payload["participant"]["participantId"]
            case "video-sync":
                by = payload["cause"]["participantId"]
            case "video-url-updated":
                by = payload["playback"]["cause"]["participantId"]
            case "notice":
                by = payload["participantId"] if payload["code"] == "cannot-play" else None
            case _:
                by = payload.get("participantId")
        return by is not None and by == self._own_id

    def _say(self, event: str, payload: dict[str, Any]) -> None:
        words = in_words(event, payload, self._names)
        if words is None or (event == "video-url-updated" and not self._is_other_title(words)):
            return
        match event:
            case "chat-message":
                seconds = min(CHAT_FOR + len(payload["text"]) / READ_IN_A_SECOND, CHAT_FOR_AT_MOST)
                self._put(OsdLine(clean_text(payload["text"]), clean_text(payload["displayName"])), seconds)
            case "user-joined":
                self._gather(event, clean_text(payload["participant"]["displayName"]), words, "are here")
            case "user-left":
                self._gather(event, clean_text(payload["displayName"]), words, "have gone")
            case "video-sync":
                # Of a dragged bar's many places, the last is enough.
                self._put(OsdLine(words), EVENT_FOR, f"moved by {payload['cause']['participantId']}")
            case _:
                # Who is waited for, and that it goes on, take each other's place.
                self._put(OsdLine(words), EVENT_FOR, "notice" if event == "notice" else None)

    def _is_other_title(self, words: str) -> bool:
        """Whether it is other media than before, not the same with more known of it."""
        before, self._title = self._title, words
        return before != words

    def _gather(self, event: str, name: str, words: str, together: str) -> None:
        """Say ``words`` of one; of several at once, their names."""
        if not self._lines.shows(event, self._clock()):
            self._many[event] = []
        names = self._many[event]
        names.append(name)
        self._put(OsdLine(words if len(names) == 1 else f"{_listed(names)} {together}"), EVENT_FOR, event)

    # --- when it is said -------------------------------------------------------------------------------

    def _make_way_for_start(self, at: float) -> None:
        """``at`` is on the server's clock."""
        offset = self._view().offset
        now = self._clock()
        if offset is not None and at - offset > now:
            self._lines.hold(at - offset + AFTER_START, now)
            self._look_again()

    def _put(self, line: OsdLine, seconds: float, key: str | None = None) -> None:
        if self._loop is not None and line.text:
            self._lines.say(line, seconds, self._clock(), key)
            self._look_again()

    def _look_again(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        at = self._lines.changes_at
        if at is not None and self._loop is not None:
            self._alarm = self._loop.call_later(max(0.0, at - self._clock()), self._draw)

    def _draw(self) -> None:
        self._player.draw(self._lines.shown(self._clock()))
        self._look_again()


def _listed(names: list[str]) -> str:
    if len(names) > NAMED_AT_MOST:
        return f"{', '.join(names[: NAMED_AT_MOST - 1])} and {len(names) - NAMED_AT_MOST + 1} others"
    return f"{', '.join(names[:-1])} and {names[-1]}"
