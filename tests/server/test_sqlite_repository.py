"""Sessions in an SQLite file: where it can't be used, and what is peculiar to a file."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.database.migrate import newest_version
from syncwatch_server.database.repository import StorageFailed
from syncwatch_server.database.sqlite_repository import SqliteRepository
from syncwatch_server.database.tables import metadata
from tests.server.stored_sessions import a_session, opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "down" / "sessions.db"


@pytest.fixture
async def repository(path: Path) -> AsyncIterator[SqliteRepository]:
    async with opened(SqliteRepository(path)) as repository:
        yield repository


async def test_damaged_row_is_not_guessed_at(repository: SqliteRepository, path: Path) -> None:
    """A row that can't be read is a failure, never an empty session."""
    await repository.create(a_session(), 1000.0)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE sessions SET stage = '{'")

    with pytest.raises(StorageFailed, match="ABC-DEF is damaged"):
        await repository.load("ABC-DEF")


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
