"""Media that can't be brought to a place, and media whose seeks land elsewhere than they were asked to."""

from __future__ import annotations

import pytest

from syncwatch_core import controller_events as told
from tests.core.controller_bench import CLOCK, FRAME, Bench, near, playback


def live(*, playing: bool = False) -> Bench:
    """A live stream is loaded and stands at local 1.0; revision 1 is in force."""
    bench = Bench()
    bench.tell(told.ClockEstimated(CLOCK), 0.0)
    bench.hears(playback(1, playing=playing), 0.1)
    return bench


def primed(bench: Bench, now: float = 1.0) -> list[object]:
    """What is asked for when the live stream stands ready."""
    return bench.tell(told.PlayerPrimed(0.0, None, FRAME, seekable=False), now)


def test_a_live_stream_is_not_brought_to_a_place():
    """A live stream stands where it stands, and starts with the others at the common instant."""
    bench = live()

    assert primed(bench) == []
    assert bench.statuses[-1][1] == "paused"
    assert bench.hears(playback(2, playing=True, at=1002.0), 1.9)[-1] == told.StartAt(near(2.0))


def test_who_comes_late_to_a_live_stream_starts_at_once():
    """While the others watch a live stream, who comes in plays it as soon as it is there."""
    assert primed(live(playing=True))[-1] == told.StartAt(1.0)


def test_without_a_clock_a_live_stream_waits_for_one():
    """When all start is not known without the server's clock."""
    bench = Bench()
    bench.hears(playback(1), 0.1)
    primed(bench)

    assert bench.hears(playback(2, playing=True, at=1002.0), 1.9) == []
    assert bench.tell(told.ClockEstimated(CLOCK), 1.95)[-1] == told.StartAt(near(2.0))


def test_a_live_stream_is_paused_for_all():
    """A pause stops it, and a play lets it go on from where it stands."""
    bench = live(playing=True)
    primed(bench)
    bench.tell(told.Woken(), 1.0)

    assert bench.hears(playback(2, 400.0, at=1003.0), 3.0) == [told.PauseNow()]
    assert bench.hears(playback(3, 400.0, playing=True, at=1005.0), 4.9) == [told.StartAt(near(5.0))]


def test_nobody_is_moved_within_a_live_stream():
    """A seek leaves a live stream running, no drift is told of it, and nothing is corrected."""
    bench = live(playing=True)
    primed(bench)
    bench.tell(told.Woken(), 1.0)

    assert bench.hears(playback(2, 400.0, playing=True, at=1003.5), 3.0) == []
    assert bench.samples(5.0, drift=-300.0) == bench.samples(5.25, drift=-300.0) == []
    view = bench.controller.view(5.3)
    assert (view.drift, view.in_sync, view.state, view.restarts) == (None, False, "playing", 0)


def test_the_rate_of_a_live_stream_is_everybodys():
    """A rate that was set holds for a live stream too."""
    bench = live(playing=True)
    primed(bench)
    bench.tell(told.Woken(), 1.0)

    [told_rate] = bench.hears(playback(2, playing=True, rate=1.5, at=1003.0), 3.0)
    assert isinstance(told_rate, told.SetRate)


def test_after_a_stall_a_live_stream_just_goes_on():
    """Who had to wait for a live stream is not thrown about when it goes on."""
    bench = live(playing=True)
    primed(bench)
    bench.tell(told.Woken(), 1.0)
    bench.tell(told.PlayerStalled(), 4.0)

    assert bench.tell(told.PlayerResumed(), 7.0) == []
    assert bench.statuses[-1][1] == "playing"


def test_a_live_stream_that_is_over_stays_over():
    """After its end nothing more is asked of a live stream."""
    bench = live(playing=True)
    primed(bench)
    bench.tell(told.Woken(), 1.0)

    assert bench.tell(told.PlayerEnded(40.0), 41.0) == [told.SendEnded("m1")]
    assert bench.hears(playback(2, 500.0, playing=True, at=1050.0), 49.9) == [told.SendEnded("m1")]


def test_a_player_that_always_lands_too_early_is_aimed_further_ahead():
    """A player that lands before where it was asked to seeks with more and more room, and starts before long."""
    bench = Bench().standing()
    [seek] = bench.hears(playback(2, playing=True, at=1002.0), 4.0)
    now, seeks = 4.0, 1
    while isinstance(seek, told.SeekTo):
        now += 0.02
        [seek] = bench.tell(told.PlayerLanded(seek.position - 0.3), now)
        seeks += 1

    assert isinstance(seek, told.StartAt)
    assert seeks < 8


def test_a_frame_that_is_found_twice_is_waited_for():
    """Where two seeks land on one frame, as between slides, none is nearer: it is waited for."""
    bench = Bench().standing()
    bench.hears(playback(2, playing=True, at=1002.0), 4.0)

    assert isinstance(bench.tell(told.PlayerLanded(20.0), 4.1)[0], told.SeekTo)
    assert bench.tell(told.PlayerLanded(20.0), 4.2) == [told.StartAt(near(12.0))]


def test_media_of_unknown_length_is_sought_in():
    """Without a known length a seek goes where it was asked to."""
    bench = Bench()
    bench.tell(told.ClockEstimated(CLOCK), 0.0)
    bench.hears(playback(1), 0.1)
    bench.tell(told.PlayerPrimed(10.0, None, FRAME), 1.0)

    assert bench.hears(playback(2, 700.0), 2.0) == [told.SeekTo(700.0)]


def test_a_better_clock_leaves_the_start_of_a_live_stream_as_it_is():
    """A live stream that was paused, and is about to go on, starts when it was to."""
    bench = live(playing=True)
    primed(bench)
    bench.tell(told.Woken(), 1.0)
    bench.hears(playback(2, 400.0, at=1003.0), 3.0)
    bench.hears(playback(3, 400.0, playing=True, at=1005.0), 4.9)

    assert bench.tell(told.ClockEstimated(CLOCK), 4.95) == []
    assert bench.controller.wakes_at == near(5.0)


@pytest.mark.parametrize(
    ("duration", "seekable", "expected"), [(None, False, True), (None, True, False), (600.0, False, False)]
)
def test_what_is_without_length_and_places_is_live(duration: float | None, *, seekable: bool, expected: bool):
    """Media without a length that can't be sought in is a live stream; nothing is said before it is loaded."""
    bench = live()
    assert bench.controller.view(0.5).live is None

    bench.tell(told.PlayerPrimed(0.0, duration, FRAME, seekable=seekable), 1.0)
    assert bench.controller.view(1.1).live is expected
