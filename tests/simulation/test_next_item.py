"""The next of the queue starts from its beginning, for all together, whatever each player takes to load it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncwatch_core import messages as wire
from syncwatch_core.staging import GATHERS_FOR
from tests.simulation.session_of import Seat, SessionOf

LATE = 0.1
"""Seconds after the start at which a player that starts with the others has begun."""


def queue(session: SessionOf, *names: str) -> None:
    """Films that come next."""
    for name in names:
        session.script(wire.QueueAdd(file=wire.MediaFile(name=name, size=2, duration=600.0)))


def goes_on(session: SessionOf, slow: int | None = None, seconds: float = 0.0) -> None:
    """The next item comes on; the player of seat ``slow`` takes so many seconds to load it."""
    if slow is not None:
        player = session.seats[slow].player
        player.make = replace(player.make, load_cost=seconds, duration=600.0)
    queue(session, "next.mkv")
    session.script(wire.QueueNext())


def title(session: SessionOf) -> str | None:
    """What is on."""
    media = session.authority.stage.media
    return media.title if media else None


def begun_at(session: SessionOf, seat: Seat) -> float:
    """How far into the item a player was when it began, s: it began at the beginning if this is next to nothing."""
    latest = session.now + GATHERS_FOR + 10.0
    while seat.player.loaded != session.authority.stage.playback.media_id or not seat.player.is_moving:
        assert session.now < latest, "it never begins"
        session.run(0.01)
    return seat.player.heard()


@pytest.mark.parametrize("seed", range(6))
def test_the_start_waits_for_the_slowest_and_no_longer(seed: int) -> None:
    """With one that takes four seconds to load all begin then, at the beginning, together."""
    session = SessionOf(3, seed=seed).play()
    asked = session.now
    goes_on(session, slow=seed % 3, seconds=4.0)
    session.run(3.9)
    assert not any(seat.player.is_moving for seat in session.seats)
    begun = [begun_at(session, seat) for seat in session.seats]

    assert session.now - asked < 5.0
    assert max(begun) < LATE
    assert session.are_together()


@pytest.mark.parametrize("rtt", [0.02, 0.3])
def test_quick_players_start_at_once(rtt: float) -> None:
    """Where all load in a moment the next item starts sooner than it did with a fixed lead of a second."""
    session = SessionOf(3, seed=2, rtt=rtt).play()
    asked = session.now
    goes_on(session)
    begun_at(session, session.seats[0])

    assert session.now - asked < 1.0
    session.run(2.0)
    assert session.are_together(within=0.02)


def test_a_play_starts_without_who_loads() -> None:
    """Whoever presses play meanwhile starts it, and the slow one is with the others once it has loaded."""
    session = SessionOf(3, seed=3).play()
    goes_on(session, slow=2, seconds=6.0)
    session.run(1.5)
    session.script(wire.VideoPlay())
    session.run(1.0)
    assert [seat.player.is_moving for seat in session.seats] == [True, True, False]
    session.run(6.0)

    assert session.are_together()


def test_a_pause_is_a_pause() -> None:
    """Whoever pauses while it loads finds all on its first frame, and so they stay."""
    session = SessionOf(3, seed=4).play()
    goes_on(session, slow=2, seconds=3.0)
    session.run(1.0)
    session.script(wire.VideoPause())
    session.run(5.0)

    assert session.frames() == {0}
    assert not session.authority.timeline.playing


def test_who_never_loads_keeps_the_others_for_the_limit() -> None:
    """Somebody whose player hangs is left behind after the limit; the others play on without another hold."""
    session = SessionOf(3, seed=5).play()
    goes_on(session, slow=2, seconds=1e6)
    session.run(GATHERS_FOR + 10.0)

    assert [seat.player.is_moving for seat in session.seats] == [True, True, False]
    assert abs(session.seats[0].player.heard() - 10.0) < LATE


def test_a_restart_of_the_server_does_not_lose_the_start() -> None:
    """The server dies while all load: when it is back all start together, long before the limit."""
    session = SessionOf(3, seed=6).play()
    asked = session.now
    goes_on(session, slow=1, seconds=3.0)
    session.run(0.5)
    session.restart_server(1.0)
    session.run(2.3)
    assert not any(seat.player.is_moving for seat in session.seats)
    begun = [begun_at(session, seat) for seat in session.seats]

    assert session.now - asked < 5.0
    assert max(begun) < LATE
    assert session.are_together()


def test_repeating_one_starts_again_together() -> None:
    """An item that is repeated starts anew for all together, from its beginning."""
    session = SessionOf(3, seed=7, duration=20.0)
    session.script(wire.QueueRepeat(repeat="one"))
    session.play(24.0)

    assert session.are_together()
    assert session.seats[0].player.heard() < 6.0


@pytest.mark.parametrize("seed", range(3))
def test_what_nobody_can_play_is_passed_over(seed: int) -> None:
    """An item that fails everywhere is skipped, and the next plays for all together."""
    session = SessionOf(3, seed=seed).play()
    queue(session, "broken.mkv", "fine.mkv")
    for seat in session.seats:
        seat.player.make = replace(seat.player.make, plays=False)
    session.script(wire.QueueNext())
    session.run(0.01)
    assert title(session) == "broken.mkv"
    latest = session.now + GATHERS_FOR
    while title(session) == "broken.mkv":
        assert session.now < latest, "it is never passed over"
        session.run(0.01)
    for seat in session.seats:
        seat.player.make = replace(seat.player.make, plays=True, duration=600.0)
    session.run(5.0)

    assert (title(session), [item.outcome for item in session.authority.history]) == ("fine.mkv", ["skipped", "failed"])
    assert session.are_together()


def test_one_who_cant_play_it_keeps_nobody() -> None:
    """Where one player fails, the others start as soon as they have loaded."""
    session = SessionOf(3, seed=8).play()
    session.seats[2].player.make = replace(session.seats[2].player.make, plays=False)
    goes_on(session)
    session.run(3.0)

    assert title(session) == "next.mkv"
    assert [seat.player.is_moving for seat in session.seats] == [True, True, False]
