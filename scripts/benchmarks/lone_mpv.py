"""An mpv that nobody steers, for trying the instruments themselves."""

from __future__ import annotations

import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 10.0
"""s for mpv to open its socket."""


@contextmanager
def lone_mpv(video: Path, *options: str) -> Iterator[Path]:
    """Play ``video`` without a window and without sound; gives the path of mpv's IPC socket.

    Raises ``FileNotFoundError`` without mpv, ``TimeoutError`` where it opens no socket.
    """
    with tempfile.TemporaryDirectory(prefix="sw-mpv-") as folder:
        ipc = Path(folder) / "ipc"
        quiet = ["--no-config", "--no-terminal", "--vo=null", "--ao=null", "--keep-open=always"]
        command = ["mpv", *quiet, f"--input-ipc-server={ipc}", *options, "--", str(video)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            _await_socket(ipc, process)
            yield ipc
        finally:
            process.terminate()
            process.wait()


def _await_socket(ipc: Path, process: subprocess.Popen[bytes]) -> None:
    gives_up_at = time.monotonic() + PATIENCE
    while not ipc.exists():
        if process.poll() is not None or time.monotonic() > gives_up_at:
            message = "mpv opened no IPC socket"
            raise TimeoutError(message)
        time.sleep(0.01)
