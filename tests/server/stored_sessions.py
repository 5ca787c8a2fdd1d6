"""What the suites of both databases have in common: a repository for the length of a test, and a session to store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from syncwatch_core.watch_session import WatchSession, new_session
from syncwatch_server.database.repository import Repository

_R = TypeVar("_R", bound=Repository)


@asynccontextmanager
async def opened(repository: _R) -> AsyncIterator[_R]:
    """The repository, ready; closed at the end."""
    await repository.open()
    try:
        yield repository
    finally:
        await repository.close()


def a_session(session_id: str = "one", code: str = "ABC-DEF") -> WatchSession:
    """A session in which nobody is, as it is before it is stored."""
    return new_session(session_id, code, 1000.0, host_token_hash="hash")
