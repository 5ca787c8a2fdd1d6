"""A web server with films: answers ranges as any does, and fails in the ways that any does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.serving import serving


class FilmServer(ThreadingHTTPServer):
    """Serves what is in ``shelf`` by path; anything else is 404."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.shelf: dict[str, bytes] = {}

    def put(self, name: str, content: bytes | Path) -> str:
        """Offer a film or anything else; its URL."""
        self.shelf[f"/{name}"] = content.read_bytes() if isinstance(content, Path) else content
        return self.url_of(name)

    def url_of(self, name: str) -> str:
        """The URL at which something would be."""
        return f"http://127.0.0.1:{self.server_address[1]}/{name}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, FilmServer)
        content = server.shelf.get(self.path)
        if content is None:
            self.send_error(404)
            return
        first, last = 0, len(content) - 1
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if asked:
            first, last = int(asked[1]), int(asked[2] or last)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Type", "video/mp4")
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
def open_film_server() -> Iterator[FilmServer]:
    """A film server that runs."""
    with serving(FilmServer()) as server:
        yield server
