"""The web as a test needs it: a proxy behind which each host is a function, with certificates of its own authority.

Extractors and players are led there by ``https_proxy`` alone, so they ask for the sites' own names by TLS and check the
certificates. What no function knows is a 404, and is remembered: a fake that lacks something says so.
"""

from __future__ import annotations

import json
import re
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import trustme


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def json(self) -> Any:
        """What was sent, as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Answered:
    """What a site answers; of a 200 a range may be asked."""

    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def in_json(value: Any, status: int = 200) -> Answered:
    """An answer of a programming interface."""
    return Answered(json.dumps(value).encode(), "application/json", status)


Site = Callable[[Asked], Answered | None]


class SiteProxy(ThreadingHTTPServer):
    """Answers for the hosts in ``sites``, by their names or by ``*.`` and the rest of them."""

    # Who asked is gone by the time a proxy is closed; a connection that is not, is given up after the handler's time.
    daemon_threads = False

    def __init__(self, authority: trustme.CA) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sites: dict[str, Site] = {}
        self.asked: list[Asked] = []
        self.unknown: list[str] = []
        self._authority = authority
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._making = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, asked: Asked) -> Answered:
        """What the web says."""
        self.asked.append(asked)
        wildcard = "*." + asked.host.partition(".")[2]
        site = self.sites.get(asked.host) or self.sites.get(wildcard)
        answered = site(asked) if site else None
        if answered is None:
            self.unknown.append(f"{asked.method} {asked.host}{asked.path}")
            return Answered(b"nobody made this up", "text/plain", 404)
        return answered

    def context_of(self, host: str) -> ssl.SSLContext:
        """TLS as that host speaks it."""
        with self._making:
            if host not in self._contexts:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                self._authority.issue_cert(host).configure_cert(context)
                self._contexts[host] = context
            return self._contexts[host]

    def handle_error(self, *_: object) -> None:
        """A client that goes away in the middle is what killing one looks like."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    secure_host: str | None = None

    def do_CONNECT(self) -> None:
        assert isinstance(self.server, SiteProxy)
        host = self.path.rpartition(":")[0]
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        self.wfile.flush()
        try:
            self.connection = self.server.context_of(host).wrap_socket(self.connection, server_side=True)
        except OSError:
            self.close_connection = True
            return
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")
        self.secure_host = host
        self.close_connection = False
        while not self.close_connection:
            self.handle_one_request()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.rfile.close()
        self.connection.close()

    def do_GET(self) -> None:
        assert isinstance(self.server, SiteProxy)
        parts = urlsplit(self.path)
        host = self.secure_host or parts.hostname or self.headers["Host"]
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = Asked(self.command, host, parts.path, query, dict(self.headers.items()), body)
        try:
            self._send(self.server.answer(asked))
        except OSError:
            self.close_connection = True

    do_POST = do_HEAD = do_GET  # noqa: N815 the names that http.server calls

    def _send(self, answered: Answered) -> None:
        content, status, headers = answered.body, answered.status, dict(answered.headers)
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if wanted and status == 200:
            first, last = int(wanted[1]), min(int(wanted[2] or len(content) - 1), len(content) - 1)
            headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
            content, status = content[first : last + 1], 206
        self.send_response(status)
        self.send_header("Content-Type", answered.content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Accept-Ranges", "bytes")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        return
