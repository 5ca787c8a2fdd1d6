"""``events``: follow a session without joining it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from syncwatch_cli import diagnostics, options, output
from syncwatch_cli.options import Shared
from syncwatch_cli.target import find_target
from syncwatch_core.errors import AppError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncwatch_cli.target import Target

PATIENCE = 30.0
"""Seconds for which a server that was there and is gone is tried again; a restart takes far less."""

PAUSE = 0.5
"""Seconds between tries."""


def events(shared: Shared, code: options.Code) -> None:
    """Print what happens, one JSON object a line.

    Until the session ends or ^C; a server that restarts is waited for.
    """
    for name, payload in _followed(find_target(shared, code)):
        output.json_line({"event": name, **payload})
        if name == "session-ended":
            return


def _followed(target: Target) -> Iterator[tuple[str, dict[str, Any]]]:
    """The session's events over as many connections as it takes; each one begins with the whole session."""
    followed = False
    lost_at = 0.0
    while True:
        try:
            for event in target.api().events(target.code):
                followed = True
                lost_at = 0.0
                yield event
            fault = AppError(ErrorCode.SERVER_UNREACHABLE, f"the server at {target.server} ended the connection")
        except AppError as error:
            fault = error
        now = time.monotonic()
        lost_at = lost_at or now
        if not followed or fault.code is not ErrorCode.SERVER_UNREACHABLE or now - lost_at > PATIENCE:
            raise fault
        if lost_at == now:
            diagnostics.warn(f"{fault.message}; trying again")
        time.sleep(PAUSE)
