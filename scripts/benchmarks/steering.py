"""Commands to a session by HTTP, straight at the server, over one connection that stays open."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from benchmarks.processes import RigError

PATIENCE = 10.0
"""s for an answer."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command that the session took."""

    event: str
    sent_at: float
    """CLOCK_MONOTONIC just before it was sent, s."""
    acknowledged_at: float
    position: float | None
    """Where a seek was to go; None of the others."""
    playback: dict[str, Any]
    """The playback in force after it."""


class Steering:
    """The host's hand on one session."""

    def __init__(self, server_url: str, code: str, token: str) -> None:
        """Connect at the first command."""
        self._connection = http.client.HTTPConnection(urlsplit(server_url).netloc, timeout=PATIENCE)
        self._path = f"/api/v1/sessions/{code}"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def command(self, event: str, position: float | None = None) -> Command:
        """Send one command; raises ``RigError`` where the session refuses it."""
        payload = {"event": event} | ({} if position is None else {"currentTime": position})
        sent_at = time.monotonic()
        answer = self._ask("POST", self._path + "/commands", payload)
        return Command(event, sent_at, time.monotonic(), position, answer.get("playback", answer))

    def session(self) -> dict[str, Any]:
        """The session object."""
        return self._ask("GET", self._path, None)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _ask(self, method: str, path: str, payload: dict[str, Any] | None) -> dict[str, Any]:
        body = None if payload is None else json.dumps(payload)
        try:
            try:
                answer, text = self._exchange(method, path, body)
            except http.client.RemoteDisconnected:
                # The server closed a connection that stood idle, so it took nothing yet.
                answer, text = self._exchange(method, path, body)
        except OSError as error:
            message = f"{method} {path}: {error}"
            raise RigError(message) from error
        if answer.status >= http.client.BAD_REQUEST:
            message = f"{method} {path} {body or ''}: {answer.status} {text.decode(errors='replace')}"
            raise RigError(message)
        result: dict[str, Any] = json.loads(text)
        return result

    def _exchange(self, method: str, path: str, body: str | None) -> tuple[http.client.HTTPResponse, bytes]:
        try:
            self._connection.request(method, path, body, self._headers)
            answer = self._connection.getresponse()
            return answer, answer.read()
        except OSError:
            self._connection.close()
            raise
