"""The statements that both databases understand, in SQLAlchemy Core; each repository compiles them once to its text."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, func, insert, select, update

from syncwatch_server.database.tables import chat_messages, sessions

INSERT_SESSION = insert(sessions)

SELECT_SESSION = select(sessions).where(sessions.c.code == bindparam("code"))

_SAID = (
    chat_messages.c.message_id,
    chat_messages.c.participant_id,
    chat_messages.c.display_name,
    chat_messages.c.text,
    chat_messages.c.sent_at,
)

SELECT_CHAT = (
    select(*_SAID).where(chat_messages.c.session_id == bindparam("session_id")).order_by(chat_messages.c.number.desc())
)
"""Newest first; how many is left to whoever runs it."""

CHAT_PAGE = (
    select(chat_messages.c.number, *_SAID)
    .where(chat_messages.c.session_id == bindparam("session_id"), chat_messages.c.number < bindparam("before"))
    .order_by(chat_messages.c.number.desc())
)
"""As above."""

LATEST_INSTANT = select(func.max(sessions.c.updated_at))

TOUCH = update(sessions).where(sessions.c.session_id == bindparam("of")).values(updated_at=bindparam("at"))

UNUSED = select(sessions.c.code).where(
    sessions.c.ended == bindparam("over"), sessions.c.updated_at < bindparam("instant")
)

_ENDED_LONG_AGO = select(sessions.c.session_id).where(
    sessions.c.ended == bindparam("over"), sessions.c.updated_at < bindparam("ended_before")
)

PURGE_CHAT = delete(chat_messages).where(
    (chat_messages.c.sent_at < bindparam("chat_before")) | chat_messages.c.session_id.in_(_ENDED_LONG_AGO)
)

PURGE_SESSIONS = delete(sessions).where(
    sessions.c.ended == bindparam("over"), sessions.c.updated_at < bindparam("ended_before")
)
