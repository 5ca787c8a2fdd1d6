"""What a network does to a stream of bytes: a seeded law, told the time, without any I/O.

A chunk is late by the path's constant delay, by a queueing delay that varies (Gamma-distributed, shape 0.7:
mostly small, now and then large), and by what a lost packet costs a TCP stream.
It never overtakes the chunk before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

JITTER_SHAPE = 0.7
"""Shape of the Gamma law of queueing delay; below 1, so that most chunks meet an empty queue."""

RETRANSMISSION = 0.2
"""s; Linux retransmits a lost segment no sooner than this, and waits twice as long at each further loss."""

MOST_LOSSES = 6
"""Losses in a row after which a chunk gets through in any case, so that no stall is without end."""

FIRST_RETRY = 1.0
"""s after which TCP asks a second time for a connection, and waits twice as long each time after that (RFC 6298)."""

Direction = Literal["forward", "backward"]
"""``forward`` leads from the client to the server."""


@dataclass(frozen=True, slots=True)
class Link:
    """The manners of one network path."""

    rtt: float = 0.0
    """s; the constant delay there and back, without jitter."""

    jitter: float = 0.0
    """s; mean of the queueing delay that is added in each direction."""

    asymmetry: float = 0.0
    """s; how much longer the constant delay is forward than backward."""

    stall: float = 0.0
    """Probability that a chunk is lost and holds up all that follows it."""

    bandwidth: float | None = None
    """Bytes a second in each direction; None is without a limit."""

    def __post_init__(self) -> None:
        """Refuse what no path can do; raises ``ValueError``."""
        if self.rtt < 0 or self.jitter < 0 or abs(self.asymmetry) > self.rtt:
            message = "a path cannot deliver before it was sent: rtt and jitter >= 0, asymmetry at most rtt"
            raise ValueError(message)
        if not 0 <= self.stall < 1 or (self.bandwidth is not None and self.bandwidth <= 0):
            message = "a stall's probability lies in [0, 1), a bandwidth is above zero"
            raise ValueError(message)

    def delay(self, direction: Direction) -> float:
        """The constant delay of one direction, s."""
        return (self.rtt + self.asymmetry if direction == "forward" else self.rtt - self.asymmetry) / 2


class Path:
    """One direction of one connection: says when each chunk comes out."""

    def __init__(self, direction: Direction, seed: str) -> None:
        """Draw from a generator of its own, so that one connection's traffic never changes another's fate."""
        self.direction: Direction = direction
        self._random = Random(seed)  # noqa: S311 - repeatable, not secret
        self._link_free_at = 0.0
        self._last_due = 0.0

    def due(self, link: Link, entered_at: float, size: int) -> float:
        """When a chunk of ``size`` bytes that enters at ``entered_at`` comes out; both on one clock, s."""
        sent_at = max(entered_at, self._link_free_at)
        if link.bandwidth is not None:
            sent_at += size / link.bandwidth
            self._link_free_at = sent_at
        arrives_at = sent_at + link.delay(self.direction) + self._queueing(link) + self._stall(link)
        self._last_due = max(self._last_due, arrives_at)
        return self._last_due

    def _queueing(self, link: Link) -> float:
        if link.jitter == 0:
            return 0.0
        return self._random.gammavariate(JITTER_SHAPE, link.jitter / JITTER_SHAPE)

    def _stall(self, link: Link) -> float:
        losses = 0
        while losses < MOST_LOSSES and self._random.random() < link.stall:
            losses += 1
        return max(RETRANSMISSION, link.rtt) * ((1 << losses) - 1)


def next_attempt(begun_at: float, now: float) -> float:
    """When TCP asks again for a connection that it first asked for at ``begun_at``, not before ``now``; s."""
    attempt_at, wait = begun_at, FIRST_RETRY
    while attempt_at < now:
        attempt_at += wait
        wait *= 2
    return attempt_at
