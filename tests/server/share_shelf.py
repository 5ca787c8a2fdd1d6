"""What a host shares, by real HTTP, and whoever reads it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syncwatch_server.services.share_readers import BURST

FILM = os.urandom(1_000_000)
SUBTITLES = "1\n00:00:01,000 --> 00:00:02,500\nHé & <i>you</i>\n"


@dataclass
class Answer:
    """What came of one request for bytes."""

    status: int
    headers: Any
    body: bytes


@dataclass
class Shelf:
    """A film that Ann shares, and who reads it."""

    server: Any
    http: Any
    path: Path
    session_id: str
    code: str

    def offer(self, path: Path, kind: Any = "media") -> None:
        """Share one more file."""
        self.server.shares.offer(self.session_id, path, kind)

    async def listed(self, token: str | None) -> dict[str, Any]:
        """The answer to GET /shares."""
        status, body = await self.http("GET", f"/api/v1/sessions/{self.code}/shares", token=token)
        assert status == 200, body
        return body

    async def path_of(self, token: str, name: str = "film.mp4") -> str:
        """Where a file is read, ticket included."""
        return next(share["path"] for share in (await self.listed(token))["shares"] if share["name"] == name)

    async def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Ask for bytes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.session.request(method, self.server.url + path, headers=named) as response:
            return Answer(response.status, response.headers, await response.read())

    async def long_film(self, token: str, rate: float, beyond: int) -> tuple[str, bytes]:
        """Where a film is read that has so many bytes more than a reader has at once, and its bytes.

        ``rate`` is what each reader has from then on, bytes a second.
        """
        self.server.shares.set_limit(rate)
        self.path.write_bytes(big := os.urandom(BURST + beyond))
        self.offer(self.path)
        return (await self.listed(token))["shares"][-1]["path"], big

    async def read(self, token: str, **headers: str) -> Answer:
        """Ask for bytes of the film."""
        return await self.get(await self.path_of(token), **headers)


def ticket_in(path: str) -> str:
    """The ticket of a path; the file's name comes after it."""
    return path.split("/")[-2]
