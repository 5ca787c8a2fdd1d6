"""What a person is told while the server is gone, and when there is nothing more to wait for.

A blip mends itself before anybody has read of it; a host who has gone home does not come back.
What plays goes on playing in every case.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from syncwatch_core.errors import AppError, ErrorCode

GONE_AFTER = 10.0
"""Seconds without a link after which the server is called gone; mending takes one or two."""

WAITED_FOR = 300.0
"""Seconds for which a server is waited for; a restart with a migration takes a minute."""

LOOK_EVERY = 1.0
"""Seconds between two looks whether what plays has come to a stop."""


async def wait_for_server(notice: Callable[[str, str], None], plays: Callable[[], bool]) -> None:
    """Begun when the link is lost, and cancelled when it is mended.

    Raises ``AppError`` (server-unreachable) once it was waited for long enough and nothing plays any more.
    """
    await asyncio.sleep(GONE_AFTER)
    notice("server-gone", "the server is gone; trying again, ^C to leave")
    await asyncio.sleep(WAITED_FOR - GONE_AFTER)
    minutes = round(WAITED_FOR / 60)
    if plays():
        notice("server-gone", f"the server has been gone for {minutes} minutes; playing on to the end, ^C to leave")
    while plays():  # noqa: ASYNC110 nobody announces it: what is seen here is extrapolated
        await asyncio.sleep(LOOK_EVERY)
    message = f"the server has been gone for {minutes} minutes"
    raise AppError(ErrorCode.SERVER_UNREACHABLE, message, "join again when it is back: the session is kept there")
