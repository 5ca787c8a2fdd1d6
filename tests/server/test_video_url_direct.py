"""VideoUrlService: what is told of links to files, to manifests and to pages."""

from __future__ import annotations

import pytest

from syncwatch_core.errors import AppError, ErrorCode
from tests.server.media_origin import SECONDS
from tests.server.url_desk import ANN, PAGE, Desk


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


async def test_what_may_never_end_is_not_called_a_file(desk: Desk) -> None:
    """Sound that is sent without a length may be a radio or a file: whether it is live is unknown."""
    desk.origin.has_an_end = False
    report = await desk.report("sound.mp3")

    assert (report.container, report.live, report.duration) == ("mp3", None, None)


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
