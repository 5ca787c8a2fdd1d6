"""What one run of the table leaves behind, raw: who was seen where, and what was done when.

All instants are on CLOCK_MONOTONIC, s.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks.scenario import Record

if TYPE_CHECKING:
    from benchmarks.processes import Line
    from benchmarks.reference_clock import ReferenceClock
    from benchmarks.stage import Arrival
    from benchmarks.steering import Command


@dataclass(frozen=True, slots=True)
class Trial:
    """One command, given and followed."""

    command: Command
    until: float
    """When it was over: at the next command."""
    stalled: str | None = None
    """Whose path was held up meanwhile."""


@dataclass(frozen=True, slots=True)
class Blackout:
    """A time in which no path carried anything, and a pause that was given in it."""

    before_from: float
    """The skew from here to the dark is what that in the dark is compared with."""
    dark_at: float
    light_at: dict[str, float]
    """Player -> when its path was back."""
    command: Command
    until: float


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who came while others played."""

    arrival: Arrival
    others: list[str]
    until: float


@dataclass(slots=True)
class TableRecord(Record):
    """A run with everything that the table asks for."""

    clock: ReferenceClock | None = None
    """The server's, as it truly is."""
    trials: list[Trial] = field(default_factory=list)
    blackouts: list[Blackout] = field(default_factory=list)
    newcomers: list[Newcomer] = field(default_factory=list)
    disturbances: list[Trial] = field(default_factory=list)
    """What happened to the last of the players alone."""
    lines: dict[str, list[Line]] = field(default_factory=dict)
    """Player -> all that its client told."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Part of the run -> how long it took."""
    loads: dict[str, float] = field(default_factory=dict)
    """Part of the run -> the machine's load average of a minute at its end."""

    def events(self) -> dict[str, Any]:
        """All but the readings, as a JSON-able object."""
        return {
            "players": self.players,
            "serverTimeMinusMonotonic": None if self.clock is None else asdict(self.clock),
            "steady": list(self.steady),
            "commands": [asdict(command) for command in self.commands],
            "trials": [asdict(trial) for trial in self.trials],
            "blackouts": [asdict(blackout) for blackout in self.blackouts],
            "disturbances": [asdict(trial) for trial in self.disturbances],
            "newcomers": [asdict(newcomer) for newcomer in self.newcomers],
            "lines": {player: [[line.at, line.event] for line in lines] for player, lines in self.lines.items()},
            "loadAverage": self.load_average,
            "seconds": self.seconds,
            "loads": self.loads,
        }
