"""The figures of the table, from made-up readings whose truth is known."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.processes import Line
from benchmarks.readings import Reading
from benchmarks.reference_clock import ReferenceClock
from benchmarks.skew import placed
from benchmarks.stage import Arrival
from benchmarks.steering import Command
from benchmarks.table_figures import current_at, table_figures
from benchmarks.table_record import Blackout, Newcomer, TableRecord, Trial
from benchmarks.table_truth import oscillation, swings
from tests.rig.made_up import MakeReading, Where, readings

SERVER_AHEAD = 1000.0
"""s by which the server's clock is ahead of the observer's."""


def playback(position: float, at: float, revision: int = 1) -> dict[str, Any]:
    return {"currentTime": position, "at": at + SERVER_AHEAD, "rate": 1.0, "isPlaying": True, "revision": revision}


def command(event: str, sent_at: float, position: float = 0.0, revision: int = 1, to: float | None = None) -> Command:
    return Command(event, sent_at, sent_at, to, playback(position, sent_at, revision))


def record_of(rows: list[Reading], **fields: Any) -> TableRecord:
    players = sorted({row.player for row in rows})
    clock = ReferenceClock(SERVER_AHEAD, 0.0)
    return TableRecord(players, placed(rows), clock=clock, **fields)


def steady_record(rows: list[Reading], **fields: Any) -> TableRecord:
    return record_of(rows, steady=(0.0, 10.0), commands=[command("video-play", 0.0)], **fields)


# --- steady play -------------------------------------------------------------------------------------


def test_drift_is_held_against_the_servers_time(reading: MakeReading):
    """What all players have alike is seen too: both are 5 ms ahead of the timeline, and in sync with each other."""
    seen = table_figures(steady_record(readings(reading, 10, p0=lambda at: at + 0.005, p1=lambda at: at + 0.005)))

    assert seen["steady"]["worstPairMs"]["max"] == 0.0
    assert seen["steady"]["trueDriftMs"]["p1"]["median"] == pytest.approx(5.0)


@pytest.mark.parametrize(
    ("shown", "uncertainty", "honest"),
    [(0.005, 0.0001, 1.0), (0.0, 0.0051, 1.0), (0.0, 0.0049, 0.0), (-0.005, 0.009, 0.0)],
)
def test_a_client_is_honest_within_its_uncertainty(
    reading: MakeReading, shown: float, uncertainty: float, honest: float
):
    """The shown drift may be off by as much as is shown beside it, and by no more."""
    line = Line(5.02, {"event": "status", "drift": shown, "uncertainty": uncertainty})
    record = steady_record(readings(reading, 10, p0=lambda at: at + 0.005, p1=lambda at: at), status={"p0": [line]})
    told = table_figures(record)["steady"]["honesty"]

    assert (told["statusLines"], told["withinUncertainty"]) == (1, honest)


def test_status_lines_outside_the_steady_time_do_not_count(reading: MakeReading):
    """A line that no reading of the steady time is near to is not held against anything."""
    line = Line(12.0, {"event": "status", "drift": 9.0, "uncertainty": 0.0})
    rows = readings(reading, 13, p0=lambda at: at, p1=lambda at: at)
    told = table_figures(steady_record(rows, status={"p0": [line]}))["steady"]["honesty"]

    assert (told["statusLines"], told["withinUncertainty"]) == (0, None)


@pytest.mark.parametrize(
    ("drifts", "expected"),
    [
        ([], 0),
        ([0.0, 0.0019, -0.0019, 0.0019], 0),
        ([0.0, 0.003, 0.0, 0.003, 0.0], 0),
        ([0.003, 0.0, -0.003, 0.0, 0.003], 2),
        ([0.013, 0.01, 0.007], 1),
    ],
    ids=["nothing", "small", "one side only", "there and back", "about its own median"],
)
def test_swings_are_changes_of_side_beyond_two_milliseconds(drifts: list[float], expected: int):
    """A swing goes from beyond 2 ms on one side of the median to beyond 2 ms on the other."""
    assert len(swings([(float(at), drift) for at, drift in enumerate(drifts)])) == expected


@pytest.mark.parametrize(("period", "oscillating"), [(2.0, 1), (4.0, 1), (12.0, 0)])
def test_who_swings_often_oscillates(period: float, oscillating: int):
    """Three swings in ten seconds are an oscillation; as many in half a minute are a clock that wanders."""
    track = [(at / 10, 0.003 if at / 10 % period < period / 2 else -0.003) for at in range(600)]

    assert oscillation({"p0": track, "p1": []})["oscillating"] == oscillating


def test_speed_seeks_and_pauses_of_all_players_are_told(reading: MakeReading):
    """|speed - 1| is pooled over the players; seeks and pauses are counted apart."""
    rows = [
        reading(player, tick, speed=1.0002 if player == "p0" else 1.0, seeks=tick // 6, pauses=0)
        for tick in range(10)
        for player in ("p0", "p1")
    ]
    told = table_figures(steady_record(rows))["steady"]

    assert told["speedOff"]["max"] == pytest.approx(0.0002)
    assert (told["seeks"], told["pauses"], told["restarts"]) == (2, 0, 2)


def test_a_machine_that_stood_still_is_told(reading: MakeReading):
    """Half a second without a round of the observer was no fault of the players."""
    rows = [row for row in readings(reading, 10, p0=lambda at: at, p1=lambda at: at) if not 4.0 < row.asked_at < 4.5]

    assert table_figures(steady_record(rows))["steady"]["machineStopsSeconds"] == [0.5]


def test_the_steady_time_is_told_in_half_minutes(reading: MakeReading):
    """A skew that is there at the beginning only shows as such."""
    rows = readings(reading, 60, p0=lambda at: at, p1=lambda at: at + (0.004 if at < 30 else 0.001))
    record = record_of(rows, steady=(0.0, 60.0), commands=[command("video-play", 0.0)])

    assert table_figures(record)["steady"]["worstPairP95Ms"] == pytest.approx([4.0, 1.0])


# --- commands ----------------------------------------------------------------------------------------


def plays_from(start: float, position: float) -> Where:
    return lambda at: None if at < start else position + at - start


@pytest.mark.parametrize(
    ("starts", "dispersion", "all_playing"),
    [((1.104, 1.107), 3.0, 107.0), ((1.1, 1.1), 0.0, 100.0), ((1.1, 1.4), 300.0, 400.0)],
)
def test_starts_are_found_between_two_readings(
    reading: MakeReading, starts: tuple[float, float], dispersion: float, all_playing: float
):
    """When a player started is known far better than the rounds are apart."""
    first, second = starts
    rows = readings(reading, 3, 50, p0=plays_from(first, 1.0), p1=plays_from(second, 1.0))
    trial = Trial(command("video-play", 1.0, 1.0), until=3.0)
    (told,) = table_figures(record_of(rows, trials=[trial]))["commands"]["trials"]

    assert told["dispersionMs"] == pytest.approx(dispersion, abs=0.01)
    assert told["allPlayingMs"] == pytest.approx(all_playing, abs=0.01)


def test_who_comes_in_late_at_the_right_place_has_started_late(reading: MakeReading):
    """A player that starts 0.3 s later, 0.3 s further on, is in sync, and yet did not start with the others."""
    rows = readings(reading, 3, 50, p0=plays_from(1.1, 1.0), p1=plays_from(1.4, 1.3))
    trial = Trial(command("video-play", 1.0, 1.0), until=3.0)
    (told,) = table_figures(record_of(rows, trials=[trial]))["commands"]["trials"]

    assert 280.0 <= told["dispersionMs"] <= 300.0
    assert told["within10MsSeconds"] == pytest.approx(0.4)


def test_a_start_is_led_back_to_the_frame_that_stood(reading: MakeReading):
    """A command names a position between two frames; players stand on the next one and start when it is its turn."""
    rows = readings(reading, 3, 50, p0=plays_from(1.11, 1.0), p1=plays_from(1.113, 1.0))
    trial = Trial(command("video-play", 1.0, 0.975), until=3.0)
    (told,) = table_figures(record_of(rows, trials=[trial]))["commands"]["trials"]

    assert told["startsSeconds"] == pytest.approx({"p0": 0.11, "p1": 0.113})
    assert (told["timelineMovesMs"], told["frameAheadMs"]) == pytest.approx((0.0, 25.0))


def test_a_player_that_never_starts_leaves_no_figure(reading: MakeReading):
    """Where not all play there is no dispersion, and the trial has failed."""
    rows = readings(reading, 3, 50, p0=plays_from(1.1, 1.0), p1=lambda _: None)
    play = table_figures(record_of(rows, trials=[Trial(command("video-play", 1.0), 3.0)]))["commands"]["play"]

    assert (play["trials"], play["failed"], play["dispersionMs"]["p95"]) == (1, 1, None)


def test_trials_with_a_stall_are_told_apart(reading: MakeReading):
    """A path that was held up spoils no figure of the others."""
    rows = readings(reading, 6, 50, p0=plays_from(1.1, 1.0), p1=plays_from(1.1, 1.0))
    trials = [Trial(command("video-play", 1.0, 1.0), 3.0), Trial(command("video-play", 3.0, 3.0), 6.0, stalled="p1")]
    told = table_figures(record_of(rows, trials=trials))["commands"]

    assert (told["play"]["trials"], told["stalledPlay"]["trials"]) == (1, 1)


@pytest.mark.parametrize(("frame", "other"), [(1.0, 0), (1.041667, 1)])
def test_a_pause_ends_on_one_frame(reading: MakeReading, frame: float, other: int):
    """Pauses after which the players show different frames are counted."""
    rows = [
        reading(player, tick, paused=True, time_pos=at)
        for tick in range(5)
        for player, at in (("p0", 1.0), ("p1", frame))
    ]
    told = table_figures(record_of(rows, trials=[Trial(command("video-pause", 0.0), 5.0)]))["commands"]["pause"]

    assert told == {"trials": 1, "sameFrame": 1 - other, "otherFrame": other}


def test_a_seek_takes_until_all_are_there(reading: MakeReading):
    """A seek's figure runs to the moment from which all play where it was to go."""

    def jumps(at: float) -> float:
        return at if at < 1.5 else 100 + at - 1.5

    trial = Trial(command("video-seek", 1.0, to=100.0), until=4.0)
    told = table_figures(record_of(readings(reading, 4, p0=jumps, p1=jumps), trials=[trial]))

    assert told["commands"]["seek"]["within10MsSeconds"]["p50"] == pytest.approx(0.5)


# --- blackouts and joins -----------------------------------------------------------------------------


def line(at: float, event: str, **fields: object) -> Line:
    return Line(at, {"event": event, **fields})


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        ([line(8.5, "video-sync", revision=7)], 8.5),
        ([line(8.5, "video-sync", revision=6)], None),
        ([line(8.7, "notice", code="link-restored")], 8.7),
        ([line(6.0, "notice", code="link-lost"), line(8.1, "notice", code="link-restored")], 8.1),
        ([line(4.0, "notice", code="link-restored")], None),
    ],
    ids=["the playback", "an older one", "the session anew", "lost before", "before the light"],
)
def test_a_client_is_current_when_it_says_so(lines: list[Line], at: float | None):
    """After the light a client knows when it has heard the playback, or read the session anew."""
    assert current_at(lines, revision=7, light_at=8.0) == at


def test_what_a_blackout_adds_and_how_long_it_is_felt(reading: MakeReading):
    """The skew in the dark is held against that before it, and who learns of the pause is timed by what they do."""

    def second(at: float) -> float | None:
        return None if at >= 8.4 else at + (0.001 if at < 3 else 0.0015)

    rows = readings(reading, 10, p0=lambda at: None if at >= 8.2 else at, p1=second)
    dark = Blackout(0.0, 3.0, {"p0": 8.0, "p1": 8.0}, command("video-pause", 5.0, revision=7), until=10.0)
    told = table_figures(record_of(rows, blackouts=[dark], lines={"p0": [], "p1": []}))["blackout"]

    assert told["addedP99Ms"] == pytest.approx(0.5)
    assert told["currentSeconds"]["max"] == pytest.approx(0.4)
    assert (told["never"], told["currentByOwnWordSeconds"]["max"]) == (0, None)


def test_a_newcomer_is_timed_from_its_connection(reading: MakeReading):
    """A join lasts from the first connection until the newcomer is with the others to stay."""
    rows = readings(reading, 8, p0=lambda at: at, p1=lambda at: at, j0=lambda at: None if at < 4.5 else at + 0.001)
    record = record_of(rows, newcomers=[Newcomer(Arrival("j0", 3.0, 3.8, 4.0, 3.5), ["p0", "p1"], until=7.0)])
    told = table_figures(record)["join"]

    assert told["fromConnectionSeconds"]["max"] == pytest.approx(1.0)
    assert told["fromProcessStartSeconds"]["max"] == pytest.approx(1.5)
    assert told["othersMoved"] == 0


def test_others_that_are_moved_by_a_join_are_counted(reading: MakeReading):
    """A seek or a pause of somebody else while a newcomer comes is told."""
    rows = [
        reading(player, tick, seeks=int(tick > 4 and player == "p0"), pauses=2 * int(tick > 4 and player == "p0"))
        for tick in range(10)
        for player in ("p0", "p1", "j0")
    ]
    record = record_of(rows, newcomers=[Newcomer(Arrival("j0", 0.0, 0.1, 0.2, 0.05), ["p0", "p1"], until=10.0)])

    assert table_figures(record)["join"]["othersMoved"] == 3


def test_what_was_not_tried_has_no_figures():
    """A run without a part has no figures of it."""
    assert set(table_figures(TableRecord(["p0"]))) == {"loadAverage", "observer", "seconds", "loads"}


# --- disturbances ------------------------------------------------------------------------------------


def test_a_disturbance_lasts_until_all_are_together_again(reading: MakeReading):
    """Frozen for 0.9 s until 5.0, a player is back with the other from 5.4 on; the other was not moved."""
    rows = readings(reading, 10, p0=lambda at: at, p1=lambda at: at if at < 4.1 or at >= 5.4 else at - 0.9)
    frozen = Trial(Command("freeze", 5.0, 5.0, None, {}), 9.0)
    told = table_figures(record_of(rows, disturbances=[frozen]))["disturbance"]

    assert told["freeze"]["within10MsSeconds"]["p95"] == pytest.approx(0.4)
    assert (told["freeze"]["failed"], told["freeze"]["movedOthers"], told["nudge"]["trials"]) == (0, 0, 0)


def test_a_disturbance_that_is_never_undone_has_failed(reading: MakeReading):
    """A player that stays 0.9 s ahead after a nudge is counted as failed, not as quick."""
    rows = readings(reading, 10, p0=lambda at: at, p1=lambda at: at + 0.9)
    nudged = Trial(Command("nudge", 2.0, 2.0, None, {}), 7.0)
    told = table_figures(record_of(rows, disturbances=[nudged]))["disturbance"]["nudge"]

    assert (told["trials"], told["failed"], told["within10MsSeconds"]["p95"]) == (1, 1, None)
