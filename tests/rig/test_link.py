"""The law by which a path delays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.link import Direction, Link, Path, next_attempt

arrivals = st.lists(st.floats(min_value=0, max_value=1), max_size=30).map(
    lambda steps: [sum(steps[:n]) for n in range(len(steps))]
)


@given(arrivals, st.integers(), st.floats(0, 1), st.floats(0, 0.2), st.floats(0, 0.5))
def test_nothing_overtakes_and_nothing_comes_early(
    times: list[float], seed: int, rtt: float, jitter: float, stall: float
):
    """A chunk comes out after its constant delay at the soonest, and never before the chunk ahead of it."""
    link = Link(rtt, jitter, 0.0, stall)
    path = Path("forward", str(seed))

    dues = [path.due(link, at, 100) for at in times]

    assert dues == sorted(dues)
    assert all(due >= at + rtt / 2 for due, at in zip(dues, times, strict=True))


@pytest.mark.parametrize(("direction", "expected"), [("forward", 0.06), ("backward", 0.04)])
def test_asymmetry_divides_the_round_trip(direction: Direction, expected: float):
    """The asymmetry is how much longer forward takes than backward, and the sum stays the round trip."""
    assert Link(rtt=0.1, asymmetry=0.02).delay(direction) == pytest.approx(expected)


def test_equal_seeds_have_equal_fates():
    """Two paths with one seed delay the same traffic alike, another seed does not."""
    link = Link(0.1, 0.02)

    fates = [[Path("forward", seed).due(link, 0.0, 1) for _ in range(1)] for seed in ("a", "a", "b")]

    assert fates[0] == fates[1] != fates[2]


def test_mean_jitter_is_as_asked():
    """The queueing delay has the mean that was asked for."""
    link = Link(jitter=0.01)
    path = Path("forward", "mean")

    delays = [path.due(link, float(second), 1) - second for second in range(20_000)]

    assert sum(delays) / len(delays) == pytest.approx(0.01, rel=0.05)


def test_a_loss_stalls_for_a_retransmission():
    """A lost chunk comes at least 200 ms late, and the one behind it no sooner."""
    lossy, sound = Link(rtt=0.05, stall=0.999), Link(rtt=0.05)
    path = Path("forward", "loss")

    lost, behind = path.due(lossy, 0.0, 1), path.due(sound, 0.001, 1)

    assert lost >= 0.025 + 0.2
    assert behind == lost


def test_bandwidth_spaces_chunks():
    """Two chunks that enter together come out as far apart as the second takes to send."""
    link = Link(bandwidth=1000)
    path = Path("forward", "narrow")

    assert [path.due(link, 0.0, 500), path.due(link, 0.0, 250)] == [0.5, 0.75]


@pytest.mark.parametrize(
    "wrong", [{"rtt": -1}, {"jitter": -1}, {"rtt": 0.1, "asymmetry": 0.2}, {"stall": 1}, {"bandwidth": 0}]
)
def test_impossible_paths_are_refused(wrong: dict[str, float]):
    """A path that would deliver before it was sent, or never, is refused."""
    with pytest.raises(ValueError, match=r"path|stall"):
        Link(**wrong)


@pytest.mark.parametrize(("now", "attempt_at"), [(10.0, 10.0), (10.1, 11.0), (11.0, 11.0), (11.2, 13.0), (15.0, 17.0)])
def test_a_connection_is_asked_for_again_after_one_second_then_two_then_four(now: float, attempt_at: float):
    """An attempt that fell into a blackout is repeated at TCP's own times, not when the blackout ends."""
    assert next_attempt(10.0, now) == attempt_at
