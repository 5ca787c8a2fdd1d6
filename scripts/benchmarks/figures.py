"""The figures of one run, from what the observer saw; only ``honesty`` looks at what clients say of themselves."""

from __future__ import annotations

import math
from collections import Counter
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.rounding import milliseconds
from benchmarks.settings import SETTLING, TOGETHER
from benchmarks.skew import Moment, moments, percentile, spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.scenario import Record
    from benchmarks.stage import Arrival
    from benchmarks.steering import Command

STAYING = 0.5
"""s for which players must stay together before they count as together."""

SEEK_SLACK = 0.15
"""s by which a position may fall short of where a seek was to go: an exact seek lands on a frame."""

NEAREST = 0.3
"""s between a status line and the moment that it is held against."""


def figures(record: Record) -> dict[str, Any]:
    """All figures of a run as a JSON-able object; what was not measured is None."""
    everyone = moments(record.samples, record.players)
    return {
        "steady": steady(record, everyone),
        "play": trials(record, everyone, "video-play"),
        "seek": trials(record, everyone, "video-seek"),
        "pause": pauses(record, everyone),
        "join": joins(record),
        "honesty": honesty(record, everyone),
        "loadAverage": record.load_average,
        "observer": record.observer,
    }


def steady(record: Record, everyone: Sequence[Moment]) -> dict[str, Any]:
    """How the players keep together while nobody does anything."""
    began_at, ended_at = record.steady
    inside = [moment for moment in everyone if began_at <= moment.at <= ended_at]
    used = [moment for moment in inside if moment.complete]
    excluded = Counter(why for moment in inside if not moment.complete for why in set(moment.left_out.values()))
    return {
        "worstPairMs": spread([moment.worst_pair for moment in used], 1000),
        "players": {player: _one_steady(player, used) for player in record.players},
        "worstSpeedOff": max((_speed_off(m, p) for m in used for p in record.players), default=None),
        "restarts": sum(_told(inside, player) for player in record.players),
        "samples": {"used": len(used), "excluded": dict(excluded), "settlingExcludedSeconds": SETTLING},
    }


def _one_steady(player: str, used: Sequence[Moment]) -> dict[str, Any]:
    offsets = [moment.from_median(player) for moment in used]
    speeds = [_speed_off(moment, player) for moment in used]
    return {
        "fromMedianMs": milliseconds(median(offsets)) if offsets else None,
        "absFromMedianMs": spread([abs(offset) for offset in offsets], 1000),
        "speedOff": {name: value for name, value in spread(speeds, digits=6).items() if name in {"p99", "max"}},
    }


def _speed_off(moment: Moment, player: str) -> float:
    return round(abs(moment.samples[player].reading.speed - 1), 6)


def _told(inside: Sequence[Moment], player: str) -> int:
    """Seeks and pauses that a player's mpv told of between the first and the last of these moments."""
    counts = [m.samples[player].reading.seeks + m.samples[player].reading.pauses for m in inside if player in m.samples]
    return counts[-1] - counts[0] if counts else 0


def trials(record: Record, everyone: Sequence[Moment], event: str) -> dict[str, Any]:
    """From sending a command to the moment from which all play within 10 ms of each other, and stay so."""
    times: list[float | None] = []
    starts: list[float] = []
    for command, until in _with_everybody(record):
        if command.event == event:
            after = [moment for moment in everyone if command.sent_at <= moment.at < until]
            took = time_to_together(command, after)
            times.append(took)
            starts += [moment.worst_pair for moment in after if _follows(command, moment)][:1]
    reached = [took for took in times if took is not None]
    return {
        "trials": len(times),
        "failed": len(times) - len(reached),
        "allWithin10MsSeconds": spread(reached),
        "startSkewMs": spread(starts, 1000),
    }


def time_to_together(command: Command, after: Sequence[Moment]) -> float | None:
    """How long, in s, from sending ``command`` until all are together to stay; None if they never are."""
    began_at: float | None = None
    for moment in after:
        if _follows(command, moment) and moment.worst_pair <= TOGETHER:
            began_at = moment.at if began_at is None else began_at
            if moment.at - began_at >= STAYING:
                return began_at - command.sent_at
        elif moment.complete or not _only_unread(moment):
            began_at = None
    return None


def _follows(command: Command, moment: Moment) -> bool:
    """Whether all play where the command wants them."""
    if not moment.complete:
        return False
    if command.position is None:
        return True
    latest = command.position + (moment.at - command.sent_at) + SEEK_SLACK
    return all(command.position - SEEK_SLACK <= position <= latest for position in moment.positions.values())


def _only_unread(moment: Moment) -> bool:
    """Whether the players that have no position here were playing, only not read well."""
    return all(player in moment.samples and moment.samples[player].playing for player in moment.left_out)


def _with_everybody(record: Record) -> list[tuple[Command, float]]:
    """The commands that came after the steady time, each with the instant of the next."""
    late = [command for command in record.commands if command.sent_at >= record.steady[1]]
    ends = [command.sent_at for command in late[1:]] + [math.inf]
    return list(zip(late, ends, strict=False))


def pauses(record: Record, everyone: Sequence[Moment]) -> dict[str, Any]:
    """Whether all stand on the same frame at the end of each pause."""
    shown: list[bool] = []
    for command, until in _with_everybody(record):
        if command.event == "video-pause":
            during = [moment for moment in everyone if command.sent_at <= moment.at < until]
            shown += [same_frame(during[-1], record.players)] if during else []
    return {"trials": len(shown), "sameFrame": sum(shown)}


def same_frame(moment: Moment, players: Iterable[str]) -> bool:
    """Whether all players stand, on the same frame."""
    stand = [moment.samples[player].reading for player in players if player in moment.samples]
    frames = {None if reading.time_pos is None else round(reading.time_pos, 3) for reading in stand}
    return len(frames) == 1 and None not in frames and all(reading.paused for reading in stand)


def joins(record: Record) -> dict[str, Any]:
    """How long those who came while the others played took until they were within 10 ms of them."""
    late = [(place, arrival) for place, arrival in enumerate(record.arrivals) if place > 0]
    ins = [(arrival, together_at(record, place)) for place, arrival in late]
    done = [(arrival, at) for arrival, at in ins if at is not None]
    return {
        "joins": len(late),
        "failed": len(late) - len(done),
        "fromProcessStartSeconds": spread([at - arrival.started_at for arrival, at in done]),
        "fromJoinedSeconds": spread([at - arrival.joined_at for arrival, at in done]),
        "processStartToJoinedSeconds": spread([arrival.joined_at - arrival.started_at for arrival, _ in ins]),
    }


def together_at(record: Record, place: int) -> float | None:
    """When the newcomer at ``place`` in the order of coming was first within 10 ms of those before it, to stay."""
    present: list[Arrival] = record.arrivals[: place + 1]
    newcomer = present[-1].player
    ends_at = record.arrivals[place + 1].started_at if place + 1 < len(record.arrivals) else record.steady[1]
    during = [sample for sample in record.samples if present[-1].started_at <= sample.at < ends_at]
    return first_together(moments(during, [arrival.player for arrival in present]), newcomer)


def first_together(everyone: Iterable[Moment], newcomer: str) -> float | None:
    """When the newcomer was first within 10 ms of the median of the others, to stay."""
    began_at: float | None = None
    for moment in everyone:
        others = [position for player, position in moment.positions.items() if player != newcomer]
        if others and newcomer in moment.positions and abs(moment.positions[newcomer] - median(others)) <= TOGETHER:
            began_at = moment.at if began_at is None else began_at
            if moment.at - began_at >= STAYING:
                return began_at
        elif not _only_unread(moment) or moment.complete:
            began_at = None
    return None


def honesty(record: Record, everyone: Sequence[Moment]) -> dict[str, Any]:
    """How often the true drift is within the uncertainty that a client shows beside its own figure.

    Roughly: the truth here is the distance to the median of all, whose members err too.
    """
    errors: list[tuple[float, float]] = []
    inside = [m for m in everyone if m.complete and record.steady[0] <= m.at <= record.steady[1]]
    for player, lines in record.status.items():
        for line in lines:
            drift, uncertainty = line.event.get("drift"), line.event.get("uncertainty")
            nearest = min(inside, key=lambda moment: abs(moment.at - line.at), default=None)
            if nearest is None or drift is None or uncertainty is None or abs(nearest.at - line.at) > NEAREST:
                continue
            errors.append((abs(nearest.from_median(player) - drift), uncertainty))
    within = [error <= uncertainty for error, uncertainty in errors]
    shown = [uncertainty for _, uncertainty in errors]
    return {
        "statusLines": len(errors),
        "withinUncertainty": round(sum(within) / len(within), 4) if within else None,
        "uncertaintyMs": {"p50": milliseconds(percentile(shown, 0.5)), "max": milliseconds(max(shown, default=None))},
    }
