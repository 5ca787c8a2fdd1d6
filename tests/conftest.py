"""What holds for all tests."""

from __future__ import annotations

import secrets
import signal
from collections.abc import Iterator

import pytest

from benchmarks.backends import Postgres, Redis


def pytest_configure() -> None:
    """Let ^C through to the processes that tests start, also where whoever started the tests ignores it (``&``)."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server; who stops it starts it again."""
    server = Postgres()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def postgres_url(postgres: Postgres) -> str:
    """A database of one's own."""
    name = f"sessions_{secrets.token_hex(4)}"
    postgres.sql(f"CREATE DATABASE {name}")
    return postgres.url(name)


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis]:
    """A real Redis server; who stops it starts it again."""
    server = Redis()
    try:
        server.start()
        yield server
    finally:
        server.close()
