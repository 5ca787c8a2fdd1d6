"""Two nodes with real PostgreSQL and Redis: people on both are in one session, whatever happens between the nodes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import aiohttp
import pytest

from benchmarks.backends import Redis
from tests.patience import PATIENCE

VIDEO = "https://media.example/big.mp4"
WITHIN = PATIENCE
"""Seconds in which what is promised to come about has to."""


@pytest.fixture
async def pair(bench: Any, postgres_url: str, redis: Redis) -> tuple[Any, Any]:
    """Two nodes of one fleet."""
    fleet = {"database_url": postgres_url, "redis_url": redis.url}
    return await bench.start(**fleet), await bench.start(**fleet)


@pytest.fixture
async def ann(bench: Any, pair: Any) -> Any:
    """The host of a session with a video, on the first node."""
    return await (await bench.connect(pair[0])).create("Ann", url=VIDEO)


@pytest.fixture
async def ben(bench: Any, pair: Any, ann: Any) -> Any:
    """Somebody in Ann's session, on the second node."""
    return await (await bench.connect(pair[1])).join(ann.code, "Ben")


async def until(check: Callable[[], Any]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(WITHIN):
        while not check():  # noqa: ASYNC110 what is waited for has no event
            await asyncio.sleep(0.02)


async def seats(client: Any) -> dict[str, bool]:
    """Who is in the session, and whether they are connected, as a client is told."""
    session = (await client.ok("get-session"))["session"]
    return {seat["displayName"]: seat["connected"] for seat in session["participants"]}


async def test_everything_reaches_the_other_node(ann: Any, ben: Any) -> None:
    """A play, a chat line, a queue item, a reaction, a load by one are heard by the other; both hold the same."""
    played = (await ann.ok("video-play", currentTime=30))["playback"]
    assert await ben.hear("video-sync", revision=played["revision"]) == played
    await ben.ok("chat-message", text="hello from afar")
    assert (await ann.hear("chat-message"))["displayName"] == "Ben"
    await ben.ok("queue-add", url="https://media.example/2.mp4", title="Second")
    assert (await ann.hear("queue-updated"))["queue"][0]["title"] == "Second"
    await ann.ok("reaction", emoji="🎉")
    assert (await ben.hear("reaction"))["participantId"] == ann.participant_id
    loaded = await ben.ok("video-load", url="https://media.example/3.mp4")
    assert (await ann.hear("video-url-updated"))["playback"] == loaded["playback"]
    views = [(await client.ok("get-session"))["session"] for client in (ann, ben)]

    for part in ("playback", "media", "queue", "chat", "title", "history"):
        assert views[0][part] == views[1][part]


async def test_everybody_knows_who_is_here(bench: Any, pair: Any, ann: Any, ben: Any) -> None:
    """Who joins, reports, leaves or is lost on one node is seen on the other."""
    await ann.hear("user-joined")
    assert await seats(ann) == await seats(ben) == {"Ann": True, "Ben": True}
    await ben.socket.emit("status", {"state": "playing", "currentTime": 3.0, "drift": 0.001, "rtt": 0.02})
    async with asyncio.timeout(WITHIN):
        while not any(seat["drift"] == 0.001 for seat in (await ann.hear("participants"))["changed"]):
            pass
    cleo = await (await bench.connect(pair[1])).join(ann.code, "Cleo")
    await ann.hear("user-joined")
    await cleo.ok("leave-session")
    assert (await ann.hear("user-left"))["displayName"] == "Cleo"
    await ben.socket.disconnect()
    async with asyncio.timeout(WITHIN):
        while (await seats(ann))["Ben"]:  # noqa: ASYNC110 as above
            await asyncio.sleep(0.05)


async def test_commands_of_both_nodes_at_once_are_all_kept(ann: Any, ben: Any) -> None:
    """Chat lines that both nodes are sent at once are all stored once, and both nodes tell them in one order."""
    texts = [f"line {n}" for n in range(20)]
    senders = [ann, ben] * 10
    await asyncio.gather(*(who.ok("chat-message", text=text) for who, text in zip(senders, texts, strict=True)))
    heard = []
    for client in (ann, ben):
        async with asyncio.timeout(WITHIN):
            heard.append([(await client.hear("chat-message"))["text"] for _ in texts])

    assert heard[0] == heard[1]
    assert sorted(heard[0]) == sorted(texts)


async def test_crossing_actions_leave_all_with_one_timeline(ann: Any, ben: Any) -> None:
    """Seeks that both nodes are sent at once end in one timeline, and no revision is ever two of them."""
    for round_ in range(5):
        await asyncio.gather(
            *(who.call("video-seek", {"currentTime": 100.0 * round_ + n}) for n, who in enumerate([ann, ben] * 3))
        )
    last = [(await who.ok("get-session"))["session"]["playback"] for who in (ann, ben)]
    assert last[0] == last[1]
    for who in (ann, ben):
        await until(partial(_has_heard, who, last[0]))
    by_revision: dict[int, Any] = {}
    for name, payload in ann.heard + ben.heard:
        if name == "video-sync":
            assert by_revision.setdefault(payload["revision"], payload) == payload


def _has_heard(client: Any, playback: dict[str, Any]) -> bool:
    return any(name == "video-sync" and sync == playback for name, sync in client.heard)


async def test_kick_ban_and_end_reach_everybody(bench: Any, pair: Any, ann: Any, ben: Any) -> None:
    """Who is banned on another node hears it and can't come back to any; the end ends it everywhere."""
    await ann.ok("kick", participantId=ben.participant_id, ban=True)
    await ben.hear("kicked")
    again = await bench.connect(pair[1])
    assert await again.refused("join-session", code=ann.code, displayName="B", participantToken=ben.token) == "kicked"
    cleo = await (await bench.connect(pair[1])).join(ann.code, "Cleo")
    await ann.ok("end-session")
    await cleo.hear("session-ended")

    assert await again.refused("join-session", code=ann.code, displayName="B") == "ended"


async def test_coming_back_on_another_node_takes_the_seat(bench: Any, pair: Any, ann: Any, ben: Any) -> None:
    """Who comes in on a second node while the first holds their connection has one seat, and the first is told."""
    back = await (await bench.connect(pair[0])).join(ann.code, "Ben", participantToken=ben.token)
    assert (await ben.hear("notice"))["code"] == "superseded"
    await asyncio.sleep(0.2)

    assert back.participant_id == ben.participant_id
    assert await seats(back) == {"Ann": True, "Ben": True}


async def test_waiting_rule_works_across_nodes(ann: Any, ben: Any) -> None:
    """Who buffers on one node makes all wait on the other, once, and all go on when they have caught up."""
    await ann.ok("video-play", currentTime=10)
    for who in (ann, ben):
        await who.socket.emit("status", {"state": "playing", "currentTime": 10.0, "rtt": 0.02})
    await asyncio.sleep(0.3)
    await ben.socket.emit("status", {"state": "buffering", "currentTime": 10.0})
    await ann.hear("video-sync", isPlaying=False)
    await ann.hear("notice", code="waiting")
    await ben.socket.emit("status", {"state": "paused", "currentTime": 10.0})
    await ann.hear("notice", code="going-on")
    # Each node tells its own people in its own time.
    going_on = (await ann.ok("get-session"))["session"]["playback"]
    await until(partial(_has_heard, ben, going_on))
    views = [(await who.ok("get-session"))["session"]["playback"] for who in (ann, ben)]

    assert views[0] == views[1]
    assert views[0]["isPlaying"] is True


async def test_graceful_stop_moves_people_without_a_word(bench: Any, pair: Any, ann: Any, ben: Any) -> None:
    """Who was on a node that goes down comes back on the other; the film plays on, and nobody is said to have left."""
    playing = (await ann.ok("video-play", currentTime=30))["playback"]
    await ben.hear("video-sync", revision=playing["revision"])
    await bench.stop(pair[0])
    assert (await ann.hear("notice"))["code"] == "going-down"
    back = await (await bench.connect(pair[1])).join(ann.code, "Ann", participantToken=ann.token)
    session = (await back.ok("get-session"))["session"]

    assert session["playback"] == playing
    assert {seat["displayName"]: seat["connected"] for seat in session["participants"]} == {"Ann": True, "Ben": True}
    assert {"user-left", "user-joined", "video-sync"}.isdisjoint(ben.names())


async def test_redis_restarted_empty_loses_nothing(ann: Any, ben: Any, redis: Redis) -> None:
    """While Redis is away people on both nodes go on to command; when it is back, empty, all is as before."""
    await asyncio.to_thread(redis.stop)
    played = (await ann.ok("video-play", currentTime=30))["playback"]
    await ben.ok("chat-message", text="without Redis")
    assert await ben.hear("video-sync", revision=played["revision"]) == played
    await ann.hear("chat-message", text="without Redis")
    await asyncio.to_thread(redis.start)
    await asyncio.sleep(4.0)
    await ben.ok("chat-message", text="with Redis")
    await ann.hear("chat-message", text="with Redis")
    async with asyncio.timeout(WITHIN):
        while not await seats(ann) == await seats(ben) == {"Ann": True, "Ben": True}:  # noqa: ASYNC110 what is asked has no event
            await asyncio.sleep(0.1)

    assert {"user-left"}.isdisjoint(ann.names() + ben.names())


async def test_nodes_agree_on_the_time(bench: Any, pair: Any) -> None:
    """Both nodes tell the same time to within some milliseconds, whatever they believed before."""
    offsets = []
    for node in pair:
        client = await bench.connect(node)
        offsets.append(min([await _offset(client) for _ in range(20)])[1])

    assert abs(offsets[0] - offsets[1]) < 0.005


async def _offset(client: Any) -> tuple[float, float]:
    loop = asyncio.get_running_loop()
    sent = loop.time()
    answer = await client.ok("clock", clientSent=sent)
    received = loop.time()
    return received - sent, answer["serverReceived"] - (sent + received) / 2


async def test_polling_is_refused_with_words(pair: Any) -> None:
    """A client that polls is told why it can't, and what to do."""
    address = f"{pair[0].url}/socket.io/?EIO=4&transport=polling"
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        answer = await response.json()

    assert response.status == 400
    assert "WebSocket only" in answer["error"]["message"]


async def test_http_and_event_streams_see_the_other_node(bench: Any, pair: Any, ann: Any) -> None:
    """A command by HTTP to one node is heard by who follows the session's events on the other."""
    http = [bench.http(node) for node in pair]
    async with http[1].session.get(f"{pair[1].url}/api/v1/sessions/{ann.code}/events") as stream:
        await stream.content.readuntil(b"\n\n")
        status, _ = await http[0].command(ann.code, "video-seek", currentTime=12)
        async with asyncio.timeout(WITHIN):
            while b"event: video-sync" not in await stream.content.readuntil(b"\n\n"):
                pass

    assert status == 200


async def test_ready_names_redis(bench: Any, pair: Any) -> None:
    """Readiness is told of the database and of Redis."""
    status, answer = await bench.http(pair[0])("GET", "/ready")

    assert (status, set(answer["checks"])) == (200, {"database", "redis"})
