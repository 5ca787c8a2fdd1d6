"""Loading and starting: how a player comes onto the timeline."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from syncwatch_core import controller_events as told
from syncwatch_core.player_belief import Phase
from tests.core.controller_bench import CLOCK, FRAME, Bench, media, near, playback

NORMAL = told.SetRate(1.0, keep_pitch=False, session_rate=1.0)


# --- loading -------------------------------------------------------------------------------------------


def test_paused_media_is_loaded_where_it_stands():
    """Media that stands paused is loaded at its position, before the clock is known."""
    bench = Bench()

    assert bench.hears(playback(1, 33.0), 0.0) == [NORMAL, told.LoadMedia(media(), 33.0)]
    assert bench.controller.phase is Phase.LOADING


def test_moving_media_is_loaded_ahead_of_the_timeline():
    """Media that plays is loaded a little ahead of where it is, so that it can be met there."""
    bench = Bench()
    bench.tell(told.ClockEstimated(CLOCK), 0.0)

    assert bench.hears(playback(1, 50.0, playing=True, at=1000.0), 5.0)[-1] == told.LoadMedia(media(), near(55.3))


def test_moving_media_waits_for_the_clock():
    """Where a playing timeline stands nobody knows without a clock; the first estimate of it begins the loading."""
    bench = Bench()

    assert bench.hears(playback(1, 50.0, playing=True, at=1000.0), 5.0) == []
    assert bench.tell(told.ClockEstimated(CLOCK), 5.2)[-1] == told.LoadMedia(media(), near(55.5))


def test_the_rate_is_set_before_the_load_that_fills_the_buffer():
    """The rate of the session is set before the media is loaded, so that the first sound has it."""
    bench = Bench()

    assert bench.hears(playback(1, rate=1.5), 0.0)[0] == told.SetRate(1.5, keep_pitch=True, session_rate=1.5)


def test_what_is_loaded_on_its_frame_is_in_sync():
    """A player that is primed on the frame of the paused timeline is in sync and need not seek."""
    bench = Bench().standing()

    assert bench.controller.phase is Phase.STANDING
    assert bench.controller.view(1.0).in_sync
    assert bench.statuses[-1] == (1.0, "paused")


def test_a_pause_elsewhere_while_loading_is_sought():
    """A timeline that came to stand elsewhere while the media loaded is gone to, wherever the load was aimed at."""
    bench = Bench()
    bench.tell(told.ClockEstimated(CLOCK), 0.0)
    bench.hears(playback(1, 50.0, playing=True, at=1000.0), 5.0)
    bench.hears(playback(2, 50.0, at=1005.1), 5.1)

    assert bench.tell(told.PlayerPrimed(55.32, 600.0, FRAME), 5.4)[-1] == told.SeekTo(50.0)


def test_the_same_message_twice_changes_nothing():
    """A playback that is heard again asks for nothing, in whichever phase."""
    bench = Bench()
    bench.tell(told.ClockEstimated(CLOCK), 0.0)
    bench.hears(playback(1), 0.1)
    assert bench.hears(playback(1), 0.2) == []
    bench.tell(told.PlayerPrimed(10.0, 600.0, FRAME), 1.0)
    assert bench.hears(playback(1), 1.1) == []
    start = playback(2, playing=True, at=1002.0)
    bench.hears(start, 1.9)
    assert bench.hears(start, 1.95) == []
    bench.tell(told.Woken(), 2.0)
    assert bench.hears(start, 2.1) == []


def test_a_stale_playback_is_passed_over():
    """A playback with an older revision than the one in force changes nothing."""
    bench = Bench().running()

    assert bench.hears(playback(1), 2.5) == []
    assert bench.controller.phase is Phase.RUNNING


def test_media_that_is_taken_away_is_unloaded():
    """A session without media shows nothing, and says so once."""
    bench = Bench().standing()
    nothing = structs.replace(playback(2, 0.0), media_id=None)

    assert bench.hears(nothing, 2.0, None) == [told.UnloadMedia()]
    assert bench.hears(nothing, 2.1, None) == []
    assert bench.controller.phase is Phase.EMPTY
    assert bench.controller.view(2.1).position is None


def test_other_media_is_loaded_in_its_place():
    """Other media takes the place of what is loaded, at once."""
    bench = Bench().running()

    assert bench.hears(playback(3, 0.0), 4.0, media("m2"))[-1] == told.LoadMedia(media("m2"), 0.0)
    assert bench.statuses[-1] == (4.0, "loading")


def test_media_that_can_not_be_played_is_told_and_left():
    """Media that can't be played is told to the person; the others see that they are away, and later media loads."""
    bench = Bench()
    bench.hears(playback(1), 0.0)

    assert bench.tell(told.PlayerFailed("no such file"), 0.5) == [told.Tell("unplayable", "no such file")]
    assert bench.statuses[-1] == (0.5, "away")
    assert bench.hears(playback(2, 20.0), 1.0) == []
    assert bench.hears(playback(3, 0.0), 2.0, media("m2"))[-1] == told.LoadMedia(media("m2"), 0.0)


# --- a start that lies ahead ------------------------------------------------------------------------------


def test_a_play_starts_at_the_instant_of_the_anchor():
    """A player that stands on the anchor's frame is let go when the anchor's instant comes."""
    bench = Bench().standing()

    assert bench.hears(playback(2, playing=True, at=1002.0), 1.9) == [told.StartAt(2.0)]
    assert bench.controller.wakes_at == 2.0


def test_the_player_runs_from_the_instant_on():
    """Once the instant has come the player is believed to run; not before."""
    bench = Bench().armed()

    phases = []

    for now in (1.99, 2.0):
        bench.tell(told.Woken(), now)
        phases.append(bench.controller.phase)

    assert phases == [Phase.ARMED, Phase.RUNNING]


def test_a_start_is_snapped_to_the_frame_where_a_seek_landed():
    """A player is let go when the timeline comes to the frame it landed on, not to where the seek was asked to go."""
    bench = Bench().standing()
    bench.hears(playback(2, 50.0, playing=True, at=1002.0), 1.7)

    assert bench.tell(told.PlayerLanded(50.03), 1.85) == [told.StartAt(near(2.03))]


def test_who_is_too_late_seeks_ahead():
    """Where the timeline is past the frame, the player seeks to where it will be when the seek is done."""
    bench = Bench().standing()

    # 0.2 s, what a seek is taken to cost, a fifth more, and 50 ms.
    assert bench.hears(playback(2, playing=True, at=1002.0), 4.0) == [told.SeekTo(near(12.29))]
    assert bench.tell(told.PlayerLanded(12.32), 4.1) == [told.StartAt(near(4.32))]


def test_what_a_seek_costs_is_learned():
    """A seek that took longer than expected is believed more than one that was quicker."""
    bench = Bench().standing()
    bench.hears(playback(2, 50.0), 2.0)

    bench.tell(told.PlayerLanded(50.0), 3.0)
    assert bench.controller.view(3.0).seek_cost == pytest.approx(0.2 + 0.7 * 0.8)
    bench.hears(playback(3, 60.0), 4.0)
    bench.tell(told.PlayerLanded(60.0), 4.5)
    assert bench.controller.view(4.5).seek_cost == pytest.approx(0.76 - 0.3 * 0.26)


def test_one_slow_seek_is_soon_forgotten():
    """After a seek that waited for seconds a quick one shows that seeks are quick."""
    bench = Bench().standing()
    bench.hears(playback(2, 50.0), 2.0)
    bench.tell(told.PlayerLanded(50.0), 6.0)
    bench.hears(playback(3, 60.0), 7.0)

    bench.tell(told.PlayerLanded(60.0), 7.1)

    assert bench.controller.view(7.1).seek_cost < 1.0


def test_who_lands_a_hair_late_starts_at_once():
    """A start that is less than 10 ms late is made at once; the rest is nudged out."""
    bench = Bench().standing()

    assert bench.hears(playback(2, playing=True, at=1002.0), 2.009) == [told.StartAt(2.009)]


def test_who_lands_far_ahead_seeks_again():
    """A player that landed where the timeline comes only in seconds does not stand and wait for it."""
    bench = Bench().standing()
    bench.hears(playback(2, playing=True, at=1002.0), 4.0)

    assert bench.tell(told.PlayerLanded(20.0), 4.1)[0] == told.SeekTo(near(12.354))


def test_without_a_clock_nothing_is_started():
    """A start waits for the clock."""
    bench = Bench()
    bench.hears(playback(1), 0.1)
    bench.tell(told.PlayerPrimed(10.0, 600.0, FRAME), 1.0)

    assert bench.hears(playback(2, playing=True, at=1002.0), 1.9) == []
    assert bench.tell(told.ClockEstimated(CLOCK), 1.95) == [told.StartAt(2.0)]


def test_without_a_clock_a_play_is_taken_back_also_without_a_link():
    """Who has neither clock nor link can't play: where the timeline will be nobody knows yet."""
    bench = Bench()
    bench.hears(playback(1), 0.1)
    bench.tell(told.PlayerPrimed(10.0, 600.0, FRAME), 1.0)
    bench.tell(told.LinkLost(), 1.5)

    assert bench.tell(told.PersonPlayed(10.0), 2.0) == [told.PauseNow()]


def test_the_start_latency_is_learned_from_the_first_reading():
    """A player that was heard 40 ms late after its first start is let go 40 ms earlier the next time."""
    bench = Bench().running()
    bench.samples(2.6, drift=-0.04)
    bench.hears(playback(3, 20.0, at=1003.0), 3.0)
    bench.tell(told.PlayerLanded(20.0), 3.2)

    assert bench.hears(playback(4, 20.0, playing=True, at=1005.0), 4.9)[-1] == told.StartAt(near(4.96))


def test_the_start_latency_is_the_median_of_what_the_starts_showed():
    """After two starts, one 40 ms late and one 50, the next is made 45 ms sooner."""
    bench = Bench().running()
    bench.samples(2.6, drift=-0.04)
    bench.hears(playback(3, 20.0, at=1003.0), 3.0)
    bench.tell(told.PlayerLanded(20.0), 3.2)
    bench.hears(playback(4, 20.0, playing=True, at=1005.0), 4.9)
    bench.tell(told.Woken(), 4.97)
    bench.samples(5.6, drift=-0.01)
    bench.hears(playback(5, 30.0, at=1006.0), 6.0)
    bench.tell(told.PlayerLanded(30.0), 6.2)

    assert bench.hears(playback(6, 30.0, playing=True, at=1008.0), 7.9)[-1] == told.StartAt(near(7.955))


def test_a_device_that_sounds_late_is_let_go_earlier():
    """With ``device_delay`` a player is let go so much earlier, and a reading that much ahead is no drift."""
    bench = Bench(device_delay=0.05).standing()

    assert bench.hears(playback(2, playing=True, at=1002.0), 1.8) == [told.StartAt(near(1.95))]
    bench.tell(told.Woken(), 1.95)
    bench.samples(3.0, drift=0.05)
    assert bench.controller.view(3.0).drift == pytest.approx(0.0, abs=1e-9)


def test_a_better_clock_moves_a_start_that_lies_ahead():
    """While a player waits for its start, a better estimate of the clock corrects the instant."""
    bench = Bench().armed()

    assert bench.tell(told.ClockEstimated(replace(CLOCK, offset=1000.03)), 1.92) == [told.StartAt(near(1.97))]
    assert bench.controller.wakes_at == pytest.approx(1.97)
    assert bench.tell(told.ClockEstimated(replace(CLOCK, offset=1000.0302)), 1.93) == []


def test_a_better_clock_leaves_a_start_alone_whose_instant_has_come():
    """Once the instant of a start has come, a better clock sets no other."""
    bench = Bench().armed()

    assert bench.tell(told.ClockEstimated(replace(CLOCK, offset=999.9)), 2.01) == []


# --- a start that is called off -------------------------------------------------------------------------------


def test_a_start_that_is_put_off_is_armed_anew():
    """A later anchor for the same frame lets the player stand until then."""
    bench = Bench().armed()

    assert bench.hears(playback(3, playing=True, at=1002.5), 1.95) == [told.PauseNow(), told.StartAt(2.5)]


def test_a_start_that_is_called_off_leaves_the_player_on_its_frame():
    """A pause on the same frame before the start only calls it off."""
    bench = Bench().armed()

    assert bench.hears(playback(3, at=1001.95), 1.96) == [told.PauseNow()]
    assert bench.controller.phase is Phase.STANDING


def test_a_start_that_is_called_off_too_late_is_undone_by_a_seek():
    """A pause that comes when the player has just begun to move brings it back to the frame by a seek."""
    bench = Bench().armed()

    assert bench.hears(playback(3, at=1001.95), 2.005) == [told.PauseNow(), told.SeekTo(10.0)]


def test_another_goal_within_a_seek_is_sought_at_once():
    """A seek that has become the wrong one is followed by the right one; a repeated one is not made twice."""
    bench = Bench().standing()
    bench.hears(playback(2, 50.0), 2.0)

    assert bench.hears(playback(3, 60.0), 2.05) == [told.SeekTo(60.0)]
    assert bench.hears(playback(4, 60.0, at=1002.1), 2.1) == []
    assert bench.hears(playback(5, 60.0, playing=True, at=1003.0), 2.2) == []
    assert bench.hears(playback(6, 70.0, playing=True, at=1003.0), 2.3) == [told.SeekTo(70.0)]


def test_a_landing_that_nobody_waits_for_is_passed_over():
    """The landing of a seek that a load has overtaken says nothing."""
    bench = Bench().standing()
    bench.hears(playback(2, 0.0), 2.0, media("m2"))

    assert bench.tell(told.PlayerLanded(50.0), 2.1) == []
    assert bench.controller.phase is Phase.LOADING


def test_a_rate_that_changes_while_paused_fills_the_buffer_anew():
    """A change of rate while paused seeks to the same frame, so that no sound of the old rate is left."""
    bench = Bench().standing()

    assert bench.hears(playback(2, rate=1.5), 2.0) == [
        told.SetRate(1.5, keep_pitch=True, session_rate=1.5),
        told.SeekTo(10.0),
    ]
    assert bench.tell(told.PlayerLanded(10.0), 2.1) == []


def test_a_start_at_another_rate_than_the_buffer_has_seeks_first():
    """A play at another rate than the sound that is buffered seeks before it starts."""
    bench = Bench().standing()

    commands = bench.hears(playback(2, playing=True, rate=0.5, at=1002.0), 1.9)

    assert commands == [told.SetRate(0.5, keep_pitch=True, session_rate=0.5), told.SeekTo(10.0)]


def test_no_seek_goes_beyond_the_end():
    """A position beyond the end, as this player knows it, is taken for the end."""
    bench = Bench().standing()

    assert bench.hears(playback(2, 700.0), 2.0) == [told.SeekTo(600.0)]


@pytest.mark.parametrize("delay", [0.2, 0.5])
def test_a_start_too_soon_for_the_device_is_met_later(delay: float) -> None:
    """Whose device is later than the start's lead seeks once to where it can come in, and starts there in time."""
    bench = Bench(device_delay=delay).standing()
    [rate_or_seek] = bench.hears(playback(2, playing=True, at=1002.0, event="video-play"), 1.9)
    assert isinstance(rate_or_seek, told.SeekTo)
    assert rate_or_seek.position > 10.0

    [start] = bench.tell(told.PlayerLanded(rate_or_seek.position), 2.1)
    assert start == told.StartAt(near(rate_or_seek.position - 8.0 - delay))
    assert start.at >= 2.1


def test_a_late_device_meets_a_moving_timeline() -> None:
    """Loaded into a moving timeline, a player with a late device is put so far ahead that it can start in time."""
    bench = Bench(device_delay=0.5)
    bench.tell(told.ClockEstimated(CLOCK), 0.0)

    assert bench.hears(playback(1, playing=True, at=1000.0), 1.0)[-1] == told.LoadMedia(media(), near(10.0 + 1.3 + 0.5))


def test_where_a_paused_player_came_to_stand_is_reported():
    """A paused player says that it pauses at once, and where it stands as soon as it does."""
    bench = Bench().steady()

    bench.hears(playback(3, 13.0, at=1005.0), 5.01)
    bench.tell(told.PlayerLanded(13.041667), 5.1)

    assert bench.statuses[-2:] == [(5.01, "paused"), (5.1, "paused")]
    assert bench.controller.view(5.1).position == 13.041667
