"""Coroutines that are begun at once, and become a task only where they have to wait.

Most events are done without waiting for anything; a task for each, and the turn of the loop in which it would begin,
cost more than the event. (Python 3.12 has eager tasks; this does the same for 3.11.) Until its first wait such a
coroutine has no task of its own: it must not begin with ``asyncio.timeout`` or a task group.
"""

from __future__ import annotations

import asyncio
from types import coroutine
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator


def begin(work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Run ``work`` up to its first wait; None if it came to its end, else the task that goes on with it.

    What it raises before its first wait is raised here.
    """
    try:
        waits_for = work.send(None)
    except StopIteration:
        return None
    return asyncio.get_running_loop().create_task(_rest_of(work, waits_for))


async def _rest_of(work: Coroutine[Any, Any, None], waits_for: Any) -> None:
    await _go_on(work, waits_for)


@coroutine
def _go_on(work: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """Hand on to the task what the coroutine waits for, and back to the coroutine what the task has to say."""
    try:
        while True:
            try:
                said = yield waits_for
            except BaseException as fault:  # noqa: BLE001 it is the coroutine's, which may catch it
                waits_for = work.throw(fault)
            else:
                waits_for = work.send(said)
    except StopIteration:
        return
