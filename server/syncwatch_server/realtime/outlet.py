"""Where frames for one client go out: to its transport, with a bound on what a slow reader may leave there."""

from __future__ import annotations

from typing import Any

BYTES_HELD = 2 * 2**20
"""Bytes that may wait for a slow reader before it is cut off; it comes back and gets the session anew.

Looked at before a message is sent, so that even the largest, a session of thousands, reaches who is merely far away.
"""


class Outlet:
    """What one client is sent.

    Who acts is told what came of it, and then is answered: while what they sent is being taken, what they are sent is
    held, and goes out in one piece, since a system call costs more than a message.
    """

    __slots__ = ("_held", "_is_holding", "is_shut", "transport")

    def __init__(self, transport: Any) -> None:
        self.transport = transport
        self._is_holding = False
        self.is_shut = False
        """Whether the client is sent nothing more but what closes its connection."""
        self._held: list[bytes] | None = None

    def put(self, finished: bytes) -> None:
        """Send a finished frame; a reader that is too slow is cut off."""
        if not self._is_holding:
            self._write(finished)
        elif self._held is None:
            self._held = [finished]
        else:
            self._held.append(finished)

    def hold(self) -> None:
        """From now on hold what is to be sent, until ``let_go``."""
        self._is_holding = True

    def let_go(self) -> None:
        """Hold nothing any longer."""
        self._is_holding = False
        self.flush()

    def flush(self) -> None:
        """Send what is held."""
        held = self._held
        if held is not None:
            self._held = None
            self._write(held[0] if len(held) == 1 else b"".join(held))

    def abort(self) -> None:
        """End the connection without a word, and throw away what waits to be sent."""
        self._held = None
        self.transport.abort()

    def _write(self, frames: bytes) -> None:
        transport = self.transport
        if transport.is_closing():
            return
        if transport.get_write_buffer_size() > BYTES_HELD:
            self.abort()
        else:
            transport.write(frames)
