"""What holds for all tests."""

from __future__ import annotations

import secrets
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from benchmarks.backends import Postgres, Redis


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update-snapshots`` draws the pictures of the terminal interface's screens anew."""
    parser.addoption("--update-snapshots", action="store_true", help="draw the pictures in tests/tui/snapshots anew")


# How long an example takes says how busy the machine is.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_configure() -> None:
    """Let ^C through to the processes that tests start, also where whoever started the tests ignores it (``&``)."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def one_postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server for all tests."""
    server = Postgres()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def postgres(one_postgres: Postgres) -> Postgres:
    """The same, which runs: a test that stopped it and failed leaves the others what they need."""
    if not one_postgres.runs:
        one_postgres.stop("immediate")
        one_postgres.start()
    return one_postgres


@pytest.fixture
def postgres_url(postgres: Postgres) -> str:
    """A database of one's own."""
    name = f"sessions_{secrets.token_hex(4)}"
    postgres.sql(f"CREATE DATABASE {name}")
    return postgres.url(name)


@pytest.fixture(scope="session")
def one_redis() -> Iterator[Redis]:
    """A real Redis server for all tests."""
    server = Redis()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def redis(one_redis: Redis) -> Redis:
    """The same, which runs, as ``postgres``."""
    if not one_redis.runs:
        one_redis.start()
    return one_redis
