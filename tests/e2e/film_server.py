"""A web server with films: answers ranges as any does, and fails in the ways that any does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.range_server import RangeServer, serving


class FilmServer(RangeServer):
    """Serves what is in ``shelf`` by path; anything else is 404."""

    def __init__(self) -> None:
        super().__init__()
        self.shelf: dict[str, bytes] = {}

    def put(self, name: str, content: bytes | Path) -> str:
        """Offer a film or anything else; its URL."""
        self.shelf[f"/{name}"] = content.read_bytes() if isinstance(content, Path) else content
        return self.url_of(name)

    def url_of(self, name: str) -> str:
        """The URL at which something would be."""
        return f"{self.url}/{name}"

    def content_at(self, path: str) -> tuple[bytes, str] | None:
        content = self.shelf.get(path)
        return None if content is None else (content, "video/mp4")


@contextmanager
def open_film_server() -> Iterator[FilmServer]:
    """A film server that runs."""
    with serving(FilmServer()) as server:
        yield server
