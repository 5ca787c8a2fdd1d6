"""Which URLs a session may load."""

from __future__ import annotations

import pytest

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.media_url import check_media_url, title_of_url


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/film.mp4",
        "http://192.168.1.5:8000/a%20b.mkv?token=1#t=30",
        "HTTPS://EXAMPLE.ORG/",
        "http://[2001:db8::1]/film.mp4",
        "http://[2001:db8::1]:8000/film.mp4",
        "https://example.org/映画.mp4",
    ],
)
def test_http_and_https_may_be_loaded(url: str):
    """A URL with a host is given back as it is, without the space around it."""
    assert check_media_url(f" {url}\n") == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("file:///etc/passwd", "not an http or https URL"),
        ("ytdl://abc", "not an http or https URL"),
        ("edl://!no_clip;/etc/passwd", "not an http or https URL"),
        ("javascript:alert(1)", "not an http or https URL"),
        ("/home/ann/film.mkv", "not an http or https URL"),
        ("", "not an http or https URL"),
        ("http:///film.mp4", "names no host"),
        ("http://:80/film.mp4", "names no host"),
        ("https://example.org\\@evil.example/", "names no host"),
        ("http://x[::1]/film.mp4", "names no host"),
        ("http://[::1]x/film.mp4", "names no host"),
        ("http://[::1]]:80/film.mp4", "names no host"),
        ("http://exa mple.org/", "no spaces or control characters"),
        ("http://example.org/\x1b[31m", "no spaces or control characters"),
        ("http://example.org/a\nb", "no spaces or control characters"),
        ("http://example.org/\u202e", "no spaces or control characters"),
        ("http://example.org/\ud800", "no spaces or control characters"),
        ("http://[::1/film", "is not a URL"),
        ("http://example.org:99999/", "is not a URL"),
        ("http://ann:secret@example.org/film.mp4", "user name or password"),
        ("http://ann@example.org/film.mp4", "user name or password"),
    ],
)
def test_everything_else_is_unsupported(url: str, words: str):
    """What could lead a player to local files or programs, hides where it leads, or tells a password, is refused."""
    with pytest.raises(AppError, match=words) as refusal:
        check_media_url(url)

    assert refusal.value.code is ErrorCode.UNSUPPORTED_URL
    assert refusal.value.hint
    assert "secret" not in refusal.value.message


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://h/films/The%20Film%20(2020).mp4?x=1", "The Film (2020).mp4"),
        ("https://h/%E6%98%A0%E7%94%BB.mp4", "映画.mp4"),
        ("https://h/a/b/", "b"),
        ("https://h/%1b%5b31m", "[31m"),
        ("https://h/" + "a" * 400, "a" * 300),
        ("https://h/", None),
        ("https://h", None),
        ("https://h/%00", None),
    ],
)
def test_the_title_of_a_url_is_the_last_part_of_its_path(url: str, title: str | None):
    """A URL without a title is called by the last part of its path, readable; by none where there is none."""
    assert title_of_url(url) == title


def test_a_link_has_an_end():
    """A link may be as long as the wire takes it, and no longer."""
    longest = "https://example.org/".ljust(4096, "a")
    assert check_media_url(longest) == longest
    with pytest.raises(AppError, match="at most 4096 characters, not 4097") as refused:
        check_media_url(longest + "a")
    assert wire.read(wire.VideoLoad, {"url": longest}).url == longest
    with pytest.raises(AppError, match="<= 4096"):
        wire.read(wire.VideoLoad, {"url": longest + "a"})
    assert refused.value.code is ErrorCode.UNSUPPORTED_URL
