"""A turn of the event loop, by its number: what is to be sent at its end is done for all in one go."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from syncwatch_server.realtime.outlet import Outlet


class LoopTurn:
    """The turn that a loop is in, from the first message that is sent in it."""

    __slots__ = ("_is_on", "number", "waiting")

    def __init__(self) -> None:
        self._is_on = False
        self.number = 0
        self.waiting: list[Outlet] = []
        """What holds something until the turn is over."""

    def begun(self) -> int:
        """The number of the turn, in which something is sent."""
        if not self._is_on:
            self._is_on = True
            asyncio.get_running_loop().call_soon(self.over)
        return self.number

    def over(self) -> None:
        """Send what was held."""
        self._is_on = False
        self.number += 1
        waiting, self.waiting = self.waiting, []
        for outlet in waiting:
            try:
                outlet.flush()
            except Exception as fault:  # noqa: BLE001 the others have done nothing wrong
                told = {"message": "what was held for a client could not be sent", "exception": fault}
                asyncio.get_running_loop().call_exception_handler(told)


_OF_LOOPS: WeakKeyDictionary[asyncio.AbstractEventLoop, LoopTurn] = WeakKeyDictionary()


def loop_turn() -> LoopTurn:
    """That of the running loop."""
    return _OF_LOOPS.setdefault(asyncio.get_running_loop(), LoopTurn())
