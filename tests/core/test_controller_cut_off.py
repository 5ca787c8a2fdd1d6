"""Media that no longer comes, as from a link that has expired: it is asked for anew, and nothing is lost."""

from __future__ import annotations

from syncwatch_core import controller_events as told
from syncwatch_core.player_belief import Phase
from tests.core.controller_bench import CLOCK, FRAME, Bench, media, near, playback

CUT_OFF = told.PlayerCutOff("its server refuses it (HTTP 403)")
FAILED = told.Tell("unplayable", "its server refuses it (HTTP 403)")


def test_what_breaks_off_while_paused_is_loaded_anew_where_all_stand():
    """In a long pause the link expires: the same media is asked for again at the place where the session stands."""
    bench = Bench().standing()

    assert bench.tell(CUT_OFF, 4000.0)[-1] == told.LoadMedia(media(), 10.0)
    assert bench.statuses[-1] == (4000.0, "buffering")
    [rate] = bench.tell(told.PlayerPrimed(10.0, 600.0, FRAME), 4002.0)
    assert isinstance(rate, told.SetRate)
    assert bench.statuses[-1] == (4002.0, "paused")
    assert bench.controller.view(4002.0).in_sync


def test_what_breaks_off_while_playing_is_met_where_the_others_are():
    """Who plays on is met a little ahead, and is one of them again as soon as the media is there."""
    bench = Bench().steady()

    assert bench.tell(CUT_OFF, 5.0) == [told.LoadMedia(media(), near(13.3))]
    assert bench.statuses[-1] == (5.0, "buffering")
    # At local 6.0 the others are at 14.0.
    assert bench.tell(told.PlayerPrimed(14.5, 600.0, FRAME), 6.0)[-1] == told.StartAt(near(6.5))
    assert bench.statuses[-1] == (6.0, "playing")


def test_while_it_is_asked_for_anew_the_session_may_wait_and_move():
    """What the session says meanwhile holds once the media is there."""
    bench = Bench().steady()
    bench.tell(CUT_OFF, 5.0)

    assert bench.hears(playback(3, 13.5, at=1006.0), 5.9) == []
    assert bench.tell(told.PlayerPrimed(13.32, 600.0, FRAME), 7.0)[-1] == told.SeekTo(13.5)


def test_what_the_person_did_last_is_kept():
    """A person's seek that found the link expired is where the fresh one begins, and the others have heard of it."""
    bench = Bench().standing()
    bench.tell(told.PersonSetOut(at=5.0), 5.0)
    sent = bench.tell(told.PersonSought(300.0, at=5.0), 5.2)
    assert [command.position for command in sent if isinstance(command, told.SendAction)] == [300.0]

    assert bench.tell(CUT_OFF, 5.2)[-1] == told.LoadMedia(media(), 300.0)


def test_a_person_on_the_way_is_no_longer_waited_for():
    """Where the person was on the way to is not known when the media breaks off: the session is followed again."""
    bench = Bench().standing()
    bench.tell(told.PersonSetOut(at=5.0), 5.0)
    bench.hears(playback(2, 40.0), 5.1)

    assert told.LoadMedia(media(), 10.0) in bench.tell(CUT_OFF, 5.2)
    assert bench.tell(told.PlayerPrimed(10.0, 600.0, FRAME), 6.0)[-1] == told.SeekTo(40.0)


def test_who_went_their_own_way_is_with_the_session_again():
    """A player that was left to itself has no place but the session's to be brought back to."""
    bench = Bench(view_only=True).standing()
    bench.tell(told.PersonSought(300.0), 5.0)
    assert bench.statuses[-1] == (5.0, "away")

    assert bench.tell(CUT_OFF, 6.0)[-1] == told.LoadMedia(media(), 10.0)
    assert bench.statuses[-1] == (6.0, "buffering")


def test_what_breaks_off_again_at_once_can_not_be_played():
    """Where the fresh way breaks off too, before the player was in sync, that is told and left."""
    bench = Bench().steady()
    bench.tell(CUT_OFF, 5.0)
    bench.tell(told.PlayerPrimed(14.5, 600.0, FRAME), 6.0)

    assert bench.tell(CUT_OFF, 6.2) == [FAILED]
    assert bench.controller.phase is Phase.FAILED
    assert bench.statuses[-1] == (6.2, "away")


def test_a_fresh_way_that_was_of_use_may_be_looked_for_again():
    """Once the player was in sync, the next break is a new one, however soon it comes."""
    bench = Bench().standing()
    bench.tell(CUT_OFF, 5.0)
    bench.tell(told.PlayerPrimed(10.0, 600.0, FRAME), 6.0)

    assert bench.tell(CUT_OFF, 7.0)[-1] == told.LoadMedia(media(), 10.0)


def test_media_of_which_no_sync_is_known_is_tried_again_after_a_while():
    """A live stream that breaks off now and then is asked for each time, but not one that does so at once."""
    bench = Bench()
    bench.tell(told.ClockEstimated(CLOCK), 0.0)
    bench.hears(playback(1, playing=True), 0.1)
    for now in (1.0, 40.0):
        bench.tell(told.PlayerPrimed(0.0, None, FRAME, seekable=False), now)
        bench.tell(told.Woken(), now)
        assert isinstance(bench.tell(CUT_OFF, now + 5.0)[-1], told.LoadMedia)
    bench.tell(told.PlayerPrimed(0.0, None, FRAME, seekable=False), 46.0)

    assert bench.tell(CUT_OFF, 47.0) == [FAILED]


def test_what_is_no_longer_played_can_not_break_off():
    """A break that is told of media that has been left already changes nothing."""
    bench = Bench().standing()
    bench.hears(playback(2, 0.0), 2.0, media("m2"))

    assert bench.tell(CUT_OFF, 2.1) == []


def test_a_player_without_media_can_not_break_off():
    """A break that is told before anything was loaded changes nothing."""
    assert Bench().tell(CUT_OFF, 2.1) == []


def test_who_had_not_come_in_yet_is_still_on_the_way_in():
    """Media that breaks off before the player was ever where it should be is waited for by nobody."""
    bench = Bench()
    bench.tell(told.ClockEstimated(CLOCK), 0.0)
    bench.hears(playback(1, playing=True), 0.1)
    bench.tell(told.PlayerPrimed(10.5, 600.0, FRAME), 1.0)
    bench.tell(CUT_OFF, 1.1)

    assert bench.statuses[-1][1] == "loading"
