"""Promises of being left alone: what happens to one person moves nobody else."""

from __future__ import annotations

import pytest

from syncwatch_core import messages as wire
from tests.simulation.fake_player import FRAME, Make
from tests.simulation.session_of import Seat, SessionOf

SEEDS = range(4)


def others(session: SessionOf, *who: Seat) -> list[Seat]:
    """Everybody else."""
    return [seat for seat in session.seats if seat not in who]


def was_moved(seats: list[Seat], since: float) -> bool:
    """Whether any of their players was told to do anything that a person would notice."""
    return any(seat.moves_since(since) for seat in seats)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_late_joiner_never_moves_anybody_else(seed: int) -> None:
    """Who comes in while a film plays is with the others in three seconds, and none of them was paused or moved."""
    session = SessionOf(3, seed=seed).play()
    began = session.now

    late = session.join(make=Make(load_cost=0.05 + 0.4 * seed))
    session.run(3.0 + 0.5 * seed)

    assert session.are_together()
    assert not was_moved(others(session, late), began)
    assert late.controller.view(late.clock.local(session.now)).in_sync


def test_a_joiner_to_a_paused_session_stands_on_the_frame_of_the_others() -> None:
    """Who comes in while all are paused stands on the identical frame."""
    session = SessionOf(3, seed=3).play()
    session.seats[1].player.person_pauses()
    session.run(1.5)

    session.join()
    session.run(1.5)

    assert len(session.frames()) == 1


def test_a_joiner_whom_a_pause_meets_while_loading_stands_on_the_frame_of_the_others() -> None:
    """A pause that comes while a joiner still loads finds them on the identical frame too."""
    session = SessionOf(2, seed=4).play()
    session.join(make=Make(load_cost=0.6))
    session.run(0.4)

    session.seats[1].player.person_pauses()
    session.run(2.0)

    assert len(session.frames()) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_a_lost_connection_never_moves_anybody(seed: int) -> None:
    """A connection that is gone for seconds moves nobody, not even who lost it: their film plays on in step."""
    session = SessionOf(3, seed=seed).play(10)
    began = session.now

    session.outage(1.0 + 5 * seed, session.seats[1])
    spreads = session.spreads(8.0 + 5 * seed)

    assert max(spreads) < 0.01
    assert not was_moved(session.seats, began)


@pytest.mark.parametrize("seed", SEEDS)
def test_messages_that_are_held_up_move_nobody(seed: int) -> None:
    """Messages that arrive seconds late move nobody."""
    session = SessionOf(3, seed=seed).play(10)
    began = session.now

    session.seats[1].there.hold(3.0)
    session.seats[2].back.hold(4.0)
    spreads = session.spreads(12.0)

    assert max(spreads) < 0.01
    assert not was_moved(session.seats, began)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_server_that_restarts_moves_nobody(seed: int) -> None:
    """Through two seconds without a server everybody plays on, and nobody is moved when it is back."""
    session = SessionOf(3, seed=seed).play(10)
    began, revision = session.now, session.authority.stage.playback.revision

    session.restart_server(2.0)
    spreads = session.spreads(10.0)

    assert max(spreads) < 0.01
    assert not was_moved(session.seats, began)
    assert session.authority.stage.playback.revision == revision


def test_who_comes_back_finds_where_the_others_went() -> None:
    """Who was away while the others went elsewhere is with them three seconds after coming back."""
    session = SessionOf(3, seed=2).play()
    session.outage(3.0, session.seats[2])
    session.run(1.0)

    session.seats[0].player.person_seeks(1234.0)
    session.run(5.5)

    assert session.are_together()


def test_a_pause_without_a_link_is_said_when_it_is_back() -> None:
    """A pause by who has no link stops them at once, and everybody when the link is back."""
    session = SessionOf(3, seed=2).play()
    away = session.seats[2]
    session.outage(2.0, away)
    session.run(0.5)

    away.player.person_pauses()
    session.run(0.2)
    assert [seat.player.is_moving for seat in session.seats] == [True, True, False]
    session.run(4.0)

    assert session.are_together()
    assert not session.authority.timeline.playing


def test_what_was_done_without_a_link_gives_way_to_what_others_did_meanwhile() -> None:
    """Who acted without a link while others moved on is told so, and is with the others again."""
    session = SessionOf(3, seed=3).play()
    away = session.seats[2]
    session.outage(2.0, away)
    session.run(0.5)

    away.player.person_pauses()
    session.seats[0].player.person_seeks(1234.0)
    session.run(6.0)

    assert session.are_together()
    assert session.authority.timeline.playing
    assert [tell.code for tell in away.tells] == ["overtaken"]


def test_a_stall_of_one_moves_nobody_else_where_nobody_waits() -> None:
    """With ``bufferWait: go-on`` a player that runs dry moves nobody else, and catches up by itself."""
    session = SessionOf(3, seed=1, buffer_wait="go-on").play()
    began, dry = session.now, session.seats[1]

    dry.player.stall(4.0)
    session.run(7.0)

    assert not was_moved(others(session, dry), began)
    assert session.are_together()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_stall_of_one_holds_all_and_throws_nobody_back(seed: int) -> None:
    """With ``bufferWait: wait`` all hold for a player that runs dry, go on together, and nobody is thrown back."""
    session = SessionOf(3, seed=seed, buffer_wait="wait").play()
    dry = session.seats[1]
    heard = [seat.player.heard() for seat in others(session, dry)]
    held, furthest_back = False, 0.0

    dry.player.stall(4.0)
    for _ in range(90):
        session.run(0.1)
        now = [seat.player.heard() for seat in others(session, dry)]
        furthest_back = max([furthest_back, *(before - after for before, after in zip(heard, now, strict=True))])
        held = held or not any(seat.player.is_moving for seat in session.seats)
        heard = now

    assert held
    assert furthest_back <= FRAME
    assert session.are_together()
    assert session.authority.timeline.playing


def test_a_short_stall_holds_nobody() -> None:
    """A player that runs dry for less than the grace holds nobody."""
    session = SessionOf(3, seed=1, buffer_wait="wait").play()
    began, dry = session.now, session.seats[1]

    dry.player.stall(0.7)
    session.run(4.0)

    assert not was_moved(others(session, dry), began)
    assert session.are_together()


def test_who_only_views_moves_nobody() -> None:
    """With view-only a person's pause and seek stay theirs, and a play leads them back to the others."""
    session = SessionOf(2, seed=5)
    viewer = session.join(view_only=True)
    session.run(2.0)
    session.play()
    began = session.now

    viewer.player.person_pauses()
    session.run(2.0)
    assert not viewer.player.is_moving
    viewer.player.person_plays()
    session.run(3.0)

    assert not was_moved(others(session, viewer), began)
    assert viewer.actions == []
    assert session.are_together()


def test_a_player_that_can_not_play_the_media_moves_nobody() -> None:
    """Who can't play the media is told, and moves nobody."""
    session = SessionOf(2, seed=5).play()
    began = session.now

    unable = session.join(make=Make(plays=False))
    session.run(5.0)

    assert not was_moved(others(session, unable), began)
    assert [tell.code for tell in unable.tells] == ["unplayable"]
    assert session.authority.presence[unable.id].state == "away"


def test_a_change_of_settings_moves_nobody() -> None:
    """A change of the session's settings moves no player."""
    session = SessionOf(3, seed=5).play()
    began = session.now

    session.script(wire.UpdateSession(title="Friday"))
    session.run(3.0)

    assert not was_moved(session.seats, began)
