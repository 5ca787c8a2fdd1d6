"""The statements as SQLite reads them, compiled once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import ClauseElement, bindparam, insert, update
from sqlalchemy.dialects.sqlite import dialect

from syncwatch_core.watch_session import CHAT_KEPT
from syncwatch_server.database import statements
from syncwatch_server.database.tables import chat_messages, sessions


def _text(statement: ClauseElement, columns: Iterable[str] | None = None) -> str:
    keys = None if columns is None else list(columns)
    return str(statement.compile(dialect=dialect(paramstyle="named"), column_keys=keys))


INSERT_SESSION = _text(statements.INSERT_SESSION)

INSERT_CHAT = _text(
    insert(chat_messages), ("message_id", "session_id", "participant_id", "display_name", "text", "sent_at")
)

SELECT_SESSION = _text(statements.SELECT_SESSION)

# SQLAlchemy would write an OFFSET with a parameter of its own.
SELECT_CHAT = _text(statements.SELECT_CHAT) + f" LIMIT {CHAT_KEPT}"

CHAT_PAGE = _text(statements.CHAT_PAGE) + " LIMIT :count"

VERSIONS = "SELECT session_id, version FROM sessions WHERE session_id IN (SELECT value FROM json_each(:ids))"

LATEST_INSTANT = _text(statements.LATEST_INSTANT)

TOUCH = _text(statements.TOUCH)

UNUSED = _text(statements.UNUSED)

PURGE_CHAT = _text(statements.PURGE_CHAT)

PURGE_SESSIONS = _text(statements.PURGE_SESSIONS)


@cache
def update_session(columns: frozenset[str]) -> str:
    """Compare and set: the columns and the next version, provided the row still has the version that was read."""
    changed: dict[str, Any] = {name: bindparam(name) for name in sorted(columns)}
    return _text(
        update(sessions)
        .where(sessions.c.session_id == bindparam("of"), sessions.c.version == bindparam("read_version"))
        .values(**changed, version=bindparam("next_version"), updated_at=bindparam("at"), ended=bindparam("over"))
    )
