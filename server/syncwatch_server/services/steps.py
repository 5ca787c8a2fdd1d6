"""A command on its way through a session."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.roles import Actor
from syncwatch_core.watch_session import Command, Outcome, WatchSession
from syncwatch_server.database.repository import Change
from syncwatch_server.services.audience import OnRelease
from syncwatch_server.services.credentials import new_id


@dataclass(slots=True, eq=False)
class Step:
    """A command, from its arrival to its answer."""

    command: Command
    by: Actor
    reply: asyncio.Future[wire.Done]
    on_release: OnRelease | None = None
    fresh_id: str = field(default_factory=new_id)
    before: WatchSession | None = None
    """What it was applied to."""
    outcome: Outcome | None = None
    refusal: AppError | None = None
    change: Change | None = None
    """What has to be stored of it; None if nothing."""
    stored: bool = False
    attempts: int = 0

    def answer(self) -> None:
        """It took effect."""
        if self.outcome is not None and not self.reply.done():
            self.reply.set_result(self.outcome.reply)

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


def ignore(reply: asyncio.Future[wire.Done]) -> None:
    """Take note of an answer for which nobody waits."""
    if not reply.cancelled():
        reply.exception()
