"""The authority in one SQLite file, for one process."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.watch_session import WatchSession
from syncwatch_server.database import sqlite_statements as statements
from syncwatch_server.database.file_lock import FileLock
from syncwatch_server.database.migrate import bring_up_to_date
from syncwatch_server.database.repository import (
    Change,
    CodeTaken,
    RaceLost,
    StorageFailed,
    StoredSession,
    row_of,
    session_from_row,
)
from syncwatch_server.database.sqlite_threads import SqliteThreads


class SqliteRepository:
    """A ``Repository`` in the file at ``path``; see there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(path)
        self._open_threads: SqliteThreads | None = None

    @property
    def _threads(self) -> SqliteThreads:
        if self._open_threads is None:
            raise StorageFailed("the database is not open")
        return self._open_threads

    async def open(self) -> None:
        """Take the file for this process alone and bring its tables up to date."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
            await asyncio.to_thread(self._migrate)
            self._open_threads = SqliteThreads(self._path, asyncio.get_running_loop())
        except (OSError, sqlite3.Error, DatabaseError) as fault:
            self._lock.release()
            raise _unusable(self._path, fault) from fault
        except AppError:
            self._lock.release()
            raise

    def _migrate(self) -> None:
        engine = create_engine(f"sqlite:///{self._path}", poolclass=NullPool, connect_args={"isolation_level": None})
        # Python's own begin comes too late for CREATE TABLE: a migration that is cut short must leave nothing behind.
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        with engine.begin() as connection:
            bring_up_to_date(connection)
        engine.dispose()

    async def close(self) -> None:
        """Finish what was begun, and let go of the file."""
        threads, self._open_threads = self._open_threads, None
        if threads is not None:
            await threads.close()
        self._lock.release()

    async def create(self, session: WatchSession, now: float) -> None:
        """Store a new session; see ``Repository``."""
        row = row_of(session, now)

        def work(connection: sqlite3.Connection) -> None:
            try:
                connection.execute(statements.INSERT_SESSION, row)
            except sqlite3.IntegrityError as fault:
                raise CodeTaken(session.code) from fault

        await self._threads.write(work)

    def store(self, change: Change) -> asyncio.Future[None]:
        """Write a change; see ``Repository``."""
        if self._open_threads is None:
            refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            refused.set_exception(StorageFailed("the database is not open"))
            return refused
        return self._open_threads.write(lambda connection: _write_change(connection, change))

    async def load(self, code: str) -> StoredSession | None:
        """The session of that code; see ``Repository``."""

        def work(connection: sqlite3.Connection) -> tuple[dict[str, Any], list[wire.ChatMessage]] | None:
            rows = _rows(connection, statements.SELECT_SESSION, {"code": code})
            if not rows:
                return None
            said = _rows(connection, statements.SELECT_CHAT, {"session_id": rows[0]["session_id"]})
            return rows[0], [wire.ChatMessage(**row) for row in reversed(said)]

        found = await self._threads.read(work)
        return None if found is None else session_from_row(*found)

    async def versions(self, session_ids: Sequence[str]) -> dict[str, int]:
        """The versions at which these sessions are."""
        ids = {"ids": msgspec.json.encode(list(session_ids)).decode()}
        found = await self._threads.read(lambda connection: connection.execute(statements.VERSIONS, ids).fetchall())
        return dict(found)

    async def chat_before(self, session_id: str, before: int, count: int) -> list[tuple[int, wire.ChatMessage]]:
        """What was said before the message of that number."""
        values = {"session_id": session_id, "before": before, "count": count}
        found = await self._threads.read(lambda connection: _rows(connection, statements.CHAT_PAGE, values))
        return [(row.pop("number"), wire.ChatMessage(**row)) for row in found]

    async def latest_instant(self) -> float:
        """The latest server time that was ever stored."""
        found: tuple[float | None] = await self._threads.read(
            lambda connection: connection.execute(statements.LATEST_INSTANT).fetchone()
        )
        return found[0] or 0.0

    async def touch(self, session_ids: Sequence[str], now: float) -> None:
        """Note that somebody was in these sessions."""
        rows = [{"of": session_id, "at": now} for session_id in session_ids]
        await self._threads.write(lambda connection: connection.executemany(statements.TOUCH, rows))

    async def unused_since(self, instant: float) -> list[str]:
        """Codes of sessions that nobody used since ``instant``."""
        found = await self._threads.read(
            lambda connection: _rows(connection, statements.UNUSED, {"over": False, "instant": instant})
        )
        return [row["code"] for row in found]

    async def purge(self, *, ended_before: float, chat_before: float) -> None:
        """Forget what is past its retention."""

        def work(connection: sqlite3.Connection) -> None:
            over = {"over": True, "ended_before": ended_before}
            connection.execute(statements.PURGE_CHAT, over | {"chat_before": chat_before})
            connection.execute(statements.PURGE_SESSIONS, over)

        await self._threads.write(work)

    async def check(self) -> None:
        """Raise ``StorageFailed`` unless the database answers."""
        await self._threads.read(lambda connection: connection.execute(statements.LATEST_INSTANT).fetchone())


def _write_change(connection: sqlite3.Connection, change: Change) -> None:
    if change.lineage is not None and change.lineage.is_broken:
        raise RaceLost(change.session_id)
    values: dict[str, Any] = {
        **change.parts,
        "of": change.session_id,
        "read_version": change.version,
        "next_version": change.version + 1,
        "at": change.at,
        "over": change.ended,
    }
    if connection.execute(statements.update_session(frozenset(change.parts)), values).rowcount != 1:
        if change.lineage is not None:
            change.lineage.is_broken = True
        raise RaceLost(change.session_id)
    for message in change.chat:
        row = msgspec.structs.asdict(message) | {"session_id": change.session_id}
        connection.execute(statements.INSERT_CHAT, row)


def _rows(connection: sqlite3.Connection, statement: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    cursor = connection.execute(statement, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _unusable(path: Path, fault: Exception) -> AppError:
    """What is wrong with the file, and what to do."""
    words = str(fault.orig if isinstance(fault, DatabaseError) else fault)
    if isinstance(fault, OSError) and fault.strerror:
        words = fault.strerror
    other = "or name another place with --database-url sqlite:///PATH"
    if "not a database" in words or "malformed" in words:
        return AppError(
            ErrorCode.FAILED,
            f"the database {path} is damaged or is no SyncWatch database: {words}",
            f"restore it from a backup, move it away to begin anew, {other}",
        )
    if "full" in words or "No space" in words:
        return AppError(ErrorCode.FAILED, f"no room left for the database {path}", f"free some space there, {other}")
    return AppError(
        ErrorCode.FAILED,
        f"the database {path} can't be written: {words}",
        f"make its directory writable for this user, {other}",
    )
