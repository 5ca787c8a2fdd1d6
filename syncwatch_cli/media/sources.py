"""SOURCE on the command line: a URL, or a local file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syncwatch_cli.media.files import local_files
from syncwatch_core.media_url import check_media_url


@dataclass(frozen=True, slots=True)
class Source:
    """What a person wants everybody to watch."""

    url: str | None
    path: Path | None

    def as_media(self) -> dict[str, Any]:
        """As the wire names media: ``{"url"}`` or ``{"file"}``; raises ``AppError`` (file-not-found)."""
        return {"url": self.url} if self.path is None else {"file": local_files.describe(self.path)}


def parse_source(text: str) -> Source:
    """Read SOURCE; raises ``AppError`` (unsupported-url, file-not-found)."""
    if "://" in text:
        return Source(check_media_url(text), None)
    return Source(None, local_files.readable(local_files.named(text)))
