"""A site without a session: the page's own modules, media with byte ranges, and an empty place for a player."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.serving import serving

WEB = Path(__file__).parents[2] / "server" / "syncwatch_server" / "web"
STAND_INS = Path(__file__).parent / "stand_ins"

_TYPES = {
    ".js": "text/javascript",
    ".html": "text/html",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".ts": "video/mp2t",
    ".mpd": "application/dash+xml",
    ".m4s": "video/iso.segment",
    ".vtt": "text/vtt",
}

_PAGE = b"<!doctype html><title>A place</title><div id='place' style='width: 320px; height: 200px'></div>"


class ShelfSite(ThreadingHTTPServer):
    """``/web/`` has the modules, ``/stand_ins/`` the tests' own pages, ``/media/`` the folder; ``gone`` answers 404."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folders = {"web": WEB, "stand_ins": STAND_INS, "media": folder}
        self.gone: set[str] = set()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, ShelfSite)
        path = urlsplit(self.path).path
        root, _, rest = path.lstrip("/").partition("/")
        file = server.folders.get(root, Path("/nowhere")) / rest
        if path == "/":
            self._answer(_PAGE, "text/html")
        elif path in server.gone or not rest or not file.is_file():
            self.send_error(404)
        else:
            self._answer(file.read_bytes(), _TYPES.get(file.suffix, "application/octet-stream"))

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
def open_shelf_site(folder: Path) -> Iterator[ShelfSite]:
    """A site that runs."""
    with serving(ShelfSite(folder)) as site:
        yield site
