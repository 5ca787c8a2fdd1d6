"""Sessions in PostgreSQL: where it can't be used, where it goes away, and many nodes on one database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from benchmarks.backends import Postgres
from benchmarks.processes import free_port
from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.watch_session import WatchSession
from syncwatch_server.database.migrate import newest_version
from syncwatch_server.database.postgres_repository import PostgresRepository
from syncwatch_server.database.postgres_statements import COMMIT
from syncwatch_server.database.repository import Change, CodeTaken, RaceLost, StorageFailed, part_text
from syncwatch_server.database.tables import metadata
from tests.server.stored_sessions import a_session, opened


@pytest.fixture
async def repository(postgres_url: str) -> AsyncIterator[PostgresRepository]:
    async with opened(PostgresRepository(postgres_url)) as repository:
        yield repository


def a_line(session: WatchSession, version: int, text: str) -> Change:
    said = wire.ChatMessage(message_id=text, participant_id=None, display_name="Ann", text=text, sent_at=1.0)
    return Change(session.session_id, version, 1001.0, {"stage": part_text(session, "stage")}, (said,), ended=False)


async def lines(repository: PostgresRepository) -> list[str]:
    stored = await repository.load("ABC-DEF")
    assert stored is not None
    return [message.text for message in stored.session.chat]


def _columns_of(table: str) -> str:
    return f"SELECT attname FROM pg_attribute WHERE attnum > 0 AND attrelid = '{table}'::regclass"  # noqa: S608 ours


def database_of(url: str) -> str:
    return url.rpartition("/")[2]


async def test_nodes_that_start_together_migrate_one_after_the_other(postgres: Postgres, postgres_url: str) -> None:
    """Five nodes that start at once on an empty database find the tables as the program has them."""
    nodes = [PostgresRepository(postgres_url) for _ in range(5)]
    await asyncio.gather(*(node.open() for node in nodes))
    for node in nodes:
        await node.close()
    name = database_of(postgres_url)
    columns = {table: set(postgres.sql(_columns_of(table), name).split()) for table in metadata.tables}

    assert postgres.sql("SELECT version_num FROM alembic_version", name) == newest_version()
    assert columns == {table: set(known.columns.keys()) for table, known in metadata.tables.items()}


async def test_restart_is_waited_for(repository: PostgresRepository, postgres: Postgres) -> None:
    """A command that comes while PostgreSQL is restarted is stored when it is back."""
    session = a_session()
    await repository.create(session, 1000.0)
    await asyncio.to_thread(postgres.stop)
    writing = repository.store(a_line(session, 1, "meanwhile"))
    reading = asyncio.create_task(repository.load("ABC-DEF"))
    await asyncio.sleep(0.3)
    assert not writing.done()
    await asyncio.to_thread(postgres.start)
    await writing
    await reading

    assert await lines(repository) == ["meanwhile"]


async def test_absence_is_not_waited_for_without_end(postgres: Postgres, postgres_url: str) -> None:
    """While PostgreSQL stays away commands are refused, and nothing of them has happened when it is back."""
    repository = PostgresRepository(postgres_url, patience=0.3)
    await repository.open()
    session = a_session()
    await repository.create(session, 1000.0)
    await asyncio.to_thread(postgres.stop)
    with pytest.raises(StorageFailed):
        await repository.store(a_line(session, 1, "refused"))
    with pytest.raises(StorageFailed):
        await repository.check()
    await asyncio.to_thread(postgres.start)
    await repository.store(a_line(session, 1, "accepted"))

    assert await lines(repository) == ["accepted"]
    await repository.close()


async def test_crashes_lose_nothing_that_was_acknowledged(repository: PostgresRepository, postgres: Postgres) -> None:
    """Under a stream of commands PostgreSQL crashes thrice: each that was acknowledged is there, once, in order."""
    session = a_session()
    await repository.create(session, 1000.0)
    acknowledged: list[str] = []
    stopping = asyncio.Event()

    async def command() -> None:
        version = 1
        while not stopping.is_set():
            batch = [repository.store(a_line(session, version + n, f"line {version + n}")) for n in range(3)]
            await asyncio.gather(*batch)
            acknowledged.extend(f"line {version + n}" for n in range(3))
            version += 3

    stream = asyncio.create_task(command())
    for _ in range(3):
        await asyncio.sleep(0.2)
        await asyncio.to_thread(postgres.stop, "immediate")
        await asyncio.to_thread(postgres.start)
    await asyncio.sleep(0.2)
    stopping.set()
    await stream
    everything = [line.text for _, line in await repository.chat_before(session.session_id, 2**31, 100_000)]

    assert everything == [f"line {n}" for n in range(len(acknowledged), 0, -1)]


async def test_lost_answer_is_looked_up(repository: PostgresRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit whose answer was lost is done, and once; what others wrote meanwhile has lost the race."""
    session, other = a_session(), a_session("two", "ABC-DEG")
    for one in (session, other):
        await repository.create(one, 1000.0)
    ask, losing = asyncpg.Connection.fetch, [True, False, True]

    async def fetch(connection: asyncpg.Connection, query: str, *arguments: object) -> object:
        answer = await ask(connection, query, *arguments)
        if query == COMMIT and losing.pop(0):
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
        return answer

    monkeypatch.setattr(asyncpg.Connection, "fetch", fetch)
    await repository.store(a_line(session, 1, "mine"))
    assert await lines(repository) == ["mine"]
    losing[:] = [False, True, False]
    await repository.store(a_line(other, 1, "theirs"))
    with pytest.raises(RaceLost):
        await repository.store(a_line(other, 1, "late"))


async def test_nodes_that_write_the_same_rows_do_not_block_one_another(postgres_url: str) -> None:
    """Two nodes that write ten sessions a turn in opposite orders both come to an end; each version is won once."""
    nodes = [PostgresRepository(postgres_url) for _ in range(2)]
    for node in nodes:
        await node.open()
    sessions = [a_session(f"s{n}", f"ABC-D0{n}") for n in range(10)]
    for session in sessions:
        await nodes[0].create(session, 1000.0)
    for version in range(1, 11):
        writes = [nodes[0].store(a_line(session, version, f"a{version}")) for session in sessions]
        writes += [nodes[1].store(a_line(session, version, f"b{version}")) for session in reversed(sessions)]
        results = await asyncio.gather(*writes, return_exceptions=True)
        assert sum(result is None for result in results) == len(sessions)
        assert all(result is None or isinstance(result, RaceLost) for result in results)
    for node in nodes:
        await node.close()


async def test_code_is_taken_once_among_nodes(repository: PostgresRepository) -> None:
    """A code that another session has is refused; the same session, stored again after a lost answer, is not."""
    await repository.create(a_session(), 1000.0)
    await repository.create(a_session(), 1000.0)

    with pytest.raises(CodeTaken):
        await repository.create(a_session("two"), 1000.0)


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda url: url.replace("made-up", "wrong-secret"), ErrorCode.USAGE, "does not let this user in"),
        (lambda url: url.rpartition("/")[0] + "/nowhere", ErrorCode.USAGE, "does not exist"),
        (lambda _: f"postgresql://u:wrong-secret@127.0.0.1:{free_port()}/x", ErrorCode.FAILED, "can't be reached"),
        (lambda _: "postgresql://u:wrong-secret@127.0.0.1:port/x", ErrorCode.USAGE, "can't be read"),
    ],
)
async def test_what_is_wrong_is_said_without_the_password(
    postgres_url: str, change: object, code: ErrorCode, words: str
) -> None:
    """Each way in which the database can't be used is told apart, with a hint, and never shows the password."""
    assert callable(change)
    with pytest.raises(AppError, match=words) as refusal:
        await PostgresRepository(change(postgres_url)).open()

    assert refusal.value.code is code
    assert refusal.value.hint
    assert "secret" not in f"{refusal.value.message} {refusal.value.hint}"


async def test_database_of_a_newer_program_is_refused(postgres: Postgres, postgres_url: str) -> None:
    """A database that a newer version has written is left alone."""
    repository = PostgresRepository(postgres_url)
    await repository.open()
    await repository.close()
    postgres.sql("UPDATE alembic_version SET version_num = '9999'", database_of(postgres_url))

    with pytest.raises(AppError, match="another version of SyncWatch"):
        await repository.open()
