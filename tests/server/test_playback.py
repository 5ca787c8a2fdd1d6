"""Playback, chat, queue, presence and the clock, by Socket.IO."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from msgspec.structs import replace

from syncwatch_core import messages as wire
from syncwatch_core.watch_session import new_session
from syncwatch_server.services import video_sync_service
from tests.patience import PATIENCE

VIDEO = "https://media.example/big.mp4"


async def test_load_is_told_to_everybody(ann: Any, ben: Any) -> None:
    """A load is acknowledged with media and playback, and everybody hears the same."""
    answer = await ben.ok("video-load", url="https://media.example/next.mp4", startPosition=12)
    heard = await ann.hear("video-url-updated")

    assert heard == {"media": answer["media"], "playback": answer["playback"]}
    assert heard["playback"]["currentTime"] == 12
    assert heard["playback"]["isPlaying"] is False


async def test_play_is_told_as_contract_says(ann: Any, ben: Any) -> None:
    """``video-sync`` carries the fields of the contract, and lies in the future so that all can start together."""
    answer = await ann.ok("video-play", currentTime=5)
    heard = await ben.hear("video-sync")

    assert heard == answer["playback"]
    assert set(heard) == {"sessionId", "mediaId", "revision", "currentTime", "isPlaying", "rate", "at", "cause"}
    assert heard["cause"] == {"event": "video-play", "participantId": ann.participant_id}
    assert heard["at"] > (await ann.ok("get-session"))["session"]["createdAt"]


async def test_later_action_wins(ann: Any, ben: Any) -> None:
    """Of two actions that cross, the one done later wins; the other is answered conflict with the playback in force."""
    now = (await ann.ok("clock", clientSent=0))["serverReceived"]
    await ben.ok("video-seek", currentTime=100, at=now)
    lost = await ann.call("video-seek", {"currentTime": 50, "at": now - 0.5})

    assert lost["error"]["code"] == "conflict"
    assert lost["playback"]["currentTime"] == 100


async def test_everybody_hears_the_same_order(ann: Any, ben: Any) -> None:
    """Commands that come all at once are told to everybody in one order, with revisions that count by one."""
    commands = [client.call("video-seek", {"currentTime": n}) for n in range(20) for client in (ann, ben)]
    answers = await asyncio.gather(*commands)
    heard = [[(await client.hear("video-sync"))["revision"] for _ in commands] for client in (ann, ben)]

    assert all(answer["ok"] for answer in answers)
    assert heard == [list(range(2, 42))] * 2


async def test_chat_is_cleaned_and_told(ann: Any, ben: Any) -> None:
    """A message is told to everybody, without control characters, and kept for who comes later."""
    await ben.ok("chat-message", text="hi\x1b[31m there")
    heard = await ann.hear("chat-message")
    kept = (await ann.ok("get-session"))["session"]["chat"]

    assert heard["text"] == "hi[31m there"
    assert heard["displayName"] == "Ben"
    assert kept == [heard]


async def test_reaction_is_told(ann: Any, ben: Any) -> None:
    """A reaction is told to everybody."""
    await ben.ok("reaction", emoji="🎉")

    assert await ann.hear("reaction") == {"participantId": ben.participant_id, "emoji": "🎉"}


async def test_queue_is_shared(ann: Any, ben: Any) -> None:
    """Items are added, moved, removed and gone on to, and everybody hears the queue each time."""
    first = (await ann.ok("queue-add", url="https://media.example/1.mp4"))["queue"][0]
    second = (await ben.ok("queue-add", url="https://media.example/2.mp4"))["queue"][1]
    moved = await ann.ok("queue-move", itemId=second["itemId"], index=0)
    await ann.ok("queue-remove", itemId=first["itemId"])
    gone_on = await ben.ok("queue-next")
    heard = await ann.hear("video-url-updated")

    assert [item["itemId"] for item in moved["queue"]] == [second["itemId"], first["itemId"]]
    assert gone_on["queue"] == []
    assert heard["media"]["url"] == "https://media.example/2.mp4"
    assert heard["playback"]["isPlaying"] is True
    assert await ben.refused("queue-next") == "not-found"


async def test_long_queue_travels_whole(bench: Any, server: Any) -> None:
    """A full queue with long titles in any script reaches who joins, whole, and takes no more."""
    item = wire.QueueItem(item_id="", url=VIDEO, file=None, title="電影" * 60, duration=None, added_by=None)
    queue = tuple(replace(item, item_id=f"item-{n}") for n in range(1000))
    live = await server.service.keeper.create(
        lambda code, link: new_session("full", code, time.time(), host_token_hash="", link=link).replace(queue=queue)
    )
    client = await bench.connect(server)
    answer = await client.ok("join-session", code=live.shown.code, displayName="Ben")

    assert [item["title"] for item in answer["session"]["queue"]] == ["電影" * 60] * 1000
    assert await client.refused("queue-add", url=VIDEO) == "bad-request"


async def test_ready_flag_is_shown(ann: Any, ben: Any) -> None:
    """A person's own ready flag is shown to everybody."""
    await ben.ok("set-ready", ready=True)
    heard = await ann.hear("session-updated")

    assert {seat["displayName"]: seat["ready"] for seat in heard["session"]["participants"]}["Ben"] is True
    assert heard["session"]["chat"] == []


async def test_settings_are_told(ann: Any, ben: Any) -> None:
    """Other settings are told to everybody; a password only as that there is one."""
    await ann.ok("update-session", title="Late show", password="sesame", bufferWait="go-on")
    session = (await ben.hear("session-updated"))["session"]

    assert (session["title"], session["hasPassword"], session["bufferWait"]) == ("Late show", True, "go-on")
    assert "sesame" not in str(session)


async def test_reports_are_told_together(ann: Any, ben: Any) -> None:
    """Many reports within a second are told as few messages, with the latest figures."""
    for drift in range(50):
        await ben.socket.emit("status", {"state": "playing", "currentTime": 1.0, "drift": drift / 1000, "rtt": 0.02})
    async with asyncio.timeout(PATIENCE):
        told = 1
        while not any(seat["drift"] == 0.049 for seat in (await ann.hear("participants"))["changed"]):
            told += 1

    assert told <= 3


async def test_report_says_only_what_changed(ann: Any, ben: Any) -> None:
    """A participant who has not changed is in no report."""
    await ben.socket.emit("status", {"state": "paused", "currentTime": 1.0, "drift": 0.0})
    report = await ann.hear("participants")
    while not any(seat["state"] == "paused" for seat in report["changed"]):
        report = await ann.hear("participants")

    assert [seat["displayName"] for seat in report["changed"]] == ["Ben"]


async def test_report_writes_nothing(bench: Any, ann: Any) -> None:
    """What a player reports is presence, and never written."""
    before = bench.rows("SELECT version, updated_at FROM sessions")
    for _ in range(10):
        await ann.socket.emit("status", {"state": "paused", "currentTime": 1.0})
    await ann.ok("get-session")

    assert bench.rows("SELECT version, updated_at FROM sessions") == before


async def test_clock_is_answered_between_its_timestamps(ann: Any) -> None:
    """``clock`` gives back what was sent, and server time between which it was answered."""
    before = time.time()
    answer = await ann.ok("clock", clientSent=12.25)
    after = time.time()

    assert answer["clientSent"] == 12.25
    assert before - 1 < answer["serverReceived"] <= answer["serverSent"] < after + 1


async def test_malformed_clock_is_refused(ann: Any) -> None:
    """``clock`` without its field is a bad request, like any other event."""
    assert await ann.refused("clock") == "bad-request"
    assert await ann.refused("clock", clientSent="now") == "bad-request"


async def test_other_cut_is_noticed(monkeypatch: Any, ann: Any, ben: Any) -> None:
    """Who plays media of another length is pointed out to everybody, once."""
    monkeypatch.setattr(video_sync_service, "SETTLED_AFTER", 0.0)
    session = (await ann.ok("get-session"))["session"]
    media = session["media"]["mediaId"]
    await ann.socket.emit("status", {"state": "paused", "mediaId": media, "duration": 5400.0})
    await ben.hear("video-url-updated")
    for _ in range(3):
        await ben.socket.emit("status", {"state": "paused", "mediaId": media, "duration": 5300.0})
    await ben.ok("chat-message", text="done")
    notice = await ann.hear("notice")
    await ann.hear("chat-message")

    assert (notice["code"], notice["participantId"]) == ("duration-mismatch", ben.participant_id)
    assert "Ben" in notice["message"]
    assert "notice" not in ann.names()


@pytest.mark.parametrize(
    "report",
    [
        pytest.param({"mediaId": "another", "currentTime": 0.0}, id="other media"),
        pytest.param({"currentTime": 9.0, "drift": 9.0}, id="far ahead"),
        pytest.param({"currentTime": 9.0, "drift": -9.0}, id="far behind"),
    ],
)
async def test_who_is_astray_is_told_again(monkeypatch: Any, ann: Any, ben: Any, report: Any) -> None:
    """Who reports other media than the session's, or is far off, is told once more what is watched and where."""
    monkeypatch.setattr(video_sync_service, "SETTLED_AFTER", -10.0)
    playing = (await ann.ok("video-play"))["playback"]
    await ben.hear("video-sync")
    await ben.socket.emit("status", {"state": "playing", **report})

    assert (await ben.hear("video-url-updated"))["playback"] == playing
    assert await ben.hear("video-sync") == playing


async def test_session_waits_for_who_buffers(ann: Any, ben: Any) -> None:
    """When somebody's player has nothing to play, all hold and are told for whom, and go on when it has caught up."""
    await ben.socket.emit("status", {"state": "playing", "currentTime": 0.0})
    await ann.ok("video-play")
    await ben.socket.emit("status", {"state": "buffering", "currentTime": 1.0})
    held = await ann.hear("video-sync", isPlaying=False)
    notice = await ann.hear("notice")
    await ben.socket.emit("status", {"state": "paused", "currentTime": 1.0})
    gone_on = await ann.hear("video-sync", isPlaying=True)

    assert (notice["code"], notice["participantId"]) == ("waiting", ben.participant_id)
    assert held["cause"] == {"event": "status", "participantId": ben.participant_id}
    assert gone_on["currentTime"] == held["currentTime"]


async def test_end_of_media_is_acknowledged(ann: Any) -> None:
    """That the media is over is acknowledged, even where it changes nothing."""
    assert await ann.ok("video-ended", mediaId="another") == {"ok": True}


async def test_fault_reports_are_limited(ann: Any) -> None:
    """Reports of a client's faults are taken, up to a limit."""
    codes = [(await ann.call("client-error", {"message": "oops"})).get("error", {}).get("code") for _ in range(12)]

    assert codes[0] is None
    assert codes[-1] == "rate-limited"
