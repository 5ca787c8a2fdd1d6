"""What the server counts for whoever operates it: plain numbers in memory, so that counting costs next to nothing.

They are put into another form only when somebody asks for them; api/metrics.py does that.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import Any, Literal

from syncwatch_core import messages as wire

UNKNOWN = "unknown"
"""The name under which events are counted that the protocol doesn't have."""

ACKNOWLEDGEMENT = "acknowledgement"

_RESPONSE_TIMES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_LOOP_DELAYS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0)
_DRIFTS = (0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.04, 0.1, 0.5, 2.0)
"""Bounds in seconds; 40 ms is one frame of a film, and what counts here lies far below it."""


class Spread:
    """How often values fell between bounds; ``counts`` has one place more, for what lies above the last."""

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def note(self, value: float) -> None:
        """One more value; a bound belongs to what lies below it."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value

    def add(self, other: Spread) -> None:
        """The values of another one with the same bounds, too."""
        self.counts = [mine + theirs for mine, theirs in zip(self.counts, other.counts, strict=True)]
        self.sum += other.sum


class Counts:
    """Everything that is counted, since the server started."""

    def __init__(self) -> None:
        self.connections = 0
        """Clients that are connected now."""
        self.connected = 0
        """Connections so far."""
        self.received: dict[str, int] = dict.fromkeys([*wire.CLIENT_EVENTS, UNKNOWN], 0)
        """Events from clients, by their names."""
        self.sent: dict[str, int] = dict.fromkeys([*wire.SERVER_EVENTS, ACKNOWLEDGEMENT], 0)
        """Events to clients, each as often as there were recipients."""
        self.bytes_received = 0
        """Of Socket.IO packets, as are ``bytes_sent``; characters, which for most of them are bytes."""
        self.bytes_sent = 0
        self.client_errors = 0
        """Faults that clients reported."""
        self.errors: Counter[tuple[str, str]] = Counter()
        """Refusals and faults, by transport and code."""
        self.requests: Counter[tuple[str, str, int]] = Counter()
        """HTTP requests by method, route and status."""
        self.response_times: dict[tuple[str, str], Spread] = {}
        """Of HTTP requests by method and route, s."""
        self.drift = Spread(_DRIFTS)
        """How far players are from the timeline, as they report it while they play, s."""
        self.uncertainty = Spread(_DRIFTS)
        """What they believe of that figure, s."""
        self.loop_delay = Spread(_LOOP_DELAYS)
        """By how much the event loop came too late, s."""

    def add(self, other: Counts) -> None:
        """What another process has counted, too."""
        for name, theirs in vars(other).items():
            mine = getattr(self, name)
            if isinstance(mine, Spread):
                mine.add(theirs)
            elif isinstance(mine, dict):
                _add(mine, theirs)
            else:
                setattr(self, name, mine + theirs)

    def receive(self, event: object) -> None:
        """An event came."""
        if isinstance(event, str) and event in self.received:
            self.received[event] += 1
        else:
            self.received[UNKNOWN] += 1

    def refuse(self, transport: Literal["http", "socket"], code: str) -> None:
        """Somebody was told no."""
        self.errors[transport, code] += 1

    def answer(self, method: str, route: str, status: int, elapsed: float | None) -> None:
        """An HTTP request was answered after ``elapsed`` seconds; None: with a stream, whose length says nothing."""
        self.requests[method, route, status] += 1
        if elapsed is None:
            return
        times = self.response_times.get((method, route))
        if times is None:
            times = self.response_times[method, route] = Spread(_RESPONSE_TIMES)
        times.note(elapsed)

    def report(self, status: wire.Status) -> None:
        """A player says how it stands; what it says while it doesn't play tells nothing about being in sync."""
        if status.state != "playing" or status.drift is None:
            return
        self.drift.note(abs(status.drift))
        if status.uncertainty is not None:
            self.uncertainty.note(status.uncertainty)


def _add(mine: dict[Any, Any], theirs: dict[Any, Any]) -> None:
    for key, value in theirs.items():
        if isinstance(value, Spread):
            mine.setdefault(key, Spread(value.bounds)).add(value)
        else:
            mine[key] = mine.get(key, 0) + value
