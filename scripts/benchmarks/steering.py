"""Commands to a session by HTTP, straight at the server or over a path to it, by one connection that stays open."""

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


class OneWrite(http.client.HTTPConnection):
    """A connection that sends a request's head and body together.

    The standard library sends them one by one, and on a path that delays each chunk by chance
    the later of the two counts: a command would be slower than the single frame that a client sends.
    """

    _held = b""

    def send(self, data: Any) -> None:
        """Hold a part of the request."""
        self._held += data

    def getresponse(self) -> http.client.HTTPResponse:
        """Send the request and wait for the answer."""
        held, self._held = self._held, b""
        super().send(held)
        return super().getresponse()

    def close(self) -> None:
        """Let go of the connection, and of what was not sent."""
        self._held = b""
        super().close()


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
        self._connection = OneWrite(urlsplit(server_url).netloc, timeout=PATIENCE)
        self._path = f"/api/v1/sessions/{code}"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def command(self, event: str, position: float | None = None) -> Command:
        """Send one command; raises ``RigError`` where the session refuses it."""
        payload = {"event": event} | ({} if position is None else {"currentTime": position})
        sent_at = time.monotonic()
        answer = self._ask("POST", self._path + "/commands", payload)
        return Command(event, sent_at, time.monotonic(), position, answer.get("playback", answer))

    def over(self, url: str) -> Steering:
        """The same hand at the far end of a path that begins at ``url``; its connection stands when this returns."""
        far = Steering(url, "", "")
        far._path, far._headers = self._path, self._headers
        far.session()
        return far

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
