"""Mapping mpv's clock to the local clock."""

from __future__ import annotations

import random

import pytest

from syncwatch_cli.player.mpv_clock import MpvClock


def test_a_late_answer_costs_nothing():
    """One prompt exchange among late ones bounds the offset to its own round trip."""
    clock = MpvClock()
    clock.observe(sent_at=100.0, arrived_at=100.0001, first_reading=5.00005, last_reading=5.00005)
    clock.observe(sent_at=100.25, arrived_at=100.26, first_reading=5.25005, last_reading=5.25005)

    assert clock.local_at(5.25) == pytest.approx(100.25, abs=0.0001)
    assert clock.uncertainty() < 0.0001


def test_before_the_first_exchange_nothing_is_known():
    """The uncertainty is infinite before mpv's clock was ever read."""
    assert MpvClock().uncertainty() == float("inf")


@pytest.mark.parametrize("skew", [-100e-6, 0.0, 100e-6])
def test_the_offset_is_held_within_its_uncertainty_under_skew(skew: float):
    """With clocks an hour and 100 ppm apart, the true local instant always lies within the stated uncertainty."""
    noise = random.Random(7)
    clock = MpvClock()
    for step in range(400):
        true = 40.0 + step * 0.25
        sent_at, reading, arrived_at = true, true + noise.expovariate(10_000), true + 0.001 + noise.expovariate(2_000)
        local_sent, local_arrived = (3600 + (1 + skew) * instant for instant in (sent_at, arrived_at))
        clock.observe(local_sent, local_arrived, reading, reading)

        wrong = clock.local_at(reading) - (3600 + (1 + skew) * reading)
        assert abs(wrong) <= clock.uncertainty() + 1e-9
        assert clock.uncertainty() < 0.01


def test_a_stepped_clock_is_followed_at_once():
    """After one of the clocks was stepped, the newest exchange alone counts."""
    clock = MpvClock()
    clock.observe(10.0, 10.001, 1.0, 1.0)
    clock.observe(510.0, 510.001, 2.0, 2.0)

    assert clock.local_at(2.0) == pytest.approx(510.0, abs=0.001)
