"""An origin that serves as origins really do: as it should, slowly, without ranges, in part, elsewhere, or not."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.cli.player.origin import Origin

AT_ONCE = 16384
"""Bytes that are written in one go."""
KINDS = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".mpd": "application/dash+xml",
    ".ts": "video/mp2t",
    ".html": "text/html; charset=utf-8",
}
"""Content types by suffix; all else is an MP4."""


@dataclass
class Answer:
    """What is answered to whoever asks for one thing."""

    body: bytes = b""
    kind: str = "video/mp4"
    status: int = 200
    """Other than 200: that, and nothing else; 200 becomes 206 where a range is asked for."""
    has_ranges: bool = True
    tells_length: bool = True
    silent_for: float = 0.0
    """Seconds until the first byte."""
    pace: float | None = None
    """Bytes a second; None for as fast as it goes."""
    lingers_for: float = 0.0
    """Seconds after the last byte until the connection is closed."""
    dies_after: int | None = None
    """Bytes of one answer after which the connection is closed."""
    headers: Mapping[str, str] = field(default_factory=dict)


def moved(location: str, status: int = 302) -> Answer:
    """The answer that it lies elsewhere."""
    return Answer(status=status, headers={"Location": location})


class OddOrigin(Origin):
    """Serves what is on its ``shelf``, by path; anything else is 404. ``asked``: the paths asked for so far."""

    def __init__(self) -> None:
        super().__init__()
        self.shelf: dict[str, Answer] = {}
        self.asked: list[str] = []

    def put(self, name: str, answer: Answer | bytes | Path) -> str:
        """Offer something, from now on; its URL."""
        if isinstance(answer, Path):
            answer = answer.read_bytes()
        if isinstance(answer, bytes):
            answer = Answer(answer, KINDS.get(Path(name).suffix, "video/mp4"))
        self.shelf[f"/{name}"] = answer
        return self.url_of(name)

    def put_folder(self, folder: Path) -> None:
        """Offer every file of ``folder``."""
        for file in folder.iterdir():
            self.put(file.name, file)

    async def answer(self, request: bytes, writer: asyncio.StreamWriter) -> None:
        path = request.split(b" ", 2)[1].decode()
        self.asked.append(path)
        await _serve(self.shelf.get(path, Answer(status=404)), request, writer)


async def _serve(answer: Answer, request: bytes, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(answer.silent_for)
    status, first = answer.status, 0
    asked = re.search(rb"\r\nrange: bytes=(\d+)-", request, re.IGNORECASE)
    headers = {"Content-Type": answer.kind, "Connection": "close", **answer.headers}
    if status == 200 and asked and answer.has_ranges:
        status, first = 206, int(asked[1])
        headers["Content-Range"] = f"bytes {first}-{len(answer.body) - 1}/{len(answer.body)}"
    if answer.has_ranges:
        headers["Accept-Ranges"] = "bytes"
    if answer.tells_length:
        headers["Content-Length"] = str(len(answer.body) - first)
    lines = [f"HTTP/1.1 {status} So", *(f"{name}: {value}" for name, value in headers.items())]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    await _send(answer, first, writer)


async def _send(answer: Answer, first: int, writer: asyncio.StreamWriter) -> None:
    end = len(answer.body) if answer.dies_after is None else min(first + answer.dies_after, len(answer.body))
    for start in range(first, end, AT_ONCE):
        part = answer.body[start : min(start + AT_ONCE, end)]
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(len(part) / answer.pace if answer.pace else 0)
    await asyncio.sleep(answer.lingers_for)
