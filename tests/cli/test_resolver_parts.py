"""The parts of the resolver that ask nobody: qualities, ends of links, reasons in words, and what mpv is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from syncwatch_cli.media.links.extracted import as_playlist, as_resolution
from syncwatch_cli.media.links.mpv_source import as_mpv_source
from syncwatch_cli.media.links.quality import check_quality, selection
from syncwatch_cli.media.links.resolution import Chapter, Resolution, Stream, Subtitles
from syncwatch_cli.media.links.resolver_failures import failure
from syncwatch_cli.media.links.resolver_rows import Fault
from syncwatch_cli.media.links.stream_expiry import expires_at
from syncwatch_cli.media.links.yt_dlp_age import age_in_days, update_command
from syncwatch_core.errors import AppError, ErrorCode

NOW = 1_795_000_000.0
"""18 November 2026."""

# --- qualities ---


@pytest.mark.parametrize(("text", "meant"), [("1080", "1080"), (" 720P ", "720"), ("Best", "best"), ("audio", "audio")])
def test_a_quality(text: str, meant: str):
    """A quality is best, audio or a height, however it is written."""
    assert check_quality(text) == meant


@pytest.mark.parametrize("text", ["", "0", "-1", "1080pp", "4k", "10800000", "worst", "١٠٨٠", "1080[x]"])
def test_no_quality(text: str):
    """Anything else is a mistake in the usage."""
    with pytest.raises(AppError) as refused:
        check_quality(text)

    assert refused.value.code is ErrorCode.USAGE


def test_only_a_height_sorts():
    """The best needs no order of its own; a height comes before what the person sorts by."""
    assert selection("best").sort == ()
    assert selection("720").sort == ("res:720",)


# --- until when a link is good ---


@pytest.mark.parametrize(
    ("url", "instant"),
    [
        ("https://rr1.googlevideo.com/videoplayback?expire=1700000000&ei=x", 1700000000),
        ("https://manifest.googlevideo.com/api/manifest/hls_playlist/expire/1700000001/ei/x", 1700000001),
        ("https://vod-adaptive-ak.vimeocdn.com/exp=1700000002~acl=%2Ff%2F%2A~hmac=12ab/f/x.m3u8", 1700000002),
        ("https://player.vimeo.com/x.mp4?hdnts=st%3D1600000000~exp%3D1700000003~acl%3D%2F%2A~hmac%3Dab", 1700000003),
        ("https://clips.twitchcdn.net/x.mp4?token=%7B%22expires%22%3A1700000004%7D", 1700000004),
        ("https://clips.twitchcdn.net/x.mp4?token=%7B%22expires%22%3A+1700000004%7D", 1700000004),
        ("https://d1.cloudfront.net/x?Expires=1700000005&Signature=a&Key-Pair-Id=b", 1700000005),
        ("https://s3.amazonaws.com/x?X-Amz-Date=20231114T221320Z&X-Amz-Expires=60", 1700000060),
        ("https://s3.amazonaws.com/x?X-Amz-Date=20231399T221320Z&X-Amz-Expires=60", None),
        ("https://example.org/film.mp4", None),
        ("https://example.org/film.mp4?experiment=1700000000&index=1700000000", None),
        ("https://example.org/film.mp4?expires=3600", None),
    ],
)
def test_the_end_of_a_link(url: str, instant: float | None):
    """Each site writes the end of a link's life into it in its own way; a length of time is no instant."""
    assert expires_at([url]) == instant


def test_the_first_end_counts():
    """Of several streams the first that expires counts."""
    assert expires_at(["https://a/?expire=1700000009", "https://a/", "https://a/?expire=1700000001"]) == 1700000001


# --- how old yt-dlp is, and how it is updated ---


@pytest.mark.parametrize(
    ("version", "days"), [("2026.10.26", 23), ("2026.11.18.232859", 0), ("2026.02.31", None), ("unknown", None)]
)
def test_the_age_of_a_version(version: str, days: int | None):
    """A version is the day of its release."""
    assert age_in_days(version, NOW) == days


def test_the_command_that_updates(tmp_path: Path):
    """Each way to install the program has its own command to update what is in it."""
    pip = update_command(tmp_path)
    (tmp_path / "pipx_metadata.json").touch()
    pipx = update_command(tmp_path)
    (tmp_path / "uv-receipt.toml").touch()

    assert pip.endswith("-m pip install --upgrade 'yt-dlp[default]'")
    assert pipx == f"pipx runpip {tmp_path.name} install --upgrade 'yt-dlp[default]'"
    assert update_command(tmp_path) == f"uv tool upgrade {tmp_path.name}"


# --- reasons in words ---


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("ExtractorError", "This video is DRM protected", expected=True), "DRM"),
        (Fault("ExtractorError", "Login required. Use --cookies", expected=True), "who is logged in"),
        (Fault("ExtractorError", "HTTP Error 410: Gone", expected=True, status=410), "not there"),
        (Fault("ExtractorError", "HTTP Error 503: Service Unavailable", expected=True, status=503), "answers 503"),
        (Fault("ExtractorError", "Unable to download", expected=True, is_network=True), "can't be reached"),
        (Fault("ExtractorError", "Requested format is not available. Use --list", expected=True), "in this quality"),
        (Fault("ExtractorError", "Something \x1b[31mnew. Use --x", expected=True), "the site says: Something new"),
        (Fault("KeyError", "'streams'"), "can't read this page"),
        (Fault("GeoRestrictedError", "No", countries=("DE", "AT")), "(DE, AT only)"),
        (Fault("UserNotLive", "The channel is not currently live"), "nothing is live"),
        (Fault("Missing", "No module named yt_dlp"), "not installed"),
    ],
)
def test_a_reason(fault: Fault, words: str):
    """Whatever yt-dlp reports is told in plain words, without its advice to its own users."""
    assert words in failure(fault, "2026.10.26", NOW).message


@pytest.mark.parametrize(
    ("fault", "is_its_age"),
    [
        (Fault("KeyError", "'streams'"), True),
        (Fault("ExtractorError", "No video formats found!"), True),
        (Fault("ExtractorError", "HTTP Error 403: Forbidden", expected=True, status=403), True),
        (Fault("ExtractorError", "This video is private", expected=True), False),
        (Fault("ExtractorError", "HTTP Error 404: Not Found", expected=True, status=404), False),
        (Fault("ExtractorError", "Connection refused", expected=True, is_network=True), False),
        (Fault("UserNotLive", "The channel is not currently live", expected=True), False),
    ],
)
def test_an_old_yt_dlp_is_to_blame(fault: Fault, is_its_age: bool):
    """After 90 days the age of yt-dlp is named for what it stumbles over, and not for what is the video's own fault."""
    fresh, old = failure(fault, "2026.08.20", NOW), failure(fault, "2026.08.19", NOW)

    assert "too old" not in fresh.message
    assert ("is 91 days old, too old" in old.message) == is_its_age


# --- what a site says, and what is made of it ---


def test_what_is_not_of_the_web_is_left_out():
    """A stream, a picture or subtitles at an address that is none of the web's come to nothing."""
    found: dict[str, Any] = {
        "url": "https://a/film.mp4",
        "thumbnail": "file:///etc/passwd",
        "subtitles": {
            "en": [{"url": "data:text/vtt,x", "ext": "vtt"}],
            "live_chat": [{"url": "https://a", "ext": "json"}],
        },
        "http_headers": {"X-Odd": "a\r\nHost: b", "Accept": "*/*", "Sec-Fetch-Mode": "x", "Referer": "https://a/"},
        "cookies": "a=1; Domain=.a; Path=/; Secure; b=2; Domain=a; Path=/x",
        "chapters": [{"start_time": -1, "title": "no"}, {"start_time": 2, "title": "Two\nlines"}],
        "duration": float("inf"),
    }
    resolution = as_resolution("https://a/", found, sound_only=False)

    assert as_resolution("https://a/", {"url": "rtmp://a/b", "protocol": "rtmp"}, sound_only=False) is None
    assert resolution is not None
    assert (resolution.thumbnail_url, resolution.subtitles, resolution.duration) == (None, (), None)
    assert resolution.video.headers == {"Referer": "https://a/"}
    assert resolution.video.cookies == ("a=1; Domain=.a; Path=/; Secure", "b=2; Domain=a; Path=/x")
    assert resolution.chapters == (Chapter(start=2.0, title="Two lines"),)


def test_dash_by_its_manifest():
    """Where there is DASH by segments only, the player gets the manifest, once."""
    part = {"protocol": "http_dash_segments", "manifest_url": "https://a/x.mpd", "url": "https://a/seg"}
    found = {"requested_formats": [part | {"vcodec": "avc1"}, part | {"vcodec": "none"}]}
    resolution = as_resolution("https://a/", found, sound_only=False)

    assert resolution is not None
    assert (resolution.video.url, resolution.audio) == ("https://a/x.mpd", None)


def test_entries_without_a_page():
    """An entry of a list that has no page of its own is left out; the others keep their order."""
    entries: list[dict[str, Any]] = [
        {"url": "ytsearch:x"},
        {"url": "https://youtu.be/aaaaaaaaaaa", "title": " a\tb "},
        {},
    ]
    playlist = as_playlist("https://a/", None, entries, 2)

    assert [(each.url, each.title) for each in playlist.entries] == [
        ("https://www.youtube.com/watch?v=aaaaaaaaaaa", "a b")
    ]
    assert playlist.is_cut


# --- what mpv is told ---


def resolution(**known: Any) -> Resolution:
    return Resolution(page_url="https://a/", provider="a", **known)


def test_one_stream_is_its_url():
    """One stream alone is opened by its URL, and so is one that is live."""
    stream, beside = Stream(url="https://a/x;y%z"), (Subtitles(url="https://a/s", language="en"),)

    assert as_mpv_source(resolution(video=stream)) == ("https://a/x;y%z", {})
    assert as_mpv_source(resolution(video=stream, subtitles=beside, live=True))[0] == "https://a/x;y%z"


def test_two_streams_are_one_source():
    """Picture and sound become one source, in which nothing of their URLs is special, told by length in bytes."""
    source, _ = as_mpv_source(resolution(video=Stream(url="https://a/é;v"), audio=Stream(url="https://a/a,b")))

    assert source == (
        "edl://!new_stream;!no_chapters;!no_clip;%14%https://a/é;v;!new_stream;!no_chapters;!no_clip;%13%https://a/a,b"
    )


def test_headers_cookies_and_chapters():
    """What servers want to be told, cookies, chapters and the wish for sound alone are options of this file alone."""
    headers = {"User-Agent": "A, b", "referer": "https://r/", "X-One": "1,2", "X-Odd": "ends in \\"}
    video = Stream(url="https://a/v", headers=headers, cookies=("a=1; path=/", "b=2; path=/"))
    audio = Stream(url="https://a/s", headers={"X-Two": "3", "User-Agent": "other"}, cookies=("a=1; path=/",))
    chapters = (Chapter(start=4.0, title="b=c;#"), Chapter(start=0.0, title="a"))
    found = resolution(video=video, audio=audio, chapters=chapters, duration=9.0, sound_only=True)

    assert as_mpv_source(found)[1] == {
        "user-agent": "A, b",
        "referrer": "https://r/",
        "http-header-fields": "X-One: 1\\,2,X-Two: 3",
        "stream-lavf-o": "cookies=%23%a=1; path=/\nb=2; path=/",
        "vid": "no",
        "chapters-file": "memory://;FFMETADATA1\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=4000\ntitle=a\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=4000\nEND=9000\ntitle=b\\=c\\;\\#\n",
    }
