"""The figures of a run, from made-up readings whose truth is known."""

from __future__ import annotations

import math

import pytest

from benchmarks.figures import figures, time_to_together
from benchmarks.processes import Line
from benchmarks.readings import Reading
from benchmarks.scenario import Record
from benchmarks.skew import moments, placed
from benchmarks.stage import Arrival
from benchmarks.steering import Command
from tests.rig.made_up import MakeReading, Where, command, readings

PLAYERS = ["p0", "p1"]


def record_of(rows: list[Reading], steady: tuple[float, float] = (0.0, 10.0), *commands: Command) -> Record:
    return Record(PLAYERS, placed(rows), commands=list(commands), steady=steady)


def test_steady_skew_is_the_worst_pair_in_the_steady_time(reading: MakeReading):
    """Two players 4 ms apart are seen 4 ms apart, half of it on each side of the median."""
    seen = figures(record_of(readings(reading, 10, p0=lambda at: at, p1=lambda at: at + 0.004)))["steady"]

    assert seen["worstPairMs"]["p50"] == seen["worstPairMs"]["max"] == 4.0
    assert seen["players"]["p1"]["fromMedianMs"] == 2.0
    assert seen["samples"]["used"] == 100


def test_seeks_and_pauses_in_the_steady_time_are_restarts(reading: MakeReading):
    """What mpv tells of seeks and pauses while nobody did anything counts as restarts."""
    rows = [
        reading(player, tick, seeks=3 if tick < 5 else 4, pauses=0 if tick < 7 else 2)
        for tick in range(10)
        for player in PLAYERS
    ]

    assert figures(record_of(rows))["steady"]["restarts"] == 6


def test_what_is_excluded_is_counted_with_its_reason(reading: MakeReading):
    """Moments without a believed position of everybody are not used, and are counted."""
    rows = readings(reading, 10, p0=lambda at: at, p1=lambda at: at if at < 8 else None)

    assert figures(record_of(rows))["steady"]["samples"]["excluded"] == {"not playing": 20}


@pytest.mark.parametrize(
    ("p0", "p1", "took"),
    [
        (lambda at: at - 1 if at >= 1 else None, lambda at: at - 1 if at >= 1.3 else None, 1.3),
        (lambda at: at, lambda at: at + (0.05 if at < 1 else 0.0), 1.0),
        (lambda at: at, lambda at: at + 0.05, None),
        (lambda at: at, lambda at: at + (0.05 if math.floor(at * 10) % 4 == 0 else 0.0), None),
    ],
    ids=["the last to start", "corrected after the start", "never", "never for long"],
)
def test_time_until_all_play_together(reading: MakeReading, p0: Where, p1: Where, took: float | None):
    """The time of a command runs until all play within 10 ms and stay so."""
    everyone = moments(placed(readings(reading, 5, p0=p0, p1=p1)), PLAYERS)

    assert time_to_together(command("video-play", 0.0), everyone) == (
        None if took is None else pytest.approx(took, abs=0.001)
    )


def test_a_seek_is_done_only_where_it_was_to_go(reading: MakeReading):
    """Players that are still together at the old place have not followed a seek yet."""

    def jumps(at: float) -> float:
        return at if at < 0.75 else 100 + at - 0.75

    everyone = moments(placed(readings(reading, 5, p0=jumps, p1=jumps)), PLAYERS)

    assert time_to_together(command("video-seek", 0.0, 100.0), everyone) == pytest.approx(0.8)


def test_commands_of_the_trials_are_followed_one_by_one(reading: MakeReading):
    """Each play and each pause after the steady time is a trial of its own."""

    def plays(at: float) -> float | None:
        return None if 11 < at < 13.2 else at

    rows = readings(reading, 20, p0=plays, p1=plays)
    seen = figures(record_of(rows, (0.0, 10.0), command("video-pause", 11.0), command("video-play", 13.0)))

    assert seen["play"]["allWithin10MsSeconds"]["max"] == pytest.approx(0.2, abs=0.001)
    assert (seen["play"]["trials"], seen["play"]["failed"], seen["seek"]["trials"]) == (1, 0, 0)
    assert seen["pause"] == {"trials": 1, "sameFrame": 1}


def test_a_newcomer_is_in_sync_when_it_stays_within_ten_milliseconds(reading: MakeReading):
    """A join lasts from the start of the process until the newcomer is with the others for good."""
    rows = readings(reading, 10, p0=lambda at: at, p1=lambda at: None if at < 3 else at + (0.2 if at < 4 else 0.001))
    record = record_of(rows, (6.0, 10.0))
    record.arrivals = [Arrival("p0", 0.0, 0.1, 0.2), Arrival("p1", 2.0, 2.5, 2.7)]

    joins = figures(record)["join"]

    assert (joins["joins"], joins["failed"]) == (1, 0)
    assert joins["fromProcessStartSeconds"]["max"] == pytest.approx(2.0)
    assert joins["fromJoinedSeconds"]["max"] == pytest.approx(1.5)


def test_honesty_is_the_share_of_true_claims(reading: MakeReading):
    """A client is honest where the true drift lies within the uncertainty beside the drift that it shows."""
    record = record_of(readings(reading, 10, p0=lambda at: at, p1=lambda at: at + 0.004))

    def says(drift: float, uncertainty: float) -> Line:
        return Line(5.0, {"event": "status", "drift": drift, "uncertainty": uncertainty})

    record.status = {"p0": [says(0.0, 0.003)], "p1": [says(0.0, 0.001), says(0.002, 0.0005), says(0.004, 0.0019)]}

    assert figures(record)["honesty"]["withinUncertainty"] == 0.5


def test_a_run_in_which_nothing_was_seen_has_figures_without_numbers():
    """Where nothing was measured the figures say so with null."""
    seen = figures(Record(PLAYERS))

    assert seen["steady"]["worstPairMs"] == {"p50": None, "p95": None, "p99": None, "max": None}
    assert seen["honesty"]["withinUncertainty"] is None
