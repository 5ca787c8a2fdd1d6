"""A command on its way through a session."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.roles import Actor
from syncwatch_core.watch_session import Command, Outcome, WatchSession
from syncwatch_server.database.repository import Change, Lineage, changed_parts, new_chat
from syncwatch_server.services.audience import OnRelease
from syncwatch_server.services.credentials import new_id


@dataclass(slots=True, eq=False)
class Step:
    """A command, from its arrival to its answer."""

    command: Command
    by: Actor
    fresh_id: str
    on_release: OnRelease | None = None
    before: WatchSession | None = None
    """What it was applied to."""
    outcome: Outcome | None = None
    refusal: AppError | None = None
    change: Change | None = None
    """What has to be stored of it; None if nothing."""
    stored: bool = False
    attempts: int = 0
    is_settled: bool = False
    """Whether it took effect, or was refused for good."""
    _waiter: asyncio.Future[None] | None = None

    def settle(self, refusal: AppError | None = None) -> None:
        """It took effect, or was refused."""
        self.refusal = refusal
        self.is_settled = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def answer(self) -> wire.Done:
        """What came of it, once it is settled; raises the ``AppError`` that refused it."""
        if self.refusal is not None:
            raise self.refusal
        assert self.outcome is not None  # noqa: S101 it was applied
        return self.outcome.reply

    async def settled(self) -> None:
        """Wait until it is settled; for one who waits."""
        if not self.is_settled:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter

    def has_happened(self, stored: WatchSession) -> bool:
        """Whether what it creates is stored already.

        So it is where the answer of the database was lost, and others wrote before that could be looked up.
        """
        media = stored.stage.media
        ids = [media.media_id] if media is not None else []
        ids += [line.message_id for line in stored.chat] + [item.item_id for item in stored.queue]
        # Of many items that are added at once each has the id and its number.
        return self.change is not None and any(known.partition("-")[0] == self.fresh_id for known in ids)


def not_stored() -> AppError:
    """What a step is answered with that could not be stored."""
    return AppError(
        ErrorCode.SERVER_ERROR,
        "the server could not store this, so it did not happen; try again in a moment",
        "whoever runs the server finds the reason in its log: most often the disk is full",
    )


def change_between(
    before: WatchSession, after: WatchSession, version: int, now: float, lineage: Lineage
) -> Change | None:
    """What has to be stored so that a session's row, at ``version``, is as after a step; None if nothing."""
    if after is before:
        return None
    parts, chat = changed_parts(before, after), new_chat(before, after)
    if not parts and not chat:
        return None
    return Change(after.session_id, version, now, parts, chat, after.settings.ended is not None, lineage)


def fresh_ids() -> Iterator[str]:
    """Ids never used before: a beginning that nobody else has, and a number; to draw each would cost a system call."""
    beginning = new_id()
    return (f"{beginning}{number:x}" for number in count())
