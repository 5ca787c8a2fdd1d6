"""One HTTP request to a SyncWatch server, with the standard library alone: all that a short command needs.

Paths are those of docs/contract.md, 4, under ``/api/v1``.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from syncwatch_cli import diagnostics
from syncwatch_cli.refusals import refusal_of
from syncwatch_cli.waiting import Waiting
from syncwatch_core import __version__
from syncwatch_core.errors import AppError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMEOUT = 15.0
"""Seconds without a byte from the server; a person who waits longer has long pressed ^C."""

EVENTS_TIMEOUT = 60.0
"""Seconds without a byte on a stream of events, which the server fills with comments while nothing happens."""


class Api:
    """A server, and who we are there."""

    def __init__(self, server: str, *, token: str | None = None, password: str | None = None) -> None:
        self.server = server.rstrip("/")
        self._token = token
        self._password = password

    def get(self, path: str) -> Any:
        """What stands at ``path``."""
        return self.request("GET", path)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The answer to ``body``, sent to ``path``."""
        return self.request("POST", path, body)

    def delete(self, path: str) -> Any:
        """Remove what stands at ``path``."""
        return self.request("DELETE", path)

    def session(self, code: str) -> dict[str, Any]:
        """The session object."""
        answer = self.get(f"/sessions/{code}")
        assert isinstance(answer, dict)  # noqa: S101 the contract
        return answer

    def command(self, code: str, event: str, **payload: Any) -> dict[str, Any]:
        """Give the session a command; the answer is its acknowledgement."""
        answer = self.post(f"/sessions/{code}/commands", {"event": event, **payload})
        assert isinstance(answer, dict)  # noqa: S101 the contract
        return answer

    def request(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Send one request and give its answer; raises ``AppError`` (the server's refusal, or server-unreachable)."""
        with Waiting(f"waiting for {self.server}"):
            response, content = self._exchange(method, path, body)
        diagnostics.trace(f"< {response.status} {_without_secrets(content.decode(errors='replace'))}")
        return self._answer(response, content)

    def events(self, code: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The session's events, each by its name, as they come; ends when the server ends the stream."""
        connection = self._open("GET", f"/sessions/{code}/events", None, EVENTS_TIMEOUT)
        try:
            response = connection.getresponse()
            if response.status != http.HTTPStatus.OK:
                self._answer(response, response.read())
            yield from _events(response)
        except (OSError, http.client.HTTPException) as fault:
            raise _unreachable(self.server, fault) from None
        finally:
            connection.close()

    # --- below ---------------------------------------------------------------------------------------

    def _exchange(self, method: str, path: str, body: dict[str, Any] | None) -> tuple[http.client.HTTPResponse, bytes]:
        connection = self._open(method, path, body, TIMEOUT)
        try:
            response = connection.getresponse()
            return response, response.read()
        except (OSError, http.client.HTTPException) as fault:
            raise _unreachable(self.server, fault) from None
        finally:
            connection.close()

    def _open(self, method: str, path: str, body: dict[str, Any] | None, timeout: float) -> http.client.HTTPConnection:
        scheme, host, port, base = server_address(self.server)
        kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        sent = "" if content is None else f" {_without_secrets(content.decode())}"
        diagnostics.trace(f"> {method} {self.server}/api/v1{path}{sent}")
        connection = kind(host, port, timeout=timeout)
        try:
            connection.request(method, f"{base}/api/v1{path}", content, self._headers(with_body=body is not None))
        except (OSError, http.client.HTTPException) as fault:
            connection.close()
            raise _unreachable(self.server, fault) from None
        return connection

    def _headers(self, *, with_body: bool) -> dict[str, str]:
        headers = {"User-Agent": f"syncwatch-cli/{__version__}", "Accept": "application/json, text/event-stream"}
        if with_body:
            headers["Content-Type"] = "application/json"
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if self._password:
            # A header holds Latin-1; UTF-8 is what the server reads out of it.
            headers["X-Session-Password"] = self._password.encode().decode("latin-1")
        return headers

    def _answer(self, response: http.client.HTTPResponse, content: bytes) -> Any:
        location = response.headers.get("Location")
        if location and 300 <= response.status < 400:  # noqa: PLR2004 redirections
            target = location.partition("/api/v1")[0]
            raise AppError(ErrorCode.SERVER_UNREACHABLE, f"{self.server} sends us elsewhere", f"try --server {target}")
        try:
            answer = json.loads(content) if content else None
        except ValueError:
            raise _stranger(self.server, response.status) from None
        if response.status < 400:  # noqa: PLR2004 from there on it is a refusal
            return answer
        if isinstance(answer, dict) and isinstance(answer.get("error"), dict):
            raise refusal_of(answer["error"])
        raise _stranger(self.server, response.status)


def server_address(server: str) -> tuple[str, str, int | None, str]:
    """``(scheme, host, port or None, path before /api)``; raises ``AppError`` (usage) for what is no server URL."""
    try:
        parts = urlsplit(server)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise AppError(ErrorCode.USAGE, f"{server!r} is not the URL of a server", "write it as http://HOST:8765")
    return parts.scheme, host, port, parts.path.rstrip("/")


def _unreachable(server: str, fault: Exception) -> AppError:
    if isinstance(fault, OSError) and (secured := _of_the_certificate(server, fault)) is not None:
        return secured
    if isinstance(fault, TimeoutError):
        reason = "it does not answer"
    elif isinstance(fault, ConnectionRefusedError):
        reason = "nothing listens there"
    elif isinstance(fault, socket.gaierror):
        reason = "there is no host of that name"
    elif isinstance(fault, OSError) and fault.strerror:
        reason = fault.strerror
    else:
        reason = str(fault) or type(fault).__name__
    host = server_address(server)[1]
    local = host in ("127.0.0.1", "::1", "localhost")
    hint = "syncwatch serve starts one here; --server names another" if local else "check the address and the network"
    return AppError(ErrorCode.SERVER_UNREACHABLE, f"can't reach the server at {server}: {reason}", hint)


def _of_the_certificate(server: str, fault: OSError) -> AppError | None:
    """What went wrong between http and https; None if it was something else."""
    reason = getattr(fault, "reason", None)  # as OpenSSL names it; `ssl` is not imported for a server without it
    if reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"):
        plain = f"http{server.removeprefix('https')}"
        words = f"what answers at {server} does not speak https"
        return AppError(ErrorCode.SERVER_UNREACHABLE, words, f"try --server {plain}")
    if reason == "CERTIFICATE_VERIFY_FAILED":
        because = getattr(fault, "verify_message", "") or "it is not trusted here"
        words = f"the certificate of {server} is not accepted: {because}"
        return AppError(ErrorCode.SERVER_UNREACHABLE, words, "is this the name that the certificate was made for?")
    return None


def _without_secrets(text: str) -> str:
    text = re.sub(r"(/shares/\w+/)[\w.-]+(?=/)", r"\1…", text)
    return re.sub(r'("\w*(?:[tT]oken|password)":\s*)"(?:[^"\\]|\\.)*"', r'\1"…"', text)


def _stranger(server: str, status: int) -> AppError:
    return AppError(
        ErrorCode.SERVER_UNREACHABLE,
        f"what answers at {server} is not a SyncWatch server (HTTP {status})",
        "check the address; a server answers at ADDRESS/health",
    )


def _events(lines: Iterator[bytes] | http.client.HTTPResponse) -> Iterator[tuple[str, dict[str, Any]]]:
    """Server-sent events, as the HTML standard frames them."""
    name = ""
    content: list[str] = []
    for raw in lines:
        line = raw.decode(errors="replace").rstrip("\r\n")
        if not line:
            if content:
                payload = json.loads("\n".join(content))
                diagnostics.trace(f"< {name} {payload}")
                yield name or "message", payload
            name, content = "", []
        elif line.startswith("event:"):
            name = line[6:].removeprefix(" ")
        elif line.startswith("data:"):
            content.append(line[5:].removeprefix(" "))
