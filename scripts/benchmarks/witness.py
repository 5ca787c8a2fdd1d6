"""What an independent witness saw, held against what the observer read from the players themselves; arithmetic only.

Both give how far each player is ahead of the first, so that whatever the witness adds to all alike falls out.
"""

from __future__ import annotations

import csv
import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import chain
from statistics import fmean, median, pstdev
from typing import TYPE_CHECKING, Any

from benchmarks.rounding import milliseconds
from benchmarks.skew import spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from benchmarks.skew import Moment


@dataclass(frozen=True, slots=True)
class Sight:
    """Where the players were heard or seen at one instant."""

    at: float
    """CLOCK_MONOTONIC, s; good to some 50 ms, but common to all players."""
    positions: Mapping[str, float]
    """Player -> position, s, of those who were recognised."""

    def complete(self, players: Iterable[str]) -> bool:
        """Whether all of them were recognised."""
        return all(player in self.positions for player in players)

    @property
    def worst_pair(self) -> float:
        """How far the two farthest are apart, s; NaN with fewer than two."""
        if len(self.positions) < 2:  # noqa: PLR2004 - a pair
            return math.nan
        return max(self.positions.values()) - min(self.positions.values())


@dataclass(frozen=True, slots=True)
class Comparison:
    """One player's lead over the first, s, by both methods at about the same time."""

    at: float
    player: str
    witnessed: float
    observed: float

    @property
    def disagreement(self) -> float:
        """By how much the witness saw the player farther ahead than the observer did, s."""
        return self.witnessed - self.observed


def compared(
    sights: Iterable[Sight], moments: Sequence[Moment], players: Sequence[str], span: float
) -> list[Comparison]:
    """The leads of all players but the first, where both methods know them.

    The observer's is the mean over ``span`` seconds around each sight.
    """
    first, *others = players
    known = [moment for moment in moments if moment.complete]
    times = [moment.at for moment in known]
    found = []
    for sight in sights:
        near = known[bisect_left(times, sight.at - span / 2) : bisect_right(times, sight.at + span / 2)]
        if near and sight.complete(players):
            for player in others:
                observed = fmean(moment.positions[player] - moment.positions[first] for moment in near)
                found.append(Comparison(sight.at, player, sight.positions[player] - sight.positions[first], observed))
    return found


def figures(
    sights: Sequence[Sight],
    moments: Sequence[Moment],
    players: Sequence[str],
    span: float,
    during: tuple[float, float],
) -> dict[str, Any]:
    """What both methods say of the time ``during``, and how they differ; what was not seen is None."""
    began_at, ended_at = during
    seen = [sight for sight in sights if began_at <= sight.at <= ended_at]
    read = [moment for moment in moments if began_at <= moment.at <= ended_at]
    both = compared(seen, read, players, span)
    whole = [sight for sight in seen if sight.complete(players)]
    return {
        "witness": {"worstPairMs": spread([s.worst_pair for s in whole], 1000)}
        | {"aheadMs": {player: _middle([c.witnessed for c in both if c.player == player]) for player in players[1:]}},
        "observer": {"worstPairMs": spread([moment.worst_pair for moment in read if moment.complete], 1000)}
        | {"aheadMs": {player: _middle([c.observed for c in both if c.player == player]) for player in players[1:]}},
        "differenceMs": disagreements(both),
        "samples": {"sights": len(seen), "complete": len(whole), "compared": len(both)},
    }


def disagreements(both: Sequence[Comparison]) -> dict[str, float | None]:
    """Mean and standard deviation of what the witness says minus what the observer says; p95 and max without sign."""
    values = [comparison.disagreement * 1000 for comparison in both]
    sizes = spread([abs(value) for value in values])
    return {
        "mean": round(fmean(values), 3) if values else None,
        "sd": round(pstdev(values), 3) if values else None,
        "p95": sizes["p95"],
        "max": sizes["max"],
    }


def _middle(values: Sequence[float]) -> float | None:
    return milliseconds(median(values)) if values else None


def write_comparisons(path: Path, both: Iterable[Comparison]) -> None:
    """One CSV row each: instant, player, its lead by the witness and by the observer, s."""
    rows = ([f"{c.at:.6f}", c.player, f"{c.witnessed:.7f}", f"{c.observed:.7f}"] for c in both)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(chain([["at", "player", "witnessed", "observed"]], rows))
