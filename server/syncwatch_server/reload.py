"""``python -m syncwatch_server.reload [ARGUMENTS]``: the server, started anew as its code changes; to develop."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import syncwatch_core

EVERY = 0.5
"""Seconds between two looks at the files."""

FOLDERS = (Path(__file__).parent, Path(syncwatch_core.__file__).parent)


def main() -> int:
    """Run until a signal; a server that ends by itself (a mistake in its code) waits for the next change."""
    signal.signal(signal.SIGTERM, _end)
    command = [sys.executable, "-m", "syncwatch_server", *sys.argv[1:]]
    seen = _times()
    running = subprocess.Popen(command)
    try:
        while True:
            time.sleep(EVERY)
            now = _times()
            if now != seen:
                seen = now
                _stop(running)
                running = subprocess.Popen(command)
    except KeyboardInterrupt:
        return 0
    finally:
        _stop(running)


def _end(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


def _times() -> dict[Path, int]:
    times = {}
    for folder in FOLDERS:
        for path in folder.rglob("*.py"):
            try:
                times[path] = path.stat().st_mtime_ns
            except FileNotFoundError:
                # An editor is writing it anew.
                continue
    return times


def _stop(running: subprocess.Popen[bytes]) -> None:
    running.terminate()
    running.wait()


if __name__ == "__main__":
    sys.exit(main())
