"""The estimate of the server's clock: tables of timestamps, and promises that hold over made-up networks."""

from __future__ import annotations

import json
from collections import deque
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from syncwatch_core.clock import (
    BURST,
    BURST_PAUSE,
    EAGER,
    EAGER_PAUSE,
    EVERY,
    EVERY_JITTERY,
    SKEW_LIMIT,
    SLEEP_ERROR,
    SLEW,
    WINDOW,
    YOUNG_FOR,
    YOUNG_SLEW,
    ClockEstimate,
    ClockEstimator,
    Exchange,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "clock.json").read_text(encoding="utf-8"))


class Wire:
    """A made-up network between a local clock and a server's: seconds, ppm for ``skew``, a share for ``stalls``.

    It keeps the order of messages, as TCP does: what one waits for, all behind it wait for.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        offset: float = 1000.0,
        skew: float = 0.0,
        rtt: float = 0.1,
        jitter: float = 0,
        stalls: float = 0.0,
    ) -> None:
        self.offset, self.skew, self.rtt, self.jitter, self.stalls = offset, skew, rtt, jitter, stalls
        self.now = 50.0
        """What the local clock shows."""
        self._random = Random(seed)
        self._last_there = self._last_back = 0.0

    def server_time(self, local: float) -> float:
        return local + self.offset + self.skew * 1e-6 * local

    def exchange(self) -> Exchange:
        """The next exchange; the local clock then stands at its end."""
        exchange = self._send()
        self.now = exchange.client_received
        return exchange

    def teach(self, estimator: ClockEstimator, seconds: float) -> list[tuple[float, ClockEstimate]]:
        """Let exchanges go by for so long; gives each estimate with the local instant of it."""
        until, taught = self.now + seconds, []
        on_the_way: deque[Exchange] = deque()
        next_at = self.now
        while next_at < until:
            if on_the_way and on_the_way[0].client_received <= next_at:
                exchange = on_the_way.popleft()
                self.now = exchange.client_received
                taught.append((self.now, estimator.observe(exchange)))
            else:
                self.now = next_at
                on_the_way.append(self._send())
                next_at = estimator.next_exchange_at(self.now, len(on_the_way))
        self.now = next_at
        return taught

    def _send(self) -> Exchange:
        self._last_there = max(self._last_there, self.now + self._delay())
        self._last_back = max(self._last_back, self._last_there + self._delay())
        served = self.server_time(self._last_there)
        return Exchange(self.now, served, served, self._last_back)

    def _delay(self) -> float:
        queue = self._random.gammavariate(0.7, self.jitter / 0.7) if self.jitter else 0.0
        held = max(0.2, self.rtt) if self._random.random() < self.stalls else 0.0
        return self.rtt / 2 + queue + held


# --- tables --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", VECTORS["exchanges"], ids=lambda case: case["name"])
def test_what_four_timestamps_say(case: dict[str, Any]):
    """Four timestamps give an offset, as if both ways took as long, and the time on the network."""
    exchange = Exchange(*case["stamps"])

    assert exchange.offset == pytest.approx(case["offset"], abs=1e-6)
    assert exchange.rtt == pytest.approx(case["rtt"], abs=1e-6)


@pytest.mark.parametrize("case", VECTORS["windows"], ids=lambda case: case["name"])
def test_what_a_window_of_exchanges_says(case: dict[str, Any]):
    """A series of exchanges gives the true offset to within what its path allows, after steps of either sign too."""
    estimator = ClockEstimator()

    *_, estimate = [estimator.observe(Exchange(*stamps)) for stamps in case["exchanges"]]
    now = case["exchanges"][-1][3]

    assert estimate.offset_at(now) == pytest.approx(case["offset"], abs=case["within"])
    if "skew" in case:
        assert estimate.skew == pytest.approx(case["skew"], abs=case["skewWithin"])


# --- the estimate as a clock -----------------------------------------------------------------------------


def estimate_of(**fields: float) -> ClockEstimate:
    known: dict[str, Any] = {
        "offset": 100.0,
        "skew": 0.0,
        "uncertainty": 0.001,
        "estimated_at": 10.0,
        "rtt": 0.1,
        "jitter": 0.0,
    }
    return ClockEstimate(**{**known, **fields})


@pytest.mark.parametrize(
    ("fields", "local", "server"),
    [
        ({}, 10.0, 110.0),
        ({}, 20.0, 120.0),
        ({"skew": 100.0}, 20.0, 120.001),
        ({"skew": -100.0}, 20.0, 119.999),
        ({"gap": 0.01}, 10.0, 110.01),
        ({"gap": -0.01}, 10.0, 109.99),
        ({"gap": 0.01}, 20.0, 120.005),
        ({"gap": -0.01}, 20.0, 119.995),
        ({"gap": 0.01}, 40.0, 140.0),
        ({"gap": -0.01}, 40.0, 140.0),
        ({"gap": 0.01}, 0.0, 100.01),
        ({"gap": 0.01, "slew": 0.005}, 11.0, 111.005),
        ({"gap": -0.01, "slew": 0.005}, 12.0, 112.0),
    ],
)
def test_server_time_runs_on_with_the_skew_and_closes_the_gap(fields: dict[str, float], local: float, server: float):
    """Between estimates the server's time runs on with the skew, and a gap closes at its slew, 500 ppm most often."""
    assert estimate_of(**fields).server_time(local) == pytest.approx(server, abs=1e-9)


@pytest.mark.parametrize("local", [10.0, 10.5, 15.0, 29.99, 30.0, 1000.0, -1000.0])
@pytest.mark.parametrize(
    "fields",
    [{}, {"skew": 150.0, "gap": 0.01}, {"skew": -150.0, "gap": -0.01}, {"skew": 150.0, "gap": 0.05, "slew": 0.005}],
)
def test_local_time_is_the_inverse_of_server_time(fields: dict[str, float], local: float):
    """The local instant of a server time shows that server time, to a microsecond."""
    estimate = estimate_of(**fields)

    assert estimate.local_time(estimate.server_time(local)) == pytest.approx(local, abs=1e-6)


def test_uncertainty_grows_with_age():
    """What is believed gets less certain by 10 ppm of the time since, and not before it was measured."""
    estimate = estimate_of(uncertainty=0.002)

    assert estimate.uncertainty_at(5.0) == 0.002
    assert estimate.uncertainty_at(10.0) == 0.002
    assert estimate.uncertainty_at(110.0) == pytest.approx(0.003)


# --- the schedule ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("jitter", "in_the_long_run"), [(0.0, EVERY), (0.03, EVERY_JITTERY)])
def test_a_burst_then_an_eager_while_and_then_one_a_second(jitter: float, in_the_long_run: float):
    """Sixteen exchanges follow one another closely and 36 less so; then there is one a second, or two with jitter."""
    estimator, wire = ClockEstimator(), Wire(jitter=jitter)
    pauses = []

    for _ in range(BURST + EAGER + 5):
        estimator.observe(wire.exchange())
        pauses.append(round(estimator.next_exchange_at(wire.now) - wire.now, 6))
        wire.now += pauses[-1]

    assert pauses == [BURST_PAUSE] * (BURST - 1) + [EAGER_PAUSE] * EAGER + [in_the_long_run] * 6


def test_what_is_still_on_the_way_counts_for_the_schedule():
    """The burst does not wait for answers: what was sent counts."""
    estimator = ClockEstimator()

    assert estimator.next_exchange_at(7.0, on_the_way=BURST - 1) == 7.0 + BURST_PAUSE
    assert estimator.next_exchange_at(7.0, on_the_way=BURST) == 7.0 + EAGER_PAUSE


def test_before_anything_is_known_the_burst_sets_the_pace():
    """Before anything is known the next exchange is due as soon as the burst allows."""
    assert ClockEstimator().next_exchange_at(7.0) == 7.0 + BURST_PAUSE


def test_a_restart_keeps_what_is_believed_and_asks_again_in_a_burst():
    """After a reconnection what is believed stays, and a burst begins."""
    estimator, wire = ClockEstimator(), Wire()
    wire.teach(estimator, 20.0)
    before = estimator.estimate

    estimator.restart()

    assert estimator.estimate is before
    assert estimator.next_exchange_at(wire.now) == wire.now + BURST_PAUSE


def test_a_reconnection_in_the_first_second_does_not_freeze_a_poor_estimate():
    """What rests on two exchanges is corrected at once by better ones, also after a reconnection in between."""
    estimator, wire = ClockEstimator(), Wire()
    estimator.observe(Exchange(50.0, 1050.35, 1050.35, 50.4))
    wire.now = 50.5

    estimator.restart()
    wire.teach(estimator, 1.0)

    assert estimator.estimate is not None
    assert estimator.estimate.server_time(wire.now) == pytest.approx(wire.server_time(wire.now), abs=0.001)


def test_after_forgetting_the_next_exchange_is_believed_at_once():
    """After the machine slept the first exchange is taken as it is, however far off it lies."""
    estimator, wire = ClockEstimator(), Wire()
    wire.teach(estimator, 20.0)

    estimator.forget()
    wire.offset += 500.0
    estimate = estimator.observe(wire.exchange())

    assert estimate.server_time(wire.now) == pytest.approx(wire.server_time(wire.now), abs=1e-6)
    assert estimate.exchanges == 1


def test_after_sleep_the_time_is_known_but_roughly_until_the_next_exchange():
    """After sleep the local clock may have missed a second: the uncertainty says so, and one exchange mends it."""
    estimator, wire = ClockEstimator(), Wire()
    wire.teach(estimator, 20.0)
    before, wire.now = estimator.estimate, wire.now + 3600.0
    wire.offset += 0.7

    roughly = estimator.slept(wire.now)
    again = estimator.observe(wire.exchange())

    assert before is not None
    assert roughly is not None
    assert roughly.server_time(wire.now) == pytest.approx(before.server_time(wire.now), abs=1e-6)
    assert SLEEP_ERROR < roughly.uncertainty < SLEEP_ERROR + 0.1
    assert again.server_time(wire.now) == pytest.approx(wire.server_time(wire.now), abs=1e-6)
    assert again.uncertainty < 0.06
    assert estimator.next_exchange_at(wire.now) == wire.now + BURST_PAUSE


def test_who_slept_before_the_first_exchange_knows_nothing_still():
    """A sleep before anything was learned leaves nothing believed."""
    assert ClockEstimator().slept(100.0) is None


# --- what is not believed ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "impossible",
    [Exchange(60.0, 1060.0, 1063.0, 60.1), Exchange(60.1, 1060.0, 1060.0, 60.0)],
    ids=["its server took longer than it all", "its answer came before its question"],
)
def test_an_exchange_that_can_not_be_is_passed_over(impossible: Exchange):
    """An exchange that can't have happened so changes nothing."""
    estimator, wire = ClockEstimator(), Wire()
    wire.teach(estimator, 5.0)
    before = estimator.estimate

    assert estimator.observe(impossible) is before


@pytest.mark.parametrize("step", [3600.0, 1.0, 0.1, -0.1, -1.0, -3600.0])
def test_a_server_clock_that_was_set_is_followed_when_seen_twice(step: float):
    """A step of the server's clock, of either sign, is not believed once and followed at once when seen twice."""
    estimator, wire = ClockEstimator(), Wire(jitter=0.002)
    wire.teach(estimator, 30.0)
    before = estimator.estimate

    wire.offset += step
    once = estimator.observe(wire.exchange())
    wire.now += EVERY
    twice = estimator.observe(wire.exchange())

    assert once is before
    assert twice.server_time(wire.now) == pytest.approx(wire.server_time(wire.now), abs=0.01)
    assert estimator.next_exchange_at(wire.now) == wire.now + BURST_PAUSE


def test_one_freak_exchange_leaves_no_trace():
    """An exchange that contradicts all others is forgotten when the next one agrees with them again."""
    estimator, wire, calm = ClockEstimator(), Wire(), Wire()
    wire.teach(estimator, 30.0)

    sent = wire.now
    estimator.observe(Exchange(sent, wire.server_time(sent) + 5, wire.server_time(sent) + 5, sent + 0.1))
    wire.now += EVERY
    estimate = estimator.observe(wire.exchange())
    calm_estimate = calm.teach(ClockEstimator(), 30.0)[-1][1]

    assert estimate.server_time(wire.now) == pytest.approx(wire.server_time(wire.now), abs=1e-6)
    assert estimate.uncertainty == pytest.approx(calm_estimate.uncertainty, abs=1e-4)


def test_a_slow_exchange_contradicts_nothing():
    """An exchange that was held up for seconds one way is no sign of another clock."""
    estimator, wire = ClockEstimator(), Wire()
    wire.teach(estimator, 30.0)
    sent = wire.now

    for _ in range(3):
        served = wire.server_time(sent + 3.0)
        estimator.observe(Exchange(sent, served, served, sent + 3.05))
        sent += 4.0

    assert estimator.estimate is not None
    assert estimator.estimate.server_time(sent) == pytest.approx(wire.server_time(sent), abs=0.001)


def test_a_clock_that_was_set_within_the_first_burst_is_followed_too():
    """A clock that is set while nothing is settled yet is followed within the next few exchanges."""
    estimator, wire = ClockEstimator(), Wire()
    for number in range(BURST):
        wire.offset = 1000.0 if number < BURST - 1 else 1001.0
        estimator.observe(wire.exchange())
        wire.now += BURST_PAUSE

    wire.teach(estimator, 8.0)

    assert estimator.estimate is not None
    assert estimator.estimate.server_time(wire.now) == pytest.approx(wire.server_time(wire.now), abs=0.001)


def test_a_shorter_path_that_shows_how_lopsided_the_former_was_is_believed_when_seen_twice():
    """A far better estimate that contradicts no exchange is slewed to at first, and taken at once when it repeats."""
    estimator, errors = ClockEstimator(), []

    for number in range(27):
        sent, there = 50.0 + number, 0.13 if number < 20 else 0.05
        served = sent + there + 1000.0
        estimate = estimator.observe(Exchange(sent, served, served, sent + there + 0.05))
        errors.append(round(estimate.offset_at(sent + there + 0.05) - 1000.0, 3))

    assert min(errors[:20]) == max(errors[:20]) == 0.04
    assert errors[20:] == pytest.approx([0.039, 0.039, 0.039, 0.038, 0.0, 0.0, 0.0], abs=0.0015)


# --- promises over made-up networks ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_the_published_time_never_steps(seed: int):
    """Once the burst is in, server time only flows, at most 0.5 % off the local pace for ten seconds, then 500 ppm."""
    estimator = ClockEstimator()
    wire = Wire(seed=seed, skew=100.0 if seed % 2 else -100.0, jitter=0.02)
    began = wire.now
    *_, (before_at, before) = wire.teach(estimator, 3.0)

    for now, estimate in wire.teach(estimator, 40.0):
        if now <= before_at:
            continue
        assert estimate.server_time(now) == pytest.approx(before.server_time(now), abs=2e-6)
        pace = (before.server_time(now) - before.server_time(before_at)) / (now - before_at)
        slew = YOUNG_SLEW if before_at < began + YOUNG_FOR + 1 else SLEW
        assert abs(pace - 1) <= slew + SKEW_LIMIT + 1e-9
        before_at, before = now, estimate


@pytest.mark.parametrize(("rtt", "jitter"), [(0.02, 0.002), (0.1, 0.01), (0.3, 0.03), (0.3, 0.09)])
def test_the_truth_lies_within_the_uncertainty(rtt: float, jitter: float):
    """From the first exchange on the true server time lies within the uncertainty, in 99.9 % of instants."""
    covered = []

    for seed in range(25):
        skew = Random(seed).uniform(-100, 100)
        wire = Wire(seed=seed, skew=skew, rtt=rtt, jitter=jitter, stalls=0.01)
        taught = wire.teach(ClockEstimator(), 20.0)
        for (now, estimate), (until, _) in pairwise(taught):
            for local in (now, (now + until) / 2, until):
                error = abs(estimate.server_time(local) - wire.server_time(local))
                covered.append(error <= estimate.uncertainty_at(local))

    assert len(covered) > 1000
    assert sum(covered) >= 0.999 * len(covered)


@pytest.mark.parametrize(
    ("rtt", "jitter", "errors_within"),
    [
        (0.02, 0.002, {1: 0.0005, 3: 0.0005, 10: 0.0005, 30: 0.0003}),
        (0.1, 0.01, {1: 0.002, 3: 0.001, 10: 0.001, 30: 0.0007}),
        (0.3, 0.03, {1: 0.012, 3: 0.005, 10: 0.002, 30: 0.0015}),
    ],
)
def test_how_fast_the_clock_comes_near(rtt: float, jitter: float, errors_within: dict[int, float]):
    """After 1, 3, 10, 30 s 95 % of clocks are as near as docs/sync.md says, with 1 % of packets sent again."""
    errors: dict[int, list[float]] = {seconds: [] for seconds in errors_within}

    for seed in range(40):
        wire = Wire(seed=seed, skew=Random(seed).uniform(-100, 100), rtt=rtt, jitter=jitter, stalls=0.01)
        began, taught = wire.now, wire.teach(ClockEstimator(), 31.0)
        for seconds in errors_within:
            at = began + seconds
            known = [estimate for now, estimate in taught if now <= at][-1]
            errors[seconds].append(abs(known.server_time(at) - wire.server_time(at)))

    assert {seconds: sorted(found)[37] <= errors_within[seconds] for seconds, found in errors.items()} == dict.fromkeys(
        errors_within, True
    )


@pytest.mark.parametrize("skew", [-150.0, -50.0, 0.0, 50.0, 150.0])
def test_the_skew_is_found(skew: float):
    """After a minute the skew of two clocks is known to 15 ppm."""
    wire = Wire(seed=4, skew=skew, jitter=0.002)

    estimate = wire.teach(ClockEstimator(), WINDOW)[-1][1]

    assert estimate.skew == pytest.approx(skew, abs=15.0)


def test_old_exchanges_are_dropped():
    """An exchange counts for a minute."""
    estimator, wire = ClockEstimator(), Wire()
    wire.teach(estimator, 3 * WINDOW)

    assert estimator.estimate is not None
    assert estimator.estimate.exchanges <= WINDOW / EVERY + 1
    assert estimator.estimate.jitter == pytest.approx(0.0, abs=1e-6)
    assert estimator.estimate.rtt == pytest.approx(0.1, abs=1e-6)
