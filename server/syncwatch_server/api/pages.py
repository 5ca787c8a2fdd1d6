"""Pages that belong to no session's API: health, the time, and the browser's page."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from syncwatch_server.api.answers import ServerTime
from syncwatch_server.api.faults import json_response
from syncwatch_server.api.web_client import WebClient
from syncwatch_server.server_clock import ServerClock


class Pages:
    """Health, the time, and the browser's page."""

    def __init__(self, clock: ServerClock, public_url: str) -> None:
        self._clock = clock
        self._client = WebClient(public_url)
        self._started = time.monotonic()

    def routes(self) -> list[web.RouteDef]:
        """Every route and its handler."""
        return [
            web.get("/health", self.health),
            web.get("/api/v1/time", self.time, allow_head=False),
            *self._client.routes(),
        ]

    async def health(self, _: web.Request) -> web.Response:
        """That the server lives: ``timestamp`` in ISO 8601, ``uptime`` in seconds, ``memory`` in bytes."""
        return json_response(
            {
                "status": "ok",
                "timestamp": datetime.now(UTC).isoformat(),
                "uptime": round(time.monotonic() - self._started, 3),
                "memory": {"rss": resident_bytes()},
            }
        )

    async def time(self, _: web.Request) -> web.Response:
        """Server time, s."""
        return json_response(ServerTime(server_time=self._clock.now()), headers={"Cache-Control": "no-store"})


def resident_bytes() -> int:
    """The memory that this process holds, in bytes."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    except OSError:
        pass
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
