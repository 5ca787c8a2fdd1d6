"""The files of the browser's page, read once: what each is, its version, and its compressed form.

They are named in the page under ``/web/VERSION/``, where the version is a hash over all of them. So browsers may keep
them for good, and a new version of the server is a new set of addresses.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

FOLDER = Path(__file__).parent.parent / "web"

ENTRY = "page.js"
"""The module that the page begins with."""

_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain",
    ".md": "text/plain",
}

_WORTH_COMPRESSING = 512
"""Bytes; below that it takes as long as it saves."""

_IMPORTED = re.compile(r"""^(?:import|export)\b[^"';]*?["'](\.{1,2}/[^"']+)["'];?$""", re.MULTILINE)
"""What a module imports as it is loaded, as the house writes it; what it imports later is not meant."""


@dataclass(slots=True, eq=False)
class WebFile:
    """One of them."""

    body: bytes
    content_type: str
    etag: str
    _compressed: bytes | None = None

    @property
    def is_text(self) -> bool:
        """Whether it has a character set, and is worth compressing."""
        return self.content_type != "image/png"

    async def compressed(self) -> bytes | None:
        """The file as gzip has it, made at the first use; None where that is of no use."""
        if not self.is_text or len(self.body) < _WORTH_COMPRESSING:
            return None
        if self._compressed is None:
            self._compressed = await asyncio.to_thread(gzip.compress, self.body, 9, mtime=0)
        return self._compressed


@dataclass(frozen=True, slots=True)
class WebFiles:
    """All of them, by their paths."""

    files: dict[str, WebFile]
    version: str
    shell: tuple[str, ...]
    """The modules without which the page shows nothing, the first of all first."""


def read_files(folder: Path = FOLDER) -> WebFiles:
    """All files of the page."""
    files = {}
    for path in sorted(folder.rglob("*")):
        kind = _TYPES.get(path.suffix)
        if kind is not None and path.is_file():
            body = path.read_bytes()
            files[path.relative_to(folder).as_posix()] = WebFile(body, kind, hashlib.sha256(body).hexdigest()[:20])
    together = "\n".join(f"{name} {file.etag}" for name, file in files.items())
    version = hashlib.sha256(together.encode()).hexdigest()[:12]
    return WebFiles(files, version, tuple(_reached(files, ENTRY)))


def _reached(files: dict[str, WebFile], entry: str) -> list[str]:
    """The module and all that it imports, directly or not."""
    reached = [entry]
    for name in reached:
        for imported in _IMPORTED.findall(files[name].body.decode()):
            path = _resolved(PurePosixPath(name).parent, imported)
            if path in files and path not in reached:
                reached.append(path)
    return reached


def _resolved(folder: PurePosixPath, relative: str) -> str:
    parts = list(folder.parts)
    for part in PurePosixPath(relative).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
