"""What survives: everything that was acknowledged, across servers on one file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import pytest

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.database.sqlite_threads import connect
from syncwatch_server.services import session_keeper
from syncwatch_server.services.live_session import LiveSession
from tests.patience import PATIENCE

VIDEO = "https://media.example/big.mp4"


async def test_restart_gives_everything_back(bench: Any, server: Any, ann: Any, ben: Any) -> None:
    """After a restart a session has its media, queue, chat, roles, settings and revision, and its video runs on."""
    await ann.ok("queue-add", url="https://media.example/2.mp4")
    await ben.ok("chat-message", text="still there?")
    await ann.ok("set-role", participantId=ben.participant_id, role="viewer")
    await ann.ok("update-session", title="Film night", password="sesame")
    playing = (await ann.ok("video-play", currentTime=100))["playback"]
    before = (await ann.ok("get-session"))["session"]
    await bench.stop(server)
    again = await bench.start()
    back = await (await bench.connect(again)).join(ann.code, "Ann", participantToken=ann.token)
    after = (await back.ok("get-session"))["session"]

    assert after["playback"] == playing
    assert after["serverTime"] >= before["serverTime"]
    for part in ("sessionId", "title", "media", "queue", "chat", "hasPassword", "control"):
        assert after[part] == before[part]
    assert {seat["displayName"]: (seat["role"], seat["connected"]) for seat in after["participants"]} == {
        "Ann": ("host", True),
        "Ben": ("viewer", False),
    }


async def test_everybody_may_come_back_after_a_restart(bench: Any, server: Any, ann: Any, ben: Any) -> None:
    """After a restart everybody is given back their seat without a word to the others about coming or going."""
    await bench.stop(server)
    again = await bench.start()
    ann_back = await (await bench.connect(again)).join(ann.code, "Ann", participantToken=ann.token)
    ben_back = await (await bench.connect(again)).join(ann.code, "Ben", participantToken=ben.token)
    await ben_back.ok("video-play")
    await ann_back.hear("video-sync")

    assert (ann_back.participant_id, ben_back.participant_id) == (ann.participant_id, ben.participant_id)
    assert {"user-joined", "user-left"}.isdisjoint(ann_back.names())


async def test_server_time_never_steps_back(bench: Any, server: Any, ann: Any, monkeypatch: Any) -> None:
    """Server time goes on from what was stored, even if the machine's clock was set back between two starts."""
    stored = (await ann.ok("video-play"))["playback"]["at"]
    await bench.stop(server)
    monkeypatch.setattr("syncwatch_server.fleet.ServerClock", _clock_of_1970)
    http = bench.http(await bench.start())
    _, answer = await http("GET", "/api/v1/time")

    assert answer["serverTime"] > stored - 1


def _clock_of_1970() -> Any:
    from syncwatch_server.server_clock import ServerClock

    return ServerClock(wall=lambda: 5.0)


async def test_second_server_on_one_file_is_refused(bench: Any, server: Any) -> None:
    """A second server on a file that is in use is refused as wrong usage, and the first goes on."""
    with pytest.raises(AppError, match=r"already uses .*sessions\.db") as refusal:
        await bench.start()

    assert refusal.value.code is ErrorCode.USAGE
    assert (await bench.http(server)("GET", "/health"))[0] == 200


async def test_unused_session_ends(bench: Any) -> None:
    """A session that nobody is in ends by itself after the set time, and says so from then on."""
    # Long enough to be still there when its events are asked for.
    server = await bench.start(session_expiry=1.5)
    http = bench.http(server)
    session = await http.create(url=VIDEO)
    async with aclosing(events_of(http, session["code"])) as events:
        names = [name async for name in events]

    assert names == ["session", "session-ended"]
    assert (await http("GET", f"/api/v1/sessions/{session['code']}"))[0] == 410
    assert bench.rows("SELECT ended FROM sessions") == [(1,)]


async def test_session_with_people_does_not_end(bench: Any) -> None:
    """A session that somebody is in does not end, however short the set time."""
    server = await bench.start(session_expiry=0.1)
    ann = await (await bench.connect(server)).create("Ann")
    await asyncio.sleep(0.4)

    await ann.ok("get-session")


async def test_unused_session_ends_after_a_restart_too(bench: Any, monkeypatch: Any) -> None:
    """What was unused for too long before a restart is ended by the first look after it."""
    first = await bench.start(session_expiry=0.5)
    session = await bench.http(first).create()
    await bench.stop(first)
    monkeypatch.setattr(session_keeper, "_GRACE_AFTER_START", 0.0)
    await asyncio.sleep(0.6)
    second = await bench.start(session_expiry=0.5)
    await second.service.keeper.sweep()
    async with asyncio.timeout(PATIENCE):
        while bench.rows("SELECT ended FROM sessions") != [(1,)]:  # noqa: ASYNC110 the file knows nobody who waits
            await asyncio.sleep(0.02)

    assert (await bench.http(second)("GET", f"/api/v1/sessions/{session['code']}"))[0] == 410


async def test_ended_sessions_are_forgotten_in_the_end(bench: Any, server: Any, ann: Any, monkeypatch: Any) -> None:
    """An ended session and its chat are gone from the database when their time is over; others stay."""
    await ann.ok("chat-message", text="bye")
    other = await (await bench.connect(server)).create("Cid")
    await other.ok("chat-message", text="stays")
    await ann.ok("end-session")
    monkeypatch.setattr(session_keeper, "KEEP_ENDED_FOR", -1.0)
    monkeypatch.setattr(session_keeper, "_TOUCH_EVERY", -1.0)
    await server.service.keeper.sweep()

    assert bench.rows("SELECT code FROM sessions") == [(other.code,)]
    assert bench.rows("SELECT text FROM chat_messages") == [("stays",)]


async def test_host_learns_when_everybody_has_left(bench: Any, server: Any, ann: Any, ben: Any) -> None:
    """A server knows when the last participant has left."""
    empty = asyncio.ensure_future(server.empty())
    await ann.ok("leave-session")
    await asyncio.sleep(0.05)
    assert not empty.done()
    await ben.ok("leave-session")

    async with asyncio.timeout(5):
        await empty
    del bench


async def test_lost_participants_leave_after_a_while(
    bench: Any, server: Any, ann: Any, ben: Any, monkeypatch: Any
) -> None:
    """Who does not come back in time has left, as disconnected."""
    monkeypatch.setattr("syncwatch_core.watch_session.RETURN_WITHIN", 0.2)
    monkeypatch.setattr("syncwatch_core.seating.RETURN_WITHIN", 0.2)
    await ben.socket.disconnect()
    left = await ann.hear("user-left")

    assert (left["displayName"], left["reason"]) == ("Ben", "disconnected")
    del bench, server


async def test_stop_says_so(bench: Any, server: Any, ann: Any) -> None:
    """A server that stops tells its clients and closes their connections."""
    await bench.stop(server)
    notice = await ann.hear("notice")
    async with asyncio.timeout(5):
        await ann.gone.wait()

    assert notice["code"] == "going-down"


async def test_failed_writes_refuse_and_recover(bench: Any, server: Any, http: Any, ann: Any, ben: Any) -> None:
    """While nothing can be written commands are refused and undone, nobody is told of them, and later all is well."""
    await ann.ok("video-seek", currentTime=1)
    await ben.hear("video-sync")
    await write_nothing(server, refuse=True)
    refused = [
        await ann.refused("video-seek", currentTime=2),
        await ben.refused("chat-message", text="x" * 500),
        await ann.refused("kick", participantId=ben.participant_id),
        await (await bench.connect(server)).refused("join-session", code=ann.code, displayName="Cid"),
        await (await bench.connect(server)).refused("create-session", displayName="Cid"),
    ]
    shown = (await ann.ok("get-session"))["session"]
    await write_nothing(server, refuse=False)
    answer = await ann.ok("video-seek", currentTime=3)
    heard = await ben.hear("video-sync")

    assert refused == ["server-error"] * 5
    assert (shown["playback"]["currentTime"], shown["playback"]["revision"], shown["chat"]) == (1.0, 2, [])
    assert [seat["displayName"] for seat in shown["participants"]] == ["Ann", "Ben"]
    assert heard == answer["playback"]
    assert heard["revision"] == 3
    assert "kicked" not in ben.names()
    assert "could not be stored" in bench.settings.log_file.read_text()
    del http


async def test_commands_in_flight_fail_together(server: Any, ann: Any, ben: Any) -> None:
    """When a write fails, the commands that were built upon it are refused with it, and each is answered."""
    await write_nothing(server, refuse=True)
    answers = await asyncio.gather(
        *(client.call("video-seek", {"currentTime": n}) for n in range(10) for client in (ann, ben)),
        *(client.call("get-session", None) for client in (ann, ben)),
    )
    await write_nothing(server, refuse=False)
    shown = (await ann.ok("get-session"))["session"]

    assert [answer["ok"] for answer in answers[:20]] == [False] * 20
    assert shown["playback"]["revision"] == 1


async def test_faster_writer_is_followed(bench: Any, server: Any, ann: Any) -> None:
    """Where another writer was faster, the session is read again and the command applied anew."""
    live: LiveSession = await server.service.keeper.find(ann.code)
    rows = bench.rows("SELECT settings FROM sessions")
    settings = rows[0][0].replace('"title":null', '"title":"From elsewhere"')
    bench.change("UPDATE sessions SET version = version + 1, settings = ?", settings)
    answers = await asyncio.gather(*(ann.call("video-seek", {"currentTime": n}) for n in (5, 6)))
    shown = (await ann.ok("get-session"))["session"]

    assert [answer["playback"]["revision"] for answer in answers] == [2, 3]
    assert shown["title"] == "From elsewhere"
    assert live.shown.stage.playback.current_time == 6.0


async def test_unreadable_database_refuses_until_it_is_mended(bench: Any, server: Any, ann: Any, ben: Any) -> None:
    """While the database can neither be written nor read all is refused; mended, all goes on, and nobody is lost."""
    threads = server.service.keeper._repository._threads  # noqa: SLF001 there is no other way to break it alone
    await write_nothing(server, refuse=True)
    threads._reading.close()  # noqa: SLF001 as above
    refused = [await ann.refused("video-seek", currentTime=2), await ann.refused("get-session")]
    await ben.socket.disconnect()
    other = await bench.connect(server)
    refused.append(await other.refused("join-session", code="000-000", displayName="Cid"))
    await write_nothing(server, refuse=False)
    threads._reading = connect(bench.database)  # noqa: SLF001 as above
    answer = await ann.ok("video-seek", currentTime=3)
    report = await ann.hear("participants")

    assert refused == ["server-error"] * 3
    assert answer["playback"]["revision"] == 2
    assert [(seat["displayName"], seat["connected"]) for seat in report["changed"]] == [("Ben", False)]


async def test_race_that_is_lost_for_good_is_refused(bench: Any, server: Any, ann: Any, monkeypatch: Any) -> None:
    """A command that loses to other writers again and again is refused in the end."""
    monkeypatch.setattr("syncwatch_server.services.live_session.LiveSession.attempts", 1)
    bench.change("UPDATE sessions SET version = version + 1")

    assert await ann.refused("video-seek", currentTime=2) == "server-error"
    await ann.ok("video-seek", currentTime=2)
    del server


async def events_of(http: Any, code: str) -> AsyncGenerator[str, None]:
    """The names of a session's events, until it ends."""
    async with asyncio.timeout(PATIENCE), http.session.get(f"{http.url}/api/v1/sessions/{code}/events") as response:
        async for line in response.content:
            if line.startswith(b"event: "):
                yield line[7:].decode().strip()


async def write_nothing(server: Any, *, refuse: bool) -> None:
    """Have every write of a server fail, while reads go on as they do on a full disk; or no longer."""
    threads = server.service.keeper._repository._threads  # noqa: SLF001 only its own connection can be told so
    threads._connection.execute(f"PRAGMA query_only={refuse:d}")  # noqa: SLF001
