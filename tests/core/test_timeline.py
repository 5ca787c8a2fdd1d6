"""Where the media stands at any instant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncwatch_core.timeline import Timeline

RUNNING = Timeline(position=50.0, rate=2.0, anchored_at=1000.0, playing=True)
PAUSED = Timeline(position=50.0, rate=2.0, anchored_at=1000.0, playing=False)


@pytest.mark.parametrize(
    ("timeline", "server_time", "position"),
    [
        (RUNNING, 1000.0, 50.0),
        (RUNNING, 1003.0, 56.0),
        (RUNNING, 999.0, 50.0),
        (RUNNING, 0.0, 50.0),
        (PAUSED, 1000.0, 50.0),
        (PAUSED, 5000.0, 50.0),
        (PAUSED, 0.0, 50.0),
    ],
)
def test_the_position_follows_from_the_anchor(timeline: Timeline, server_time: float, position: float):
    """It holds until the anchor and moves at its rate from then on; paused, it stands."""
    assert timeline.position_at(server_time) == position


@pytest.mark.parametrize(("position", "instant"), [(50.0, 1000.0), (56.0, 1003.0), (48.0, 999.0)])
def test_the_instant_of_a_position(position: float, instant: float):
    """A playing timeline says when it comes to a position, or would have passed it."""
    assert RUNNING.reached_at(position) == instant


def test_a_paused_timeline_reaches_nothing():
    """Paused, no position will ever be reached."""
    assert PAUSED.reached_at(50.0) is None


@pytest.mark.parametrize(
    ("timeline", "server_time", "moving"),
    [(RUNNING, 999.9, False), (RUNNING, 1000.0, True), (PAUSED, 2000.0, False)],
)
def test_it_moves_from_its_anchor_on(timeline: Timeline, server_time: float, moving: bool):
    """It moves while it plays and is no longer held for a common start."""
    assert timeline.is_moving_at(server_time) is moving


@pytest.mark.parametrize(
    ("timeline", "expected"),
    [
        (RUNNING.paused_at(1003.0), Timeline(56.0, 2.0, 1003.0, playing=False)),
        (RUNNING.paused_at(999.0), Timeline(50.0, 2.0, 999.0, playing=False)),
        (RUNNING.paused_at(1003.0, 7.0), Timeline(7.0, 2.0, 1003.0, playing=False)),
        (PAUSED.started_at(1003.0), Timeline(50.0, 2.0, 1003.0, playing=True)),
        (PAUSED.started_at(1003.0, 7.0), Timeline(7.0, 2.0, 1003.0, playing=True)),
        (RUNNING.with_rate(0.5, 1003.0), Timeline(56.0, 0.5, 1003.0, playing=True)),
        (RUNNING.with_rate(0.5, 999.0), Timeline(50.0, 0.5, 1000.0, playing=True)),
        (PAUSED.with_rate(0.5, 1003.0), Timeline(50.0, 0.5, 1003.0, playing=False)),
    ],
)
def test_it_is_replaced_never_changed(timeline: Timeline, expected: Timeline):
    """Pausing, starting and another rate each give a new timeline that goes on where the old one was."""
    assert timeline == expected


@given(position=st.floats(0, 1e5), rate=st.floats(0.25, 4), other=st.floats(0.25, 4), passed=st.floats(-100, 1e5))
def test_a_change_of_rate_is_never_a_jump(position: float, rate: float, other: float, passed: float):
    """At the instant of a change of rate the position is the same before and after."""
    timeline = Timeline(position, rate, 1000.0, playing=True)
    instant = 1000.0 + passed

    assert timeline.with_rate(other, instant).position_at(instant) == timeline.position_at(instant)
