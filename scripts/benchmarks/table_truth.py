"""Steady play held against the server's true time: drift as it is, whether clients show it so, and whether it swings.

The true drift of a player is where the observer saw it, minus where the session's timeline stood at that instant.
It needs no other player, so that what all have alike is seen too.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.rounding import milliseconds
from benchmarks.skew import percentile, spread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.reference_clock import ReferenceClock
    from benchmarks.skew import Moment
    from benchmarks.table_record import TableRecord

Track = list[tuple[float, float]]
"""Instants and drifts, both s."""

NEAR = 0.15
"""s between a status line and the reading that it is held against."""

SWING = 0.002
"""s of drift, on either side of its median, that make a swing; four times what readings scatter by."""

SWING_SPAN = 10.0
"""s in which a player may swing to the other side twice (there and back); a third time is an oscillation.

The loop's own period is below 2 s, a clock estimate that wanders takes longer than this.
"""

SLICE = 30.0
"""s of play that are told apart, so that a clock still finding its way at the beginning shows."""


STOP = 0.3
"""s between two rounds of the observer, which are a tenth of a second apart, that tell of a machine at a stand."""


def true_drifts(record: TableRecord, inside: Sequence[Moment]) -> dict[str, Track]:
    """Player -> its drift at each of these moments in which it was read well."""
    given = [command for command in record.commands if command.sent_at <= record.steady[0]]
    if record.clock is None or not given:
        return {player: [] for player in record.players}
    playback = given[-1].playback
    return {
        player: [
            (moment.at, moment.positions[player] - timeline_position(playback, record.clock, moment.at))
            for moment in inside
            if player in moment.positions
        ]
        for player in record.players
    }


def timeline_position(playback: Mapping[str, Any], clock: ReferenceClock, at: float) -> float:
    """Where a playing session's timeline stands at an instant of CLOCK_MONOTONIC, s of media."""
    position: float = playback["currentTime"] + playback["rate"] * (clock.server_time(at) - playback["at"])
    return position


def honesty(record: TableRecord, drifts: Mapping[str, Track]) -> dict[str, Any]:
    """How often a client's drift is off by no more than the uncertainty that it shows beside it."""
    errors: list[tuple[float, float]] = []
    for player, track in drifts.items():
        times = [at for at, _ in track]
        for line in record.status.get(player, ()):
            shown, uncertainty = line.event.get("drift"), line.event.get("uncertainty")
            true = _nearest(track, times, line.at)
            if true is not None and shown is not None and uncertainty is not None:
                errors.append((abs(true - shown), uncertainty))
    beyond = [error - uncertainty for error, uncertainty in errors if error > uncertainty]
    return {
        "statusLines": len(errors),
        "beyondUncertainty": len(beyond),
        "withinUncertainty": round(1 - len(beyond) / len(errors), 5) if errors else None,
        "worstBeyondMs": milliseconds(max(beyond)) if beyond else None,
        "errorMs": spread([error for error, _ in errors], 1000),
        "uncertaintyMs": spread([uncertainty for _, uncertainty in errors], 1000),
    }


def _nearest(track: Track, times: Sequence[float], at: float) -> float | None:
    place = bisect_left(times, at)
    near = min(track[max(0, place - 1) : place + 1], key=lambda point: abs(point[0] - at), default=None)
    return near[1] if near is not None and abs(near[0] - at) <= NEAR else None


def oscillation(drifts: Mapping[str, Track]) -> dict[str, Any]:
    """Who swings, and how often: from beyond 2 ms on one side of their median drift to beyond 2 ms on the other."""
    instants = {player: swings(track) for player, track in drifts.items()}
    return {
        "swings": {player: len(at) for player, at in instants.items()},
        "oscillating": sum(_oscillates(at) for at in instants.values()),
        "definition": f"more than two swings beyond ±{SWING * 1000:g} ms of a player's median drift "
        f"within {SWING_SPAN:g} s",
    }


def swings(track: Track) -> list[float]:
    """When a drift came to the other side of its median, beyond ``SWING``; s."""
    if not track:
        return []
    middle, side = median(drift for _, drift in track), 0
    instants = []
    for at, drift in track:
        now = 1 if drift - middle > SWING else -1 if drift - middle < -SWING else side
        if side and now != side:
            instants.append(at)
        side = now
    return instants


def _oscillates(instants: Sequence[float]) -> bool:
    return any(third - first <= SWING_SPAN for first, third in zip(instants, instants[2:], strict=False))


def speeds(inside: Sequence[Moment], players: Sequence[str]) -> list[float]:
    """By which share each player's speed was off 1, at every moment in which it played."""
    readings = [moment.samples[player].reading for moment in inside for player in players if player in moment.positions]
    return [abs(reading.speed - 1) for reading in readings]


def machine_stops(inside: Sequence[Moment]) -> list[float]:
    """How long, s, the observer itself came to no round: then the machine stood still, and with it every player."""
    gaps = [after.at - before.at for before, after in pairwise(inside)]
    return [round(gap, 3) for gap in gaps if gap > STOP]


def slices(inside: Sequence[Moment], during: tuple[float, float]) -> list[float | None]:
    """p95 of the worst pair's skew, ms, in each half minute of the steady play."""
    began_at, ended_at = during
    count = max(1, round((ended_at - began_at) / SLICE))
    result = []
    for number in range(count):
        until = ended_at if number == count - 1 else began_at + (number + 1) * SLICE
        pairs = [m.worst_pair for m in inside if m.complete and began_at + number * SLICE <= m.at <= until]
        result.append(milliseconds(percentile(pairs, 0.95)))
    return result
