"""Promises of quiet: while nothing happens the picture runs on, and nobody hears that it is steered."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.simulation.fake_player import Make
from tests.simulation.session_of import SessionOf

SEEDS = range(3)


@pytest.mark.parametrize("seed", SEEDS)
def test_in_five_minutes_nobody_is_restarted_and_the_rate_stays_within_half_a_thousandth(seed: int) -> None:
    """In five minutes of play nobody is moved, and 99 % of the time the rate is within 0.05 % of the session's."""
    session = SessionOf(2, seed=seed).play(20)
    began = session.now
    changes: list[float] = []

    spreads = []
    for _ in range(600):
        session.run(0.5)
        spreads.append(session.spread())
        changes += [abs(seat.player.rate - 1) for seat in session.seats]

    assert not any(seat.moves_since(began) for seat in session.seats)
    assert sorted(changes)[int(0.99 * len(changes))] <= 0.0005
    assert sorted(spreads)[int(0.95 * len(spreads))] < 0.0025
    assert max(spreads) < 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_a_nudge_never_moves_the_position_backwards(seed: int) -> None:
    """While a player that started late is nudged firmly, on a bad line, what is heard only ever moves forward."""
    late = Make(start_latency=0.008, start_noise=0.004)
    session = SessionOf(3, seed=seed, rtt=0.2, jitter=0.03, stalls=0.02, make=late).play(1.0)
    moved = session.now
    heard = [[seat.player.heard() for seat in session.seats]]

    for _ in range(1500):
        session.run(0.02)
        heard.append([seat.player.heard() for seat in session.seats])
    nudges = [change for seat in session.seats for change in seat.rate_changes_since(moved)]

    steps = [after - before for first, second in pairwise(heard) for before, after in zip(first, second, strict=True)]
    assert min(steps) > 0.019
    assert max(steps) < 0.021
    assert any(abs(change) > 0.0005 for change in nudges)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_shown_of_the_drift_is_true_within_its_uncertainty(seed: int) -> None:
    """The drift that a person is shown is right to within the uncertainty beside it, in 99.9 % of readings."""
    session = SessionOf(4, seed=seed).play(4)
    within = []

    for _ in range(400):
        session.run(0.1)
        for seat in session.seats:
            view = seat.controller.view(seat.clock.local(session.now))
            assert view.uncertainty is not None
            if view.drift is not None:
                # A reading is up to a quarter of a second old, and a nudge acts after the sound buffer.
                within.append(abs(view.drift - seat.off()) <= view.uncertainty + 0.002)

    assert sum(within) >= 0.999 * len(within)


def test_skewed_clocks_and_devices_do_not_add_up() -> None:
    """Clocks and sound devices that run 100 ppm off are as close after five minutes as after one."""
    session = SessionOf(2, seed=9, skew_ppm=100, device_ppm=100).play(20)

    session.run(280.0)

    assert session.are_together(within=0.005)
