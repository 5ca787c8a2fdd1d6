"""The four sites, from the page of a video to what a player is given, by yt-dlp's own extractors."""

from __future__ import annotations

import time

import pytest

from syncwatch_cli.media.links.resolver import Resolver
from syncwatch_core.errors import AppError
from tests.sites import fake_dailymotion, fake_twitch, fake_vimeo, fake_youtube
from tests.sites.conftest import Web

FILM = "https://www.youtube.com/watch?v=aaaaaaaaaaa"


# --- what is there ---


async def test_a_youtube_video(web: Web, resolver: Resolver):
    """A YouTube video comes with picture, sound, title, length, subtitles, chapters, and until when it is good."""
    description = "0:00 The start\n0:04 The middle\n0:09 The end"
    web.youtube.videos["aaaaaaaaaaa"] = fake_youtube.Video(title="An \x1b[31mevening", description=description)
    found = await resolver.resolve("https://youtu.be/aaaaaaaaaaa?list=PLsomelistofit", "best")

    assert "itag=137" in found.video.url
    assert found.audio is not None
    assert "itag=140" in found.audio.url
    assert "User-Agent" in found.video.headers
    assert (found.provider, found.title, found.duration, found.live) == ("youtube", "An [31mevening", 12.0, False)
    assert (found.height, found.expires_at) == (1080, fake_youtube.EXPIRES)
    assert [(each.language, each.name) for each in found.subtitles] == [("en", "English; with, commas")]
    assert [(each.start, each.title) for each in found.chapters] == [
        (0, "The start"),
        (4, "The middle"),
        (9, "The end"),
    ]
    assert found.thumbnail_url == "https://i.ytimg.com/vi/aaaaaaaaaaa/hq.jpg"
    assert web.proxy.unknown == []


@pytest.mark.parametrize(
    ("heights", "quality", "chosen"),
    [
        ((360, 720, 1080, 2160), "best", 2160),
        ((360, 720, 1080, 2160), "1080", 1080),
        ((360, 720, 1080, 2160), "1000p", 720),
        ((720, 1080), "480", 720),
        ((360, 720), "1080", 720),
    ],
)
async def test_quality(web: Web, resolver: Resolver, heights: tuple[int, ...], quality: str, chosen: int):
    """A height means at most that, and the next above where there is nothing below."""
    web.youtube.videos["aaaaaaaaaaa"] = fake_youtube.Video(heights=heights)

    assert (await resolver.resolve(FILM, quality)).height == chosen


async def test_sound_alone(web: Web, resolver: Resolver):
    """For ``audio`` there is the sound, and the smallest picture where a site has none without one."""
    web.youtube.videos["aaaaaaaaaaa"] = fake_youtube.Video()
    web.twitch.vods["777"] = "A broadcast"
    sound, with_picture = (
        await resolver.resolve(FILM, "audio"),
        await resolver.resolve("https://twitch.tv/videos/777", "audio"),
    )

    assert "itag=140" in sound.video.url
    assert (sound.audio, sound.height, sound.sound_only) == (None, None, True)
    assert (with_picture.height, with_picture.sound_only) == (480, True)


async def test_a_youtube_stream(web: Web, resolver: Resolver):
    """A YouTube stream that goes on is live, without a length, under its title alone."""
    web.youtube.videos["aaaaaaaaaaa"] = fake_youtube.Video(title="News", live=True)
    found = await resolver.resolve("https://www.youtube.com/live/aaaaaaaaaaa", "best")

    assert found.video.url.endswith(".m3u8")
    assert (found.title, found.duration, found.live) == ("News", None, True)


@pytest.mark.parametrize("page", ["https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871"])
async def test_a_vimeo_video(web: Web, resolver: Resolver, page: str):
    """A Vimeo video is found without a login, with chapters, subtitles, and until when it is good."""
    web.vimeo.videos["76979871"] = fake_vimeo.Video(chapters=((0, "One"), (6, "Two")))
    found = await resolver.resolve(page, "360")

    assert "/360/" in found.video.url
    assert (found.provider, found.title, found.duration, found.height) == ("vimeo", "A film on Vimeo", 12.0, 360)
    assert [each.title for each in found.chapters] == ["One", "Two"]
    assert [each.language for each in found.subtitles] == ["de"]
    assert (found.live, found.expires_at) == (False, fake_vimeo.EXPIRES)


async def test_an_unlisted_vimeo_video(web: Web, resolver: Resolver):
    """An unlisted Vimeo video is found by the hash in its link, and not without it."""
    web.vimeo.videos["76979871"] = fake_vimeo.Video(title="Hidden", secret="0123456789")
    found = await resolver.resolve("https://vimeo.com/76979871/0123456789", "best")

    assert found.title == "Hidden"
    with pytest.raises(AppError, match="not there"):
        await resolver.resolve("https://vimeo.com/76979871", "best")


async def test_a_dailymotion_video(web: Web, resolver: Resolver):
    """A Dailymotion video comes with title, length, subtitles and the quality that was asked for."""
    web.dailymotion.videos["x89eyek"] = fake_dailymotion.Video()
    found = await resolver.resolve("https://dai.ly/x89eyek", "240")

    assert found.video.url.endswith("/240/vod.m3u8")
    assert (found.provider, found.title, found.duration) == ("dailymotion", "A film on Dailymotion", 12.0)
    assert [(each.language, each.form) for each in found.subtitles] == [("fr", "srt")]


async def test_a_twitch_broadcast(web: Web, resolver: Resolver):
    """A Twitch broadcast that is over is a video with a length and chapters."""
    web.twitch.vods["777"] = "Friday"
    found = await resolver.resolve("https://www.twitch.tv/videos/777", "best")

    assert (found.title, found.duration, found.live, found.height) == ("Friday", 12.0, False, 720)
    assert [each.title for each in found.chapters] == ["Just Chatting", "A game"]


async def test_a_twitch_channel(web: Web, resolver: Resolver):
    """A Twitch channel is what is live on it."""
    web.twitch.live.add("somebody")
    found = await resolver.resolve("https://www.twitch.tv/SomeBody", "best")

    assert (found.live, found.duration) == (True, None)
    assert found.video.url.endswith("/live.m3u8")


async def test_a_twitch_clip(web: Web, resolver: Resolver):
    """A Twitch clip is a file with a token, which says until when it is good."""
    web.twitch.clips["NiceClipOfMine"] = "Nice"
    found = await resolver.resolve("https://clips.twitch.tv/NiceClipOfMine", "720")

    assert (found.title, found.height, found.expires_at) == ("Nice", 720, fake_twitch.EXPIRES)


# --- lists ---


async def test_a_youtube_list(web: Web, resolver: Resolver):
    """A YouTube list is its videos' pages in order, without those that are private or deleted."""
    web.youtube.lists["PLsomelistofit"] = [
        ("aaaaaaaaaaa", "First"),
        ("bbbbbbbbbbb", "[Private video]"),
        ("ccccccccccc", "Third"),
        ("ddddddddddd", "[Deleted video]"),
    ]
    found = await resolver.expand("https://www.youtube.com/playlist?list=PLsomelistofit", 10)

    assert [(each.url[-11:], each.title, each.duration) for each in found.entries] == [
        ("aaaaaaaaaaa", "First", 12.0),
        ("ccccccccccc", "Third", 12.0),
    ]
    assert (found.title, found.is_cut) == ("An evening", False)


async def test_a_long_list_is_cut(web: Web, resolver: Resolver):
    """Of a list no more is taken than was asked for, and it is said that there is more."""
    web.youtube.lists["PLsomelistofit"] = [(f"{number:011}", f"Part {number}") for number in range(20)]
    found = await resolver.expand("https://www.youtube.com/playlist?list=PLsomelistofit", 5)

    assert [each.title for each in found.entries] == [f"Part {number}" for number in range(5)]
    assert found.is_cut


@pytest.mark.parametrize(
    ("link", "pages"),
    [
        ("https://vimeo.com/showcase/2632481", ["https://vimeo.com/11", "https://vimeo.com/12"]),
        ("https://www.dailymotion.com/playlist/xv4bw", ["https://www.dailymotion.com/video/x89eyek"]),
        ("https://www.twitch.tv/collections/wlDCoH0zEBZZbQ", ["https://www.twitch.tv/videos/777"]),
    ],
)
async def test_other_lists(web: Web, resolver: Resolver, link: str, pages: list[str]):
    """Showcases, playlists and collections of the others are their videos' pages too."""
    web.vimeo.showcases["2632481"] = ("A showcase", ["11", "12"])
    web.dailymotion.collections["xv4bw"] = ["x89eyek"]
    web.twitch.vods["777"] = "Friday"
    web.twitch.collections["wlDCoH0zEBZZbQ"] = ("A collection", ["777"])

    assert [each.url for each in (await resolver.expand(link, 10)).entries] == pages


async def test_a_list_in_a_list(web: Web, resolver: Resolver):
    """A list in a list, as a channel's tabs are, gives its videos; one that can't be had is left out."""
    web.dailymotion.collections |= {"x1bb": ["x1aa", "x2bb", "x3bb", "x4aa"], "x2bb": ["x2aa", "x3aa"]}
    web.dailymotion.are_lists |= {"x2bb", "x3bb"}
    found = await resolver.expand("https://www.dailymotion.com/playlist/x1bb", 10)
    cut = await resolver.expand("https://www.dailymotion.com/playlist/x1bb", 2)

    assert [each.url[-4:] for each in found.entries] == ["x1aa", "x2aa", "x3aa", "x4aa"]
    assert [each.url[-4:] for each in cut.entries] == ["x1aa", "x2aa"]
    assert (found.is_cut, cut.is_cut) == (False, True)


async def test_how_long_it_takes(web: Web, resolver: Resolver):
    """The loop is not held up meanwhile: it turns hundreds of times while one link is looked up."""
    import asyncio

    web.youtube.videos["aaaaaaaaaaa"] = fake_youtube.Video()
    looking = asyncio.ensure_future(resolver.resolve(FILM, "best"))
    turns, began = 0, time.monotonic()
    while not looking.done():
        await asyncio.sleep(0)
        turns += 1

    assert (await looking).title == "A film"
    assert turns > 100 * (time.monotonic() - began)
