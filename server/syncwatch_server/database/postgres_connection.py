"""How PostgreSQL is reached: the pool, its patience, and in words what is wrong where it can't be."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from syncwatch_core.errors import AppError, ErrorCode

CONNECTS_WITHIN = 5.0
"""Seconds for a connection; a database on another continent needs a tenth of that."""

ANSWERS_WITHIN = 5.0
"""Seconds for a statement; all are small, and people wait for them."""

CONNECTIONS = 4
"""At most, for each process: one writes, the others read."""

_SAID_WHILE_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)
"""What a database says that is being restarted, is overrun, or was asked by two at once: worth trying again."""


def is_away(fault: BaseException | None) -> bool:
    """Whether the database could not do it now, and may be able to in a moment.

    Besides what the database says, that is whatever the driver makes of a connection that breaks (asyncpg 0.32 has
    InternalClientError among it). What it can't put into words for the database is a ValueError, and never gets better.
    """
    if isinstance(fault, asyncpg.PostgresError):
        return isinstance(fault, _SAID_WHILE_AWAY)
    return not isinstance(fault, ValueError | TypeError)


_OPTIONS: dict[str, Any] = {
    "timeout": CONNECTS_WITHIN,
    "command_timeout": ANSWERS_WITHIN,
    "server_settings": {"application_name": "syncwatch", "statement_timeout": str(int(ANSWERS_WITHIN * 1000))},
}


async def connect(url: str) -> asyncpg.Connection:
    """One connection, without a limit on how long a statement may take; for migrations."""
    return await asyncpg.connect(url, timeout=CONNECTS_WITHIN, server_settings={"application_name": "syncwatch"})


async def open_pool(url: str) -> asyncpg.Pool:
    """A pool that connects when it is used, and holds nothing open that nobody needs."""
    return await asyncpg.create_pool(url, min_size=0, max_size=CONNECTIONS, **_OPTIONS)


def place_of(url: str) -> str:
    """Where a database is, in words without its password."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "the database"
    return f"the database {parts.path.strip('/') or 'of this user'} at {parts.hostname or 'this machine'}{port}"


def unusable(url: str, fault: BaseException) -> AppError:
    """What is wrong, and what to do."""
    place = place_of(url)
    if isinstance(fault, asyncpg.InvalidAuthorizationSpecificationError):
        return AppError(
            ErrorCode.USAGE,
            f"{place} does not let this user in",
            "check name and password in SYNCWATCH_DATABASE_URL; a password's special characters are written as %40",
        )
    if isinstance(fault, asyncpg.InvalidCatalogNameError):
        return AppError(ErrorCode.USAGE, f"{place} does not exist", "make it with `createdb`, or name another one")
    if isinstance(fault, asyncpg.InsufficientPrivilegeError):
        return AppError(
            ErrorCode.FAILED,
            f"this user may not make tables in {place}",
            "GRANT CREATE ON SCHEMA public, or make the user the owner of the database",
        )
    if isinstance(fault, asyncpg.exceptions.ClientConfigurationError | ValueError):
        return AppError(
            ErrorCode.USAGE,
            "the database URL can't be read",
            "it has the form postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
        )
    words = "no answer" if isinstance(fault, TimeoutError | asyncio.CancelledError) else _words(fault)
    return AppError(
        ErrorCode.FAILED, f"{place} can't be reached: {words}", "is PostgreSQL running there, and does it listen?"
    )


def _words(fault: BaseException) -> str:
    if isinstance(fault, OSError) and fault.strerror:
        return fault.strerror
    return str(fault) or type(fault).__name__
