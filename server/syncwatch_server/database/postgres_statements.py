"""The statements as PostgreSQL reads them, compiled once, and the one that commits a whole turn of the loop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ClauseElement
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from syncwatch_core.watch_session import CHAT_KEPT
from syncwatch_server.database import statements
from syncwatch_server.database.repository import PARTS


class Statement:
    """A statement with numbered parameters, which are given by name."""

    def __init__(self, statement: ClauseElement, ending: str = "", *more: str) -> None:
        """``ending`` is text put after it; ``more`` are the names of the parameters in there."""
        compiled = statement.compile(dialect=PGDialect_asyncpg())  # type: ignore[no-untyped-call]
        self._names = (*(getattr(compiled, "positiontup", None) or ()), *more)
        self.text = str(compiled) + ending.format(*range(len(self._names) - len(more) + 1, len(self._names) + 1))

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order in which the text numbers them."""
        return [values[name] for name in self._names]


INSERT_SESSION = Statement(statements.INSERT_SESSION)
SELECT_SESSION = Statement(statements.SELECT_SESSION)
SELECT_CHAT = Statement(statements.SELECT_CHAT, f" LIMIT {CHAT_KEPT}")
CHAT_PAGE = Statement(statements.CHAT_PAGE, " LIMIT ${}", "count")
LATEST_INSTANT = Statement(statements.LATEST_INSTANT)
TOUCH = Statement(statements.TOUCH)
UNUSED = Statement(statements.UNUSED)
PURGE_CHAT = Statement(statements.PURGE_CHAT)
PURGE_SESSIONS = Statement(statements.PURGE_SESSIONS)

PART_NAMES = tuple(PARTS)

VERSIONS = "SELECT session_id, version FROM sessions WHERE session_id = ANY($1::text[])"

COMMITTED = f"SELECT session_id, version, {', '.join(PART_NAMES)} FROM sessions WHERE session_id = ANY($1::text[])"  # noqa: S608 names of our own columns

SAID = "SELECT message_id FROM chat_messages WHERE session_id = ANY($1::text[]) AND message_id = ANY($2::text[])"

_COLUMNS = ("session_id", "read_version", "next_version", "at", "over", *PART_NAMES)
_TYPES = ("text[]", "int[]", "int[]", "float8[]", "bool[]", *("text[]" for _ in PART_NAMES))
_ARRAYS = ", ".join(f"${number}::{kind}" for number, kind in enumerate(_TYPES, start=1))
_KEPT_OR_NEW = ", ".join(f"{name} = coalesce(change.{name}, row.{name})" for name in PART_NAMES)
_FIRST = len(_COLUMNS) + 1

# Rows are locked in one order, so that two nodes which write the same ones can't each wait for the other.
COMMIT = f"""
WITH change AS (SELECT * FROM unnest({_ARRAYS}) AS c({", ".join(_COLUMNS)})),
locked AS (
    SELECT session_id FROM sessions WHERE session_id IN (SELECT session_id FROM change) ORDER BY session_id FOR UPDATE
),
written AS (
    UPDATE sessions AS row
    SET version = change.next_version, updated_at = change.at, ended = change.over, {_KEPT_OR_NEW}
    FROM change JOIN locked USING (session_id)
    WHERE row.session_id = change.session_id AND row.version = change.read_version
    RETURNING row.session_id
),
said AS (
    INSERT INTO chat_messages (session_id, message_id, participant_id, display_name, text, sent_at)
    SELECT s.session_id, s.message_id, s.participant_id, s.display_name, s.text, s.sent_at
    FROM unnest(${_FIRST}::text[], ${_FIRST + 1}::text[], ${_FIRST + 2}::text[], ${_FIRST + 3}::text[],
                ${_FIRST + 4}::text[], ${_FIRST + 5}::float8[]) WITH ORDINALITY
        AS s(session_id, message_id, participant_id, display_name, text, sent_at, place)
    JOIN written ON written.session_id = s.session_id
    ORDER BY s.place
)
SELECT session_id FROM written
"""  # noqa: S608 names of our own columns
"""Compare and set for many sessions at once: one round trip, one transaction; gives the ids of those that won."""
