"""A person's hands: what they do in their player, what the session is told, and how refusals are undone."""

from __future__ import annotations

import pytest

from syncwatch_core import controller_events as told
from syncwatch_core.player_belief import Phase
from tests.core.controller_bench import FRAME, Bench, media, near, playback

# --- at once, and said ------------------------------------------------------------------------------------


def test_a_pause_is_said_with_its_instant_and_frame():
    """A person's pause stops them at once, exactly on the frame they saw, and tells the session when and where."""
    bench = Bench().steady()

    assert bench.tell(told.PersonPaused(13.04), 5.0) == [
        told.SeekTo(13.04),
        told.SendAction("video-pause", at=1005.0, position=13.04),
    ]
    assert bench.tell(told.PlayerLanded(13.04), 5.1) == []
    assert bench.controller.phase is Phase.STANDING


def test_a_pause_that_is_accepted_asks_for_nothing_more():
    """The session's answer to a pause finds the player on its frame already."""
    bench = Bench().steady()
    bench.tell(told.PersonPaused(13.04), 5.0)
    bench.tell(told.PlayerLanded(13.04), 5.1)
    answer = playback(3, 13.04, at=1005.0, by="me")

    assert bench.hears(answer, 5.1) == []
    assert bench.tell(told.ActionAccepted(answer), 5.11) == []
    assert bench.hears(answer, 5.12) == []


@pytest.mark.parametrize("trouble", ["stalled", "astray", "on the way"])
def test_a_pause_out_of_step_says_no_position(trouble: str):
    """Who pauses while their own player is not with the others says when, not where: the others saw another frame."""
    bench = Bench().armed() if trouble == "on the way" else Bench().steady()
    if trouble == "stalled":
        bench.tell(told.PlayerStalled(), 4.0)
    if trouble == "astray":
        bench.samples(4.0, drift=-0.3)

    commands = bench.tell(told.PersonPaused(11.0), 5.0)

    assert commands[-1] == told.SendAction("video-pause", at=1005.0)
    assert commands[0] == told.SeekTo(13.0)


def test_a_pause_while_all_are_paused_says_nothing():
    """A pause that changes nothing is not said."""
    bench = Bench().standing()

    assert bench.tell(told.PersonPaused(10.0), 2.0) == []


def test_a_play_is_held_for_the_common_start():
    """A person's play is taken back to the frame, said, and let go when the session has said when all start."""
    bench = Bench().standing()

    assert bench.tell(told.PersonPlayed(10.0), 2.0) == [
        told.PauseNow(),
        told.SeekTo(10.0),
        told.SendAction("video-play", at=1002.0),
    ]
    bench.tell(told.PlayerLanded(10.0), 2.08)
    answer = playback(2, playing=True, at=1002.2, event="video-play", by="me")
    assert bench.tell(told.ActionAccepted(answer), 2.1) == [told.StartAt(near(2.2))]


def test_a_play_while_all_play_leads_back_to_the_mark():
    """Who lets their player go while it waits for the common start is put back to the mark, and nothing is said."""
    bench = Bench().armed()

    commands = bench.tell(told.PersonPlayed(10.0), 1.95)

    assert commands == [told.PauseNow(), told.SeekTo(10.0)]


def test_a_seek_while_playing_is_shown_and_held():
    """A seek while all play shows the frame, is said, and goes on when the session has said when."""
    bench = Bench().steady()

    assert bench.tell(told.PersonSought(50.0), 5.0) == [
        told.PauseNow(),
        told.SeekTo(50.0),
        told.SendAction("video-seek", at=1005.0, position=50.0),
    ]
    bench.tell(told.PlayerLanded(50.0), 5.1)
    answer = playback(3, 50.0, playing=True, at=1005.3, event="video-seek", by="me")
    assert bench.tell(told.ActionAccepted(answer), 5.15) == [told.StartAt(near(5.3))]


def test_a_seek_while_the_start_is_awaited_stays_where_it_landed():
    """A seek by who stands and waits for a start has landed on its frame; no second seek is needed."""
    bench = Bench().armed()

    assert bench.tell(told.PersonSought(50.0), 1.95) == [
        told.PauseNow(),
        told.SendAction("video-seek", at=1001.95, position=50.0),
    ]


def test_a_seek_while_paused_is_said():
    """A seek while all are paused has landed already; it is only said."""
    bench = Bench().standing()

    assert bench.tell(told.PersonSought(50.0), 2.0) == [told.SendAction("video-seek", at=1002.0, position=50.0)]
    assert bench.controller.view(2.0).position == 50.0


def test_a_change_of_rate_is_made_and_said():
    """A person's change of rate is nudged around from now on, and said."""
    bench = Bench().steady()

    assert bench.tell(told.PersonChangedRate(1.5), 5.0) == [
        told.SetRate(1.5, keep_pitch=True, session_rate=1.5),
        told.SendAction("video-rate", at=1005.0, rate=1.5),
    ]


@pytest.mark.parametrize(("wanted", "meant"), [(0.01, 0.25), (100.0, 4.0)])
def test_a_rate_stays_within_what_a_session_allows(wanted: float, meant: float):
    """A rate beyond what a session allows is taken for the nearest that it does."""
    bench = Bench().standing()

    assert bench.tell(told.PersonChangedRate(wanted), 2.0)[-1] == told.SendAction("video-rate", at=1002.0, rate=meant)


def test_without_a_clock_an_action_says_no_instant():
    """Before the clock is known an action says no instant: it counts from its arrival."""
    bench = Bench()
    bench.hears(playback(1), 0.1)
    bench.tell(told.PlayerPrimed(10.0, 600.0, FRAME), 1.0)

    assert bench.tell(told.PersonSought(50.0), 2.0) == [told.SendAction("video-seek", at=None, position=50.0)]


@pytest.mark.parametrize("event", [told.PersonPaused(1.0), told.PersonPlayed(1.0), told.PersonSought(1.0)])
def test_hands_on_an_empty_player_say_nothing(event: told.PersonEvent):
    """What a person does before the media is loaded is theirs alone."""
    bench = Bench()
    assert bench.tell(event, 0.0) == []
    bench.hears(playback(1), 0.1)

    assert bench.tell(event, 0.2) == []


# --- one at a time --------------------------------------------------------------------------------------------


def test_one_action_is_on_its_way_at_a_time_and_of_many_seeks_only_the_last_is_said():
    """While an action waits for its answer later ones are kept, and of several seeks only the last is said."""
    bench = Bench().standing()
    said = [bench.tell(told.PersonSought(20.0 + step), 2.0 + step / 10) for step in range(4)]
    assert [len(commands) for commands in said] == [1, 0, 0, 0]

    answer = playback(2, 20.0, event="video-seek", by="me")
    assert bench.hears(answer, 2.5) == []
    assert bench.tell(told.ActionAccepted(answer), 2.5) == [told.SendAction("video-seek", at=1002.3, position=23.0)]
    assert bench.controller.view(2.6).position == 23.0


def test_actions_of_different_kinds_are_all_said_in_their_order():
    """A seek and a play that follow each other are both said, the seek first."""
    bench = Bench().standing()

    bench.tell(told.PersonSought(50.0), 2.0)
    bench.tell(told.PersonPlayed(50.0), 2.1)

    answer = told.ActionAccepted(playback(2, 50.0, by="me"))
    assert bench.tell(answer, 2.2) == [told.SendAction("video-play", at=1002.1)]


def test_the_others_news_wait_until_ones_own_action_is_answered():
    """What the others did does not pull a player about whose person has just acted; the answer decides."""
    bench = Bench().standing()
    bench.tell(told.PersonSought(50.0), 2.0)

    assert bench.hears(playback(2, 99.0), 2.1) == []
    assert bench.tell(told.ActionAccepted(playback(3, 50.0, by="me")), 2.2) == []


# --- refused -------------------------------------------------------------------------------------------------


def test_a_refused_action_is_told_and_undone():
    """What the session refuses is undone in the player, and the person reads why."""
    bench = Bench().steady()
    bench.tell(told.PersonPaused(13.0), 5.0)
    bench.tell(told.PlayerLanded(13.0), 5.1)

    commands = bench.tell(told.ActionRefused("forbidden", "only the host may", None), 5.15)

    assert commands == [told.Tell("forbidden", "only the host may"), told.SeekTo(near(13.404))]


def test_after_a_conflict_the_playback_in_force_is_followed():
    """Who loses to a later action is told and taken to where that led."""
    bench = Bench().standing()
    bench.tell(told.PersonSought(50.0), 2.0)

    commands = bench.tell(told.ActionRefused("conflict", "Ada acted a moment later", playback(3, 99.0)), 2.2)

    assert commands == [told.Tell("conflict", "Ada acted a moment later"), told.SeekTo(99.0)]


def test_an_old_answer_does_not_displace_newer_news():
    """An answer whose playback is older than what was heard since leaves the newer one in force."""
    bench = Bench().standing()
    bench.tell(told.PersonSought(50.0), 2.0)
    bench.hears(playback(3, 99.0), 2.1)

    assert bench.tell(told.ActionAccepted(playback(2, 50.0, by="me")), 2.2) == [told.SeekTo(99.0)]


def test_an_answer_to_nothing_is_harmless():
    """An answer that nobody waits for asks for nothing."""
    bench = Bench().standing()

    assert bench.tell(told.ActionAccepted(playback(1)), 2.0) == []


def test_an_answer_before_any_playback_is_harmless():
    """An answer before the session has said anything asks for nothing."""
    assert Bench().tell(told.ActionRefused("not-found", "no such session", None), 0.0) == [
        told.Tell("not-found", "no such session")
    ]


# --- without a link ----------------------------------------------------------------------------------------------


def test_an_action_without_a_link_is_kept_and_said_when_it_is_back():
    """Who has no link acts for themselves at once; the session is told when the link is back."""
    bench = Bench().steady()
    bench.tell(told.LinkLost(), 4.0)

    assert bench.tell(told.PersonPaused(13.0), 5.0) == [told.SeekTo(13.0)]
    assert bench.tell(told.LinkRestored(), 7.0) == [told.SendAction("video-pause", at=1005.0, position=13.0)]


def test_an_action_whose_answer_was_lost_is_not_said_twice():
    """An action that arrived before the link was lost is known by the playback it led to."""
    bench = Bench().steady()
    bench.tell(told.PersonPaused(13.0), 5.0)
    bench.tell(told.LinkLost(), 5.01)
    bench.hears(playback(3, 13.0, at=1005.0, by="me"), 7.0)

    assert bench.tell(told.LinkRestored(), 7.0) == []


def test_an_action_that_did_not_arrive_is_said_again():
    """An action that was on its way when the link was lost, and did not arrive, is said again."""
    bench = Bench().steady()
    bench.tell(told.PersonPaused(13.0), 5.0)
    bench.tell(told.LinkLost(), 5.01)

    assert bench.tell(told.LinkRestored(), 7.0) == [told.SendAction("video-pause", at=1005.0, position=13.0)]


def test_who_was_overtaken_is_told_and_follows():
    """What was done without a link is given up where others moved on meanwhile, and the person is told."""
    bench = Bench().steady()
    bench.tell(told.LinkLost(), 4.0)
    bench.tell(told.PersonPaused(13.0), 5.0)
    bench.hears(playback(5, 99.0), 7.0)

    commands = bench.tell(told.LinkRestored(), 7.0)

    assert [type(command) for command in commands] == [told.Tell, told.SeekTo]
    assert commands[0].code == "overtaken"


def test_a_play_without_a_link_plays_at_once():
    """Who has no link need not wait for a common start: their player runs on."""
    bench = Bench().standing()
    bench.tell(told.LinkLost(), 1.5)

    assert bench.tell(told.PersonPlayed(10.0), 2.0) == []
    assert bench.controller.phase is Phase.RUNNING
    assert bench.controller.view(3.0).position == pytest.approx(11.0)


def test_a_seek_without_a_link_plays_on_from_there():
    """A seek while playing without a link plays on from where it landed."""
    bench = Bench().steady()
    bench.tell(told.LinkLost(), 4.0)

    assert bench.tell(told.PersonSought(50.0), 5.0) == []
    assert bench.controller.view(6.0).position == pytest.approx(51.0)


def test_a_restored_link_before_any_playback_says_nothing():
    """A link that is restored before the session has said anything asks for nothing."""
    bench = Bench()
    bench.tell(told.LinkLost(), 0.0)

    assert bench.tell(told.LinkRestored(), 1.0) == []


# --- view only ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", [told.PersonPaused(13.0), told.PersonSought(50.0), told.PersonChangedRate(2.0)])
def test_with_view_only_nothing_is_said_or_undone(event: told.PersonEvent):
    """With view-only what a person does in their player stays theirs: nobody hears of it, nothing undoes it."""
    bench = Bench(view_only=True).steady()

    assert bench.tell(event, 5.0) == []
    assert bench.samples(6.0, drift=-1.0) == []
    assert bench.controller.view(6.0).state == "away"
    assert not bench.controller.view(6.0).in_sync


def test_with_view_only_a_play_leads_back_to_the_others():
    """With view-only a play leads back to where the others are, and nobody hears of it."""
    bench = Bench(view_only=True).steady()
    bench.tell(told.PersonPaused(13.0), 5.0)

    commands = bench.tell(told.PersonPlayed(13.0), 8.0)

    assert [type(command) for command in commands] == [told.PauseNow, told.SetRate, told.SeekTo]
    assert commands[-1].position > 16.0


def test_with_view_only_the_next_command_of_anybody_leads_back():
    """Who went their own way is with the others again as soon as somebody acts."""
    bench = Bench(view_only=True).steady()
    bench.tell(told.PersonPaused(13.0), 5.0)

    assert bench.hears(playback(2, playing=True, at=1002.0), 5.5) == []
    assert bench.hears(playback(3, 99.0), 6.0)[-1] == told.SeekTo(99.0)


def test_with_view_only_an_end_of_ones_own_is_not_said():
    """Who went ahead to the end of the media on their own does not end it for the others."""
    bench = Bench(view_only=True).steady()
    bench.tell(told.PersonSought(599.0), 5.0)

    assert bench.tell(told.PlayerEnded(599.96), 6.0) == []


def test_other_media_is_loaded_for_who_went_their_own_way():
    """Other media is for everybody, also for who went their own way."""
    bench = Bench(view_only=True).steady()
    bench.tell(told.PersonPaused(13.0), 5.0)

    assert bench.hears(playback(3, 0.0), 6.0, media("m2"))[-1] == told.LoadMedia(media("m2"), 0.0)
