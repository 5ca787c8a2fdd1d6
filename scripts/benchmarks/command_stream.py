"""A stream of commands to one session, until its server is gone; knows what must be there once it is back."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 10.0
"""s for an answer."""

CHATS_A_ROUND = 40
"""Fewer than the 50 messages that a session object holds, so that each can be looked for."""

QUEUE_HELD = 20
"""Items in the queue beyond which the oldest is taken out before the next is added."""

SEEK_EVERY = 0.7
"""s between two seeks: players shall play, not only seek."""

PAUSE = 0.01
"""s between two commands."""


class ServerGoneError(Exception):
    """The server does not answer."""


@dataclass(slots=True)
class Acknowledged:
    """What the server has said yes to, and what it may or may not have taken when it died."""

    chats: list[str] = field(default_factory=list)
    queue: list[str] = field(default_factory=list)
    """Titles that must be in the queue, in this order."""
    playback: dict[str, Any] | None = None
    """The newest."""
    in_doubt: set[str] = field(default_factory=set)
    """Words of the command that had no answer; they may be there or not."""
    counts: dict[str, int] = field(default_factory=dict)

    def lost(self, session: dict[str, Any]) -> list[str]:
        """What was acknowledged and is not in ``session``, in words; empty if all is there."""
        lost = []
        said = {message["text"] for message in session["chat"]}
        lost += [f"chat {text!r}" for text in self.chats if text not in said]
        titles = [item["title"] for item in session["queue"] if item["title"] not in self.in_doubt]
        expected = [title for title in self.queue if title not in self.in_doubt]
        if titles != expected:
            lost.append(f"queue {expected}, found {titles}")
        if self.playback is not None and not self._has_playback(session["playback"]):
            lost.append(f"playback {self.playback}, found {session['playback']}")
        return lost

    def _has_playback(self, found: dict[str, Any]) -> bool:
        """Whether the acknowledged playback is in force, or a newer one that came after it."""
        known = self.playback
        assert known is not None  # noqa: S101 asked by the caller
        same = all(found[name] == known[name] for name in ("currentTime", "at", "isPlaying", "rate", "mediaId"))
        return bool(found["revision"] > known["revision"] or (found["revision"] == known["revision"] and same))


class CommandStream(threading.Thread):
    """Chats, changes of the queue and seeks, one after the other, each with words of its own."""

    def __init__(self, server: str, code: str, token: str, label: str, seeks: list[float], held: list[str]) -> None:
        """``label`` marks what is said; ``seeks`` are the positions to go to; ``held`` is the queue as it stands."""
        super().__init__(name=f"stream-{label}")
        self._connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)
        self._path = f"/api/v1/sessions/{code}"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._label = label
        self._seeks = seeks
        self._item_ids: dict[str, str] = {}
        self.known = Acknowledged(queue=list(held))
        self.fault: str | None = None
        """What the server refused though it should not have."""

    def run(self) -> None:
        """Send until the server is gone."""
        number, seek_at = 0, time.monotonic() + SEEK_EVERY / 2
        try:
            while self.fault is None:
                number += 1
                if len(self.known.chats) < CHATS_A_ROUND:
                    self._chat(f"{self._label} chat {number}")
                if len(self.known.queue) >= QUEUE_HELD:
                    self._remove(self.known.queue[0])
                self._add(f"{self._label} item {number}")
                if time.monotonic() >= seek_at and self._seeks:
                    seek_at += SEEK_EVERY
                    self._seek(self._seeks.pop(0))
                time.sleep(PAUSE)
        except ServerGoneError:
            return
        finally:
            self._connection.close()

    def _chat(self, text: str) -> None:
        self._command(text, "chat-message", text=text)
        self.known.chats.append(text)

    def _add(self, title: str) -> None:
        answer = self._command(title, "queue-add", url="https://example.org/next.mp4", title=title)
        self.known.queue.append(title)
        self._item_ids |= {item["title"]: item["itemId"] for item in answer.get("queue", ())}

    def _remove(self, title: str) -> None:
        if title not in self._item_ids:
            self._item_ids |= {item["title"]: item["itemId"] for item in self._ask("GET", "/queue", None)["queue"]}
        self._command(title, "queue-remove", itemId=self._item_ids[title])
        self.known.queue.remove(title)

    def _seek(self, position: float) -> None:
        answer = self._command(f"seek {position}", "video-seek", currentTime=position)
        self.known.playback = answer["playback"]

    def _command(self, words: str, event: str, **payload: object) -> dict[str, Any]:
        self.known.in_doubt.add(words)
        answer = self._ask("POST", "/commands", {"event": event, **payload})
        self.known.in_doubt.discard(words)
        self.known.counts[event] = self.known.counts.get(event, 0) + 1
        return answer

    def _ask(self, method: str, path: str, body: dict[str, object] | None) -> dict[str, Any]:
        try:
            text = None if body is None else json.dumps(body)
            self._connection.request(method, self._path + path, text, self._headers)
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as gone:
            raise ServerGoneError from gone
        if answer.status >= http.client.BAD_REQUEST:
            self.fault = f"{body}: {answer.status} {content.decode(errors='replace')}"
            raise ServerGoneError
        result: dict[str, Any] = json.loads(content)
        return result
