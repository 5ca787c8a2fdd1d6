"""VideoUrlService: what providers tell of their videos, and what is told where they say nothing."""

from __future__ import annotations

import msgspec
import pytest

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.services.video_url_service import VideoUrlService
from tests.server.url_desk import ANN, PAGE, Desk

YOUTUBE = "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=43"


async def test_provider_tells_of_its_video(desk: Desk) -> None:
    """By oEmbed the provider gives title, picture and duration, and lets browsers show it."""
    desk.origin.oembed = {"title": "A\x1b[31m film", "thumbnail_url": "https://i.example/1.jpg", "html": "<iframe>"}
    youtube = await desk.service().validate_video_url(YOUTUBE, ANN)
    desk.origin.oembed = {"title": "B", "duration": 62, "html": "<iframe>"}
    vimeo = await desk.service().validate_video_url("https://vimeo.com/76979871", ANN)

    assert msgspec.json.decode(msgspec.json.encode(youtube)) == {
        "provider": "youtube",
        "kind": "video",
        "id": "dQw4w9WgXcQ",
        "canonicalUrl": "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "startPosition": 43.0,
        "title": "A[31m film",
        "duration": None,
        "live": None,
        "thumbnailUrl": "https://i.example/1.jpg",
        "container": None,
        "crossOrigin": None,
        "playableIn": ["mpv", "web"],
    }
    assert (vimeo.title, vimeo.duration, vimeo.thumbnail_url) == ("B", 62.0, None)
    assert desk.origin.oembed_questions[0] == {"url": youtube.canonical_url, "format": "json"}


@pytest.mark.parametrize(
    "oembed",
    [
        500,
        429,
        b"{",
        b"\xff",
        b"[]",
        b'{"title": 7, "thumbnail_url": "javascript:x", "duration": "x", "html": "x"}',
        b'{"title": "", "thumbnail_url": "https://a b/", "duration": true}',
        b'{"duration": 1e999}',
    ],
)
async def test_provider_that_says_nothing_useful(desk: Desk, oembed: object) -> None:
    """Where the provider doesn't answer as it should, the link is known by its looks alone."""
    desk.origin.oembed = oembed
    report = await desk.service().validate_video_url(YOUTUBE, ANN)

    assert (report.provider, report.title, report.duration) == ("youtube", None, None)
    assert report.thumbnail_url == "https://i.ytimg.com/vi/dQw4w9WgXcQ/hqdefault.jpg"
    assert "mpv" in report.playable_in


async def test_provider_out_of_reach(desk: Desk) -> None:
    """That this server can't reach a provider says nothing about the players, and is tried again soon."""
    endpoints = {"youtube": "http://gone.example/oembed"}
    service = VideoUrlService(desk.fetcher, lambda: desk.now, PAGE, None, endpoints)
    report = await service.validate_video_url(YOUTUBE, ANN)
    assert (report.title, report.playable_in) == (None, ("mpv", "web"))

    endpoints["youtube"] = desk.origin.url("oembed")
    desk.origin.oembed = {"title": "A film", "html": "<iframe>"}
    assert (await service.validate_video_url(YOUTUBE, ANN)).title is None
    desk.now += 31
    assert (await service.validate_video_url(YOUTUBE, ANN)).title == "A film"


@pytest.mark.parametrize("status", [400, 404])
async def test_provider_knows_no_such_video(desk: Desk, status: int) -> None:
    """A video that its provider doesn't know is unreachable."""
    desk.origin.oembed = status
    with pytest.raises(AppError) as refusal:
        await desk.service().validate_video_url(YOUTUBE, ANN)

    assert refusal.value.code == ErrorCode.UNREACHABLE_URL


@pytest.mark.parametrize("status", [401, 403])
async def test_video_that_may_not_be_embedded(desk: Desk, status: int) -> None:
    """A video that its owner shows on no other page is for mpv alone."""
    desk.origin.oembed = status

    assert (await desk.service().validate_video_url(YOUTUBE, ANN)).playable_in == ("mpv",)


async def test_twitch_is_asked_nothing(desk: Desk) -> None:
    """Twitch has no oEmbed: what the link says is all."""
    vod = await desk.service().validate_video_url("https://www.twitch.tv/videos/6528877?t=5m10s", ANN)
    clip = await desk.service().validate_video_url("https://clips.twitch.tv/FaintLightGullWholeWheat", ANN)

    assert (vod.provider, vod.kind, vod.id, vod.start_position) == ("twitch", "vod", "6528877", 310.0)
    assert (vod.playable_in, clip.playable_in) == (("mpv", "web"), ("mpv",))
    assert desk.origin.oembed_questions == []
