"""``python -m syncwatch_server.worker``: one of several processes on one port; workers.py starts it."""

from __future__ import annotations

import json
import os
import pickle
import signal
import sys
import threading

from syncwatch_core.errors import AppError
from syncwatch_server.app import RunningServer, serve
from syncwatch_server.fellow_workers import Place
from syncwatch_server.settings import ServerSettings
from syncwatch_server.workers import LISTENING


def main() -> int:
    """Run until a signal, or until the parent is gone; what keeps it from that is told to the parent."""
    # It comes from the parent, on a pipe of its own.
    settings: ServerSettings
    place: Place
    settings, place = pickle.load(sys.stdin.buffer)  # noqa: S301
    try:
        serve(settings, _announce, worker=place)
    except AppError as error:
        _tell(json.dumps({"code": error.code, "message": error.message, "hint": error.hint}).encode() + b"\n")
        return 1
    return 0


def _announce(_: RunningServer) -> None:
    threading.Thread(target=_stop_without_parent, name="syncwatch-parent", daemon=True).start()
    _tell(LISTENING)


def _tell(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def _stop_without_parent() -> None:
    # By the descriptor: a buffered read would hold a lock that the interpreter wants at its end.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
