"""Fresh links in place of a dead one: the first that comes through, of several that are tried side by side.

Attempts are begun one after the other without waiting for those before: one begun after the network is back is through
at once, and one begun in the dark may hang for long. After a long darkness several may come through in one moment.
Only one of them asks for the seat, for each that did would take it from the one before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import random

from syncwatch_cli.link import Link
from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode

ATTEMPT_EVERY, AT_FIRST = 0.25, 6.0
"""Seconds between the beginnings of two attempts, and for how many seconds they come so close."""

LATER_EVERY, LATER = 0.4, 90.0
"""The same after that: of blackouts of up to a minute each end is met within half a second."""

IN_THE_LONG_RUN = 2.0
"""Seconds between attempts then: the server is down for longer, and thousands may be knocking."""

UNEVEN = 0.2
"""Share by which each pause is drawn shorter or longer, so that thousands do not knock in step."""

LONGEST_ASKED = 60.0
"""Seconds that a server may ask for; its limits are of a minute."""

FATAL = frozenset(
    {
        ErrorCode.NOT_FOUND,
        ErrorCode.WRONG_PASSWORD,
        ErrorCode.FORBIDDEN,
        ErrorCode.LOCKED,
        ErrorCode.ENDED,
        ErrorCode.KICKED,
        ErrorCode.PROTOCOL,
        ErrorCode.BAD_REQUEST,
    }
)
"""Refusals after which trying again is of no use."""

Come = tuple[Link, wire.Done | None]
"""A link that is open, and the answer to the request for the seat, if it was the one to ask."""


def pause_after(elapsed: float) -> float:
    """Seconds between two attempts, so many seconds after the link was lost."""
    if elapsed < AT_FIRST:
        return ATTEMPT_EVERY
    return LATER_EVERY if elapsed < LATER else IN_THE_LONG_RUN


class FreshLinks:
    """The attempts after one loss of the link."""

    def __init__(self, make: Callable[[], Link], give_up: Callable[[Link], None]) -> None:
        self._make = make
        self._give_up = give_up
        self._attempts: dict[asyncio.Task[wire.Done | None], Link] = {}
        self._asking: Link | None = None
        """The one that asks for the seat."""

    async def first(self, join: wire.JoinSession) -> Come:
        """The first that comes through; raises ``AppError`` where the session refuses for good."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            while True:
                self._begin(join)
                next_at = loop.time() + pause_after(loop.time() - began) * (1 + UNEVEN * (2 * random() - 1))  # noqa: S311
                while (left := next_at - loop.time()) > 0:
                    come = await self._look(left)
                    if come is not None:
                        return come
        finally:
            for attempt, link in self._attempts.items():
                attempt.cancel()
                self._give_up(link)

    def _begin(self, join: wire.JoinSession) -> None:
        link = self._make()

        def greet() -> wire.JoinSession | None:
            if self._asking is not None:
                return None
            self._asking = link
            return join

        attempt = asyncio.ensure_future(link.open(greet))
        # How one ends that is no longer waited for is of interest to nobody, and no line in the terminal.
        attempt.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        self._attempts[attempt] = link

    async def _look(self, seconds: float) -> Come | None:
        """What has come through within so many seconds."""
        if not self._attempts:
            await asyncio.sleep(seconds)
            return None
        done, _ = await asyncio.wait(self._attempts, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for attempt in done:
            link = self._attempts.pop(attempt)
            was_asking = link is self._asking
            if was_asking:
                self._asking = None
            try:
                answer = attempt.result()
            except AppError as refusal:
                if refusal.code in FATAL:
                    raise
                await asyncio.sleep(min(refusal.retry_after or 0.0, LONGEST_ASKED))
                continue
            if was_asking or self._asking is None:
                return link, answer
            # Another one asks for the seat already; this one would take it from it.
            self._give_up(link)
        return None
