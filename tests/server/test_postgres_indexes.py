"""What PostgreSQL is given besides the columns: keys, indexes and constraints."""

from __future__ import annotations

from benchmarks.backends import Postgres
from syncwatch_server.database.postgres_repository import PostgresRepository
from syncwatch_server.database.tables import metadata


async def test_keys_and_indexes_are_there(postgres: Postgres, postgres_url: str) -> None:
    """The migrations make every index that the tables declare, the keys, and the bond between chat and session."""
    repository = PostgresRepository(postgres_url)
    await repository.open()
    await repository.close()
    name = postgres_url.rpartition("/")[2]
    made = set(postgres.sql("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'", name).split())
    declared = {index.name for table in metadata.tables.values() for index in table.indexes}
    kinds = postgres.sql("SELECT contype FROM pg_constraint WHERE conrelid = 'chat_messages'::regclass", name).split()

    assert declared <= made
    assert {"sessions_pkey", "sessions_code_key", "chat_messages_pkey"} <= made
    assert sorted(kinds) == ["f", "p"]
