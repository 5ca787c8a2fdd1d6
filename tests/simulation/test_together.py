"""Promises of being together: whatever anybody does, three seconds later all are at the same moment again."""

from __future__ import annotations

import pytest

from syncwatch_core import messages as wire
from tests.simulation.fake_player import FRAME, Make
from tests.simulation.network import Path
from tests.simulation.session_of import Seat, SessionOf

SEEDS = range(6)
SOON = 3.0
"""Seconds after a command by which all are together. The README promises it."""


def of(count: int, seed: int) -> SessionOf:
    """A session whose people are 80 to 120 ms from the server, there and back."""
    return SessionOf(count, seed=seed, rtt=0.08 + 0.01 * (seed % 5), jitter=0.01)


@pytest.mark.parametrize("seed", SEEDS)
def test_after_a_play_all_are_within_ten_milliseconds_in_three_seconds(seed: int) -> None:
    """Three seconds after anybody pressed play all are within 10 ms of each other."""
    session = of(4, seed)

    session.seats[seed % 4].player.person_plays()
    session.run(SOON)

    assert session.are_together()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_pause_by_anybody_stops_all_on_the_identical_frame(seed: int) -> None:
    """A pause by anybody stops all on the frame that they saw, the identical one, within a second and a half."""
    session = of(4, seed).play(6 + seed / 7)
    player = session.seats[seed % 4].player

    player.person_pauses()
    seen = player.frame()
    session.run(1.5)

    assert session.frames() == {seen}
    assert not any(seat.player.is_moving for seat in session.seats)


@pytest.mark.parametrize("seed", SEEDS)
def test_after_a_seek_all_are_within_ten_milliseconds_in_three_seconds(seed: int) -> None:
    """Three seconds after anybody went elsewhere all play there within 10 ms of each other."""
    session = of(4, seed).play()

    session.seats[seed % 4].player.person_seeks(1000.0 + 7.77 * seed)
    session.run(SOON)

    assert session.are_together()
    assert session.seats[0].player.heard() > 1000


@pytest.mark.parametrize("seed", SEEDS)
def test_a_seek_while_paused_brings_all_to_the_identical_frame(seed: int) -> None:
    """A seek by anybody while all are paused brings all to the identical frame."""
    session = of(4, seed)

    session.seats[seed % 4].player.person_seeks(500.0 + 1.11 * seed)
    session.run(1.5)

    assert session.frames() == {session.seats[0].player.frame_at(500.0 + 1.11 * seed)}


@pytest.mark.parametrize("rate", [0.5, 0.75, 1.1, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("seed", range(3))
def test_after_a_change_of_rate_all_are_within_ten_milliseconds_in_three_seconds(seed: int, rate: float) -> None:
    """Three seconds after anybody changed the rate all play at it within 10 ms of each other."""
    session = of(3, seed).play(6 + seed / 7)

    session.seats[seed % 3].player.person_sets_rate(rate)
    session.run(SOON)

    assert session.are_together()
    assert {seat.controller.goal.rate for seat in session.seats if seat.controller.goal} == {rate}


@pytest.mark.parametrize("rate", [0.5, 1.25, 2.0])
def test_a_rate_changed_while_paused_holds_from_the_first_moment(rate: float) -> None:
    """A start after a change of rate is on the mark: no sound is left that was buffered at the other rate."""
    session = of(3, 1)
    session.seats[1].player.person_sets_rate(rate)
    session.run(1.0)

    session.seats[0].player.person_plays()
    session.run(1.0)

    assert session.are_together()


@pytest.mark.parametrize(
    "command",
    [wire.VideoPause(), wire.VideoSeek(current_time=77.77), wire.VideoRate(rate=1.5), wire.VideoPlay()],
    ids=lambda command: command.event,
)
def test_a_script_moves_all_like_a_person_does(command: wire.PersonAction) -> None:
    """A command from a script has all together in three seconds."""
    session = of(3, 2).play()

    session.script(command)
    session.run(SOON)

    assert session.are_together()


@pytest.mark.parametrize("seed", SEEDS)
def test_many_commands_in_a_row_leave_all_together(seed: int) -> None:
    """Three seconds after the last of many commands by many hands all are together."""
    session = of(4, seed).play()
    players = [seat.player for seat in session.seats]

    for turn in range(8):
        player = players[session.random.randrange(4)]
        match turn % 3:
            case 0:
                player.person_pauses()
            case 1:
                player.person_plays()
            case _:
                player.person_seeks(500.0 * turn)
        session.run(session.random.choice([0.0, 0.03, 0.2, 0.6]))
    session.run(SOON)

    assert session.are_together()


@pytest.mark.parametrize("seed", range(4))
def test_across_the_planet_all_are_within_twenty_milliseconds(seed: int) -> None:
    """At 300 ms there and back, jitter and lost packets included, all are within 20 ms in five seconds."""
    session = SessionOf(3, seed=seed, rtt=0.3, jitter=0.03, stalls=0.01).play(10)

    session.seats[seed % 3].player.person_seeks(2000.0)
    session.run(5.0)

    assert session.are_together(within=0.02)


def test_of_a_lopsided_path_half_the_difference_remains() -> None:
    """What nobody can measure, a path that is slower one way, costs half of its asymmetry and no more."""
    session = SessionOf(1, seed=3, rtt=0.1, jitter=0.005)
    session.join(Path(rtt=0.1, jitter=0.005, asymmetry=0.03))
    session.play(12)

    assert 0.010 < max(session.spreads(2)) < 0.02


def test_a_player_that_starts_late_is_started_earlier_the_next_time() -> None:
    """A sound device that takes 30 ms to start is learned from the first start; the second is on the mark."""
    session = SessionOf(2, seed=1, make=Make(start_latency=0.03)).play()
    session.script(wire.VideoPause())
    session.run(2.0)

    session.script(wire.VideoPlay())
    session.run(0.5)

    assert max(abs(seat.off()) for seat in session.seats) < 0.006


def test_slow_seekers_join_when_they_can() -> None:
    """Who takes a second to seek is with the others three seconds later, and nobody waits for them."""
    session = of(2, 4)
    slow = session.join(make=Make(seek_cost=(0.9, 1.1)))
    session.run(3.0)
    session.play()

    session.seats[0].player.person_seeks(3000.0)
    session.run(1.2)
    assert [seat.is_with_the_session(0.05) for seat in session.seats[:2]] == [True, True]
    session.run(2.5)

    assert slow.is_with_the_session()


def test_at_the_end_the_next_of_the_queue_starts_for_all_together() -> None:
    """When the media ends, the next of the queue plays for everybody, together."""
    session = SessionOf(3, seed=5, duration=20.0)
    session.script(wire.QueueAdd(file=wire.MediaFile(name="next.mkv", size=2, duration=20.0)))
    session.play(20.0)
    session.run(4.5)

    media = session.authority.stage.media
    assert media is not None
    assert media.title == "next.mkv"
    assert session.are_together()


def test_after_the_last_item_all_stand_on_the_last_frame() -> None:
    """With nothing left in the queue all stand on the last frame of the media."""
    session = SessionOf(3, seed=6, duration=20.0).play(25.0)

    assert session.frames() == {round(20.0 / FRAME) - 1}
    assert not any(seat.player.is_moving for seat in session.seats)
    assert [state(seat, session) for seat in session.seats] == ["ended"] * 3


def state(seat: Seat, session: SessionOf) -> str:
    """How a player stands, as the others see it."""
    return session.authority.presence[seat.id].state
