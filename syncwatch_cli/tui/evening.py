"""The evening: all that a person at the terminal may want to see of a session, kept from the events that tell of it.

It is fed the very events of ``join --no-tui --json`` and holds what the widgets draw; it draws nothing and waits for
nothing. ``changes`` counts what happened to each part, so that a widget sees whether it has to be drawn anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from syncwatch_cli.event_words import done_in_words, in_words
from syncwatch_cli.tui.evening_parts import Chapter, LogLine, OwnStatus, ShownReaction
from syncwatch_cli.tui.evening_view import EveningView
from syncwatch_core.display_text import clean_text

_NOT_LOGGED = frozenset({"chat-message", "reaction"})
"""Events that have a place of their own."""


class Evening(EveningView):
    """What is known of the session; see the module."""

    def __init__(self, link: str | None = None) -> None:
        super().__init__(link)
        self._takers = self._who_takes_what()

    def _who_takes_what(self) -> dict[str, Callable[[dict[str, Any], float], None]]:
        return {
            "joined": self._joined,
            "player-ready": self._player_ready,
            "chapters": self._chapters,
            "session-joined": self._session_joined,
            "session-updated": self._session_updated,
            "user-joined": self._user_joined,
            "user-left": self._user_left,
            "participants": self._participants,
            "video-url-updated": self._video_url_updated,
            "video-sync": self._video_sync,
            "queue-updated": self._queue_updated,
            "chat-message": self._chat_message,
            "reaction": self._reaction,
            "notice": self._notice,
            "status": self._status,
            "synced": self._synced,
            "share": self._share,
            "session-ended": self._ended,
            "kicked": self._ended,
            "left": self._ended,
        }

    # --- told ----------------------------------------------------------------------------------------

    def take(self, event: str, payload: dict[str, Any], now: float) -> None:
        """Take in one event of ``join --json`` at local instant ``now``, s; one that is not known is passed over."""
        words = in_words(event, payload, self.names)
        if self._is_told_already(event, payload):
            words = None
        take = self._takers.get(event)
        if take is not None:
            take(payload, now)
        if words is not None and event not in _NOT_LOGGED:
            self.note(words, now, event)

    def note(self, words: str, now: float, event: str = "") -> None:
        """Add a line to the log; ``words`` are safe to show."""
        self.log.append(LogLine(self.server_time(now), words, event))
        self.changes["log"] += 1

    def mute(self, participant_id: str) -> bool:
        """Hide somebody's chat from this person, or show it again; gives whether it is hidden now."""
        self.changes["chat"] += 1
        self.changes["people"] += 1
        return self.conversation.mute(participant_id)

    # --- the session ---------------------------------------------------------------------------------

    def _joined(self, told: dict[str, Any], _: float) -> None:
        self.code, self.crowd.own_id = told["code"], told["participantId"]
        self._connection(is_there=True)
        self.changes["session"] += 1

    def _player_ready(self, told: dict[str, Any], _: float) -> None:
        self.ipc_socket = told.get("ipcSocket")

    def _session_joined(self, told: dict[str, Any], now: float) -> None:
        session = told["session"]
        self.crowd.own_id = told["participantId"]
        if self._offset is None:
            # Roughly, until an exchange of timestamps has told better.
            self._offset = session["serverTime"] - now
            early = [replace(line, at=line.at + self._offset) for line in self.log]
            self.log.clear()
            self.log.extend(early)
        self._connection(is_there=True)
        self._take_session(session)
        self._media_is(session["media"])
        self._playback_is(session["playback"])
        for line in session.get("chat", ()):
            self._add_chat(line)

    def _session_updated(self, told: dict[str, Any], _: float) -> None:
        self._take_session(told["session"])

    def _take_session(self, session: dict[str, Any]) -> None:
        self.session = {key: value for key, value in session.items() if key not in ("chat", "participants")}
        self.code = session["code"]
        self.link = self.link or session["link"]
        self.title = clean_text(session["title"]) if session["title"] else None
        self.crowd.are(session["participants"])
        self.changes["people"] += 1
        self._queue_is(session["queue"], session.get("repeat", "off"))
        self.changes["session"] += 1

    def _ended(self, told: dict[str, Any], _: float) -> None:
        if self.over is None:
            self.over = clean_text(str(told["reason"]))
        self.changes["session"] += 1

    # --- people --------------------------------------------------------------------------------------

    def _user_joined(self, told: dict[str, Any], _: float) -> None:
        self.crowd.one_is(told["participant"])
        self.changes["people"] += 1

    def _user_left(self, told: dict[str, Any], _: float) -> None:
        self.crowd.left(told["participantId"])
        self.changes["people"] += 1

    def _participants(self, told: dict[str, Any], _: float) -> None:
        for each in told["changed"]:
            self.crowd.reported(each)
        for gone in told["left"]:
            self.crowd.left(gone)
        self.changes["people"] += 1

    def _notice(self, told: dict[str, Any], _: float) -> None:
        code = told["code"]
        if code == "waiting":
            self.crowd.waits_for(told["participantId"], told["message"])
            self.changes["people"] += 1
        elif code == "going-on":
            self._waits_for_nobody()
        elif code == "link-lost":
            self.lost_words = clean_text(told["message"])
            self._connection(is_there=False)
        elif code == "link-restored":
            self._connection(is_there=True)

    def _connection(self, *, is_there: bool) -> None:
        self.connected = is_there
        if is_there:
            self.lost_words = None
        self.changes["connection"] += 1

    def _waits_for_nobody(self) -> None:
        if self.crowd.waits_for_nobody():
            self.changes["people"] += 1

    # --- what is watched -----------------------------------------------------------------------------

    def _video_url_updated(self, told: dict[str, Any], _: float) -> None:
        self._media_is(told["media"])
        self._playback_is(told["playback"])

    def _video_sync(self, told: dict[str, Any], _: float) -> None:
        self._playback_is(told)

    def _media_is(self, media: dict[str, Any] | None) -> None:
        self.media = media
        self.changes["media"] += 1

    def _playback_is(self, playback: dict[str, Any]) -> None:
        if self.playback is not None and playback["revision"] < self.playback["revision"]:
            return
        if self.playback is None or playback["revision"] > self.playback["revision"]:
            self._waits_for_nobody()
        self.playback = playback
        done = done_in_words(playback)
        if done is not None:
            self.last_action = f"{self.names.get(playback['cause']['participantId'], 'a script')} {done}"
        self.changes["playback"] += 1

    def _queue_updated(self, told: dict[str, Any], _: float) -> None:
        self._queue_is(told["queue"], told.get("repeat", "off"))

    def _queue_is(self, queue: list[dict[str, Any]], repeat: str) -> None:
        self.queue, self.repeat = list(queue), repeat
        self.changes["queue"] += 1

    # --- what is said --------------------------------------------------------------------------------

    def _chat_message(self, told: dict[str, Any], _: float) -> None:
        self._add_chat(told)

    def _add_chat(self, told: dict[str, Any]) -> None:
        if self.conversation.hear(told, self.me):
            self.changes["chat"] += 1

    def _reaction(self, told: dict[str, Any], now: float) -> None:
        who = told["participantId"]
        name = self.names.get(who, "somebody")
        self.reactions.append(ShownReaction(who, name, clean_text(told["emoji"]), self.server_time(now)))
        self.changes["reactions"] += 1

    # --- one's own player ----------------------------------------------------------------------------

    def _status(self, told: dict[str, Any], _: float) -> None:
        self.own = OwnStatus(
            state=told["state"],
            position=told["currentTime"],
            drift=told["drift"],
            uncertainty=told["uncertainty"],
            rtt=told["rtt"],
            offset=told["offset"],
        )
        if told["offset"] is not None:
            self._offset = told["offset"]
        self.crowd.i_am(self.own)
        self.changes["status"] += 1

    def _synced(self, told: dict[str, Any], _: float) -> None:
        self.own = replace(self.own, drift=told["drift"], uncertainty=told["uncertainty"])
        self.changes["status"] += 1

    def _chapters(self, told: dict[str, Any], _: float) -> None:
        self.chapters = tuple(
            Chapter(clean_text(each["title"]).strip() or f"chapter {number}", each["time"])
            for number, each in enumerate(told["chapters"], start=1)
        )
        self.changes["media"] += 1

    def _share(self, told: dict[str, Any], _: float) -> None:
        self.sharing = told
        self.changes["connection"] += 1

    # --- telling -------------------------------------------------------------------------------------

    def _is_told_already(self, event: str, payload: dict[str, Any]) -> bool:
        """Whether there is no news in it: more became known of the media, or it tells of oneself."""
        if event == "video-url-updated":
            before, media = self.media or {}, payload["media"] or {}
            return all(before.get(field) == media.get(field) for field in ("mediaId", "title"))
        if event == "notice":
            return bool(payload["code"] == "cannot-play" and payload["participantId"] == self.own_id)
        return event == "user-joined" and payload["participant"]["participantId"] == self.own_id
