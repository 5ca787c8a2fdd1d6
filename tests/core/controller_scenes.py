"""The scenes of which traces are kept: short lives of one participant.

Those here are simulated: network, session and player are made up, and the others are real controllers. The rest is in
``controller_scenes_told``.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any
from unittest.mock import patch

from syncwatch_core import messages as wire
from tests.core import controller_scenes_told as word_by_word
from tests.core.controller_traces import Plain, Recording
from tests.simulation import session_of
from tests.simulation.fake_player import Make
from tests.simulation.session_of import Seat, SessionOf

BEGAN_AT = 10_000.0
"""Server time, s, at which the simulated scenes begin: small, so that all digits of an instant fit into a number."""

Scene = Callable[[], Any]


def recorded(scene: Scene) -> Plain:
    """What the controller that a scene gives was told and answered."""
    with patch.object(session_of, "VideoController", Recording), patch.object(session_of, "BEGAN_AT", BEGAN_AT):
        controller = scene()
    assert isinstance(controller, Recording)
    return controller.trace()


def of(count: int, seed: int, **fields: Any) -> SessionOf:
    """A session whose people are 60 ms from the server, there and back."""
    return SessionOf(count, **{"seed": seed, "rtt": 0.06, "jitter": 0.005, **fields})


def play_and_pause() -> Any:
    """Somebody else plays, and this person pauses."""
    session = of(2, 1).play(4)
    session.seats[1].player.person_pauses()
    session.run(1.5)
    return session.seats[1].controller


def seeks_of_both() -> Any:
    """This person seeks, then somebody else does."""
    session = of(2, 2).play(2)
    session.seats[1].player.person_seeks(1000.3)
    session.run(2.5)
    session.seats[0].player.person_seeks(77.7)
    session.run(2.5)
    return session.seats[1].controller


def rates() -> Any:
    """The rate is changed by this person while all play, then by somebody else, and is 1 again while all are paused."""
    session = of(2, 3).play(2)
    session.seats[0].player.person_sets_rate(1.5)
    session.run(3)
    session.seats[1].player.person_sets_rate(0.75)
    session.run(2)
    session.seats[1].player.person_pauses()
    session.run(1)
    session.script(wire.VideoRate(rate=1.0))
    session.script(wire.VideoPlay())
    session.run(2)
    return session.seats[0].controller


def crossing_actions() -> Any:
    """Two press pause and seek in one moment, and this person loses."""
    session = of(2, 4, rtt=0.2).play(3)
    session.seats[0].player.person_pauses()
    session.run(0.02)
    session.seats[1].player.person_seeks(500.0)
    session.run(2.5)
    return session.seats[0].controller


def a_stall() -> Any:
    """This person's player runs dry for so long that all wait for it."""
    session = of(2, 5).play(2)
    session.seats[1].player.stall(2.0)
    session.run(5)
    return session.seats[1].controller


def an_outage_with_an_act() -> Any:
    """The connection is lost, this person pauses meanwhile, and the session hears of it afterwards."""
    session = of(2, 6).play(2)
    session.outage(1.5, session.seats[1])
    session.run(0.5)
    session.seats[1].player.person_pauses()
    session.run(3.5)
    return session.seats[1].controller


def overtaken() -> Any:
    """The connection is lost, this person seeks and plays on meanwhile, and the others move on."""
    session = of(2, 7).play(2)
    session.outage(1.5, session.seats[1])
    session.run(0.4)
    session.seats[1].player.person_seeks(300.0)
    session.run(0.4)
    session.seats[0].player.person_pauses()
    session.run(3.5)
    return session.seats[1].controller


def a_server_restart() -> Any:
    """The server dies while all play and comes back."""
    session = of(2, 8).play(2)
    session.restart_server(1.0)
    session.run(4)
    return session.seats[0].controller


def a_late_joiner() -> Any:
    """This person comes into a session that plays, at another rate."""
    session = of(1, 9).play(1)
    session.script(wire.VideoRate(rate=1.25))
    joiner = session.join()
    session.run(5)
    return joiner.controller


def other_media() -> Any:
    """Other media is loaded while all play; a queue's next item starts by itself."""
    session = of(2, 10).play(2)
    session.load(name="other.mkv")
    session.run(1.5)
    session.script(wire.QueueAdd(file=wire.MediaFile(name="next.mkv", size=2)))
    session.script(wire.QueueNext())
    session.run(4)
    return session.seats[1].controller


def the_end() -> Any:
    """The film ends, and is sought back into."""
    session = of(2, 11, duration=8.0).play(10)
    session.seats[1].player.person_seeks(3.0)
    session.run(2)
    session.script(wire.VideoPlay())
    session.run(2)
    return session.seats[1].controller


def a_slow_player() -> Any:
    """A player that starts late and seeks slowly, on a bad line."""
    make = Make(start_latency=0.04, seek_cost=(0.3, 0.7), device_ppm=150.0, report_noise=0.0005)
    session = of(1, 12).play(1)
    joiner = session.join(make=make)
    session.run(4)
    session.script(wire.VideoSeek(current_time=900.0))
    session.run(5)
    return joiner.controller


def view_only() -> Any:
    """What this person does stays theirs; a play leads back."""
    session = of(1, 13).play(1)
    joiner = session.join(view_only=True)
    session.run(3)
    joiner.player.person_pauses()
    session.run(0.6)
    joiner.player.person_seeks(60.0)
    session.run(0.6)
    joiner.player.person_plays()
    session.run(2.5)
    return joiner.controller


def anything(seed: int, count: int = 3, turns: int = 14) -> Any:
    """Many things at once, drawn by lot."""
    session = of(count, seed, rtt=0.03 + 0.02 * (seed % 7), stalls=0.01)
    random = Random(seed)
    for _ in range(turns):
        _something(session, random)
        session.run(random.choice([0.0, 0.02, 0.1, 0.4, 1.0]))
    session.run(3)
    return session.seats[seed % count].controller


def _something(session: SessionOf, random: Random) -> None:
    seat: Seat = random.choice(session.seats)
    acts: list[Callable[[], object]] = [
        seat.player.person_presses_space,
        seat.player.person_presses_space,
        lambda: seat.player.person_seeks(random.uniform(0, 5000)),
        lambda: seat.player.person_sets_rate(random.choice([0.5, 1.0, 1.5, 2.0])),
        lambda: seat.player.stall(random.uniform(0.1, 2.0)),
        lambda: session.outage(random.uniform(0.1, 1.0), seat),
    ]
    if seat.player.is_moving or random.random() < 0.5:
        random.choice(acts)()


SCENES: dict[str, Scene] = {
    scene.__name__.replace("_", "-"): scene
    for scene in (
        play_and_pause,
        seeks_of_both,
        rates,
        crossing_actions,
        a_stall,
        an_outage_with_an_act,
        overtaken,
        a_server_restart,
        a_late_joiner,
        other_media,
        the_end,
        a_slow_player,
        view_only,
        word_by_word.scripts_in_the_player,
        word_by_word.a_script_now_and_then,
        word_by_word.slides,
        word_by_word.an_act_that_had_arrived,
        word_by_word.a_live_stream,
        word_by_word.cut_offs,
        word_by_word.on_the_way,
        word_by_word.a_device_with_a_delay,
    )
}
"""By the name of the file."""
