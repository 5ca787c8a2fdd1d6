"""The tables: one row a session, its parts as JSON text, so that a command writes only the part it changed.

Presence is in no table: it may be lost at any moment and comes back by itself.
*Retention*: a session that ended is kept for ``KEEP_ENDED_FOR``, so that its code still answers that it is over;
then its row and its chat go. Chat of a session that lives on is kept for ``KEEP_CHAT_FOR``.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

KEEP_ENDED_FOR = 7 * 86_400.0
"""Seconds after its end in which a session's row and chat are kept."""

KEEP_CHAT_FOR = 30 * 86_400.0
"""Seconds in which a message of a living session is kept."""

metadata = MetaData()

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", String(64), primary_key=True),
    Column("code", String(7), nullable=False, unique=True),
    # Raised by one with every write: two writers that read the same version can't both succeed.
    Column("version", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
    # Server time of the last write, or of the last moment that somebody was known to be here.
    Column("updated_at", Float, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("settings", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("members", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("history", Text, nullable=False, server_default="[]"),
    Index("sessions_by_age", "ended", "updated_at"),
)

chat_messages = Table(
    "chat_messages",
    metadata,
    # In the order of writing, which is the order of saying.
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("message_id", String(64), nullable=False),
    Column("session_id", String(64), ForeignKey("sessions.session_id", ondelete="CASCADE"), nullable=False),
    Column("participant_id", String(64)),
    Column("display_name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("sent_at", Float, nullable=False),
    Index("chat_messages_of_session", "session_id", "number"),
    Index("chat_messages_by_age", "sent_at"),
)
