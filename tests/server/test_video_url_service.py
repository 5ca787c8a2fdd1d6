"""VideoUrlService: what is told of a link, and how often anybody is asked for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.fetching.safe_fetcher import SafeFetcher
from syncwatch_server.live.expiring_cache import ExpiringCache
from syncwatch_server.live.limits import TokenBuckets
from syncwatch_server.services.video_url_service import UrlReport, VideoUrlService
from tests.server.media_origin import SECONDS, Origin, make_media, media_origin

PAGE = "http://watch.example"
ANN, BEN = "198.51.100.1", "198.51.100.2"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    make_media(folder)
    return folder


@dataclass
class Desk:
    """The service, and the world it looks at."""

    origin: Origin
    fetcher: SafeFetcher
    now: float = 1000.0
    services: list[VideoUrlService] = field(default_factory=list)

    def service(self, page: str = PAGE, capacity: int = 1000) -> VideoUrlService:
        """A service with a clock that stands still until it is moved."""
        endpoint = f"http://media.example:{self.origin.port}/oembed"
        endpoints = dict.fromkeys(("youtube", "vimeo", "dailymotion"), endpoint)
        limits = TokenBuckets(capacity, 10.0, lambda: self.now)
        made = VideoUrlService(self.fetcher, lambda: self.now, page, limits, endpoints)
        self.services.append(made)
        return made

    async def report(self, name: str, **options: Any) -> UrlReport:
        """What is told of a file."""
        return await self.service(**options).validate_video_url(self.origin.url(name), ANN)

    async def refusal(self, name: str) -> AppError:
        """Why a file is refused."""
        with pytest.raises(AppError) as refusal:
            await self.report(name)
        return refusal.value


@pytest.fixture
async def desk(folder: Path) -> AsyncIterator[Desk]:
    async with media_origin(folder) as (origin, fetcher):
        desk = Desk(origin, fetcher)
        yield desk
        for service in desk.services:
            await service.close()


# --- direct links --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "container", "duration", "playable_in"),
    [
        ("index-last.mp4", "mp4", SECONDS, ("mpv", "web")),
        ("index-first.mp4", "mp4", SECONDS, ("mpv", "web")),
        ("far.mp4", "mp4", SECONDS, ("mpv", "web")),
        ("fragmented.mp4", "mp4", None, ("mpv", "web")),
        ("film.webm", "webm", SECONDS, ("mpv", "web")),
        ("film.mkv", "matroska", SECONDS, ("mpv",)),
        ("film.ts", "mpeg-ts", None, ("mpv",)),
        ("film.avi", "avi", None, ("mpv",)),
        ("film.flv", "flv", None, ("mpv",)),
        ("film.mpg", "mpeg-ps", None, ("mpv",)),
        ("sound.mp3", "mp3", None, ("mpv", "web")),
        ("bare.mp3", "mp3", None, ("mpv", "web")),
        ("sound.aac", "aac", None, ("mpv", "web")),
        ("sound.flac", "flac", SECONDS, ("mpv", "web")),
        ("sound.wav", "wav", SECONDS, ("mpv", "web")),
        ("sound.ogg", "ogg", None, ("mpv", "web")),
    ],
)
async def test_files_are_known_by_their_bytes(
    desk: Desk, name: str, container: str, duration: float | None, playable_in: tuple[str, ...]
) -> None:
    """Each kind of file is known by its first bytes, its duration where they say it, and who can play it."""
    report = await desk.report(name)

    assert (report.provider, report.container, report.live) == ("direct", container, False)
    assert report.duration == (None if duration is None else pytest.approx(duration, abs=0.15))
    assert report.playable_in == playable_in
    assert report.title == name


@pytest.mark.parametrize(
    ("name", "provider", "duration", "live"),
    [
        ("vod.m3u8", "hls", SECONDS, False),
        ("master.m3u8", "hls", SECONDS, False),
        ("long.m3u8", "hls", 10_000.0, False),
        ("live.m3u8", "hls", None, True),
        ("vod.mpd", "dash", SECONDS, False),
        ("live.mpd", "dash", None, True),
    ],
)
async def test_manifests_tell_length_and_liveness(
    desk: Desk, name: str, provider: str, duration: float | None, live: bool
) -> None:
    """A manifest says how long it is or that it is live; through a list of variants as well."""
    report = await desk.report(name)

    assert (report.provider, report.container, report.live) == (provider, provider, live)
    assert report.duration == (None if duration is None else pytest.approx(duration, abs=0.15))


async def test_index_far_away_costs_two_small_requests(desk: Desk) -> None:
    """An index at the end is asked for by itself; where the origin has no ranges, the duration stays unknown."""
    near = await desk.report("far.mp4")
    assert near.duration == pytest.approx(SECONDS, abs=0.15)
    assert desk.origin.asked["far.mp4"] == 2

    desk.origin.takes_ranges = False
    far = await desk.report("far.mp4")
    assert (far.duration, far.container, desk.origin.asked["far.mp4"]) == (None, "mp4", 3)


@pytest.mark.parametrize(
    ("allowed", "name", "cross_origin", "playable_in"),
    [
        ("*", "vod.m3u8", True, ("mpv", "web")),
        (PAGE, "vod.mpd", True, ("mpv", "web")),
        ("http://other.example", "vod.m3u8", False, ("mpv",)),
        (None, "vod.mpd", False, ("mpv",)),
        (None, "film.webm", False, ("mpv", "web")),
        ("*", "film.webm", True, ("mpv", "web")),
    ],
)
async def test_browsers_need_cors_for_manifests_only(
    desk: Desk, allowed: str | None, name: str, cross_origin: bool, playable_in: tuple[str, ...]
) -> None:
    """Manifests are read by scripts, so browsers play them with CORS alone; files they play without."""
    desk.origin.headers = {} if allowed is None else {"Access-Control-Allow-Origin": allowed}
    report = await desk.report(name, page=f"{PAGE}/")

    assert (report.cross_origin, report.playable_in) == (cross_origin, playable_in)


async def test_files_that_pages_may_not_show(desk: Desk) -> None:
    """What is kept to its own site, and what comes without TLS to a page with TLS, only mpv can play."""
    assert (await desk.report("film.webm", page="https://watch.example")).playable_in == ("mpv",)

    desk.origin.headers = {"Cross-Origin-Resource-Policy": "same-origin"}
    assert (await desk.report("film.webm")).playable_in == ("mpv",)


async def test_wrong_content_type_is_seen_through(desk: Desk) -> None:
    """A file is what its bytes say, whatever its server calls it; a type counts only where bytes say nothing."""
    desk.origin.headers = {"Content-Type": "text/html"}
    assert (await desk.report("film.webm")).container == "webm"

    desk.origin.headers = {"Content-Type": "video/x-rare"}
    report = await desk.report("noise.mp4")
    assert (report.container, report.playable_in) == (None, ("mpv",))


@pytest.mark.parametrize(
    ("name", "words"), [("page.mp4", "is a web page"), ("noise.mp4", "no video or sound that is known")]
)
async def test_what_is_no_media_is_refused(desk: Desk, name: str, words: str) -> None:
    """A link to a film that leads to a page or to nothing known is refused, and says what is there instead."""
    desk.origin.headers = {"Content-Type": "application/octet-stream"}
    refusal = await desk.refusal(name)

    assert (refusal.code, words in refusal.message) == (ErrorCode.UNSUPPORTED_URL, True)


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429, 500, 503])
async def test_origin_that_says_no_is_quoted(desk: Desk, status: int) -> None:
    """An origin's refusal is an unreachable URL, with its host and its status."""
    desk.origin.status = status
    refusal = await desk.refusal("film.webm")

    assert refusal.code == ErrorCode.UNREACHABLE_URL
    assert refusal.message.startswith("media.example ")
    assert f"HTTP {status}" in refusal.message


async def test_playlist_of_what_is_gone(desk: Desk) -> None:
    """A playlist whose variants are gone is refused for the fault that a player would find."""
    refusal = await desk.refusal("lost.m3u8")

    assert (refusal.code, "HTTP 404" in refusal.message) == (ErrorCode.UNREACHABLE_URL, True)


async def test_other_pages_are_left_to_yt_dlp(desk: Desk) -> None:
    """A page that is no provider's may be known to yt-dlp, even if it turns this server away; what is gone is gone."""
    page = await desk.report("watch")
    desk.origin.status = 403
    turned_away = await desk.report("watch")
    desk.origin.status = 404
    gone = await desk.refusal("watch")

    assert (page.provider, page.kind, page.playable_in, page.container) == ("other", "page", ("mpv",), None)
    assert (turned_away.provider, turned_away.playable_in) == ("other", ("mpv",))
    assert gone.code == ErrorCode.UNREACHABLE_URL


async def test_link_without_ending_is_known_by_its_bytes(desk: Desk) -> None:
    """A link that doesn't look like a film, but leads to one, is told as the film that it is."""
    report = await desk.report("stream")

    assert (report.provider, report.kind, report.playable_in) == ("direct", "video", ("mpv", "web"))


async def test_file_has_no_link(desk: Desk) -> None:
    """A file on somebody's computer is no link that a server could look at."""
    with pytest.raises(AppError) as refusal:
        await desk.service().validate_video_url("./film.mp4", ANN)

    assert refusal.value.code == ErrorCode.UNSUPPORTED_URL


# --- providers -----------------------------------------------------------------------------------------

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
    service = VideoUrlService(desk.fetcher, lambda: desk.now, PAGE, None, {"youtube": "http://gone.example/oembed"})
    report = await service.validate_video_url(YOUTUBE, ANN)

    assert (report.title, report.playable_in) == (None, ("mpv", "web"))


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


# --- how often anybody is asked ------------------------------------------------------------------------


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


def test_cache_forgets_the_longest_unused() -> None:
    """The cache is bounded: who was not asked for goes first."""
    cache: ExpiringCache[str] = ExpiringCache(2, lambda: 0.0)
    for key in ("a", "b"):
        cache.put(key, key, 10)
    assert cache.get("a") == "a"
    cache.put("c", "c", 10)

    assert [cache.get(key) for key in ("a", "b", "c")] == ["a", None, "c"]
