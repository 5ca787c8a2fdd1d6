"""``syncwatch`` alone on a terminal: the lobby, and back to it after each session."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from syncwatch_cli import diagnostics, passwords
from syncwatch_cli.refusals import hint_for
from syncwatch_cli.tui.choices import Choice, JoinThis
from syncwatch_core.errors import AppError

if TYPE_CHECKING:
    from syncwatch_cli.options import Shared


def fits(shared: Shared | None = None) -> bool:
    """Whether a person is there to see a lobby; ``shared`` is None where nothing was typed."""
    is_terminal = diagnostics.is_terminal() and sys.stdout.isatty()
    wants_words = shared is None or not shared.use_json
    return is_terminal and wants_words and os.environ.get("TERM") != "dumb"


def stay(shared: Shared | None = None) -> int:
    """Show the lobby, carry out what is chosen there, and show it again, until the person goes."""
    from syncwatch_cli.tui.lobby_app import open_lobby

    said = None
    while True:
        choice = open_lobby(said)
        if choice is None:
            return diagnostics.ExitCode.OK
        # The command line is imported only now: the first screen came without it.
        from syncwatch_cli.options import Shared

        said = carry_out(shared or Shared(), choice)


def carry_out(shared: Shared, choice: Choice) -> str | None:
    """Join or host as the commands of these names do; gives what went wrong, in words."""
    from syncwatch_cli.commands.host import host
    from syncwatch_cli.commands.join import join
    from syncwatch_cli.join_flags import JoinFlags

    try:
        if isinstance(choice, JoinThis):
            join(shared, choice.invite, JoinFlags())
        else:
            with passwords.given(choice.password):
                host(shared, choice.source, choice.title, announce=choice.announce, flags=JoinFlags())
    except AppError as refusal:
        hint = hint_for(refusal)
        return f"{refusal.message}\n{hint}" if hint else refusal.message
    return None
