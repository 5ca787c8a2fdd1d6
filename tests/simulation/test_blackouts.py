"""Networks that go dark for a second or a minute: the players play on together."""

from __future__ import annotations

import pytest

from tests.simulation.session_of import SessionOf


@pytest.mark.parametrize("seconds", [1.0, 5.0, 20.0, 60.0])
@pytest.mark.parametrize("seed", range(2))
def test_a_blackout_moves_nobody_and_adds_no_skew(seconds: float, seed: int) -> None:
    """While one of three is in the dark, for a minute too, nobody is moved, and they stay as close as before."""
    session = SessionOf(3, seed=seed, rtt=0.1, jitter=0.01, stalls=0.01).play(40.0)
    began, before = session.now, []
    for _ in range(40):
        session.run(0.25)
        before.append(session.spread())

    session.outage(seconds, session.seats[1])
    spreads = []
    while session.now < began + 10.0 + seconds + 5.0:
        session.run(0.25)
        spreads.append(session.spread())

    assert not any(seat.moves_since(began) for seat in session.seats)
    assert max(spreads) < max(before) + 0.0005 + 20e-6 * seconds
    assert all(seat.is_with_the_session() for seat in session.seats)


@pytest.mark.parametrize("seed", range(2))
def test_what_was_done_in_a_minute_of_darkness_is_said_after_it(seed: int) -> None:
    """Who pauses after half a minute in the dark stands at once, and all stand there once the light is back."""
    session = SessionOf(3, seed=seed, rtt=0.1, jitter=0.01).play(20.0)
    session.outage(60.0, session.seats[1])
    session.run(30.0)
    session.seats[1].player.person_pauses()
    session.run(1.0)
    assert [seat.player.is_moving for seat in session.seats] == [True, False, True]

    session.run(35.0)

    assert len(session.frames()) == 1
    assert all(seat.is_with_the_session() for seat in session.seats)
