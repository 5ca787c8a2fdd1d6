"""Playing: how drift is taken out, what a stall and an end do, and what the session is told of it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from syncwatch_core import controller_events as told
from syncwatch_core.controller import VideoController
from syncwatch_core.player_belief import Phase
from syncwatch_core.player_habits import RESTART_PAUSE
from syncwatch_core.player_run import FIRM_FOR
from tests.core.controller_bench import CLOCK, FRAME, Bench, near, playback

# --- commands of others ----------------------------------------------------------------------------------


def test_a_pause_by_others_stops_on_their_frame():
    """A pause by others stops the player at once and takes it exactly to the frame they saw."""
    bench = Bench().steady()

    assert bench.hears(playback(3, 12.96, at=1005.0), 5.06) == [told.PauseNow(), told.SeekTo(12.96)]
    assert bench.tell(told.PlayerLanded(12.96), 5.16) == []
    assert bench.controller.view(5.2).in_sync


def test_a_seek_by_others_is_gone_to_and_started_from():
    """A seek by others while playing is gone to at once and started from at their instant."""
    bench = Bench().steady()

    assert bench.hears(playback(3, 50.0, playing=True, at=1005.3), 5.06) == [told.PauseNow(), told.SeekTo(50.0)]
    assert bench.tell(told.PlayerLanded(50.02), 5.16) == [told.StartAt(near(5.32))]


def test_a_timeline_a_hair_off_does_not_stop_the_player():
    """A new timeline that differs by less than what a nudge takes out quickly leaves the player running."""
    bench = Bench().steady()

    assert bench.hears(playback(3, 10.02, playing=True, at=1002.0), 5.0) == []
    assert bench.controller.phase is Phase.RUNNING


def test_a_change_of_rate_by_others_is_made_at_once():
    """A change of rate by others is made while playing, with the pitch corrected at every rate but 1."""
    bench = Bench().steady()
    faster = playback(3, 13.0, playing=True, rate=1.5, at=1005.0)
    normal = playback(4, 14.5, playing=True, rate=1.0, at=1006.0)

    assert bench.hears(faster, 5.01) == [told.SetRate(1.5, keep_pitch=True, session_rate=1.5)]
    assert bench.hears(normal, 6.01) == [told.SetRate(1.0, keep_pitch=False, session_rate=1.0)]


# --- the drift ----------------------------------------------------------------------------------------------


def test_a_drift_is_nudged_out():
    """A player that is behind is sped up, one that is ahead slowed down."""
    bench = Bench().steady()
    late = 3.0 + FIRM_FOR

    assert bench.samples(late, drift=-0.0101) == [told.SetRate(near(1.005), keep_pitch=False, session_rate=1.0)]
    assert bench.samples(late + 0.25, drift=0.0101) == [
        told.SetRate(near(0.995225), keep_pitch=False, session_rate=1.0)
    ]


def test_after_a_start_a_drift_is_nudged_out_firmly():
    """In the first seconds after a start a small drift too may be nudged by up to two percent."""
    bench = Bench().running()

    assert bench.samples(3.0, drift=-0.0181) == [told.SetRate(near(1.009135), keep_pitch=False, session_rate=1.0)]


def test_a_change_of_rate_that_makes_no_difference_is_not_written():
    """A nudge that differs from the last one by less than 10 ppm is not written."""
    bench = Bench().steady()

    assert bench.samples(6.0, drift=-0.0001) == []
    assert bench.samples(6.25, drift=-0.000105) == []


def test_readings_right_after_a_start_are_not_trusted():
    """A reading within half a second after a start says nothing."""
    bench = Bench().running()

    assert bench.samples(2.4, drift=-0.1) == []
    assert bench.controller.view(2.4).drift is None


@pytest.mark.parametrize("phase", ["armed", "standing"])
def test_readings_of_a_player_that_stands_are_passed_over(phase: str):
    """A reading that was taken before the player stopped says nothing."""
    bench = Bench().armed() if phase == "armed" else Bench().standing()

    assert bench.tell(told.PlayerSampled(55.0, 1.95), 1.95) == []


def test_two_readings_far_off_restart_the_player():
    """A player that is a second behind is not nudged: it is paused, moved ahead of the timeline and started again."""
    bench = Bench().steady()

    assert bench.samples(6.0, drift=-1.0) == []
    commands = bench.samples(6.25, drift=-1.0)

    assert commands == [told.PauseNow(), told.SeekTo(near(14.54))]
    assert bench.controller.view(6.3).restarts == 1


def test_just_after_a_change_of_rate_a_restart_comes_sooner():
    """Just after a change of rate a player that is 50 ms off is restarted, since a nudge would take too long."""
    bench = Bench().steady()
    bench.hears(playback(3, 13.0, playing=True, rate=1.25, at=1005.0), 5.05)

    bench.samples(5.25, drift=-0.05)
    assert bench.samples(5.5, drift=-0.05)[0] == told.PauseNow()


def test_a_restart_that_does_not_help_is_not_repeated_at_once():
    """Restarts that do not help come at pauses that double, so that a hopeless player is not tormented."""
    bench = Bench().steady()
    instants, now = [], 6.0

    while now < 120:
        if bench.samples(now, drift=-1.0)[:1] == [told.PauseNow()]:
            instants.append(now)
            bench.tell(told.PlayerLanded(bench.controller.view(now).position or 0.0), now + 0.1)
            bench.tell(told.Woken(), now + 1.0)
        now += 0.25

    pauses = [later - earlier for earlier, later in pairwise(instants)]
    assert pauses == pytest.approx([2.0, 4.0, 8.0, 16.0, 30.0, 30.0], abs=0.8)
    assert pauses[0] >= RESTART_PAUSE


def test_a_player_that_is_in_sync_again_may_be_restarted_soon():
    """Once a restart has helped, the next one need not wait any longer than the first."""
    bench = Bench().steady()
    for began in (10.0, 20.0, 30.0):
        bench.samples(began, drift=-1.0)
        assert bench.samples(began + 0.25, drift=-1.0)[0] == told.PauseNow()
        bench.tell(told.PlayerLanded(bench.controller.view(began).position or 0.0), began + 0.4)
        bench.tell(told.Woken(), began + 1.0)
        bench.samples(began + 2.0)

    assert bench.controller.view(40.0).restarts == 3


def test_without_correcting_the_drift_is_only_shown():
    """With correcting off a drift is measured and shown, and nothing is done about it."""
    bench = Bench(correcting=False).steady()

    assert [bench.samples(6.0 + step, drift=-1.0) for step in range(4)] == [[]] * 4
    assert bench.controller.view(9.0).drift == pytest.approx(-1.0)
    bench.tell(told.PlayerStalled(), 10.0)
    assert bench.tell(told.PlayerResumed(), 12.0) == []


def test_in_sync_begins_below_ten_milliseconds_and_ends_beyond_twentyfive():
    """A player comes into sync within 10 ms and falls out of it beyond 25 ms; in between it stays what it was."""
    bench = Bench().running()
    seen = []

    for step, drift in enumerate([0.026, 0.024, 0.0099, 0.024, 0.026, 0.024, -0.0099, -0.026]):
        bench.samples(6.0 + step, drift=drift)
        seen.append(bench.controller.view(6.0 + step).in_sync)

    assert seen == [False, False, True, True, False, False, True, False]


def test_the_late_start_of_a_lost_player_is_not_learned():
    """A first reading that is far off says nothing of how long a start takes."""
    bench = Bench().running()
    bench.samples(2.6, drift=-0.5)
    bench.hears(playback(3, 20.0, at=1003.0), 3.0)
    bench.tell(told.PlayerLanded(20.0), 3.2)

    assert bench.hears(playback(4, 20.0, playing=True, at=1005.0), 4.9)[-1] == told.StartAt(near(5.0))


# --- stalls ---------------------------------------------------------------------------------------------------


def test_a_stall_is_told_and_its_readings_are_not_believed():
    """A player that has run dry is buffering to the others, and its readings are no drift."""
    bench = Bench().steady()

    assert bench.tell(told.PlayerStalled(), 5.0) == []
    assert bench.statuses[-1] == (5.0, "buffering")
    assert bench.samples(5.5, drift=-0.5) == []


def test_after_a_stall_the_player_meets_the_timeline_anew():
    """After a stall the player goes to where the others are, and moves nobody else."""
    bench = Bench().steady()
    bench.tell(told.PlayerStalled(), 5.0)

    assert bench.tell(told.PlayerResumed(), 8.0) == [told.PauseNow(), told.SeekTo(near(16.29))]


def test_a_stall_that_ends_while_paused_asks_for_nothing():
    """A player that fills its buffer while it stands on its frame goes on standing there."""
    bench = Bench().standing()
    bench.tell(told.PlayerStalled(), 5.0)

    assert bench.tell(told.PlayerResumed(), 8.0) == []
    assert bench.statuses[-1] == (8.0, "paused")


# --- the end --------------------------------------------------------------------------------------------------


def test_the_end_is_said_once_while_playing():
    """A player that comes to the end says so, and stands on the last frame."""
    bench = Bench().steady()

    assert bench.tell(told.PlayerEnded(599.96), 592.0) == [told.SendEnded("m1")]
    assert bench.statuses[-1] == (592.0, "ended")
    assert bench.hears(playback(2, playing=True, at=1002.0), 593.0) == []


def test_an_end_without_a_link_is_said_when_it_is_back():
    """An end that nobody heard of is said when the link is back."""
    bench = Bench().steady()
    bench.tell(told.LinkLost(), 500.0)

    assert bench.tell(told.PlayerEnded(599.96), 592.0) == []
    assert bench.tell(told.LinkRestored(), 600.0) == [told.SendEnded("m1")]


def test_an_end_while_all_are_paused_is_not_said():
    """Who lands on the last frame while all are paused has not come to the end."""
    bench = Bench().standing()

    assert bench.tell(told.PlayerEnded(599.96), 5.0) == []


def test_an_end_of_what_is_not_loaded_is_passed_over():
    """The end of media that another load has taken the place of says nothing."""
    bench = Bench()
    bench.hears(playback(1), 0.0)

    assert bench.tell(told.PlayerEnded(599.96), 0.1) == []
    assert bench.controller.phase is Phase.LOADING


def test_from_the_end_a_seek_leads_back():
    """A player that stands at the end goes back with the others."""
    bench = Bench().steady()
    bench.tell(told.PlayerEnded(599.96), 592.0)

    assert bench.hears(playback(3, 100.0, playing=True, at=1600.0), 599.8)[-1] == told.SeekTo(100.0)


def test_from_the_end_a_pause_elsewhere_is_gone_to():
    """A player that stands at the end follows a pause elsewhere."""
    bench = Bench().steady()
    bench.tell(told.PlayerEnded(599.96), 592.0)

    assert bench.hears(playback(3, 100.0, at=1592.0), 592.1)[-1] == told.SeekTo(100.0)


# --- what the session is told ------------------------------------------------------------------------------------


def test_a_change_is_told_at_once_and_else_every_five_seconds():
    """How a player stands is told when it changes, and every five seconds while nothing does."""
    bench = Bench().standing()
    told_before = len(bench.statuses)

    for now in (2.0, 4.0, 5.9, 6.0, 8.0, 10.9, 11.0):
        bench.tell(told.Woken(), now)

    assert [now for now, _ in bench.statuses[told_before:]] == [6.0, 11.0]
    assert bench.controller.wakes_at == 16.0


def test_coming_into_sync_and_out_of_it_is_told_at_once():
    """That a player fell out of sync is told at once, and that it came back too."""
    bench = Bench().running()
    bench.samples(3.0, drift=0.03)
    bench.samples(4.0)

    assert [now for now, _ in bench.statuses[-2:]] == [3.0, 4.0]


def test_without_a_link_nothing_is_told_and_after_it_all_is():
    """Without a link no report is made; when it is back the first one is made at once."""
    bench = Bench().standing()
    bench.tell(told.LinkLost(), 2.0)
    bench.tell(told.Woken(), 30.0)
    assert bench.statuses[-1][0] == 1.0

    bench.tell(told.LinkRestored(), 31.0)
    assert bench.statuses[-1] == (31.0, "paused")


def test_a_seek_that_takes_long_is_told_as_buffering():
    """A seek that takes longer than half a second is buffering to the others."""
    bench = Bench().standing()
    bench.hears(playback(2, 50.0), 2.0)
    assert bench.controller.wakes_at == 2.5

    bench.tell(told.Woken(), 2.5)
    assert bench.statuses[-1] == (2.5, "buffering")
    assert bench.controller.wakes_at == 7.5
    bench.tell(told.PlayerLanded(50.0), 3.0)
    assert bench.statuses[-1] == (3.0, "paused")


def test_before_the_first_playback_nothing_is_told_or_awaited():
    """A controller that has heard nothing of the session says nothing and wants to be woken never."""
    controller = VideoController()

    assert controller.wakes_at is None
    assert controller.handle(told.ClockEstimated(CLOCK), 0.0) == []
    view = controller.view(0.0)
    assert (view.state, view.position, view.drift, view.rate_change) == ("paused", None, None, 0.0)


def test_a_joiner_is_loading_until_they_have_arrived():
    """Who comes into a playing session is loading, from the first report until they play with the others."""
    bench = Bench()
    bench.hears(playback(1, 50.0, playing=True, at=1000.0), 5.0)
    bench.tell(told.ClockEstimated(CLOCK), 5.1)
    bench.tell(told.PlayerPrimed(55.44, 600.0, FRAME), 5.3)
    bench.tell(told.Woken(), 5.45)

    assert [state for _, state in bench.statuses] == ["loading", "playing"]


@pytest.mark.parametrize(
    ("stage", "now", "position"),
    [("standing", 1.5, 10.0), ("armed", 1.95, 10.0), ("running", 2.75, 10.75), ("steady", 4.0, 12.0)],
)
def test_the_view_says_where_the_player_stands(stage: str, now: float, position: float):
    """What is shown is the position of the player: its frame while it stands, else the timeline and its drift."""
    bench = getattr(Bench(), stage)()

    assert bench.controller.view(now).position == pytest.approx(position)


def test_the_view_of_a_seek_shows_where_it_goes():
    """While a seek is under way its target is shown, and before a load the goal."""
    bench = Bench().standing()
    bench.hears(playback(2, 50.0), 2.0)
    assert bench.controller.view(2.1).position == 50.0

    bench.tell(told.PersonPaused(50.0), 2.2)
    fresh = Bench()
    fresh.hears(playback(1, 50.0, playing=True, at=1000.0), 5.0)
    assert fresh.controller.view(5.0).position == 50.0


def test_the_view_shows_clock_and_nudge():
    """What is shown of the clock is the estimate at that instant, and the nudge as a share of the rate."""
    bench = Bench().steady()
    bench.samples(6.0, drift=-0.0101)
    view = bench.controller.view(10.0)

    assert view.offset == 1000.0
    assert view.rtt == 0.1
    assert view.uncertainty == pytest.approx(0.0011)
    assert view.rate_change == pytest.approx(0.005)
    assert view.drift == pytest.approx(-0.0101)
    assert view.duration == 600.0
    assert view.media_id == "m1"
