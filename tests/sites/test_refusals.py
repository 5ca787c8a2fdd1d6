"""Why a page gives nothing to play, in the words of the four sites, and in ours."""

from __future__ import annotations

from typing import Any

import pytest

from syncwatch_cli.media.links.resolver import Resolver
from syncwatch_core.errors import AppError, ErrorCode
from tests.sites import fake_dailymotion, fake_vimeo, fake_youtube
from tests.sites.conftest import Web

FILM = "https://www.youtube.com/watch?v=aaaaaaaaaaa"


async def refusal(resolver: Resolver, url: str) -> AppError:
    """Why there is nothing to play."""
    with pytest.raises(AppError) as refused:
        await resolver.resolve(url, "best")
    assert refused.value.code is ErrorCode.UNRESOLVABLE
    return refused.value


@pytest.mark.parametrize(
    ("status", "reason", "subreason", "words"),
    [
        ("LOGIN_REQUIRED", "Private video", "Sign in if you've been granted access to this video", "private"),
        ("ERROR", "Video unavailable", "This video has been removed by the uploader", "deleted"),
        (
            "LOGIN_REQUIRED",
            "Sign in to confirm your age",
            "This video may be inappropriate for some users.",
            "your age",
        ),
        ("LOGIN_REQUIRED", "Sign in to confirm you’re not a bot", "", "robot"),
        ("UNPLAYABLE", "Join this channel to get access to members-only content", "", "members"),
        ("LIVE_STREAM_OFFLINE", "This live event will begin in 2 hours.", "", "live"),
        (
            "UNPLAYABLE",
            "Video unavailable",
            "The uploader has not made this video available in your country",
            "country",
        ),
    ],
)
async def test_what_youtube_refuses(web: Web, resolver: Resolver, status: str, reason: str, subreason: str, words: str):
    """Each of YouTube's reasons not to show a video is told in plain words, with what can be done."""
    refused = fake_youtube.Video(status=status, reason=reason, subreason=subreason, countries=("DE", "AT"))
    web.youtube.videos["aaaaaaaaaaa"] = refused
    error = await refusal(resolver, FILM)

    assert words in error.message
    assert error.hint


@pytest.mark.parametrize(
    ("video", "words"),
    [
        (fake_vimeo.Video(is_gone=True), "not there"),
        (fake_vimeo.Video(only_embedded=True), "only on the pages that its owner allows"),
    ],
)
async def test_what_vimeo_refuses(web: Web, resolver: Resolver, video: fake_vimeo.Video, words: str):
    """A Vimeo video that is gone, or that only some pages may show, is told as such."""
    web.vimeo.videos["76979871"] = video

    assert words in (await refusal(resolver, "https://vimeo.com/76979871")).message


async def test_what_dailymotion_refuses(web: Web, resolver: Resolver):
    """Dailymotion's reasons come through: another country, private, deleted."""
    web.dailymotion.videos |= {
        "x1aa": fake_dailymotion.Video(error=("DM007", "Not available in your country"), countries=("FR",)),
        "x2aa": fake_dailymotion.Video(error=("DM010", "This video is private")),
    }

    assert "(FR only)" in (await refusal(resolver, "https://dai.ly/x1aa")).message
    assert "private" in (await refusal(resolver, "https://dai.ly/x2aa")).message
    assert "not there" in (await refusal(resolver, "https://dai.ly/x3aa")).message


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("https://www.twitch.tv/offline", "nothing is live there now"),
        ("https://www.twitch.tv/nobodyatall", "not there"),
        ("https://www.twitch.tv/videos/999", "not there"),
        ("https://www.twitch.tv/videos/778", "members"),
        ("https://clips.twitch.tv/GoneClip", "not there"),
    ],
)
async def test_what_twitch_refuses(web: Web, resolver: Resolver, link: str, words: str):
    """A channel that is not live, and what is not there or for subscribers only, is told as such."""
    web.twitch.channels.add("offline")
    web.twitch.vods["778"] = "For friends"
    web.twitch.for_subscribers.add("778")

    assert words in (await refusal(resolver, link)).message


async def test_a_page_without_a_video(web: Web, resolver: Resolver):
    """A page on which there is no video is told as such; so is one that is not there."""
    web.proxy.sites["example.org"] = _a_page

    assert "no video on this page" in (await refusal(resolver, "https://example.org/words")).message
    assert "not there" in (await refusal(resolver, "https://example.org/gone")).message


async def test_trouble_on_the_way(web: Web, resolver: Resolver, monkeypatch: pytest.MonkeyPatch):
    """A site with trouble of its own, one with too many guests, and one that can't be reached are told apart."""
    web.proxy.sites["example.org"] = _a_page

    assert "trouble of its own" in (await refusal(resolver, "https://example.org/broken")).message
    assert "too many requests" in (await refusal(resolver, "https://example.org/crowded")).message
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    unreached = Resolver()
    try:
        assert "can't be reached" in (await refusal(unreached, "https://example.org/words")).message
    finally:
        await unreached.close()


def _a_page(asked: Any) -> Any:
    from tests.sites.site_proxy import Answered

    statuses = {"/words": 200, "/broken": 503, "/crowded": 429}
    return Answered(b"<title>Words</title>words", status=statuses[asked.path]) if asked.path in statuses else None
