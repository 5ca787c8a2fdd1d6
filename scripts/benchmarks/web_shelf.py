"""A site without a session: the page's own modules, media with byte ranges, and an empty place for a player."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from benchmarks.range_server import RangeServer, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

WEB = Path(__file__).parents[2] / "server" / "syncwatch_server" / "web"
STAND_INS = Path(__file__).parent / "stand_ins"

SOURCES = {
    "youtube": "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "vimeo": "https://vimeo.com/76979871/abcdef1234",
    "dailymotion": "https://www.dailymotion.com/video/x7tgad0",
    "twitch": "https://www.twitch.tv/videos/123456789",
}
"""Site -> a video of it that its stand-in plays."""

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


class ShelfSite(RangeServer):
    """``/web/`` has the modules, ``/stand_ins/`` other sites, ``/media/`` the folder; what is ``gone`` answers 404."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folders = {"web": WEB, "stand_ins": STAND_INS, "media": folder}
        self.gone: set[str] = set()

    def content_at(self, path: str) -> tuple[bytes, str] | None:
        """What is there."""
        path = urlsplit(path).path
        if path == "/":
            return _PAGE, "text/html"
        root, _, rest = path.lstrip("/").partition("/")
        file = self.folders.get(root, Path("/nowhere")) / rest
        if path in self.gone or not rest or not file.is_file():
            return None
        return file.read_bytes(), _TYPES.get(file.suffix, "application/octet-stream")


@contextmanager
def open_shelf_site(folder: Path) -> Iterator[ShelfSite]:
    """A site that runs."""
    with serving(ShelfSite(folder)) as site:
        yield site
