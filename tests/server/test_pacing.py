"""How fast bytes may go to one reader, in literal seconds."""

import pytest

from syncwatch_server.live.pacing import Flow, Pace


def test_a_burst_comes_without_delay() -> None:
    """After a rest a reader gets the burst at once, and from then on the rate."""
    pace = Pace(rate=1000, burst=500, now=0.0)

    assert [pace.take(250, 0.0) for _ in range(4)] == [0.0, 0.0, 0.25, 0.5]


def test_the_rate_holds_in_the_long_run() -> None:
    """Whoever waits as told gets the rate, whatever the size of the pieces."""
    pace, now = Pace(rate=1000, burst=100, now=0.0), 0.0
    for _ in range(100):
        now += pace.take(300, now)

    assert now == pytest.approx((100 * 300 - 100) / 1000)


def test_a_rest_refills_no_more_than_the_burst() -> None:
    """A long rest gives the burst again, and not what was not read meanwhile."""
    pace = Pace(rate=1000, burst=500, now=0.0)
    pace.take(500, 0.0)

    assert pace.take(600, 3600.0) == pytest.approx(0.1)


def test_a_steady_flow_has_its_rate() -> None:
    """Bytes that come evenly are shown at their rate, from the first seconds on."""
    flow = Flow(now=0.0)
    shown = []
    for tick in range(1, 101):
        flow.note(100, tick / 10)
        shown.append(flow.rate(tick / 10))

    assert shown[9:] == pytest.approx([1000] * 91, rel=0.1)


def test_a_flow_that_stopped_dies_away() -> None:
    """Seconds after the last byte the rate is next to nothing."""
    flow = Flow(now=0.0)
    flow.note(1_000_000, 1.0)

    assert flow.rate(1.0) > 100_000
    assert flow.rate(20.0) < 100
