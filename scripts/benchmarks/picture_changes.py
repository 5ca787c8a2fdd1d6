"""From grabs of the screen to where each player's picture stood; arithmetic only.

One grab resolves a frame, 42 ms.
The instant at which a new frame appears lies between two grabs, and the mean over a second of such instants is good to
half a millisecond: the grabs' rate has no simple ratio to the film's, so the errors even out.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import TYPE_CHECKING

from benchmarks.media import FRAME_RATE
from benchmarks.witness import Sight

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LONGEST_STEP = 0.03
"""s between two grabs beyond which a change between them is not believed: the grabbing was held up."""

SPAN = 1.0
"""s over which the instants of change are averaged."""

FEWEST = FRAME_RATE // 2
"""Changes that a second must have."""


@dataclass(frozen=True, slots=True)
class Grab:
    """One look at all windows."""

    at: float
    """CLOCK_MONOTONIC, s."""
    frames: Mapping[str, int]
    """Player -> the number of the frame that its window shows, of those that could be read."""


def changes(grabs: Sequence[Grab], player: str) -> Iterator[tuple[float, int]]:
    """The instants, s, at which a new frame of ``player`` appeared, each with the frame's number."""
    for before, after in pairwise(grabs):
        old, new = before.frames.get(player), after.frames.get(player)
        if old is None or new is None or old == new or after.at - before.at > LONGEST_STEP:
            continue
        yield (before.at + after.at) / 2, new


def sights(grabs: Sequence[Grab], players: Sequence[str]) -> list[Sight]:
    """Where the players stood in the middle of each second in which their frames changed often enough."""
    positions: dict[int, dict[str, float]] = defaultdict(dict)
    for player in players:
        leads: dict[int, list[float]] = defaultdict(list)
        for at, frame in changes(grabs, player):
            leads[math.floor(at / SPAN)].append(frame / FRAME_RATE - at)
        for number, theirs in leads.items():
            if len(theirs) >= FEWEST:
                positions[number][player] = fmean(theirs) + (number + 0.5) * SPAN
    return [Sight((number + 0.5) * SPAN, positions[number]) for number in sorted(positions)]


def frames_apart(grabs: Sequence[Grab], first: str, second: str) -> dict[str, float]:
    """How many frames ``second`` was ahead of ``first`` in one and the same grab, as shares of all grabs."""
    counts = Counter(
        grab.frames[second] - grab.frames[first] for grab in grabs if first in grab.frames and second in grab.frames
    )
    return {str(apart): round(count / counts.total(), 4) for apart, count in sorted(counts.items())}
