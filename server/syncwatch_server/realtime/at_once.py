"""Coroutines that are begun at once, and become a task only where they have to wait.

Most events are done without waiting for anything; a task for each, and the turn of the loop in which it would begin,
cost more than the event. Python 3.12 has eager tasks; for 3.11 the same is done here. There such a coroutine has no
task of its own until its first wait: up to then it must not use ``asyncio.timeout`` or a task group.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Generator
from typing import Any


class _Rest(Coroutine[Any, Any, None]):
    """What is left of a coroutine after its first wait, for a task to go on with."""

    __slots__ = ("_waits_for", "_work")

    def __init__(self, work: Coroutine[Any, Any, None], waits_for: Any) -> None:
        self._work = work
        self._waits_for: Any = waits_for

    def send(self, said: Any) -> Any:
        """The task goes on: first it hears what is waited for already."""
        waits_for, self._waits_for = self._waits_for, None
        return self._work.send(said) if waits_for is None else waits_for

    def throw(self, *fault: Any) -> Any:
        """The task is cancelled, or so; also one that has not begun yet, so that the work can clean up."""
        self._waits_for = None
        return self._work.throw(*fault)

    def close(self) -> None:
        """It will not be gone on with."""
        self._work.close()

    def __await__(self) -> Generator[Any, Any, None]:
        """A coroutine has it; a task does not ask for it."""
        return self._work.__await__()


def begin(work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Run ``work`` up to its first wait; None if it came to its end, else the task that goes on with it.

    What it raises before its first wait is raised here.
    """
    loop = asyncio.get_running_loop()
    if sys.version_info >= (3, 12):
        task = asyncio.Task(work, loop=loop, eager_start=True)
        return task.result() if task.done() else task
    try:
        waits_for = work.send(None)
    except StopIteration:
        return None
    return loop.create_task(_Rest(work, waits_for))
