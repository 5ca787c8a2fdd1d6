"""From raw readings to how far the players are apart; arithmetic only.

Each player's readings are placed on the observer's clock, and all positions of one round are carried to one common
instant by each player's own speed.
The skew of a moment is that of the worst pair: the largest position minus the smallest.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.readings import Reading

WIDEST_WINDOW = 0.002
"""s; a position that took longer to read is not believed (measured: p99 of a window is 0.4 ms)."""

CLOCK_SPAN = 3.0
"""s before and after a reading from which the exchange that places mpv's clock is taken; the narrowest is best.

Longer would let a clock that NTP slews at 500 ppm move by more than a millisecond.
"""

WIDE = "window wider than 2 ms"
STANDING = "not playing"
MISSING = "no answer"


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading, on the observer's clock."""

    reading: Reading
    at: float
    """When the position was read, observer's clock, s."""

    @property
    def playing(self) -> bool:
        """Whether mpv was really playing, with a position to be believed."""
        return not (self.reading.paused or self.reading.idle) and self.reading.audio_pts is not None

    def position_at(self, instant: float) -> float:
        """Where the player stands at an instant close by, s of media; NaN where it was not playing."""
        if self.reading.audio_pts is None:
            return math.nan
        return self.reading.audio_pts + self.reading.speed * (instant - self.at)


@dataclass(frozen=True, slots=True)
class Moment:
    """Where all players stood at one instant."""

    at: float
    """The common instant, observer's clock, s."""
    positions: Mapping[str, float]
    """Player -> position, s, of those whose reading is believed."""
    left_out: Mapping[str, str]
    """Player -> why it has no position here."""
    samples: Mapping[str, Sample]
    """Player -> what was read, believed or not."""

    @property
    def complete(self) -> bool:
        """Whether every player has a position."""
        return not self.left_out

    @property
    def worst_pair(self) -> float:
        """How far the two farthest players are apart, s; NaN with fewer than two."""
        if len(self.positions) < 2:  # noqa: PLR2004 - a pair
            return math.nan
        return max(self.positions.values()) - min(self.positions.values())

    def from_median(self, player: str) -> float:
        """How far a player is ahead of the median of all, s; NaN where it has no position."""
        if player not in self.positions:
            return math.nan
        return self.positions[player] - median(self.positions.values())


def placed(readings: Iterable[Reading]) -> list[Sample]:
    """Readings on the observer's clock, in the order in which they came."""
    of_player: dict[str, list[Reading]] = defaultdict(list)
    everything = list(readings)
    for reading in everything:
        of_player[reading.player].append(reading)
    offsets = {player: dict(zip((r.tick for r in theirs), clock_offsets(theirs), strict=True))
               for player, theirs in of_player.items()}  # fmt: skip
    return [
        Sample(reading, (reading.before + reading.after) / 2 - offsets[reading.player][reading.tick])
        for reading in everything
    ]


def clock_offsets(readings: Sequence[Reading]) -> list[float]:
    """One player's clock minus the observer's at each reading, s, from the narrowest exchange nearby."""
    asked = [reading.asked_at for reading in readings]
    offsets = []
    for reading in readings:
        near = readings[
            bisect_left(asked, reading.asked_at - CLOCK_SPAN) : bisect_right(asked, reading.asked_at + CLOCK_SPAN)
        ]
        best = min(near, key=lambda other: other.answered_at - other.asked_at)
        offsets.append(best.clock - (best.asked_at + best.answered_at) / 2)
    return offsets


def moments(samples: Iterable[Sample], players: Sequence[str]) -> list[Moment]:
    """One moment for each round, in order; ``players`` are those who are expected in each."""
    rounds: dict[int, dict[str, Sample]] = defaultdict(dict)
    for sample in samples:
        rounds[sample.reading.tick][sample.reading.player] = sample
    return [_moment(rounds[tick], players) for tick in sorted(rounds)]


def _moment(asked: Mapping[str, Sample], players: Sequence[str]) -> Moment:
    common = fmean(sample.at for sample in asked.values())
    left_out = {player: why for player in players if (why := _reason(asked.get(player)))}
    positions = {player: asked[player].position_at(common) for player in players if player not in left_out}
    return Moment(common, positions, left_out, asked)


def _reason(sample: Sample | None) -> str | None:
    if sample is None:
        return MISSING
    if not sample.playing:
        return STANDING
    return WIDE if sample.reading.window > WIDEST_WINDOW else None


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which ``share`` (0 to 1) of all lie, linearly between neighbours; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def spread(values: Sequence[float], scale: float = 1.0, digits: int = 3) -> dict[str, float | None]:
    """p50, p95, p99 and max of ``values``, each times ``scale``; None of nothing."""
    of_shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {
        name: None if (value := percentile(values, share)) is None else round(value * scale, digits)
        for name, share in of_shares.items()
    }
