"""What a node of a fleet is told: a database and a Redis, whose URLs hold passwords."""

from __future__ import annotations

import subprocess
import sys

import pytest

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.app import repository_of
from syncwatch_server.database.postgres_repository import PostgresRepository
from syncwatch_server.settings import ServerSettings

REDIS_URLS = (
    "redis://:secret@redis.example:6380/1",
    "rediss://redis.example",
    "unix:///run/redis.sock?db=1",
    "redis+sentinel://:secret@one.example,two.example:26380/films/0",
    "redis+cluster://:secret@one.example:7000,two.example:7000",
)


@pytest.mark.parametrize("url", REDIS_URLS)
def test_redis_is_read_from_the_environment(url: str) -> None:
    """Every form of a Redis URL is taken, and not shown where settings are printed."""
    settings = ServerSettings.from_environment({"SYNCWATCH_REDIS_URL": url})

    assert settings.redis_url == url
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("variable", "text"),
    [("SYNCWATCH_REDIS_URL", "http://:secret@x"), ("SYNCWATCH_DATABASE_URL", "mysql://me:secret@x")],
)
def test_wrong_url_is_refused_without_showing_it(variable: str, text: str) -> None:
    """A URL of another kind is wrong usage that names its variable, and never its password."""
    with pytest.raises(AppError, match=variable) as refusal:
        ServerSettings.from_environment({variable: text})

    assert refusal.value.code is ErrorCode.USAGE
    assert "secret" not in refusal.value.message


def test_postgres_is_chosen_by_its_url() -> None:
    """A URL of PostgreSQL leads to PostgreSQL, and to no file."""
    settings = ServerSettings(database_url="postgresql://localhost/syncwatch")

    assert settings.database_file is None
    assert isinstance(repository_of(settings), PostgresRepository)


def test_server_that_is_alone_imports_nothing_of_a_fleet() -> None:
    """What only a fleet needs is not imported by a server with a file."""
    looked_for = ["asyncpg", "syncwatch_server.live.redis", "syncwatch_server.services.shared_session"]
    looked_for += ["syncwatch_server.live.store", "sqlalchemy.ext.asyncio"]
    code = f"import sys, syncwatch_server.app; print([name for name in {looked_for} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
