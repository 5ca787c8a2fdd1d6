"""What is loaded by a link gets its title, length and picture from a server that looks, and nobody waits for it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from syncwatch_core.errors import AppError
from syncwatch_server.app import RunningServer
from syncwatch_server.live.limits import TokenBuckets
from syncwatch_server.services.metadata_finder import LOOKS_AHEAD, MetadataFinder
from syncwatch_server.settings import ServerSettings
from tests.patience import PATIENCE
from tests.server.conftest import Bench, Client, Http
from tests.server.media_origin import SECONDS
from tests.server.url_desk import Desk

YOUTUBE = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
OEMBED = {"title": "A film", "thumbnail_url": "https://i.example/1.jpg", "duration": 62, "html": "<iframe>"}


def looking(server: RunningServer, desk: Desk, *, lookups: TokenBuckets | None = None) -> MetadataFinder:
    """Let the server look at links, by a service that reaches the origin of the tests."""
    finder = MetadataFinder(desk.service(), lookups, server.log)
    server.service.keeper.watch(finder.note)
    return finder


async def questions(desk: Desk, count: int) -> None:
    """Wait until the provider has been asked so often, and then a moment for one more."""
    async with asyncio.timeout(PATIENCE):
        while len(desk.origin.oembed_questions) < count:  # noqa: ASYNC110 the origin knows nobody who waits
            await asyncio.sleep(0.01)
    await looked()


async def looked() -> None:
    """Wait until nothing is being looked at any more."""
    looks = [task for task in asyncio.all_tasks() if task.get_name() == "find what a link is"]
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*looks)


async def test_a_load_is_answered_at_once_and_its_title_comes_later(server: RunningServer, ann: Client, desk: Desk):
    """A provider's link is answered without a title; then all are told of title, length and picture, unmoved."""
    looking(server, desk)
    desk.origin.oembed = OEMBED
    answer = await ann.ok("video-load", url=f"{YOUTUBE}&t=43")
    heard = await ann.hear("video-url-updated", playback=answer["playback"])
    if heard["media"]["title"] is None:
        heard = await ann.hear("video-url-updated")

    assert (answer["media"]["title"], answer["media"]["startPosition"]) == (None, 43.0)
    assert heard["playback"] == answer["playback"]
    assert (heard["media"]["title"], heard["media"]["duration"]) == ("A film", 62.0)
    assert heard["media"]["thumbnailUrl"] == "https://i.example/1.jpg"
    assert heard["media"]["mediaId"] == answer["media"]["mediaId"]


async def test_what_a_session_is_created_with_is_looked_at(server: RunningServer, http: Http, desk: Desk):
    """Also a session that nobody is in yet learns what it was created with, and survives a restart with it."""
    looking(server, desk)
    session = await http.create(url=desk.origin.url("film.webm"))
    async with asyncio.timeout(PATIENCE):
        while session["media"]["duration"] is None:
            await asyncio.sleep(0.02)
            _, session = await http("GET", f"/api/v1/sessions/{session['code']}")

    assert session["media"]["duration"] == pytest.approx(SECONDS, abs=0.2)
    assert session["media"]["title"] == "film.webm"


async def test_the_queue_is_told_of_titles(server: RunningServer, ann: Client, desk: Desk):
    """An item that is added without a title gets one; one with a title keeps it."""
    looking(server, desk)
    desk.origin.oembed = OEMBED
    await ann.ok("queue-add", items=[{"url": YOUTUBE}, {"url": "https://vimeo.com/76979871", "title": "Mine"}])
    async with asyncio.timeout(PATIENCE):
        queue: list[dict[str, Any]] = []
        while [item["title"] for item in queue] != ["A film", "Mine"] or queue[1]["duration"] is None:
            queue = (await ann.hear("queue-updated"))["queue"]

    assert [item["thumbnailUrl"] for item in queue] == ["https://i.example/1.jpg"] * 2


async def test_of_many_items_only_the_next_few_are_asked_for(server: RunningServer, ann: Client, desk: Desk):
    """A hundred links at once cost a few questions; the others are asked for when they come near."""
    looking(server, desk)
    desk.origin.oembed = OEMBED
    await ann.ok("queue-add", items=[{"url": f"https://vimeo.com/{number}"} for number in range(1000, 1100)])
    await questions(desk, LOOKS_AHEAD)
    assert len(desk.origin.oembed_questions) == LOOKS_AHEAD
    await ann.ok("queue-next")
    await questions(desk, LOOKS_AHEAD + 1)

    assert len(desk.origin.oembed_questions) == LOOKS_AHEAD + 1


async def test_a_session_may_ask_for_so_many_only(server: RunningServer, ann: Client, desk: Desk):
    """Who loads one link after the other soon has none of them looked at; the loads themselves go on."""
    looking(server, desk, lookups=TokenBuckets(2, 1000.0, lambda: 1000.0))
    desk.origin.oembed = OEMBED
    for number in range(5):
        await ann.ok("video-load", url=f"https://vimeo.com/{number + 1000}")
    await questions(desk, 2)

    assert len(desk.origin.oembed_questions) == 2


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/film.mp4", "http://gone.example/film.mp4"])
async def test_what_cant_be_looked_at_stays_as_it_is(server: RunningServer, ann: Client, desk: Desk, url: str):
    """A link that is private or out of reach is loaded all the same, and nothing is said of it."""
    looking(server, desk)
    await ann.ok("video-load", url=url)
    await looked()
    session = (await ann.ok("get-session"))["session"]

    assert (session["media"]["title"], session["media"]["duration"]) == ("film.mp4", None)
    assert session["playback"]["revision"] == 2


async def test_a_video_that_its_provider_does_not_know_stays_as_it_is(server: RunningServer, ann: Client, desk: Desk):
    """A deleted video is for the players to find out."""
    looking(server, desk)
    desk.origin.oembed = 404
    await ann.ok("video-load", url=YOUTUBE)
    await questions(desk, 1)

    assert (await ann.ok("get-session"))["session"]["media"]["title"] is None


async def test_closing_gives_up_what_is_under_way(server: RunningServer, ann: Client, desk: Desk):
    """A server that goes down waits for no answer of somebody else's."""
    finder = looking(server, desk)
    await ann.ok("video-load", url=YOUTUBE)
    await finder.close()

    assert (await ann.ok("get-session"))["session"]["state"] == "active"


@pytest.mark.parametrize("looks", [True, False])
async def test_a_server_looks_at_links_unless_it_is_told_not_to(bench: Bench, looks: bool):
    """With the setting on a server looks at what is loaded by itself; with it off it leaves every link alone."""
    server = await bench.start(fetch_metadata=looks)
    await bench.http(server).create(url="http://127.0.0.1:9/film.mp4")
    await looked()
    log = bench.settings.log_file
    assert log is not None

    assert ("nothing was found out about a link" in log.read_text()) is looks


def test_the_setting_is_on_or_off() -> None:
    """The variable takes two words, and any other is named."""
    assert ServerSettings.from_environment({}).fetch_metadata
    assert not ServerSettings.from_environment({"SYNCWATCH_FETCH_METADATA": "Off"}).fetch_metadata
    with pytest.raises(AppError, match="SYNCWATCH_FETCH_METADATA='maybe': on or off"):
        ServerSettings.from_environment({"SYNCWATCH_FETCH_METADATA": "maybe"})
