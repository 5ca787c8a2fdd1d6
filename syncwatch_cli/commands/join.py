"""``join``: take part in a session with one's own player."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

from syncwatch_cli import config, diagnostics, options, passwords
from syncwatch_cli.join_flags import JoinFlags
from syncwatch_cli.join_options import JoinOptions
from syncwatch_cli.lean_imports import OTHER_TRANSPORTS, without
from syncwatch_cli.options import Shared
from syncwatch_cli.remembered import recall, take_seat
from syncwatch_cli.target import find_target
from syncwatch_core.errors import AppError, ErrorCode


def join(shared: Shared, code: options.Code, flags: JoinFlags) -> int:
    """Join a session and watch it in your own mpv.

    A CODE of - reads the invitation from stdin.
    """
    target = find_target(shared, sys.stdin.readline() if code == "-" else code)
    password = passwords.password_of(ask=flags.password, file=flags.password_file)
    seat = take_seat(target.code, target.server)
    try:
        wanted = flags.join_options(
            config.load(),
            server=target.server,
            code=target.code,
            password=password,
            seat=seat,
            participant_token=seat.participant_token,
            host_token=shared.token or os.environ.get("SYNCWATCH_TOKEN") or seat.host_token,
            use_json=shared.use_json,
            link=recall(target.code).link,
        )
        return _take_part(wanted, no_tui=flags.no_tui)
    finally:
        seat.release()


def _take_part(wanted: JoinOptions, *, no_tui: bool) -> int:
    """Run the session; a password that turns out to be needed is asked for where there is a terminal."""
    try:
        return _run(wanted, no_tui=no_tui)
    except AppError as refused:
        can_ask = diagnostics.is_terminal() and not wanted.use_json
        if refused.code is not ErrorCode.WRONG_PASSWORD or wanted.password is not None or not can_ask:
            raise
    password = passwords.prompt("The session has a password: ")
    # The first attempt has let go of the seat.
    return _run(replace(wanted, password=password, seat=take_seat(wanted.code, wanted.server)), no_tui=no_tui)


def _run(wanted: JoinOptions, *, no_tui: bool) -> int:
    from syncwatch_cli.front import front_for
    from syncwatch_cli.player.process import started_ahead

    # mpv comes up while the rest is imported.
    with started_ahead(wanted, wanted.mpv, wanted.mpv_args) as mpv:
        with without(*OTHER_TRANSPORTS):
            from syncwatch_cli.runtime import run_session

        front = front_for(no_tui=no_tui, use_json=wanted.use_json)

        async def watch() -> int:
            async with front.screen(wanted.link) as screen:
                return await run_session(wanted, screen, mpv, front.at_hand)

        return front.run(watch())
