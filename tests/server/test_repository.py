"""One suite over both databases behind the sessions: whatever is promised of one holds for the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from syncwatch_core import messages as wire
from syncwatch_core.watch_session import WatchSession
from syncwatch_server.database.postgres_repository import PostgresRepository
from syncwatch_server.database.repository import (
    PARTS,
    Change,
    CodeTaken,
    Lineage,
    RaceLost,
    Repository,
    StorageFailed,
    changed_parts,
    new_chat,
    part_text,
)
from syncwatch_server.database.sqlite_repository import SqliteRepository
from tests.server.stored_sessions import a_session, opened


@pytest.fixture(params=["sqlite", "postgres"])
async def repository(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Repository]:
    repository: Repository
    if request.param == "sqlite":
        repository = SqliteRepository(tmp_path / "sessions.db")
    else:
        repository = PostgresRepository(request.getfixturevalue("postgres_url"))
    async with opened(repository):
        yield repository


def a_change(session: WatchSession, version: int, *said: str) -> Change:
    chat = tuple(
        wire.ChatMessage(message_id=text, participant_id=None, display_name="Ann", text=text, sent_at=1.0)
        for text in said
    )
    return Change(session.session_id, version, 1001.0, {"stage": part_text(session, "stage")}, chat, ended=False)


async def test_session_comes_back_as_it_was(repository: Repository) -> None:
    """A stored session is read back with its version, and an unknown code is None."""
    await repository.create(a_session(), 1000.0)
    stored = await repository.load("ABC-DEF")

    assert stored is not None
    assert (stored.session, stored.version, stored.updated_at) == (
        a_session().replace(empty_since=None),
        1,
        1000.0,
    )
    assert await repository.load("000-000") is None


async def test_code_is_given_once(repository: Repository) -> None:
    """Of two sessions with one code the second is refused."""
    await repository.create(a_session(), 1000.0)

    with pytest.raises(CodeTaken):
        await repository.create(a_session("two"), 1000.0)


async def test_change_needs_the_version_that_was_read(repository: Repository) -> None:
    """A change to a version that is no longer the newest loses the race, and changes nothing."""
    session = a_session()
    await repository.create(session, 1000.0)
    await repository.store(a_change(session, 1, "first"))
    with pytest.raises(RaceLost):
        await repository.store(a_change(session, 1, "second"))
    stored = await repository.load("ABC-DEF")

    assert stored is not None
    assert stored.version == 2
    assert [message.text for message in stored.session.chat] == ["first"]


async def test_changes_are_kept_in_order(repository: Repository) -> None:
    """Changes handed over at once are stored in that order, and their futures done in that order."""
    session = a_session()
    await repository.create(session, 1000.0)
    done: list[int] = []
    writes = [repository.store(a_change(session, 1 + n, f"line {n}")) for n in range(120)]
    for number, write in enumerate(writes):
        write.add_done_callback(partial(_note, done, number))
    await writes[-1]
    stored = await repository.load("ABC-DEF")

    assert done == list(range(120))
    assert stored is not None
    assert [message.text for message in stored.session.chat] == [f"line {n}" for n in range(70, 120)]


def _note(done: list[int], number: int, _: object) -> None:
    done.append(number)


async def test_one_bad_job_harms_no_other(repository: Repository) -> None:
    """A job that the database can't do fails alone; those committed together with it go through."""
    session = a_session()
    await repository.create(session, 1000.0)
    other = a_session("two", "ABC-DEG")
    await repository.create(other, 1000.0)
    good = repository.store(a_change(session, 1, "first"))
    broken = repository.store(a_change(other, 1, "\ud800"))
    after = repository.store(a_change(session, 2, "second"))
    await good
    await after

    with pytest.raises(StorageFailed):
        await broken


async def test_what_is_over_is_found_and_purged(repository: Repository) -> None:
    """Sessions long unused are found, those touched are not; what ended long ago is purged with its chat."""
    old, touched, over = (a_session(name, f"AAA-AA{n}") for n, name in enumerate(("old", "touched", "over")))
    for session in (old, touched, over):
        await repository.create(session, 1000.0)
    await repository.store(a_change(over, 1, "bye")._replace(ended=True))
    await repository.touch(["touched"], 5000.0)
    unused = await repository.unused_since(2000.0)
    await repository.purge(ended_before=2000.0, chat_before=0.0)

    assert unused == [old.code]
    assert await repository.latest_instant() == 5000.0
    assert await repository.load(over.code) is None
    assert await repository.load(old.code) is not None


async def test_repository_says_whether_it_answers(repository: Repository) -> None:
    """A check passes while the database is open, and fails when it is not."""
    await repository.check()
    await repository.close()

    with pytest.raises(StorageFailed):
        await repository.check()


async def test_of_two_writers_one_is_told_to_read_again(repository: Repository) -> None:
    """Two changes to one version, handed over in one turn: the first is stored, the second has lost the race."""
    session = a_session()
    await repository.create(session, 1000.0)
    first, second = repository.store(a_change(session, 1, "one")), repository.store(a_change(session, 1, "two"))
    await first

    with pytest.raises(RaceLost):
        await second


async def test_what_was_built_on_a_loser_loses_too(repository: Repository) -> None:
    """A change made to what a losing one would have led to is not written, though the row has just that version."""
    session, lineage = a_session(), Lineage()
    await repository.create(session, 1000.0)
    await repository.store(a_change(session, 1, "theirs"))
    losing = repository.store(a_change(session, 1, "lost")._replace(lineage=lineage))
    with pytest.raises(RaceLost):
        await losing
    built_on_it = repository.store(a_change(session, 2, "built on it")._replace(lineage=lineage))
    with pytest.raises(RaceLost):
        await built_on_it
    await repository.store(a_change(session, 2, "read again")._replace(lineage=Lineage()))
    stored = await repository.load("ABC-DEF")

    assert stored is not None
    assert [message.text for message in stored.session.chat] == ["theirs", "read again"]


async def test_versions_tell_who_missed_something(repository: Repository) -> None:
    """The versions of the sessions that are asked for, and of no other."""
    for name, code in (("one", "ABC-DEF"), ("two", "ABC-DEG"), ("three", "ABC-DEH")):
        await repository.create(a_session(name, code), 1000.0)
    await repository.store(a_change(a_session("two"), 1))

    assert await repository.versions(["one", "two", "nobody"]) == {"one": 1, "two": 2}
    assert await repository.versions([]) == {}


async def test_chat_is_read_by_the_page(repository: Repository) -> None:
    """Messages before a number come newest first, each with a number to go on from."""
    session = a_session()
    await repository.create(session, 1000.0)
    await repository.store(a_change(session, 1, *(f"line {n}" for n in range(5))))
    newest = await repository.chat_before(session.session_id, 2**62, 2)
    older = await repository.chat_before(session.session_id, newest[-1][0], 9)

    assert [line.text for _, line in newest + older] == [f"line {n}" for n in reversed(range(5))]


async def test_every_part_and_the_end_are_stored(repository: Repository) -> None:
    """A change to every part at once is read back whole, and so is the end of the session."""
    session = a_session()
    await repository.create(session, 1000.0)
    after = session.replace(settings=replace(session.settings, title="Film night \u2603", ended="over"))
    parts = {name: part_text(after, name) for name in PARTS}
    await repository.store(Change(session.session_id, 1, 1001.0, parts, (), ended=True))
    stored = await repository.load("ABC-DEF")

    assert stored is not None
    assert stored.session == after.replace(empty_since=None)
    assert await repository.unused_since(5000.0) == []


def test_only_what_changed_is_written() -> None:
    """A command writes the parts that are other values than before, and the messages that are new."""
    before = a_session()
    said = wire.ChatMessage(message_id="m", participant_id=None, display_name="Ann", text="hi", sent_at=1.0)
    settings = replace(before.settings, title="T")
    after = before.replace(settings=settings, chat=(said,), empty_since=5.0)

    assert set(changed_parts(before, after)) == {"settings"}
    assert new_chat(before, after) == (said,)
    assert new_chat(after, after) == ()
    assert changed_parts(after, after.replace(empty_since=None)) == {}
