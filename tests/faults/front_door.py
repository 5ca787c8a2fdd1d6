"""What stands before several nodes, as a reverse proxy does: each connection goes to the first node that takes it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from contextlib import suppress

_LOOKS_EVERY = 0.05
"""Seconds within which it notices that it is closed."""


class FrontDoor:
    """Listens on a port of its own."""

    def __init__(self, ports: Sequence[int]) -> None:
        """``ports`` of the nodes, the preferred one first."""
        self._ports = ports
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(_LOOKS_EVERY)
        self._closed = False
        self._open: list[tuple[socket.socket, threading.Thread]] = []
        self.led_to: list[int] = []
        """The port that each connection came to, in order."""
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let nobody in any longer, and everybody go."""
        self._closed = True
        self._thread.join()
        self._listener.close()
        for near, leading in self._open:
            _hang_up(near)
            leading.join()
            near.close()

    def _accept(self) -> None:
        while not self._closed:
            with suppress(TimeoutError):
                near, _ = self._listener.accept()
                near.setblocking(True)
                leading = threading.Thread(target=self._lead, args=[near], daemon=True)
                self._open.append((near, leading))
                leading.start()

    def _lead(self, near: socket.socket) -> None:
        for port in self._ports:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)) as far:
                self.led_to.append(port)
                back = threading.Thread(target=_carry, args=[far, near], daemon=True)
                back.start()
                _carry(near, far)
                back.join()
                return
        _hang_up(near)


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while received := source.recv(1 << 16):
            target.sendall(received)
    for end in (source, target):
        _hang_up(end)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
