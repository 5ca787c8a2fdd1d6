"""Pings for all clients, by one timer: each is asked once in a while whether it is still there."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from syncwatch_server.realtime import at_once

if TYPE_CHECKING:
    from syncwatch_server.realtime.engine_socket import EngineSocket

_SLICES = 40
"""Parts of the interval, so that not everybody is asked at the same moment."""


class Pinger:
    """Asks everybody once in ``interval`` seconds; who has not answered by the next time is gone."""

    def __init__(self, interval: float, sockets: dict[str, Any]) -> None:
        """``sockets`` is the library's, and is rid of what is closed."""
        self._every = interval / _SLICES
        self._sockets = sockets
        self._slices: list[dict[str, EngineSocket]] = [{} for _ in range(_SLICES)]
        self._of: dict[str, dict[str, EngineSocket]] = {}
        self._turn = 0
        self._timer: asyncio.TimerHandle | None = None
        self._closing: set[asyncio.Task[None]] = set()

    def add(self, socket: EngineSocket) -> None:
        """Ask this one too from now on."""
        if socket.sid in self._of:
            return
        # The slice whose turn is just over: a client that has only just come has a whole interval.
        part = self._slices[self._turn - 1]
        part[socket.sid] = socket
        self._of[socket.sid] = part
        if self._timer is None:
            self._arm()

    def stop(self) -> None:
        """Ask nobody any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._every, self._ask) if self._of else None

    def _ask(self) -> None:
        part = self._slices[self._turn]
        self._turn = (self._turn + 1) % _SLICES
        self._arm()
        for socket in list(part.values()):
            try:
                self._see_to(socket)
            except Exception as fault:  # noqa: BLE001 the others must be asked all the same
                told = {"message": "a client could not be pinged", "exception": fault}
                asyncio.get_running_loop().call_exception_handler(told)

    def _see_to(self, socket: EngineSocket) -> None:
        if socket.closed:
            del self._of.pop(socket.sid)[socket.sid]
            self._sockets.pop(socket.sid, None)
        elif socket.last_ping is None:
            socket.last_ping = time.time()
            socket.ask_for_life()
        elif not socket.closing:
            self._give_up(socket)

    def _give_up(self, socket: EngineSocket) -> None:
        closing = at_once.begin(socket.close(wait=False, abort=False, reason=socket.server.reason.PING_TIMEOUT))
        socket.hang_up()
        if closing is not None:
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
