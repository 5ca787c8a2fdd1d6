"""The database behind the sessions, where it can't be used, and where it fails."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.watch_session import WatchSession, new_session
from syncwatch_server.app import repository_of
from syncwatch_server.database.migrate import newest_version
from syncwatch_server.database.repository import (
    Change,
    CodeTaken,
    RaceLost,
    StorageFailed,
    changed_parts,
    new_chat,
    part_text,
)
from syncwatch_server.database.sqlite_repository import SqliteRepository
from syncwatch_server.database.tables import metadata
from syncwatch_server.settings import ServerSettings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "down" / "sessions.db"


@pytest.fixture
async def repository(path: Path) -> AsyncIterator[SqliteRepository]:
    repository = SqliteRepository(path)
    await repository.open()
    yield repository
    await repository.close()


def a_session(session_id: str = "one", code: str = "ABC-DEF") -> WatchSession:
    return new_session(session_id, code, 1000.0, host_token_hash="hash")


def a_change(session: WatchSession, version: int, *said: str) -> Change:
    chat = tuple(
        wire.ChatMessage(message_id=text, participant_id=None, display_name="Ann", text=text, sent_at=1.0)
        for text in said
    )
    return Change(session.session_id, version, 1001.0, {"stage": part_text(session, "stage")}, chat, ended=False)


async def test_session_comes_back_as_it_was(repository: SqliteRepository) -> None:
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


async def test_code_is_given_once(repository: SqliteRepository) -> None:
    """Of two sessions with one code the second is refused."""
    await repository.create(a_session(), 1000.0)

    with pytest.raises(CodeTaken):
        await repository.create(a_session("two"), 1000.0)


async def test_change_needs_the_version_that_was_read(repository: SqliteRepository) -> None:
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


async def test_changes_are_kept_in_order(repository: SqliteRepository) -> None:
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


async def test_one_bad_job_harms_no_other(repository: SqliteRepository) -> None:
    """A job that the database can't do fails alone; those committed together with it go through."""
    session = a_session()
    await repository.create(session, 1000.0)
    bad = a_change(session, 1)._replace(parts={"nonsense": "{}"})
    good = repository.store(a_change(session, 1, "first"))
    broken = repository.store(bad)
    after = repository.store(a_change(session, 2, "second"))
    await good
    await after

    with pytest.raises(StorageFailed):
        await broken


async def test_damaged_row_is_not_guessed_at(repository: SqliteRepository, path: Path) -> None:
    """A row that can't be read is a failure, never an empty session."""
    await repository.create(a_session(), 1000.0)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE sessions SET stage = '{'")

    with pytest.raises(StorageFailed, match="ABC-DEF is damaged"):
        await repository.load("ABC-DEF")


async def test_what_is_over_is_found_and_purged(repository: SqliteRepository) -> None:
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


async def test_repository_says_whether_it_answers(repository: SqliteRepository) -> None:
    """A check passes while the database is open, and fails when it is not."""
    await repository.check()
    await repository.close()

    with pytest.raises(StorageFailed):
        await repository.check()


async def test_file_is_folded_in_at_the_end(repository: SqliteRepository, path: Path) -> None:
    """After a graceful close the database is one file, without a log beside it."""
    await repository.create(a_session(), 1000.0)
    await repository.close()

    assert not path.with_name("sessions.db-wal").exists()


async def test_migrations_make_the_tables_that_are_written(repository: SqliteRepository, path: Path) -> None:
    """The migrations lead to exactly the tables that the statements are made for, at the newest version."""
    with closing(sqlite3.connect(path)) as connection:
        columns = {
            table: {row[1] for row in connection.execute(f"PRAGMA table_info({table})")} for table in metadata.tables
        }
        version = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]

    assert columns == {name: set(table.columns.keys()) for name, table in metadata.tables.items()}
    assert version == newest_version()
    await repository.check()


async def test_database_of_a_newer_program_is_refused(path: Path) -> None:
    """A database that a newer version has written is left alone."""
    repository = SqliteRepository(path)
    await repository.open()
    await repository.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(AppError, match="another version of SyncWatch"):
        await repository.open()


@pytest.fixture
def letter(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "sessions.db"
    content = b"this is a letter to my aunt, and no database" * 100
    path.write_bytes(content)
    yield path
    assert path.read_bytes() == content


async def test_damaged_file_is_said_to_be(letter: Path) -> None:
    """A file that is no database is refused with its path and what to do, and stays as it is."""
    with pytest.raises(AppError, match=r"sessions\.db is damaged or is no SyncWatch database") as refusal:
        await SqliteRepository(letter).open()
    assert "backup" in (refusal.value.hint or "")


async def test_unusable_directory_is_said_to_be(tmp_path: Path) -> None:
    """A place that can't be written is refused with its path and what to do."""
    (tmp_path / "file").write_text("")

    with pytest.raises(AppError, match=r"sessions\.db can't be written") as refusal:
        await SqliteRepository(tmp_path / "file" / "sessions.db").open()
    assert refusal.value.code is ErrorCode.FAILED
    assert "--database-url" in (refusal.value.hint or "")


def test_other_databases_are_refused() -> None:
    """A database that this version can't use is refused as wrong usage."""
    with pytest.raises(AppError) as refusal:
        repository_of(ServerSettings(database_url="postgresql://localhost/syncwatch"))

    assert refusal.value.code is ErrorCode.USAGE


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
