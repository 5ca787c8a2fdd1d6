"""The network between a participant and the server, one direction at a time.

It keeps the order of messages, as TCP does: what one waits for, all behind it wait for.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.simulation.virtual_time import Action, Agenda

QUEUE_SHAPE = 0.7
"""Of the Gamma distribution of queueing delays: often next to nothing, now and then several times the mean."""


@dataclass(frozen=True)
class Path:
    """How a participant is connected; s."""

    rtt: float = 0.1
    """There and back without queues."""
    jitter: float = 0.01
    """Mean queueing delay, each way."""
    asymmetry: float = 0.0
    """By how much the way there is longer than the way back."""
    stalls: float = 0.0
    """Share of messages that must be sent again, and hold up what is behind them."""


class Line:
    """One direction of a path."""

    def __init__(self, agenda: Agenda, random: Random, path: Path, *, there: bool) -> None:
        self._agenda = agenda
        self._random = random
        self._path = path
        self._delay = path.rtt / 2 + (path.asymmetry / 2 if there else -path.asymmetry / 2)
        self._last_arrival = 0.0
        self._held_until = 0.0
        self._connection = 0
        self.is_cut = False

    def send(self, deliver: Action) -> None:
        """Carry a message, which is ``deliver``, to the other end; lost while the line is cut."""
        if self.is_cut:
            return
        delay = self._delay
        if self._path.jitter:
            delay += self._random.gammavariate(QUEUE_SHAPE, self._path.jitter / QUEUE_SHAPE)
        if self._random.random() < self._path.stalls:
            delay += max(0.2, self._path.rtt)
        self._last_arrival = max(self._last_arrival, max(self._agenda.now, self._held_until) + delay)
        connection = self._connection
        self._agenda.at(self._last_arrival, lambda: deliver() if connection == self._connection else None)

    def hold(self, seconds: float) -> None:
        """Let nothing through that is sent in the next ``seconds``, but deliver it afterwards."""
        self._held_until = self._agenda.now + seconds

    def cut(self) -> None:
        """Lose what is on the way and whatever is sent until ``mend``."""
        self.is_cut = True
        self._connection += 1

    def mend(self) -> None:
        """Carry messages again, on a connection of its own."""
        self.is_cut, self._last_arrival = False, 0.0
