"""The law from drift to correction, as a table of numbers that the browser's twin is held to as well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncwatch_core.correction import (
    DEAD_BAND,
    FIRM,
    GAIN,
    GENTLE,
    GENTLE_WITHIN,
    INTEGRAL_GAIN,
    INTEGRAL_LIMIT,
    RESTART_BEYOND,
    RESTART_SOONER_BEYOND,
    Correction,
    Nudge,
    Restart,
)

CASES = json.loads((Path(__file__).parents[1] / "vectors" / "correction.json").read_text(encoding="utf-8"))["steer"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_done_about_a_drift(case: dict[str, Any]):
    """A drift is answered as the table says: by nothing, by a nudge, by a restart."""
    limit = RESTART_SOONER_BEYOND if case["soon"] else RESTART_BEYOND

    after, steering = Correction(case["integral"], case["beyond"]).steer(
        case["drift"], case["elapsed"], firmly=case["firmly"], restart_beyond=limit
    )

    assert after.integral == pytest.approx(case["integralAfter"], abs=1e-12)
    assert after.beyond == case["beyondAfter"]
    if case["restart"]:
        assert steering == Restart()
    else:
        assert isinstance(steering, Nudge)
        assert steering.change == pytest.approx(case["change"], abs=1e-12)


def test_one_outlier_restarts_nothing():
    """One false reading among good ones restarts nothing, and changes nothing that was learned."""
    correction = Correction(integral=0.0001)

    correction, first = correction.steer(5.0, 0.25)
    correction, second = correction.steer(0.0, 0.25)
    correction, third = correction.steer(-5.0, 0.25)

    assert [type(steering) for steering in (first, second, third)] == [Nudge, Nudge, Nudge]
    assert correction.integral == 0.0001


def test_two_readings_beyond_the_limit_restart_though_they_differ_in_sign():
    """Two readings in a row far off are a player that is lost, whichever way."""
    correction, _ = Correction().steer(5.0, 0.25)

    assert correction.steer(-5.0, 0.25)[1] == Restart()


drifts = st.floats(-RESTART_BEYOND, RESTART_BEYOND)
integrals = st.floats(-INTEGRAL_LIMIT, INTEGRAL_LIMIT)


@given(drift=drifts, integral=integrals, elapsed=st.floats(0, 1), firmly=st.booleans())
def test_a_nudge_leads_back_and_never_too_fast(drift: float, integral: float, elapsed: float, firmly: bool):
    """A nudge is never beyond its limit, and outside the dead band it leads back to the timeline."""
    after, steering = Correction(integral).steer(drift, elapsed, firmly=firmly)

    assert isinstance(steering, Nudge)
    assert abs(after.integral) <= INTEGRAL_LIMIT
    assert abs(steering.change) <= (GENTLE if abs(drift) < GENTLE_WITHIN and not firmly else FIRM)
    if abs(drift) > DEAD_BAND + 2 * INTEGRAL_LIMIT / GAIN:
        assert steering.change * drift < 0


@given(drift=drifts, integral=integrals, elapsed=st.floats(0, 1), firmly=st.booleans())
def test_ahead_and_behind_are_treated_alike(drift: float, integral: float, elapsed: float, firmly: bool):
    """The law is odd: what slows one player down speeds another up by as much."""
    ahead, slower = Correction(integral).steer(drift, elapsed, firmly=firmly)
    behind, faster = Correction(-integral).steer(-drift, elapsed, firmly=firmly)

    assert isinstance(slower, Nudge)
    assert isinstance(faster, Nudge)
    assert ahead.integral == -behind.integral
    assert slower.change == -faster.change


def test_a_skewed_sound_device_is_learned():
    """A device that runs 100 ppm fast ends with no drift, and a lasting change of rate that makes up for it."""
    correction, drift, change = Correction(), 0.0, 0.0

    for _ in range(1600):
        drift += (change + 100e-6) * 0.25
        correction, steering = correction.steer(drift, 0.25)
        assert isinstance(steering, Nudge)
        change = steering.change

    assert abs(drift) <= DEAD_BAND + 1e-6
    assert correction.integral == pytest.approx(-100e-6, abs=5e-6)


def test_the_gains_are_those_of_a_damped_loop():
    """The loop is overdamped: with these gains a drift is taken out without swinging through."""
    damping = GAIN / (2 * INTEGRAL_GAIN**0.5)

    assert damping > 1.4
