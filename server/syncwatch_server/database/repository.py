"""What the server asks of a database, whichever it is; the rows' meaning in terms of a ``WatchSession``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from syncwatch_core import messages as wire
from syncwatch_core.session_parts import Member, Settings, Stage
from syncwatch_core.watch_session import CHAT_KEPT, WatchSession

PARTS: dict[str, Any] = {
    "settings": Settings,
    "stage": Stage,
    "members": dict[str, Member],
    "queue": tuple[wire.QueueItem, ...],
    "history": tuple[wire.HistoryItem, ...],
}
"""The durable parts of a session that are replaced as a whole, and their types; chat is only ever added to."""


class RaceLost(Exception):  # noqa: N818 it says what happened
    """The row has moved on since it was read: read it again and apply the command anew."""


class CodeTaken(Exception):  # noqa: N818 as above
    """Another session has this code: draw another."""


class StorageFailed(Exception):  # noqa: N818 as above
    """The database could not do it, and nothing of it has happened."""


class Lineage:
    """Changes of which each was made to what the one before led to, while that was still being written.

    When one of them loses the race, those after it must lose too: the row may well be at the version that they were
    made to, by somebody else's hand.
    """

    __slots__ = ("is_broken",)

    def __init__(self) -> None:
        self.is_broken = False


class Change(NamedTuple):
    """What one command changed in what must survive."""

    session_id: str
    version: int
    """The version of the row that it was applied to."""
    at: float
    """Server time."""
    parts: dict[str, str]
    """JSON text of each part that changed, by its column."""
    chat: tuple[wire.ChatMessage, ...]
    """What was said."""
    ended: bool
    lineage: Lineage | None = None
    """What it belongs to; None if it stands by itself."""


class StoredSession(NamedTuple):
    """A session as it stands in the database."""

    session: WatchSession
    """Without presence."""
    version: int
    updated_at: float
    """Server time, s."""


class Repository(Protocol):
    """The authority. Every method but ``store`` waits for its answer; all are called from the event loop only."""

    async def open(self) -> None:
        """Bring the tables up to date and begin; raises ``AppError`` that says what is wrong and what to do."""

    async def close(self) -> None:
        """Finish what was begun, and let go of the database."""

    async def create(self, session: WatchSession, now: float) -> None:
        """Store a new session as version 1; raises ``CodeTaken``, ``StorageFailed``."""

    def store(self, change: Change) -> asyncio.Future[None]:
        """Write a change; the future is done once it would survive ``kill -9``.

        Changes are committed in the order of the calls, and their futures done in that order; after one that lost the
        race, the others of its lineage lose too.
        The future fails with ``RaceLost`` or ``StorageFailed``.
        """

    async def load(self, code: str) -> StoredSession | None:
        """The session of that code, ended ones included; raises ``StorageFailed``."""

    async def versions(self, session_ids: Sequence[str]) -> dict[str, int]:
        """The versions at which these sessions are; for nodes that may have missed what others told them."""

    async def chat_before(self, session_id: str, before: int, count: int) -> list[tuple[int, wire.ChatMessage]]:
        """Up to ``count`` messages before the one of number ``before``, newest first, each with its own number."""

    async def latest_instant(self) -> float:
        """The latest server time that was ever stored; 0 if none was."""

    async def touch(self, session_ids: Sequence[str], now: float) -> None:
        """Note that somebody was in these sessions."""

    async def unused_since(self, instant: float) -> list[str]:
        """Codes of sessions that have not ended and were last written or touched before ``instant``."""

    async def purge(self, *, ended_before: float, chat_before: float) -> None:
        """Forget sessions that ended, and messages that were sent, before these instants."""

    async def check(self) -> None:
        """Raise ``StorageFailed`` unless the database answers."""


def changed_parts(before: WatchSession, after: WatchSession) -> dict[str, str]:
    """JSON text of every durable part that is another value than before."""
    if _is_as_durable(before, after):
        return {}
    return {name: part_text(after, name) for name in PARTS if getattr(before, name) is not getattr(after, name)}


def _is_as_durable(before: WatchSession, after: WatchSession) -> bool:
    # Every report of every player comes by here, and most change nothing: to ask by name costs five times as much.
    return (
        before.settings is after.settings
        and before.stage is after.stage
        and before.members is after.members
        and before.queue is after.queue
        and before.history is after.history
    )


def part_text(session: WatchSession, name: str) -> str:
    """One durable part as JSON text."""
    return msgspec.json.encode(getattr(session, name)).decode()


def row_of(session: WatchSession, now: float) -> dict[str, Any]:
    """The row of a new session."""
    return {name: part_text(session, name) for name in PARTS} | {
        "session_id": session.session_id,
        "code": session.code,
        "version": 1,
        "created_at": session.created_at,
        "updated_at": now,
        "ended": False,
    }


def new_chat(before: WatchSession, after: WatchSession) -> tuple[wire.ChatMessage, ...]:
    """What was said between two values of a session."""
    if before.chat is after.chat:
        return ()
    known = before.chat[-1].message_id if before.chat else None
    said: list[wire.ChatMessage] = []
    for message in reversed(after.chat):
        if message.message_id == known:
            break
        said.append(message)
    return tuple(reversed(said))


def session_from_row(row: dict[str, Any], chat: Sequence[wire.ChatMessage]) -> StoredSession:
    """A session from its row and its last messages; raises ``StorageFailed`` if the row is not readable."""
    try:
        parts = {name: msgspec.json.decode(row[name], type=kind) for name, kind in PARTS.items()}
    except msgspec.MsgspecError as fault:
        raise StorageFailed(f"the row of session {row['code']} is damaged: {fault}") from fault
    session = WatchSession(
        session_id=row["session_id"],
        code=row["code"],
        created_at=row["created_at"],
        chat=tuple(chat[-CHAT_KEPT:]),
        **parts,
    )
    return StoredSession(session, row["version"], row["updated_at"])
