"""The end of what runs in the background, which comes whatever it is doing just then."""

from __future__ import annotations

import asyncio
from typing import Any

_AGAIN_AFTER = 1.0
"""Seconds in which a task that is cancelled lets go of what it holds, before it is cancelled once more."""

_GIVEN_UP_AFTER = 5.0
"""Seconds after which nobody waits any longer for a task that goes on whatever it is told: a container's have 15 s in
all to go (docker-compose.yml)."""


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and wait until they have ended; what they raise is nobody's business any more.

    To cancel once is not enough. Until Python 3.12 ``asyncio.wait_for`` loses a cancellation that comes just when what
    it waits for is done (python/cpython#86296), and redis-py sends every command by it: whoever waited for a task that
    looks again and again would wait for ever.
    """
    loop = asyncio.get_running_loop()
    given_up_at = loop.time() + _GIVEN_UP_AFTER
    running = set(tasks)
    while running and loop.time() < given_up_at:
        for task in running:
            task.cancel()
        ended, running = await asyncio.wait(running, timeout=_AGAIN_AFTER)
        for task in ended:
            if not task.cancelled():
                # Or the loop would tell that nobody has asked.
                task.exception()
