"""Hostile links at the server's own door: each is refused in words, and nothing is reached that is not global."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import aiohttp
import pytest
from aiohttp import web
from structlog.typing import FilteringBoundLogger

from syncwatch_server.api.faults import error_handler
from syncwatch_server.api.urls import UrlRoutes
from syncwatch_server.services.video_url_service import VideoUrlService
from tests.server.conftest import Http
from tests.server.hostile_origin import HOSTILE, Ground


class NoLog:
    """Takes nothing: what a hostile link causes is a refusal, never an accident."""

    def exception(self, *_: Any, **__: Any) -> None:
        raise AssertionError("a link caused an accident")


@asynccontextmanager
async def door(ground: Ground, total_time: float) -> AsyncIterator[Http]:
    """The route, served for itself, without limits on how often it may be asked."""
    service = VideoUrlService(ground.fetcher(total_time), lambda: 0.0, "http://watch.example")
    app = web.Application(middlewares=[error_handler(cast("FilteringBoundLogger", NoLog()))])
    app.add_routes(UrlRoutes(service).routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as session:
        yield Http(f"http://127.0.0.1:{runner.addresses[0][1]}", session)
    await service.close()
    await runner.cleanup()


@pytest.mark.parametrize(("waits", "total_time"), [(False, 60.0), (True, 0.5)])
async def test_each_hostile_link_is_refused(ground: Ground, waits: bool, total_time: float) -> None:
    """Each hostile link gets one of its codes and words, and no socket is opened to what is not allowed."""
    wrong = []
    async with door(ground, total_time) as http:
        for row in HOSTILE["urls"]:
            if row.get("waits", False) == waits:
                status, answer = await http("POST", "/api/v1/urls/validate", {"url": ground.url(row["url"])})
                refusal = answer.get("error", {})
                if refusal.get("code") not in row["codes"] or not refusal["message"] or status not in (403, 422):
                    wrong.append((row, status, answer))

    assert wrong == []
    assert ground.only_allowed_were_opened()
    assert ground.reached == []


async def test_server_in_use_reaches_nothing_nearby(ground: Ground, http: Http) -> None:
    """The server as it runs reaches neither of two ports of its own machine, nor itself."""
    own = http.url.rpartition(":")[2]
    codes = []
    for host in ("127.0.0.1", "127.0.0.2", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "localhost"):
        for port in (ground.served, ground.canary, own):
            _, answer = await http("POST", "/api/v1/urls/validate", {"url": f"http://{host}:{port}/film.mp4"})
            codes.append(answer["error"]["code"])

    assert codes == ["blocked-url"] * 21
    assert (ground.reached, ground.sent) == ([], 0)


@pytest.mark.parametrize("body", [{}, {"url": 7}, {"url": ""}, {"url": "x" * 5000}, [], None])
async def test_what_is_no_question_is_a_bad_request(http: Http, body: Any) -> None:
    """A body without a URL, or with one that is too long, is a bad request."""
    status, answer = await http("POST", "/api/v1/urls/validate", body)

    assert (status, answer["error"]["code"]) == (400, "bad-request")


async def test_asking_is_slowed_down(http: Http) -> None:
    """Who has ever new links looked at is refused with 429 and the time to wait."""
    answers = [
        await http("POST", "/api/v1/urls/validate", {"url": f"http://127.0.0.1/{number}.mp4"}) for number in range(32)
    ]

    assert answers[0][0] == 403
    assert answers[-1][0] == 429
    assert answers[-1][1]["error"]["retryAfter"] > 0
