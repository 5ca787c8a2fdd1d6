"""The figures of one run of the table, from what the observer saw and from the server's true time."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.figures import first_together, same_frame, steady, time_to_together
from benchmarks.rounding import milliseconds, rounded
from benchmarks.skew import WIDEST_WINDOW, moments, spread
from benchmarks.table_disturbance import disturbance_figures
from benchmarks.table_truth import honesty, machine_stops, oscillation, slices, speeds, true_drifts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.processes import Line
    from benchmarks.skew import Moment, Sample
    from benchmarks.steering import Command
    from benchmarks.table_record import Blackout, Newcomer, TableRecord, Trial

FIRST_READINGS = 0.2
"""s of readings from which the instant of a start is found; the engine's first correction comes later than this."""


def table_figures(record: TableRecord) -> dict[str, Any]:
    """All figures of a run as a JSON-able object; what was not measured is None, or left out where it was not tried."""
    result: dict[str, Any] = {}
    if record.steady[1] > record.steady[0]:
        result["steady"] = steady_figures(record)
    if record.trials:
        result["commands"] = command_figures(record)
    if record.blackouts:
        result["blackout"] = blackout_figures(record)
        _hold_against_steady(result)
    if record.disturbances:
        result["disturbance"] = disturbance_figures(record)
    if record.newcomers:
        result["join"] = join_figures(record)
    if record.clock is not None:
        result["serverClockUncertaintyMs"] = milliseconds(record.clock.uncertainty)
    return {
        **result,
        "loadAverage": record.load_average,
        "loads": record.loads,
        "seconds": record.seconds,
        "observer": record.observer,
    }


# --- steady play -------------------------------------------------------------------------------------


def steady_figures(record: TableRecord) -> dict[str, Any]:
    """How tightly all keep together, what that costs, and whether they speak the truth about it."""
    everyone = moments(record.samples, record.players)
    inside = [moment for moment in everyone if record.steady[0] <= moment.at <= record.steady[1]]
    drifts = true_drifts(record, inside)
    return {
        **steady(record, everyone),
        "machineStopsSeconds": machine_stops(inside),
        "worstPairP95Ms": slices(inside, record.steady),
        "speedOff": spread(speeds(inside, record.players), digits=6),
        "seeks": sum(_counted(inside, player, "seeks") for player in record.players),
        "pauses": sum(_counted(inside, player, "pauses") for player in record.players),
        "trueDriftMs": {
            player: {"median": milliseconds(median(d for _, d in track)), **spread([abs(d) for _, d in track], 1000)}
            for player, track in drifts.items()
            if track
        },
        "honesty": honesty(record, drifts),
        "oscillation": oscillation(drifts),
    }


def _counted(inside: Sequence[Moment], player: str, what: str) -> int:
    """How many seeks or pauses a player's mpv told of between the first and the last of these moments."""
    counts: list[int] = [getattr(m.samples[player].reading, what) for m in inside if player in m.samples]
    return counts[-1] - counts[0] if counts else 0


# --- commands ----------------------------------------------------------------------------------------


def command_figures(record: TableRecord) -> dict[str, Any]:
    """What became of each command; those with a path held up stand apart."""
    everyone = moments(record.samples, record.players)
    told = [_trial(trial, everyone, record) for trial in record.trials]
    quiet = [one for one in told if one["stalled"] is None]
    return {
        "play": _plays([one for one in quiet if one["event"] == "video-play"]),
        "seek": _within([one for one in quiet if one["event"] == "video-seek"]),
        "pause": _pauses([one for one in quiet if one["event"] == "video-pause"]),
        "stalledPlay": _plays([one for one in told if one["stalled"] is not None]),
        "trials": told,
    }


def _trial(trial: Trial, everyone: Sequence[Moment], record: TableRecord) -> dict[str, Any]:
    command, players = trial.command, record.players
    after = [moment for moment in everyone if command.sent_at <= moment.at < trial.until]
    told: dict[str, Any] = {"event": command.event, "stalled": trial.stalled, "position": command.position}
    if command.event == "video-pause":
        frames = {player: _frame(after, player) for player in players}
        return {**told, "sameFrame": bool(after) and same_frame(after[-1], players), "frames": frames}
    if record.clock is not None:
        # What of the time went by before the timeline moved: the way to the server, and the lead that it gave.
        told["timelineMovesMs"] = milliseconds(command.playback["at"] - record.clock.server_time(command.sent_at))
    told["within10MsSeconds"] = rounded(time_to_together(command, after))
    if command.event == "video-play":
        starts = start_instants(command, after, players)
        told["startsSeconds"] = {player: rounded(at - command.sent_at) for player, at in starts.items()}
        # A pause leaves the timeline between two frames; the players stand on the next, and wait for its turn.
        stood = [frame for player in players if (frame := _frame(after[:1], player)) is not None]
        told["frameAheadMs"] = milliseconds(max(stood) - command.playback["currentTime"]) if stood else None
        complete = len(starts) == len(players)
        told["dispersionMs"] = milliseconds(max(starts.values()) - min(starts.values())) if complete else None
        told["allPlayingMs"] = milliseconds(max(starts.values()) - command.sent_at) if complete else None
    return told


def start_instants(command: Command, after: Sequence[Moment], players: Sequence[str]) -> dict[str, float]:
    """Player -> when it began to play after ``command``, of those who did.

    Between the last reading of it standing and the first of it playing, as its later readings, led back, say.
    """
    tracks = {player: [moment.samples[player] for moment in after if player in moment.samples] for player in players}
    named: float = command.playback["currentTime"]
    return {player: at for player, track in tracks.items() if (at := _start(track, named)) is not None}


def _start(track: Sequence[Sample], named: float) -> float | None:
    """The first start; ``named`` is the command's position, from which the frame that stands may be a frame away."""
    first = next((place for place, sample in enumerate(track) if sample.playing), None)
    if first is None:
        return None
    stood = track[first - 1].reading.time_pos if first else None
    origin = named if stood is None else stood
    began = [s for s in track[first:] if s.playing and s.at - track[first].at <= FIRST_READINGS]
    sure = [sample for sample in began if sample.reading.window <= WIDEST_WINDOW] or began
    led_back = median(sample.at - _gone(sample, origin) / sample.reading.speed for sample in sure)
    earliest = track[first - 1].at if first else led_back
    return min(max(led_back, earliest), track[first].at)


def _gone(sample: Sample, origin: float) -> float:
    assert sample.reading.audio_pts is not None  # noqa: S101 it plays
    return sample.reading.audio_pts - origin


def _plays(told: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        **_within(told),
        "dispersionMs": spread([one["dispersionMs"] for one in told if one["dispersionMs"] is not None]),
        "allPlayingMs": spread([one["allPlayingMs"] for one in told if one["allPlayingMs"] is not None]),
    }


def _within(told: Sequence[dict[str, Any]]) -> dict[str, Any]:
    took = [one["within10MsSeconds"] for one in told if one["within10MsSeconds"] is not None]
    return {"trials": len(told), "failed": len(told) - len(took), "within10MsSeconds": spread(took)}


def _pauses(told: Sequence[dict[str, Any]]) -> dict[str, Any]:
    same = sum(one["sameFrame"] for one in told)
    return {"trials": len(told), "sameFrame": same, "otherFrame": len(told) - same}


def _frame(after: Sequence[Moment], player: str) -> float | None:
    seen = [moment.samples[player].reading.time_pos for moment in after if player in moment.samples]
    return seen[-1] if seen else None


# --- blackouts ---------------------------------------------------------------------------------------


def blackout_figures(record: TableRecord) -> dict[str, Any]:
    """What the dark does to the skew, and when each player knows afterwards what happened in it."""
    everyone = moments(record.samples, record.players)
    told = [_blackout(blackout, record, everyone) for blackout in record.blackouts]
    added = [one["addedP99Ms"] for one in told if one["addedP99Ms"] is not None]
    return {
        "addedP99Ms": rounded(median(added)) if added else None,
        "currentSeconds": spread([s for one in told for s in one["followsSeconds"].values() if s is not None]),
        "currentByOwnWordSeconds": spread([s for one in told for s in one["toldSeconds"].values() if s is not None]),
        "never": sum(s is None for one in told for s in one["followsSeconds"].values()),
        "blackouts": told,
    }


def _blackout(blackout: Blackout, record: TableRecord, everyone: Sequence[Moment]) -> dict[str, Any]:
    light = min(blackout.light_at.values())
    before = [m.worst_pair for m in everyone if m.complete and blackout.before_from <= m.at < blackout.dark_at]
    during = [m.worst_pair for m in everyone if m.complete and blackout.dark_at <= m.at < light]
    was, became = spread(before, 1000), spread(during, 1000)
    added = None if was["p99"] is None or became["p99"] is None else rounded(became["p99"] - was["p99"])
    revision = blackout.command.playback["revision"]
    after = [sample for sample in record.samples if blackout.dark_at <= sample.at < blackout.until]
    told = {player: current_at(record.lines[player], revision, at) for player, at in blackout.light_at.items()}
    follows = {
        player: next((s.at for s in after if s.reading.player == player and s.reading.paused and s.at >= at), None)
        for player, at in blackout.light_at.items()
    }
    return {
        "beforeMs": was,
        "duringMs": became,
        "addedP99Ms": added,
        "samples": {"before": len(before), "during": len(during)},
        "toldSeconds": _since(blackout.light_at, told),
        "followsSeconds": _since(blackout.light_at, follows),
    }


def _hold_against_steady(result: dict[str, Any]) -> None:
    """Say by how much the skew in the dark exceeded that of the whole steady play, where there was any."""
    usual = result.get("steady", {}).get("worstPairMs", {}).get("p99")
    for one in result["blackout"]["blackouts"]:
        became = one["duringMs"]["p99"]
        one["overSteadyP99Ms"] = None if usual is None or became is None else rounded(became - usual)


def current_at(lines: Iterable[Line], revision: int, light_at: float) -> float | None:
    """When a client, after ``light_at``, first said something that shows that it knows that revision.

    That is the playback itself, or that it is connected again, which it says once it has read the session anew.
    """
    for line in lines:
        event = line.event
        news = event.get("event") == "video-sync" and event.get("revision", -1) >= revision
        anew = event.get("event") == "notice" and event.get("code") == "link-restored"
        if line.at >= light_at and (news or anew):
            return line.at
    return None


def _since(light_at: dict[str, float], at: dict[str, float | None]) -> dict[str, float | None]:
    return {player: None if (then := at[player]) is None else rounded(then - light_at[player]) for player in at}


# --- joins -------------------------------------------------------------------------------------------


def join_figures(record: TableRecord) -> dict[str, Any]:
    """How long those who came while the others played took until they were within 10 ms of them."""
    told = [_join(newcomer, record) for newcomer in record.newcomers]
    done = [one for one in told if one["fromConnectionSeconds"] is not None]
    return {
        "joins": len(told),
        "failed": len(told) - len(done),
        "fromConnectionSeconds": spread([one["fromConnectionSeconds"] for one in done]),
        "fromProcessStartSeconds": spread([one["fromProcessStartSeconds"] for one in done]),
        "othersMoved": sum(one["othersMoved"] for one in told),
        "trials": told,
    }


def _join(newcomer: Newcomer, record: TableRecord) -> dict[str, Any]:
    arrival, others = newcomer.arrival, newcomer.others
    during = [s for s in record.samples if arrival.started_at <= s.at < newcomer.until]
    at = first_together(moments(during, [*others, arrival.player]), arrival.player)
    seen = [moment for moment in moments(during, others) if moment.complete]
    connected = arrival.connected_at
    return {
        "fromConnectionSeconds": None if at is None or connected is None else rounded(at - connected),
        "fromProcessStartSeconds": None if at is None else rounded(at - arrival.started_at),
        "connectedToJoinedSeconds": None if connected is None else rounded(arrival.joined_at - connected),
        "connectedToPlayerReadySeconds": None if connected is None else rounded(arrival.player_ready_at - connected),
        "othersMoved": sum(_counted(seen, player, what) for player in others for what in ("seeks", "pauses")),
        "othersWorstPairMs": spread([moment.worst_pair for moment in seen], 1000) if len(others) > 1 else None,
        "othersSpeedOff": spread(speeds(seen, others), digits=6),
    }
