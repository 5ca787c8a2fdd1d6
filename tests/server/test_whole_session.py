"""The whole of a session as who joins is sent it: encoded once for all, and never older than what they were told."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from syncwatch_core import messages as wire
from syncwatch_core.watch_session import Outcome, TakeSeat, WatchSession, new_session
from syncwatch_server.services.whole_session import WholeSession


def joined(session: WatchSession, name: str) -> Outcome:
    """What it leads to that somebody joins."""
    seat = TakeSeat(participant_id=name, display_name=name, platform="bot", token_hash=name)
    return session.apply(seat, 10.0)


def read(view: Any) -> wire.Session:
    """What was encoded."""
    return msgspec.json.decode(msgspec.json.encode(view), type=wire.Session)


async def test_who_joins_is_sent_the_same_twice() -> None:
    """The message of a join and the answer to it hold the very same text, and it is what the session shows."""
    outcome, whole = joined(new_session("s", "AAA-AAA", 0.0, host_token_hash="h"), "ann"), WholeSession()
    told = whole.shared(outcome.messages[0].message, outcome.session)
    answer = whole.encoded(outcome.session, 11.0)

    assert isinstance(told, wire.SessionJoined)
    assert told.session is answer
    assert read(answer) == outcome.session.view(10.0)
    assert msgspec.json.decode(msgspec.json.encode(told), type=wire.SessionJoined) == outcome.messages[0].message


async def test_who_is_answered_after_others_joined_is_told_of_them() -> None:
    """The answer shows the session as it is by then; it is kept for a turn only, for it tells the time."""
    first, whole = joined(new_session("s", "AAA-AAA", 0.0, host_token_hash="h"), "ann"), WholeSession()
    whole.shared(first.messages[0].message, first.session)
    second = joined(first.session, "ben").session

    assert len(read(whole.encoded(second, 11.0)).participants) == 2
    await asyncio.sleep(0)
    assert read(whole.encoded(second, 12.0)).server_time == 11.0
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert read(whole.encoded(second, 13.0)).server_time == 13.0


async def test_other_messages_are_left_as_they_are() -> None:
    """What everybody hears, and a join that changed what plays, goes out as it was made."""
    session, whole = new_session("s", "AAA-AAA", 0.0, host_token_hash="h"), WholeSession()
    outcome = joined(session, "ann")
    playback = msgspec.structs.replace(session.stage.playback, revision=7)
    moved = outcome.session.replace(stage=msgspec.structs.replace(session.stage, playback=playback))

    assert whole.shared(outcome.messages[1].message, outcome.session) is outcome.messages[1].message
    assert whole.shared(outcome.messages[0].message, moved) is outcome.messages[0].message


async def test_join_and_its_answer_by_the_wire(server: Any, ann: Any, bench: Any) -> None:
    """Over a real connection the message of a join and the answer to it show the same session, with all who are in."""
    ben = await bench.connect(server)
    answer = await ben.ok("join-session", code=ann.code, displayName="Ben")
    told = await ben.hear("session-joined")

    assert told["session"] == answer["session"]
    assert [person["displayName"] for person in answer["session"]["participants"]] == ["Ann", "Ben"]
