"""The figures of a run of Syncplay: those of ``scripts/bench sync``, and how near players come that never come near.

Where nobody corrects, "all within 10 ms" is seldom reached. So each command and each join is also told by the skew at
which it ends, and by how long it took until the players were as near as that to stay.
"""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks import figures as of_sync
from benchmarks.settings import TOGETHER
from benchmarks.skew import moments, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.scenario import Record
    from benchmarks.skew import Moment
    from benchmarks.stage import Arrival
    from benchmarks.steering import Command

REST = 2.0
"""s at the end of what follows a command, from which its final skew is taken."""

SEEK_SLACK = 1.0
"""s by which a player that has followed a seek may be off.

Syncplay itself takes less for no seek at all (its SEEK_THRESHOLD), and leaves 1.5 s uncorrected.
"""

Track = list[tuple[float, float]]
"""Instant and skew, both s, wherever there is a skew."""


def figures(record: Record) -> dict[str, Any]:
    """All figures of a run as a JSON-able object; what was not measured is None."""
    everyone = moments(record.samples, record.players)
    return {
        "steady": of_sync.steady(record, everyone),
        "play": {**of_sync.trials(record, everyone, "video-play"), **nearness(record, everyone, "video-play")},
        "seek": {**of_sync.trials(record, everyone, "video-seek"), **nearness(record, everyone, "video-seek")},
        "pause": of_sync.pauses(record, everyone),
        "join": joins(record),
        "loadAverage": record.load_average,
        "observer": record.observer,
    }


def nearness(record: Record, everyone: Sequence[Moment], event: str) -> dict[str, Any]:
    """When all play where the command wants them, how near they then come, and when they are as near as that."""
    moving: list[float | None] = []
    ends: list[tuple[float, float] | None] = []
    for command, until in late_commands(record):
        if command.event == event:
            after = [moment for moment in everyone if command.sent_at <= moment.at < until]
            track = followed(command, after)
            moving.append(track[0][0] - command.sent_at if track else None)
            ends.append(as_near_as_ever(track, command.sent_at))
    return {"allPlayingSeconds": spread([took for took in moving if took is not None]), **_ends(ends)}


def late_commands(record: Record) -> list[tuple[Command, float]]:
    """The commands that came after the steady time, each with the instant of the next."""
    late = [command for command in record.commands if command.sent_at >= record.steady[1]]
    untils = [command.sent_at for command in late[1:]] + [math.inf]
    return list(zip(late, untils, strict=False))


def followed(command: Command, after: Sequence[Moment]) -> Track:
    """The worst pair from the first moment on at which all play, after a seek: all near where it was to go."""
    complete = [moment for moment in after if moment.complete]
    began_at = next((moment.at for moment in complete if _is_there(command, moment)), math.inf)
    return [(moment.at, moment.worst_pair) for moment in complete if moment.at >= began_at]


def _is_there(command: Command, moment: Moment) -> bool:
    """Whether every player stands where the command may have brought it."""
    if command.position is None:
        return True
    reach = SEEK_SLACK + moment.at - command.sent_at
    return all(abs(position - command.position) <= reach for position in moment.positions.values())


def as_near_as_ever(track: Track, since: float) -> tuple[float, float] | None:
    """When, in s after ``since``, the skew was as it is at the end, to stay, and that skew in s; None of nothing.

    "As it is at the end" is no more than 10 ms above the median of the last two seconds.
    """
    if not track:
        return None
    end = median(skew for at, skew in track if at >= track[-1][0] - REST)
    settled_at = track[0][0]
    for (_, skew), (following, _) in pairwise(track):
        if skew > end + TOGETHER:
            settled_at = following
    return settled_at - since, end


def joins(record: Record) -> dict[str, Any]:
    """How near those came to the others who came while the others played, and when."""
    early = [command.sent_at for command in record.commands if command.sent_at < record.steady[0]]
    begun_at = min(early, default=-math.inf)
    late = [place for place, one in enumerate(record.arrivals) if place > 0 and one.started_at > begun_at]
    reached = [(record.arrivals[place], of_sync.together_at(record, place)) for place in late]
    ins = [at - arrival.started_at for arrival, at in reached if at is not None]
    tracks = [(record.arrivals[place], joined(record, place)) for place in late]
    connected = [track[0][0] - one.connected_at for one, track in tracks if track and one.connected_at is not None]
    return {
        "joins": len(late),
        "failed": len(late) - len(ins),
        # More than one where Syncplay stopped the film as somebody came.
        "playsUntilAllAreIn": len(early),
        "fromProcessStartSeconds": spread(ins),
        "processStartToFilmOpenSeconds": spread([one.player_ready_at - one.started_at for one, _ in tracks]),
        "processStartToPlayingSeconds": spread([track[0][0] - one.started_at for one, track in tracks if track]),
        "connectedToPlayingSeconds": spread(connected),
        **_ends([as_near_as_ever(track, one.started_at) for one, track in tracks]),
    }


def joined(record: Record, place: int) -> Track:
    """How far the newcomer at ``place`` in the order of coming was from the median of those before it."""
    present: list[Arrival] = record.arrivals[: place + 1]
    newcomer = present[-1].player
    ends_at = record.arrivals[place + 1].started_at if place + 1 < len(record.arrivals) else record.steady[0]
    during = [sample for sample in record.samples if present[-1].started_at <= sample.at < ends_at]
    track: Track = []
    for moment in moments(during, [arrival.player for arrival in present]):
        others = [position for player, position in moment.positions.items() if player != newcomer]
        if others and newcomer in moment.positions:
            track.append((moment.at, abs(moment.positions[newcomer] - median(others))))
    return track


def _ends(ends: Sequence[tuple[float, float] | None]) -> dict[str, Any]:
    known = [end for end in ends if end is not None]
    return {
        "unfollowed": len(ends) - len(known),
        "asNearAsEverSeconds": spread([took for took, _ in known]),
        "asNearAsEverMs": spread([skew for _, skew in known], 1000),
    }
