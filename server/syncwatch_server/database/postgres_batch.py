"""What is written to PostgreSQL in one statement: the changes of one turn of the loop, put together by session."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from syncwatch_server.database.postgres_statements import PART_NAMES
from syncwatch_server.database.repository import Change, Lineage

if TYPE_CHECKING:
    from syncwatch_core import messages as wire


@dataclass(slots=True, eq=False)
class Written:
    """The changes of one session that follow one another: written as one, they stand or fall together."""

    session_id: str
    read_version: int
    next_version: int
    at: float
    ended: bool
    parts: dict[str, str]
    chat: list[wire.ChatMessage]
    lineage: Lineage | None
    done: list[asyncio.Future[None]] = field(default_factory=list)

    def take(self, change: Change, done: asyncio.Future[None]) -> None:
        """One more change, made to what the ones before led to."""
        self.next_version, self.at, self.ended = change.version + 1, change.at, change.ended
        self.parts |= change.parts
        self.chat += change.chat
        self.done.append(done)

    def is_in(self, row: dict[str, Any], said: Iterable[str]) -> bool:
        """Whether this very change is what a row holds; who wrote something else at this version wrote other words."""
        same = all(row[name] == text for name, text in self.parts.items())
        return row["version"] == self.next_version and same and {line.message_id for line in self.chat} <= set(said)


def gathered(
    changes: Iterable[tuple[Change, asyncio.Future[None]]],
) -> tuple[list[Written], list[asyncio.Future[None]]]:
    """The changes as they can be written at once, and the futures of those that have lost already."""
    by_session: dict[str, Written] = {}
    lost: list[asyncio.Future[None]] = []
    for change, done in changes:
        if change.lineage is not None and change.lineage.is_broken:
            lost.append(done)
            continue
        known = by_session.get(change.session_id)
        if known is None:
            known = Written(
                change.session_id, change.version, change.version, change.at, change.ended, {}, [], change.lineage
            )
            by_session[change.session_id] = known
        if change.version == known.next_version and change.lineage is known.lineage:
            known.take(change, done)
        else:
            lost.append(done)
    return list(by_session.values()), lost


def arguments(batch: list[Written]) -> list[list[Any]]:
    """What ``postgres_statements.COMMIT`` takes: an array a column."""
    said = [(one.session_id, line) for one in batch for line in one.chat]
    return [
        [one.session_id for one in batch],
        [one.read_version for one in batch],
        [one.next_version for one in batch],
        [one.at for one in batch],
        [one.ended for one in batch],
        *([one.parts.get(name) for one in batch] for name in PART_NAMES),
        [session_id for session_id, _ in said],
        [line.message_id for _, line in said],
        [line.participant_id for _, line in said],
        [line.display_name for _, line in said],
        [line.text for _, line in said],
        [line.sent_at for _, line in said],
    ]
