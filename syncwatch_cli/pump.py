"""The pump: facts go into the ``VideoController`` in the order of their arrival, its commands go out at once.

Nothing is decided here. Facts that come before the player is there wait for it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from syncwatch_core import controller_events as told
from syncwatch_core.controller import VideoController
from syncwatch_core.controller_view import ControllerView


class Pump:
    """Drives one controller by the local clock; ``carry_out`` is given each of its commands."""

    def __init__(
        self,
        controller: VideoController,
        clock: Callable[[], float],
        *,
        carry_out: Callable[[told.ControllerCommand], None],
        after: Callable[[ControllerView], None],
    ) -> None:
        """``after`` is shown how things stand whenever something has happened."""
        self._controller = controller
        self._clock = clock
        self._carry_out = carry_out
        self._after = after
        self._facts: deque[told.ControllerEvent] = deque()
        self._is_open = False
        self._is_pumping = False
        self._alarm: asyncio.TimerHandle | None = None

    def open(self) -> None:
        """The player is there: begin with what has come in so far."""
        self._is_open = True
        self._pump()

    def close(self) -> None:
        """Wake no more."""
        if self._alarm is not None:
            self._alarm.cancel()

    def tell(self, fact: told.ControllerEvent) -> None:
        """Hand a fact to the controller; one that arises while another is being carried out waits for its turn."""
        self._facts.append(fact)
        self._pump()

    def _pump(self) -> None:
        if self._is_pumping or not self._is_open:
            return
        self._is_pumping = True
        try:
            while self._facts:
                for command in self._controller.handle(self._facts.popleft(), self._clock()):
                    self._carry_out(command)
        finally:
            self._is_pumping = False
        self._after(self._controller.view(self._clock()))
        self._set_alarm()

    def _set_alarm(self) -> None:
        self.close()
        at = self._controller.wakes_at
        if at is not None:
            wait = max(0.0, at - self._clock())
            self._alarm = asyncio.get_running_loop().call_later(wait, self.tell, told.Woken())
