"""The arithmetic between raw readings and the skew of the worst pair."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from benchmarks.readings import Reading
from benchmarks.skew import MISSING, STANDING, WIDE, clock_offsets, moments, percentile, placed, spread

MakeReading = Callable[..., Reading]


def read_at(make: MakeReading, player: str, at: float, position: float | None, **given: object) -> Reading:
    return make(player, asked_at=at, clock=at, answered_at=at, before=at, after=at, audio_pts=position, **given)


def test_positions_are_carried_to_one_instant(reading: MakeReading):
    """Players read at different instants of a round are compared at one, each carried there by its own speed."""
    rows = [read_at(reading, "a", 10.0, 5.0), read_at(reading, "b", 10.2, 5.4, speed=2.0)]

    (moment,) = moments(placed(rows), ["a", "b"])

    assert moment.at == pytest.approx(10.1)
    assert moment.positions == pytest.approx({"a": 5.1, "b": 5.2})
    assert moment.worst_pair == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("positions", "worst", "from_median"),
    [
        ([1.0, 1.0], 0.0, [0.0, 0.0]),
        ([1.0, 1.004], 0.004, [-0.002, 0.002]),
        ([3.010, 3.000, 2.995], 0.015, [0.010, 0.0, -0.005]),
        ([-0.002, 0.001, 0.004, 0.0], 0.006, [-0.0025, 0.0005, 0.0035, -0.0005]),
    ],
)
def test_worst_pair_and_distance_from_the_median(
    reading: MakeReading, positions: list[float], worst: float, from_median: list[float]
):
    """The worst pair is the largest minus the smallest; ahead of the median is positive."""
    players = [f"p{number}" for number in range(len(positions))]
    rows = [read_at(reading, player, 7.0, position) for player, position in zip(players, positions, strict=True)]

    (moment,) = moments(placed(rows), players)

    assert moment.worst_pair == pytest.approx(worst)
    assert [moment.from_median(player) for player in players] == pytest.approx(from_median)


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ({"paused": True}, STANDING),
        ({"idle": True}, STANDING),
        ({"audio_pts": None}, STANDING),
        ({"after": 1.0021}, WIDE),
    ],
)
def test_what_is_not_believed_is_left_out_with_its_reason(reading: MakeReading, fault: dict[str, object], why: str):
    """A player that stands, or was read too slowly, has no position at that moment, and the reason is kept."""
    (moment,) = moments(placed([reading("a"), reading("b", **fault)]), ["a", "b"])

    assert moment.left_out == {"b": why}
    assert not moment.complete
    assert math.isnan(moment.worst_pair)
    assert math.isnan(moment.from_median("b"))


def test_a_player_that_did_not_answer_is_missing(reading: MakeReading):
    """Who is expected and has no reading makes the moment incomplete."""
    (moment,) = moments(placed([reading("a")]), ["a", "b"])

    assert moment.left_out == {"b": MISSING}


@pytest.mark.parametrize(
    ("exchanges", "offset"),
    [
        ([(0.0, 100.5, 1.0)], 100.0),
        ([(0.0, 100.5, 1.0), (2.0, 105.002, 2.004)], 103.0),
        ([(0.0, -50.0, 0.0)], -50.0),
    ],
)
def test_the_narrowest_exchange_places_the_clock(
    reading: MakeReading, exchanges: list[tuple[float, float, float]], offset: float
):
    """The offset of a player's clock is taken at the middle of the narrowest exchange nearby."""
    rows = [
        reading(tick=tick, asked_at=asked, clock=clock, answered_at=answered)
        for tick, (asked, clock, answered) in enumerate(exchanges)
    ]

    assert clock_offsets(rows) == pytest.approx([offset] * len(rows))


def test_far_exchanges_do_not_place_the_clock(reading: MakeReading):
    """A narrow exchange of minutes ago says nothing of the clock now."""
    rows = [
        reading(tick=1, asked_at=0.0, clock=100.0, answered_at=0.0),
        reading(tick=2, asked_at=60.0, clock=160.02, answered_at=60.01),
    ]

    assert clock_offsets(rows) == pytest.approx([100.0, 100.015])


def test_readings_are_placed_on_the_observers_clock(reading: MakeReading):
    """A position was read in the middle of its bracket, on the observer's clock."""
    (sample,) = placed(
        [reading(asked_at=5.0, clock=905.0, answered_at=5.0, before=905.1, after=905.101, audio_pts=1.0)]
    )

    assert sample.at == pytest.approx(5.1005)
    assert sample.position_at(5.2005) == pytest.approx(1.1)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.5, None),
        ([3.0], 0.99, 3.0),
        ([1.0, 2.0, 3.0], 0.5, 2.0),
        ([3.0, 1.0], 0.5, 2.0),
        ([0.0, 10.0], 0.95, 9.5),
        ([1.0, 2.0, 3.0, 4.0, 5.0], 1.0, 5.0),
    ],
)
def test_percentiles(values: list[float], share: float, expected: float | None):
    """A percentile lies linearly between its neighbours; of nothing there is none."""
    assert percentile(values, share) == (None if expected is None else pytest.approx(expected))


def test_spread_scales_and_names():
    """A spread gives p50, p95, p99 and max in the unit that was asked for."""
    assert spread([0.001, 0.003], 1000) == {"p50": 2.0, "p95": 2.9, "p99": 2.98, "max": 3.0}
