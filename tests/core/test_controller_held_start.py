"""The start of the next item is held far in the future, and pulled forward when all have loaded."""

from __future__ import annotations

from msgspec.structs import replace

from syncwatch_core import controller_events as told
from syncwatch_core import messages as wire
from syncwatch_core.player_belief import Phase
from tests.core.controller_bench import CLOCK, FRAME, Bench, media, near, playback

NEXT = media("m2")


def held(bench: Bench) -> Bench:
    """Playing until local 10, where the next item comes on, to start at local 30 if nobody says otherwise."""
    bench.running()
    start = replace(playback(3, 0.0, playing=True, at=1030.0, event="video-ended"), media_id="m2")
    bench.hears(start, 10.0, NEXT)
    bench.tell(told.PlayerPrimed(0.0, 600.0, FRAME), 12.0)
    return bench


def pulled_forward(at: float) -> wire.Playback:
    """The same start, sooner."""
    return replace(playback(4, 0.0, playing=True, at=at, event="status"), media_id="m2")


def test_who_has_loaded_says_so_long_before_the_start():
    """A player that only waits for the instant is reported as ready, not as loading."""
    bench = held(Bench())

    assert [state for _, state in bench.statuses][-2:] == ["loading", "playing"]
    assert bench.controller.phase is Phase.ARMED


def test_a_start_that_is_pulled_forward_is_armed_anew():
    """The player is stopped where it stands and let go at the new instant, and at no other."""
    bench = held(Bench())
    commands = bench.hears(pulled_forward(1013.0), 12.9, NEXT)
    starts = [command.at for command in commands if isinstance(command, told.StartAt)]
    assert starts == [near(13.0)]
    bench.tell(told.Woken(), 13.0)

    assert bench.controller.phase is Phase.RUNNING


def test_a_start_that_was_pulled_forward_before_it_was_heard_is_caught_up():
    """Who hears of the earlier start too late for it goes to where the others are by then."""
    bench = held(Bench())
    commands = bench.hears(pulled_forward(1013.0), 14.0, NEXT)

    assert any(isinstance(command, told.SeekTo) and command.position > 1.0 for command in commands)


def test_a_pause_leaves_it_on_its_first_frame():
    """A pause meanwhile takes the start back; nothing moves."""
    bench = held(Bench())
    bench.hears(replace(playback(4, 0.0, at=1012.5), media_id="m2"), 12.6, NEXT)
    bench.tell(told.ClockEstimated(CLOCK), 31.0)

    assert (bench.controller.phase, bench.statuses[-1][1]) == (Phase.STANDING, "paused")
