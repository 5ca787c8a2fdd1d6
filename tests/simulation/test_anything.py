"""The promise behind the others: whatever happened, once it is over all are together again."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError
from tests.simulation.fake_player import Make
from tests.simulation.session_of import Seat, SessionOf

CALM = 5.0
"""Seconds after the last of many things at once by which all are together."""


def something_happens(session: SessionOf, random: Random) -> None:
    """A person, a script or the network does something."""
    seat = random.choice(session.seats)
    match random.choice(["person", "person", "person", "script", "outage", "stall", "join", "restart"]):
        case "person":
            a_person_acts(seat, random)
        case "script":
            a_script_acts(session, random)
        case "outage" if seat.id in session.authority.connected():
            session.outage(random.uniform(0.2, 3.0), seat)
        case "stall" if seat.player.is_moving:
            seat.player.stall(random.uniform(0.1, 4.0))
        case "join" if len(session.seats) < 6:
            session.join()
        case "restart" if random.random() < 0.2 and not is_upset(session):
            session.restart_server(1.0)


def a_person_acts(seat: Seat, random: Random) -> None:
    """A person does something in their player."""
    match random.choice(["pause", "play", "space", "seek", "rate"]):
        case "pause":
            seat.player.person_pauses()
        case "play":
            seat.player.person_plays()
        case "space":
            seat.player.person_presses_space()
        case "seek":
            seat.player.person_seeks(random.uniform(0, 5000))
        case "rate":
            seat.player.person_sets_rate(random.choice([0.5, 0.75, 1.0, 1.25, 1.5, 2.0]))


def a_script_acts(session: SessionOf, random: Random) -> None:
    """A command by HTTP; it may well cross another, and be refused."""
    command = random.choice(
        [wire.VideoPlay(), wire.VideoPause(), wire.VideoSeek(current_time=33.3), wire.VideoRate(rate=1.0)]
    )
    with suppress(AppError):
        session.script(command)


def is_upset(session: SessionOf) -> bool:
    """Whether something that takes its time is still under way."""
    return (
        len(session.authority.connected()) < len(session.seats)
        or session.authority.waiting is not None
        or any(seat.player.stalled for seat in session.seats)
    )


def astray(session: SessionOf) -> list[Seat]:
    """Who is not with the session."""
    return [seat for seat in session.seats if not seat.is_with_the_session(0.02)]


@pytest.mark.parametrize("seed", range(24))
def test_whatever_happens_all_end_up_together(seed: int) -> None:
    """After pauses, seeks, stalls, outages, restarts and newcomers in any order all are together again."""
    random = Random(seed)
    make = Make(start_latency=random.choice([0.0, 0.001, 0.01, 0.03]))
    session = SessionOf(
        random.choice([2, 3, 4]),
        seed=seed,
        rtt=random.uniform(0.02, 0.15),
        buffer_wait=random.choice(["wait", "go-on"]),
        make=make,
    )

    for _ in range(5):
        for _ in range(random.randrange(1, 6)):
            something_happens(session, random)
            session.run(random.choice([0.0, 0.01, 0.05, 0.2, 0.5, 1.0]))
        session.run(0.5)
        while is_upset(session):
            session.run(0.25)
        session.run(CALM)

        assert astray(session) == []
