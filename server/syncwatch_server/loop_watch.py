"""Whether the event loop keeps up, and that nothing which fails in it goes unnoticed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contextlib import AsyncExitStack

    from structlog.typing import FilteringBoundLogger

    from syncwatch_server.live.counts import Spread

_EVERY = 0.25
"""Seconds between two looks at how late the loop is."""


class LoopWatch:
    """Notes by how much a timer comes too late, again and again until ``stop``."""

    def __init__(self, delays: Spread) -> None:
        self._delays = delays
        self._loop = asyncio.get_running_loop()
        self._due = 0.0
        self._timer: asyncio.TimerHandle
        self._arm()

    def stop(self) -> None:
        """Look no more."""
        self._timer.cancel()

    def _arm(self) -> None:
        self._due = self._loop.time() + _EVERY
        self._timer = self._loop.call_at(self._due, self._look)

    def _look(self) -> None:
        self._delays.note(max(0.0, self._loop.time() - self._due))
        self._arm()


def log_what_fails(log: FilteringBoundLogger, closing: AsyncExitStack) -> None:
    """Have failures that nobody waits for (of tasks, callbacks, protocols) logged, until ``closing``.

    In a loop that somebody else runs, their own handler is called too.
    """
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        fault = context.get("exception")
        where = context.get("task") or context.get("future") or context.get("handle")
        log.error(
            "something failed that nobody waited for",
            what=str(context.get("message")),
            where=None if where is None else _named(where),
            exc_info=fault if fault is not None else None,
        )
        if before is not None:
            before(loop, context)

    loop.set_exception_handler(handle)
    closing.callback(loop.set_exception_handler, before)


def _named(where: object) -> str:
    return where.get_name() if isinstance(where, asyncio.Task) else type(where).__name__
