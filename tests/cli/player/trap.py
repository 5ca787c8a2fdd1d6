"""A file of this computer that tells whether it was opened."""

from __future__ import annotations

import os
import threading
from pathlib import Path


class Trap:
    """A pipe at ``path``, which a player may take for a film: it is ``sprung`` once anybody opens it to read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sprung = False
        os.mkfifo(path)
        self._is_set = True
        self._thread = threading.Thread(target=self._lie_in_wait)
        self._thread.start()

    def close(self) -> None:
        """Wait no longer."""
        self._is_set = False
        # Whoever waits for a reader is let go by one.
        reader = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        self._thread.join()
        os.close(reader)

    def _lie_in_wait(self) -> None:
        # Opening a pipe to write returns as soon as somebody opens it to read.
        writer = os.open(self.path, os.O_WRONLY)
        self.sprung = self._is_set
        os.close(writer)
