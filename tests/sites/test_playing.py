"""From the page of a video to an mpv that plays it, through the sites' own servers of films."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from syncwatch_cli.media.links.mpv_source import as_mpv_source
from syncwatch_cli.media.links.resolution import Resolution, Stream
from syncwatch_cli.media.links.resolver import Resolver
from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_core.controller_events import PlayerFailed, PlayerPrimed
from tests.cli.player.hands import SILENT_AND_DARK, Diary, Person, person_beside, started, until
from tests.sites import fake_dailymotion, fake_vimeo, fake_youtube
from tests.sites.conftest import Web
from tests.sites.films import LENGTH


@pytest.fixture
async def diary() -> Diary:
    return Diary()


@pytest.fixture
async def player(diary: Diary, computer: object) -> AsyncIterator[MpvPlayer]:  # noqa: ARG001 it stands in that home
    player = MpvPlayer(diary.write, time.monotonic, extra_args=SILENT_AND_DARK)
    async with started(player):
        yield player


@pytest.fixture
async def person(player: MpvPlayer) -> AsyncIterator[Person]:
    async with person_beside(player) as person:
        yield person


async def primed(player: MpvPlayer, diary: Diary, found: Resolution, position: float = 0.0) -> PlayerPrimed:
    """What stands ready once ``found`` is loaded at ``position``, s."""
    source, options = as_mpv_source(found)
    player.load(source, position, options=options)
    return await diary.next(PlayerPrimed)


async def plays(player: MpvPlayer, person: Person) -> None:
    """Return once the position has moved by half a second."""
    began = await person.sees("time-pos")
    assert isinstance(began, float)

    async def has_moved() -> bool:
        position = await person.sees("time-pos")
        return isinstance(position, float) and position > began + 0.5

    player.unpause()
    await until(has_moved)


async def test_youtube_plays(web: Web, resolver: Resolver, player: MpvPlayer, diary: Diary, person: Person):
    """Picture and sound from two addresses are one film, with the site's chapters, and subtitles by their names."""
    chapters = "0:00 A; b = c\n0:04 The middle\n0:09 The end"
    web.youtube.videos["aaaaaaaaaaa"] = fake_youtube.Video(description=chapters)
    found = await resolver.resolve("https://www.youtube.com/watch?v=aaaaaaaaaaa", "1080")
    ready = await primed(player, diary, found, 6.0)
    await plays(player, person)
    tracks: Any = await person.sees("track-list")
    chapter_list: Any = await person.sees("chapter-list")

    assert ready.position == pytest.approx(6.0, abs=0.05)
    assert ready.duration == pytest.approx(LENGTH, abs=0.1)
    assert [track["type"] for track in tracks] == ["video", "audio", "sub"]
    assert (tracks[2]["title"], tracks[2]["lang"], tracks[2]["selected"]) == ("English; with, commas", "en", False)
    assert [each["title"] for each in chapter_list] == ["A; b = c", "The middle", "The end"]
    assert {asked.headers["User-Agent"] for asked in web.proxy.asked if asked.path == "/videoplayback"} == {
        found.video.headers["User-Agent"]
    }


async def test_subtitles_show(web: Web, resolver: Resolver, player: MpvPlayer, diary: Diary, person: Person):
    """Subtitles are fetched once they are chosen, and shown."""
    web.youtube.videos["aaaaaaaaaaa"] = fake_youtube.Video()
    await primed(player, diary, await resolver.resolve("https://www.youtube.com/watch?v=aaaaaaaaaaa", "360"), 2.0)
    fetched_early = [asked.path for asked in web.proxy.asked if asked.path == "/api/timedtext"]
    await person.does("set_property", "sid", 1)
    await plays(player, person)
    await person.sees_become("sub-text", "hello there")

    assert fetched_early == []


@pytest.mark.parametrize(
    "page",
    [
        "https://vimeo.com/76979871",
        "https://dai.ly/x89eyek",
        "https://www.twitch.tv/videos/777",
        "https://clips.twitch.tv/NiceClipOfMine",
    ],
)
async def test_the_others_play(
    web: Web, resolver: Resolver, player: MpvPlayer, diary: Diary, person: Person, page: str
):
    """A film of Vimeo, Dailymotion or Twitch plays from where it is told to, with its length."""
    web.vimeo.videos["76979871"] = fake_vimeo.Video()
    web.dailymotion.videos["x89eyek"] = fake_dailymotion.Video()
    web.twitch.vods["777"] = "Friday"
    web.twitch.clips["NiceClipOfMine"] = "Nice"
    ready = await primed(player, diary, await resolver.resolve(page, "best"), 5.0)
    await plays(player, person)

    assert ready.position == pytest.approx(5.0, abs=0.1)
    assert ready.duration == pytest.approx(LENGTH, abs=0.2)


async def test_what_is_live_plays(web: Web, resolver: Resolver, player: MpvPlayer, diary: Diary, person: Person):
    """A channel that is live plays."""
    web.twitch.live.add("somebody")
    await primed(player, diary, await resolver.resolve("https://www.twitch.tv/somebody", "best"))

    await plays(player, person)


async def test_sound_alone_plays(web: Web, resolver: Resolver, player: MpvPlayer, diary: Diary, person: Person):
    """For who wants sound alone, no picture is shown, also where it comes along."""
    web.twitch.vods["777"] = "Friday"
    await primed(player, diary, await resolver.resolve("https://www.twitch.tv/videos/777", "audio"))
    await plays(player, person)

    assert await person.sees("vid") is False


async def test_what_a_server_wants_to_be_told(web: Web, player: MpvPlayer, diary: Diary):
    """Headers come as they are, commas included, and cookies only where they belong."""
    cookies = ("a=1,2; Domain=.cloudfront.net; Path=/; Secure", "b=3; Domain=.example.org; Path=/")
    headers = {"User-Agent": "Mine, and yours", "X-One": "1,2", "X-Two": "3"}
    video = Stream(url="https://d1.cloudfront.net/whole.mp4", headers=headers, cookies=cookies)
    await primed(player, diary, Resolution(page_url="https://a/", provider="a", video=video))
    asked = web.proxy.asked[0].headers

    assert {name: asked[name] for name in headers} == headers
    assert asked["Cookie"] == "a=1,2"


async def test_an_expired_link(web: Web, resolver: Resolver, player: MpvPlayer, diary: Diary):
    """Streams that are refused fail to load, in words; looked up anew they play."""
    page = "https://www.youtube.com/watch?v=aaaaaaaaaaa"
    web.youtube.videos["aaaaaaaaaaa"] = video = fake_youtube.Video(streams_work=False)
    source, options = as_mpv_source(await resolver.resolve(page, "best"))
    player.load(source, 0.0, options=options)
    failed = await diary.next(PlayerFailed)
    video.streams_work = True
    diary.clear()
    resolver.forget(page)
    await primed(player, diary, await resolver.resolve(page, "best"))

    assert "403" in failed.message
