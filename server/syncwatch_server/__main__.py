"""``python -m syncwatch_server``: the server without the command line around it, for tests and containers."""

from __future__ import annotations

import argparse
import os
import sys

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.app import RunningServer, serve
from syncwatch_server.settings import ServerSettings


def main() -> int:
    """Run until a signal; 2 for wrong usage, 1 for what else fails."""
    parser = argparse.ArgumentParser(prog="syncwatch_server", description="Run a SyncWatch server.")
    parser.add_argument("--bind")
    parser.add_argument("--port", type=int)
    parser.add_argument("--database-url")
    given = vars(parser.parse_args())
    try:
        serve(ServerSettings.from_environment(os.environ, **given), _announce)
    except AppError as error:
        sys.stderr.write(f"syncwatch: error: {error.message}\n" + (f"\nhint: {error.hint}\n" if error.hint else ""))
        return 2 if error.code is ErrorCode.USAGE else 1
    return 0


def _announce(server: RunningServer) -> None:
    sys.stdout.write(f"listening on {server.url}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
