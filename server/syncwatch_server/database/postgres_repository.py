"""The authority in PostgreSQL, for any number of processes.

*Group commit*: what was asked for in one turn of the loop, and while the statement before was under way, is one
statement: one round trip and one transaction for however many commands.

*What survives*: a commit is on the server's disk before anybody hears of it (``synchronous_commit`` is as the database
has it, on unless somebody turned it off).

*While the database is away* (restarted, failed over) what is asked for waits for ``PATIENCE``, then it is refused. A
connection that breaks under a commit leaves open whether that took place: it is looked up before it is tried again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError
from syncwatch_core.watch_session import WatchSession
from syncwatch_server.database import postgres_statements as statements
from syncwatch_server.database.migrate import bring_up_to_date
from syncwatch_server.database.postgres_batch import Written, arguments, gathered
from syncwatch_server.database.postgres_connection import connect, is_away, open_pool, unusable
from syncwatch_server.database.repository import (
    Change,
    CodeTaken,
    RaceLost,
    StorageFailed,
    StoredSession,
    row_of,
    session_from_row,
)

PATIENCE = 5.0
"""Seconds that a command waits for a database that is away: a restart takes two, and people give up after ten."""

_AGAIN_AFTER = 0.1
"""Seconds between two tries."""

_MIGRATION_LOCK = 0x53796E63
"""The advisory lock under which one node at a time brings the tables up to date; any number will do: "Sync"."""

_GROUP_LIMIT = 500
"""Changes in one statement."""

_T = TypeVar("_T")


class PostgresRepository:
    """A ``Repository`` in the database at ``url``; see there."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self._url = url
        self._patience = patience
        self._pool: asyncpg.Pool | None = None
        self._waiting: list[tuple[Change, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Bring the tables up to date and begin."""
        try:
            await self._migrate()
            self._pool = await open_pool(self._url)
        except AppError:
            raise
        except DBAPIError as fault:
            raise unusable(self._url, fault.orig.__cause__ or fault.orig or fault) from None  # type: ignore[union-attr]
        except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
            raise unusable(self._url, fault) from None

    async def _migrate(self) -> None:
        engine = create_async_engine(
            "postgresql+asyncpg://", async_creator=lambda: connect(self._url), poolclass=NullPool
        )
        try:
            async with engine.begin() as connection:
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
                await connection.run_sync(bring_up_to_date)
        finally:
            await engine.dispose()

    async def close(self) -> None:
        """Finish what was begun, unless the database is away for longer, and let the connections go."""
        if self._writer is not None:
            await asyncio.wait([self._writer], timeout=self._patience)
        pool, self._pool = self._pool, None
        if pool is not None:
            try:
                async with asyncio.timeout(1.0):
                    await pool.close()
            except Exception:  # noqa: BLE001 it is given up anyway
                pool.terminate()

    # --- writing -------------------------------------------------------------------------------------

    async def create(self, session: WatchSession, now: float) -> None:
        """Store a new session; see ``Repository``."""
        values = statements.INSERT_SESSION.arguments(row_of(session, now))

        async def work(connection: Any) -> None:
            try:
                await connection.execute(statements.INSERT_SESSION.text, *values)
            except asyncpg.UniqueViolationError as fault:
                if await connection.fetchval(_IS_STORED, session.session_id) is None:
                    raise CodeTaken(session.code) from fault
                # The connection broke after the commit and before its answer.

        await self._run(work)

    def store(self, change: Change) -> asyncio.Future[None]:
        """Write a change; see ``Repository``."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._pool is None:
            done.set_exception(StorageFailed("the database is not open"))
            return done
        self._waiting.append((change, done))
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write(), name="syncwatch-postgres-writer")
        return done

    async def _write(self) -> None:
        while self._waiting:
            changes, self._waiting = self._waiting[:_GROUP_LIMIT], self._waiting[_GROUP_LIMIT:]
            batch, lost = gathered(changes)
            faults: list[Exception | None]
            try:
                faults = await self._commit(batch)
            except Exception as unforeseen:  # noqa: BLE001 whatever it is, whoever waits must hear of it
                faults = [StorageFailed(repr(unforeseen))] * len(batch)
            for one, fault in zip(batch, faults, strict=True):
                if fault is not None and one.lineage is not None:
                    one.lineage.is_broken = True
                for done in one.done:
                    _settle(done, fault)
            for done in lost:
                _settle(done, RaceLost("another change of this turn went before"))
        self._writer = None

    async def _commit(self, batch: list[Written]) -> list[Exception | None]:
        """Write a batch; what came of each, None where it is stored."""
        tried = False

        async def work(connection: Any) -> set[str]:
            nonlocal tried
            there = await _already_there(connection, batch) if tried else set()
            tried = True
            missing = [one for one in batch if one.session_id not in there]
            won = await connection.fetch(statements.COMMIT, *arguments(missing)) if missing else []
            return there | {row["session_id"] for row in won}

        try:
            won = await self._run(work)
        except StorageFailed as fault:
            if len(batch) == 1 or is_away(fault.__cause__):
                return [fault] * len(batch)
            # One session must not take the others down with it.
            return [result for one in batch for result in await self._commit([one])]
        return [None if one.session_id in won else RaceLost(one.session_id) for one in batch]

    # --- reading -------------------------------------------------------------------------------------

    async def load(self, code: str) -> StoredSession | None:
        """The session of that code; see ``Repository``."""

        async def work(connection: Any) -> tuple[dict[str, Any], list[wire.ChatMessage]] | None:
            # Both of one moment: chat said after the row was read must not be seen with it.
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                rows = await _rows(connection, statements.SELECT_SESSION, {"code": code})
                if not rows:
                    return None
                said = await _rows(connection, statements.SELECT_CHAT, rows[0])
            return rows[0], [wire.ChatMessage(**row) for row in reversed(said)]

        found = await self._run(work)
        return None if found is None else session_from_row(*found)

    async def versions(self, session_ids: Sequence[str]) -> dict[str, int]:
        """The versions at which these sessions are."""
        rows = await self._run(lambda connection: connection.fetch(statements.VERSIONS, list(session_ids)))
        return {row["session_id"]: row["version"] for row in rows}

    async def chat_before(self, session_id: str, before: int, count: int) -> list[tuple[int, wire.ChatMessage]]:
        """What was said before the message of that number."""
        values = {"session_id": session_id, "before": min(before, _LARGEST), "count": count}
        found = await self._run(lambda connection: _rows(connection, statements.CHAT_PAGE, values))
        return [(row.pop("number"), wire.ChatMessage(**row)) for row in found]

    async def latest_instant(self) -> float:
        """The latest server time that was ever stored."""
        latest: float | None = await self._run(lambda connection: connection.fetchval(statements.LATEST_INSTANT.text))
        return latest or 0.0

    async def touch(self, session_ids: Sequence[str], now: float) -> None:
        """Note that somebody was in these sessions."""
        rows = [statements.TOUCH.arguments({"of": session_id, "at": now}) for session_id in sorted(session_ids)]
        await self._run(lambda connection: connection.executemany(statements.TOUCH.text, rows))

    async def unused_since(self, instant: float) -> list[str]:
        """Codes of sessions that nobody used since ``instant``."""
        values = {"over": False, "instant": instant}
        found = await self._run(lambda connection: _rows(connection, statements.UNUSED, values))
        return [row["code"] for row in found]

    async def purge(self, *, ended_before: float, chat_before: float) -> None:
        """Forget what is past its retention."""
        values = {"over": True, "ended_before": ended_before, "chat_before": chat_before}

        async def work(connection: Any) -> None:
            for statement in (statements.PURGE_CHAT, statements.PURGE_SESSIONS):
                await connection.execute(statement.text, *statement.arguments(values))

        await self._run(work)

    async def check(self) -> None:
        """Raise ``StorageFailed`` unless the database answers."""
        await self._run(lambda connection: connection.fetchval("SELECT 1"), patience=0.0)

    async def _run(self, work: Callable[[Any], Awaitable[_T]], patience: float | None = None) -> _T:
        """Have ``work`` done by a connection, again and again while the database is away; raises ``StorageFailed``."""
        until = asyncio.get_running_loop().time() + (self._patience if patience is None else patience)
        # The driver needs a task for its time limits, and whoever asks may have none (realtime/at_once.py).
        return await asyncio.get_running_loop().create_task(self._try_until(until, work))

    async def _try_until(self, until: float, work: Callable[[Any], Awaitable[_T]]) -> _T:
        loop = asyncio.get_running_loop()
        while True:
            if self._pool is None:
                raise StorageFailed("the database is not open")
            try:
                async with self._pool.acquire(timeout=max(0.5, until - loop.time())) as connection:
                    return await work(connection)
            except (CodeTaken, StorageFailed):
                raise
            except Exception as fault:
                if not is_away(fault) or loop.time() + _AGAIN_AFTER >= until:
                    raise StorageFailed(str(fault) or type(fault).__name__) from fault
            await asyncio.sleep(_AGAIN_AFTER)


_LARGEST = 2**31 - 1
_IS_STORED = "SELECT 1 FROM sessions WHERE session_id = $1"


async def _already_there(connection: Any, batch: list[Written]) -> set[str]:
    """Which of a batch were committed by a try whose answer was lost."""
    ids = [one.session_id for one in batch]
    rows = {row["session_id"]: dict(row) for row in await connection.fetch(statements.COMMITTED, ids)}
    lines = [line.message_id for one in batch for line in one.chat]
    said = [row["message_id"] for row in await connection.fetch(statements.SAID, ids, lines)] if lines else []
    return {one.session_id for one in batch if one.session_id in rows and one.is_in(rows[one.session_id], said)}


async def _rows(connection: Any, statement: statements.Statement, values: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in await connection.fetch(statement.text, *statement.arguments(values))]


def _settle(done: asyncio.Future[None], fault: Exception | None) -> None:
    if done.done():
        return
    if fault is None:
        done.set_result(None)
    else:
        done.set_exception(fault)
