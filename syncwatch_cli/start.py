"""The way in: the lobby at once where nothing was typed at a terminal, the command line for everything else.

The lobby's first screen comes without Typer and the commands, which would be a third of what it costs.
"""

from __future__ import annotations

import os
import sys

ASKED_BY_A_SHELL = "_SYNCWATCH_COMPLETE"
"""The environment variable that the scripts of ``syncwatch completion`` set."""


def main() -> None:
    """The entry point."""
    if len(sys.argv) == 1 and not os.environ.get(ASKED_BY_A_SHELL):
        from syncwatch_cli import diagnostics
        from syncwatch_cli.commands import lobby

        diagnostics.listen_to(())
        if lobby.fits():
            sys.exit(diagnostics.guarded(lobby.stay))
    from syncwatch_cli import main as command_line

    command_line.main()


if __name__ == "__main__":
    main()
