"""The server's clock as a rig gives it, whatever the exchanges say and however wrong the local clock is made."""

from __future__ import annotations

import time

import pytest

from syncwatch_cli.given_clock import GivenClock, clock_estimator
from syncwatch_cli.local_clock import local_clock
from syncwatch_core.clock import ClockEstimator, Exchange


def test_without_the_variable_the_time_is_estimated() -> None:
    """People's clients estimate the time."""
    assert type(clock_estimator(local_clock())) is ClockEstimator


@pytest.mark.parametrize("error", ["", "3600,100", "-3600,-100"])
def test_the_given_time_is_the_time(monkeypatch: pytest.MonkeyPatch, error: str) -> None:
    """The estimate is what was given, to some microseconds, also a while later, on a clock that is wrong and skewed."""
    monkeypatch.setenv("SYNCWATCH_CLOCK_GIVEN", "5000")
    monkeypatch.setenv("SYNCWATCH_CLOCK_ERROR", error)
    clock = local_clock()
    estimator = clock_estimator(clock)
    assert isinstance(estimator, GivenClock)

    estimate = estimator.observe(Exchange(1.0, 9.0, 9.0, 1.25))
    time.sleep(0.05)
    readings = []
    for _ in range(20):
        before, local, after = time.monotonic(), clock(), time.monotonic()
        readings.append((after - before, estimate.server_time(local) - 5000 - (before + after) / 2))

    # A skew of 100 ppm that was left out would be 5 µs in this time; it is told besides.
    assert abs(min(readings)[1]) < 1e-3
    assert estimate.skew == pytest.approx({"": 0.0, "3600,100": -100.0, "-3600,-100": 100.0}[error], abs=0.02)
    assert estimate.uncertainty < 1e-5
    assert estimate.rtt == pytest.approx(0.25)


def test_exchanges_go_on_by_the_same_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exchanges are the heartbeat: they are asked for as ever."""
    monkeypatch.setenv("SYNCWATCH_CLOCK_GIVEN", "5000")
    clock = local_clock()

    assert clock_estimator(clock).next_exchange_at(7.0, 20) == ClockEstimator().next_exchange_at(7.0, 20)
