"""Pages that belong to no session's API: health, the time, and what stands behind a join link."""

from __future__ import annotations

import html
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from syncwatch_core.errors import AppError
from syncwatch_core.join_code import join_link, parse_code
from syncwatch_server.api.answers import ServerTime
from syncwatch_server.api.faults import json_response
from syncwatch_server.server_clock import ServerClock

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1.1rem/1.6 system-ui, sans-serif; max-width: 36rem; margin: 12vh auto; padding: 0 1.5rem; }}
code {{ display: block; padding: .8rem 1rem; border-radius: .4rem; background: #8882; overflow-wrap: anywhere; }}
:root {{ color-scheme: light dark; }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""

_POLICY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
}
"""Besides the headers that every answer has."""


class Pages:
    """Health, time and the page behind a link."""

    def __init__(self, clock: ServerClock, public_url: str) -> None:
        self._clock = clock
        self._public_url = public_url
        self._started = time.monotonic()

    def routes(self) -> list[web.RouteDef]:
        """Every route and its handler."""
        return [
            web.get("/", self.front),
            web.get("/s/{code}", self.invitation),
            web.get("/health", self.health),
            web.get("/api/v1/time", self.time, allow_head=False),
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

    async def front(self, _: web.Request) -> web.Response:
        """What this is, and how to begin."""
        body = "<p>Watch the same video at the same moment. To begin, run</p><code>syncwatch host VIDEO</code>"
        return _page("SyncWatch", body)

    async def invitation(self, request: web.Request) -> web.Response:
        """How to join the session of this link; says nothing about whether there is one."""
        try:
            code = parse_code(request.match_info["code"])
        except AppError as refusal:
            words = f"<p>{html.escape(refusal.message)}</p><p>{html.escape(refusal.hint or '')}</p>"
            return _page("No such session", words, 404)
        link = html.escape(join_link(self._public_url, code))
        words = "<p>You are invited to watch together. With SyncWatch and mpv installed, run</p>"
        body = f"{words}<code>syncwatch join {link}</code>"
        return _page(f"Join {code}", body)


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


def _page(title: str, body: str, status: int = 200) -> web.Response:
    text = _PAGE.format(title=html.escape(title), body=body)
    return web.Response(text=text, status=status, content_type="text/html", headers=_POLICY)
