"""What people are told whose node missed how a session came to be as it is."""

from __future__ import annotations

from msgspec.structs import replace

from syncwatch_core import messages as wire
from syncwatch_core.roles import Actor
from syncwatch_core.watch_session import TakeSeat, WatchSession, new_session
from syncwatch_server.services.catching_up import what_was_missed

NOW = 1000.0
HOST = Actor("ann", "host")


def a_session() -> WatchSession:
    session = new_session("one", "ABC-DEF", NOW, host_token_hash="hash")
    for name in ("ann", "ben"):
        role: wire.Role | None = "host" if name == "ann" else None
        seat = TakeSeat(participant_id=name, display_name=name, platform="bot", token_hash=name, role=role)
        session = session.apply(seat, NOW).session
    return session


def after(session: WatchSession, *commands: wire.ClientEvent) -> WatchSession:
    for number, command in enumerate(commands):
        session = session.apply(command, NOW + number, by=HOST, fresh_id=f"id{number}").session
    return session


def names(before: WatchSession, now: WatchSession) -> list[tuple[str, str | None]]:
    return [(message.event, to) for message, to in what_was_missed(before, now, NOW)]


def test_nothing_missed_is_nothing_told() -> None:
    """Between equal sessions, though they were read anew, nobody is told anything."""
    assert names(a_session(), a_session()) == []


def test_outcome_is_told_once() -> None:
    """Of several seeks the last is told; media, queue and each chat line come in their own messages."""
    session = a_session()
    load = wire.VideoLoad(url="https://media.example/a.mp4")
    loaded = after(session, load, wire.VideoSeek(current_time=5.0), wire.VideoSeek(current_time=7.0))
    told = what_was_missed(session, loaded, NOW)

    assert [message.event for message, _ in told] == ["video-url-updated", "video-sync"]
    assert isinstance(told[1].message, wire.VideoSync)
    assert told[1].message.current_time == 7.0
    queued = after(loaded, wire.QueueAdd(url="https://media.example/b.mp4"))
    assert names(loaded, queued) == [("queue-updated", None)]
    assert (
        names(loaded, after(loaded, wire.SendChat(text="a"), wire.SendChat(text="b"))) == [("chat-message", None)] * 2
    )


def test_settings_and_roles_are_told_as_a_whole() -> None:
    """Another title, or somebody's role, is one ``session-updated``."""
    session = a_session()

    assert names(session, after(session, wire.UpdateSession(title="T"))) == [("session-updated", None)]
    changed = after(session, wire.SetRole(participant_id="ben", role="viewer"))
    assert names(session, changed) == [("session-updated", None)]


def test_who_was_removed_is_told() -> None:
    """Who is no longer among the members is told that they were removed; who only left is not."""
    session = a_session()
    gone = session.with_member(replace(session.members["ben"], gone=True))

    assert ("kicked", "ben") in names(session, after(session, wire.Kick(participant_id="ben")))
    assert all(event != "kicked" for event, _ in names(session, gone))


def test_end_is_told_alone() -> None:
    """When the session is over, that is all there is to say, and once."""
    session = a_session()
    ended = after(session, wire.SendChat(text="bye"), wire.EndSession())

    assert names(session, ended) == [("session-ended", None)]
    assert names(ended, ended) == []
