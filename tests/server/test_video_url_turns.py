"""VideoUrlService: how often anybody is asked for a link, and who has to wait."""

from __future__ import annotations

import asyncio

import pytest

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.services.video_url_service import UrlReport
from tests.server.url_desk import ANN, BEN, Desk


async def test_answers_are_kept_until_they_expire(desk: Desk) -> None:
    """A link is looked at once for all in ten minutes; its start position is each asker's own."""
    service = desk.service()
    first = await service.validate_video_url(desk.origin.url("film.webm#t=5"), ANN)
    second = await service.validate_video_url(desk.origin.url("film.webm#t=9"), BEN)
    assert desk.origin.asked["film.webm"] == 1
    assert (first.start_position, second.start_position) == (5.0, 9.0)

    desk.now += 601
    await service.validate_video_url(desk.origin.url("film.webm"), ANN)
    assert desk.origin.asked["film.webm"] == 2


async def test_faults_are_kept_for_a_moment(desk: Desk) -> None:
    """A fault is told again for half a minute without asking anew, and may be gone then."""
    service = desk.service()
    desk.origin.status = 503
    for _ in range(2):
        with pytest.raises(AppError, match="HTTP 503"):
            await service.validate_video_url(desk.origin.url("film.webm"), ANN)
    assert desk.origin.asked["film.webm"] == 1

    desk.origin.status = None
    desk.now += 31
    assert (await service.validate_video_url(desk.origin.url("film.webm"), ANN)).container == "webm"


async def test_asking_at_once_asks_once(desk: Desk) -> None:
    """Many who ask for one link at the same time cost one request; who gives up leaves the answer to the others."""
    service = desk.service()
    asking = [
        asyncio.create_task(service.validate_video_url(desk.origin.url("film.webm"), f"198.51.100.{number}"))
        for number in range(20)
    ]
    await asyncio.sleep(0)
    asking[0].cancel()
    reports = await asyncio.gather(*asking, return_exceptions=True)

    assert isinstance(reports[0], asyncio.CancelledError)
    assert {report.container for report in reports[1:] if isinstance(report, UrlReport)} == {"webm"}
    assert desk.origin.asked["film.webm"] == 1


async def test_closing_gives_up_what_is_under_way(desk: Desk) -> None:
    """A server that goes down leaves no look at a link behind."""
    service = desk.service()
    asking = asyncio.create_task(service.validate_video_url(desk.origin.url("film.webm"), ANN))
    await asyncio.sleep(0)
    await service.close()

    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_each_client_has_its_limit(desk: Desk) -> None:
    """Who asks for too many new links is slowed down; what is known already, and other clients, are not."""
    service = desk.service(capacity=2)
    for name in ("film.webm", "film.mkv"):
        await service.validate_video_url(desk.origin.url(name), ANN)
    with pytest.raises(AppError) as refusal:
        await service.validate_video_url(desk.origin.url("film.ts"), ANN)

    assert (refusal.value.code, refusal.value.retry_after) == (ErrorCode.RATE_LIMITED, 10.0)
    assert (await service.validate_video_url(desk.origin.url("film.mkv"), ANN)).container == "matroska"
    assert (await service.validate_video_url(desk.origin.url("film.ts"), BEN)).container == "mpeg-ts"
