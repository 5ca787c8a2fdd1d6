"""Where frames for one client go out: to its transport, with a bound on what a slow reader may leave there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from syncwatch_server.realtime.loop_turn import LoopTurn

BYTES_HELD = 2 * 2**20
"""Bytes that may wait for a slow reader before it is cut off; it comes back and gets the session anew.

Looked at before a message is sent, so that even the largest, a session of thousands, reaches who is merely far away.
"""

_HELD_IN_A_TURN = 100
"""Messages that wait for the end of a turn, before they go out at once: so the bound above is looked at in time."""


class Outlet:
    """What one client is sent.

    Who acts is told what came of it, and then is answered: while what they sent is being taken, what they are sent is
    held, and goes out in one piece, since a system call costs more than a message. For the same reason the first
    message in a turn of the loop goes out at once, and whatever follows it in that turn in one piece at the turn's end:
    where many come at the same moment, each is told of all who came after them.
    """

    __slots__ = ("_held", "_turn", "_written_in", "is_holding", "is_shut", "transport")

    def __init__(self, transport: Any, turn: LoopTurn) -> None:
        self.transport = transport
        self._turn = turn
        self._written_in = -1
        """The number of the turn in which something was last sent."""
        self.is_holding = False
        """Whether what is to be sent is held, until ``let_go``."""
        self.is_shut = False
        """Whether the client is sent nothing more but what closes its connection."""
        self._held: list[bytes] | None = None

    def put(self, finished: bytes) -> None:
        """Send a finished frame; a reader that is too slow is cut off."""
        held = self._held
        if held is not None:
            held.append(finished)
            if len(held) >= _HELD_IN_A_TURN and not self.is_holding:
                self.flush()
        elif self.is_holding:
            self._held = [finished]
        elif self._written_in == self._turn.number:
            self._held = [finished]
            self._turn.waiting.append(self)
        else:
            self._written_in = self._turn.begun()
            self._write(finished)

    def let_go(self) -> None:
        """Hold nothing any longer."""
        self.is_holding = False
        if self._held is not None:
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
