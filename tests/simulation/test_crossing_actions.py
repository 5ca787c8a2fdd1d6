"""Promises about two people who act before either hears of the other."""

from __future__ import annotations

import pytest

from tests.simulation.fake_player import Make
from tests.simulation.network import Path
from tests.simulation.session_of import SessionOf


def two(first_rtt: float, second_rtt: float, seed: int) -> SessionOf:
    """A session of three who seek quickly, the second and third at those distances."""
    session = SessionOf(1, seed=seed, make=Make(seek_cost=(0.02, 0.02)))
    session.join(Path(rtt=first_rtt, jitter=0.004))
    session.join(Path(rtt=second_rtt, jitter=0.004))
    session.run(3.0)
    return session


@pytest.mark.parametrize(("first_rtt", "second_rtt"), [(0.04, 0.3), (0.3, 0.04), (0.1, 0.1)])
@pytest.mark.parametrize("is_playing", [False, True], ids=["paused", "playing"])
def test_of_two_seeks_the_later_act_stands_whichever_arrives_first(
    first_rtt: float, second_rtt: float, is_playing: bool
) -> None:
    """Of two people who go elsewhere at once, all end where the later of them went, whosever message came first."""
    session = two(first_rtt, second_rtt, seed=1)
    if is_playing:
        session.play()
    first, second = session.seats[1], session.seats[2]

    first.player.person_seeks(1000.0)
    session.run(0.04)
    second.player.person_seeks(2000.0)
    session.run(3.5)

    assert session.are_together()
    assert all(2000 <= seat.player.heard() < 2010 for seat in session.seats)
    assert second.tells == []


def test_who_loses_to_a_later_act_is_told() -> None:
    """Who acted first but was heard last is told that somebody acted a moment later."""
    session = two(0.4, 0.04, seed=2).play()
    slow, fast = session.seats[1], session.seats[2]

    slow.player.person_seeks(1000.0)
    session.run(0.04)
    fast.player.person_seeks(2000.0)
    session.run(3.0)

    assert [tell.code for tell in slow.tells] == ["conflict"]
    assert "acted a moment later" in slow.tells[0].message


@pytest.mark.parametrize("seed", range(4))
def test_two_who_pause_at_once_are_both_content_and_see_one_frame(seed: int) -> None:
    """Two people who pause at the same moment are both content, and all stand on one frame."""
    session = SessionOf(3, seed=seed).play()

    session.seats[1].player.person_pauses()
    session.run(0.01 * seed)
    session.seats[2].player.person_pauses()
    session.run(1.5)

    assert len(session.frames()) == 1
    assert not any(seat.player.is_moving for seat in session.seats)
    assert [seat.tells for seat in session.seats] == [[], [], []]


@pytest.mark.parametrize("seed", range(4))
def test_a_pause_that_crosses_a_seek_leaves_all_together(seed: int) -> None:
    """A pause and a seek that cross leave all together, wherever that is."""
    session = SessionOf(3, seed=seed).play()

    session.seats[1].player.person_pauses()
    session.run(0.015 * seed)
    session.seats[2].player.person_seeks(900.0)
    session.run(3.0)

    assert session.are_together()


def test_a_person_who_acts_quickly_gets_where_they_wanted() -> None:
    """Ten presses of an arrow key in two seconds take all to where the last of them went."""
    session = SessionOf(3, seed=7, rtt=0.2).play()

    for press in range(10):
        session.seats[1].player.person_seeks(100.0 + 10 * press)
        session.run(0.2)
    session.run(3.0)

    assert session.are_together()
    assert 190 <= session.seats[0].player.heard() < 196
