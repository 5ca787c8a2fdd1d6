"""From readings of pages and of mpv to how far two of them are apart; arithmetic only."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from benchmarks.media import FRAME_RATE
from benchmarks.skew import Sample, spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NEAR = 0.15
"""s between the readings of two players that are still compared: each is carried there by its own rate."""

STEADY, START = 0.003, 0.030
"""s; targets of the 95th percentile in steady play, and in the first seconds of a start."""

FRAMES = 1
"""Frames by which two that were paused may differ."""

STARTING = 3.0
"""s after the first moment at which both move."""

COMES_TO_REST = 1.0
"""s after a pause at which two are compared: a round trip and a seek."""


class Reading(Protocol):
    """Where a player stood."""

    @property
    def at(self) -> float:
        """CLOCK_MONOTONIC, s."""

    @property
    def stands(self) -> bool:
        """Whether it was not playing."""

    def position_at(self, instant: float) -> float:
        """Where it stands at an instant close by, s of media."""


@dataclass(frozen=True, slots=True)
class MpvReading:
    """An mpv, as the rig's observer saw it."""

    sample: Sample

    @property
    def at(self) -> float:
        """CLOCK_MONOTONIC, s."""
        return self.sample.at

    @property
    def stands(self) -> bool:
        """Whether it was not playing, or its reading is not believed."""
        return not self.sample.playing

    def position_at(self, instant: float) -> float:
        """Where it stands at an instant close by, s of media."""
        reading = self.sample.reading
        if self.stands:
            return reading.time_pos if reading.time_pos is not None else float("nan")
        return self.sample.position_at(instant)


@dataclass(frozen=True, slots=True)
class Spans:
    """When what was to be looked at; instants on CLOCK_MONOTONIC, s."""

    steady: tuple[float, float]
    starts: Sequence[float]
    """When each play was told."""
    pauses: Sequence[float]


def of_mpv(samples: Iterable[Sample]) -> list[Reading]:
    """Readings of one mpv."""
    return [MpvReading(sample) for sample in samples]


def skews(one: Sequence[Reading], other: Sequence[Reading], begin: float, end: float) -> list[tuple[float, float]]:
    """Instant (s) and skew (s, positive where ``one`` is ahead) of each moment at which both move."""
    instants = [reading.at for reading in other]
    found = []
    for reading in one:
        if not begin <= reading.at <= end or reading.stands:
            continue
        place = bisect_left(instants, reading.at)
        near = min(other[max(0, place - 1) : place + 1], key=lambda each: abs(each.at - reading.at), default=None)
        if near is None or near.stands or abs(near.at - reading.at) > NEAR:
            continue
        found.append((reading.at, reading.position_at(reading.at) - near.position_at(reading.at)))
    return found


def pair(one: Sequence[Reading], other: Sequence[Reading], spans: Spans) -> dict[str, Any]:
    """The figures of two players."""
    steady = [skew for _, skew in skews(one, other, *spans.steady)]
    starting: list[float] = []
    for at in spans.starts:
        moving = skews(one, other, at, at + STARTING + 2.0)
        starting += [skew for instant, skew in moving if instant <= moving[0][0] + STARTING]
    frames = [abs(frames_apart(one, other, at + COMES_TO_REST)) for at in spans.pauses]
    return {
        "steadyMs": spread([abs(skew) for skew in steady], 1000),
        "steadyMeanMs": round(sum(steady) / len(steady) * 1000, 3) if steady else None,
        "startMs": spread([abs(skew) for skew in starting], 1000),
        "pausedFramesApart": frames,
        "moments": len(steady),
    }


def frames_apart(one: Sequence[Reading], other: Sequence[Reading], at: float) -> int:
    """How many frames lie between two that stand, at the first readings after ``at``."""
    numbers = []
    for readings in (one, other):
        standing = next((each for each in readings if each.at >= at and each.stands), None)
        if standing is None:
            return FRAME_RATE
        numbers.append(int(standing.position_at(standing.at) * FRAME_RATE + 0.02))
    return numbers[0] - numbers[1]


def within(figures: Mapping[str, Any]) -> bool:
    """Whether the figures of a pair keep the targets."""
    steady, start = figures["steadyMs"]["p95"], figures["startMs"]["p95"]
    if steady is None or start is None:
        return False
    frames_kept = all(frames <= FRAMES for frames in figures["pausedFramesApart"])
    return bool(steady <= STEADY * 1000 and start <= START * 1000 and frames_kept)
