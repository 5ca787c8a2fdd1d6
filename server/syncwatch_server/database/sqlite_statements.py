"""The statements of the SQLite repository, written once in SQLAlchemy Core and compiled once to text."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import ClauseElement, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import dialect

from syncwatch_core.watch_session import CHAT_KEPT
from syncwatch_server.database.tables import chat_messages, sessions


def _text(statement: ClauseElement, columns: Iterable[str] | None = None) -> str:
    keys = None if columns is None else list(columns)
    return str(statement.compile(dialect=dialect(paramstyle="named"), column_keys=keys))


INSERT_SESSION = _text(insert(sessions))

INSERT_CHAT = _text(
    insert(chat_messages), ("message_id", "session_id", "participant_id", "display_name", "text", "sent_at")
)

SELECT_SESSION = _text(select(sessions).where(sessions.c.code == bindparam("code")))

# SQLAlchemy would write an OFFSET with a parameter of its own.
SELECT_CHAT = (
    _text(
        select(
            chat_messages.c.message_id,
            chat_messages.c.participant_id,
            chat_messages.c.display_name,
            chat_messages.c.text,
            chat_messages.c.sent_at,
        )
        .where(chat_messages.c.session_id == bindparam("session_id"))
        .order_by(chat_messages.c.number.desc())
    )
    + f" LIMIT {CHAT_KEPT}"
)

CHAT_PAGE = (
    _text(
        select(
            chat_messages.c.number,
            chat_messages.c.message_id,
            chat_messages.c.participant_id,
            chat_messages.c.display_name,
            chat_messages.c.text,
            chat_messages.c.sent_at,
        )
        .where(chat_messages.c.session_id == bindparam("session_id"), chat_messages.c.number < bindparam("before"))
        .order_by(chat_messages.c.number.desc())
    )
    + " LIMIT :count"
)

LATEST_INSTANT = _text(select(func.max(sessions.c.updated_at)))

TOUCH = _text(update(sessions).where(sessions.c.session_id == bindparam("of")).values(updated_at=bindparam("at")))

UNUSED = _text(
    select(sessions.c.code).where(sessions.c.ended == bindparam("over"), sessions.c.updated_at < bindparam("instant"))
)

_ENDED_LONG_AGO = select(sessions.c.session_id).where(
    sessions.c.ended == bindparam("over"), sessions.c.updated_at < bindparam("ended_before")
)

PURGE_CHAT = _text(
    delete(chat_messages).where(
        (chat_messages.c.sent_at < bindparam("chat_before")) | chat_messages.c.session_id.in_(_ENDED_LONG_AGO)
    )
)

PURGE_SESSIONS = _text(
    delete(sessions).where(sessions.c.ended == bindparam("over"), sessions.c.updated_at < bindparam("ended_before"))
)


@cache
def update_session(columns: frozenset[str]) -> str:
    """Compare and set: the columns and the next version, provided the row still has the version that was read."""
    changed: dict[str, Any] = {name: bindparam(name) for name in sorted(columns)}
    return _text(
        update(sessions)
        .where(sessions.c.session_id == bindparam("of"), sessions.c.version == bindparam("read_version"))
        .values(**changed, version=bindparam("next_version"), updated_at=bindparam("at"), ended=bindparam("over"))
    )
