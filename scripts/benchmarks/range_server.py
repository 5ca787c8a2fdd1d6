"""Web servers on loopback that answer in ranges, as any does; each in a thread, for as long as it is needed."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

S = TypeVar("S", bound=HTTPServer)

LOOKS_EVERY = 0.02
"""Seconds within which a server notices that it is no longer wanted."""


class RangeServer(ThreadingHTTPServer):
    """Listens on a free port of loopback; whoever derives from it says what there is."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """Its address, without a slash at its end."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def content_at(self, path: str) -> tuple[bytes, str] | None:
        """What there is at ``path``, and its type; None: nothing, which is answered by 404."""
        raise NotImplementedError


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, RangeServer)  # noqa: S101 it alone has this handler
        found = server.content_at(self.path)
        if found is None:
            self.send_error(404)
        else:
            self._answer(*found)

    def _answer(self, content: bytes, kind: str) -> None:
        first, last = 0, len(content) - 1
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        self.send_response(206 if asked else 200)
        if asked:
            first, last = int(asked[1]), min(int(asked[2] or last), last)
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(last - first + 1))
        self.end_headers()
        # A player lets go of what it has no more use for.
        try:
            self.wfile.write(content[first : last + 1])
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def serving(server: S) -> Iterator[S]:
    """``server``, while it answers."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": LOOKS_EVERY})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _OneFile(RangeServer):
    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._content = content

    def content_at(self, path: str) -> tuple[bytes, str] | None:  # noqa: ARG002 it is the same everywhere
        return self._content, "video/mp4"


@contextmanager
def served(file: Path, name: str = "film.mp4") -> Iterator[str]:
    """The URL of ``file``, which is called ``name`` there, for as long as it is served."""
    with serving(_OneFile(file.read_bytes())) as server:
        yield f"{server.url}/{name}"
