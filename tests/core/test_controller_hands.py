"""A person on the way elsewhere while others act, and scripts that act in a person's player."""

from __future__ import annotations

import pytest

from syncwatch_core import controller_events as told
from syncwatch_core.player_belief import Phase
from syncwatch_core.script_patience import LEFT_ALONE_FOR, TOLD_EVERY
from tests.core.controller_bench import CLOCK, FRAME, Bench, media, near, playback

# --- on the way --------------------------------------------------------------------------------------------


def test_what_others_do_waits_until_a_seek_has_landed():
    """What others do while a person's seek is decoded does not override it; it is said with when they set out."""
    bench = Bench().standing()
    assert bench.tell(told.PersonSetOut(at=2.0), 2.0) == []
    assert bench.hears(playback(2, 99.0, at=1002.05), 2.1) == []

    commands = bench.tell(told.PersonSought(50.0, at=2.0), 2.2)

    assert commands == [told.SendAction("video-seek", at=1002.0, position=50.0)]


def test_who_set_out_earlier_than_others_acted_is_told_and_follows():
    """The session decides who was later; who loses reads it and goes along."""
    bench = Bench().standing()
    bench.tell(told.PersonSetOut(at=2.0), 2.0)
    bench.hears(playback(2, 99.0, at=1002.05), 2.1)
    bench.tell(told.PersonSought(50.0, at=2.0), 2.2)

    commands = bench.tell(told.ActionRefused("conflict", "Ada acted a moment later", playback(2, 99.0)), 2.3)

    assert commands == [told.Tell("conflict", "Ada acted a moment later"), told.SeekTo(99.0)]


def test_a_seek_that_leads_nowhere_lets_the_others_lead():
    """Where it was nobody's seek after all, what others did meanwhile is followed."""
    bench = Bench().standing()
    bench.tell(told.PersonSetOut(), 2.0)
    bench.hears(playback(2, 99.0), 2.1)

    assert bench.tell(told.PersonStayed(), 2.2) == [told.SeekTo(99.0)]


def test_a_seek_that_takes_too_long_is_given_up_and_the_person_told():
    """A seek that is still decoded after two seconds loses to what others have done, and the person reads it."""
    bench = Bench().standing()
    bench.tell(told.PersonSetOut(at=2.0), 2.0)
    assert bench.hears(playback(2, 99.0), 2.1) == []
    assert bench.controller.wakes_at == near(4.0)
    assert bench.tell(told.Woken(), 3.9) == []

    [tell, seek] = bench.tell(told.Woken(), 4.0)

    assert tell.code == "overtaken"
    assert seek == told.SeekTo(99.0)


def test_a_slow_seek_that_nobody_crosses_is_said_when_it_lands():
    """A seek may take as long as it likes where nobody else acts."""
    bench = Bench().standing()
    bench.tell(told.PersonSetOut(at=2.0), 2.0)
    assert bench.tell(told.Woken(), 8.0) == []

    commands = bench.tell(told.PersonSought(50.0, at=2.0), 9.0)

    assert commands == [told.SendAction("video-seek", at=1002.0, position=50.0)]


def test_other_media_does_not_wait_for_a_seek_in_what_is_over():
    """Other media is loaded at once, whoever is on the way within the old one."""
    bench = Bench().standing()
    bench.tell(told.PersonSetOut(), 2.0)

    assert bench.hears(playback(2, 0.0), 2.1, media("m2"))[-1] == told.LoadMedia(media("m2"), 0.0)


def test_a_seek_that_waits_for_media_is_not_called_back():
    """Media that runs out and comes again within a person's own seek is no reason to go back to the others."""
    bench = Bench().steady()
    bench.tell(told.PersonSetOut(at=4.0), 4.0)
    bench.tell(told.PlayerStalled(), 4.2)

    assert bench.tell(told.PlayerResumed(), 4.5) == []


def test_a_pause_right_after_a_seek_is_said_too():
    """Who seeks and pauses at once is told for both: the session would play on from there else."""
    bench = Bench().steady()
    bench.tell(told.PersonSought(50.0, at=5.0), 5.1)
    assert bench.tell(told.PersonPaused(50.0, at=5.05), 5.1) == []

    answer = playback(3, 50.0, playing=True, at=1005.4, event="video-seek", by="me")

    assert bench.tell(told.ActionAccepted(answer), 5.2) == [told.SendAction("video-pause", at=1005.05, position=50.0)]


def live() -> Bench:
    """A player of media that can't be sought in, in a session that plays since local 2.0."""
    bench = Bench()
    bench.tell(told.ClockEstimated(CLOCK), 0.0)
    bench.hears(playback(1), 0.1)
    bench.tell(told.PlayerPrimed(10.0, None, FRAME, seekable=False), 1.0)
    bench.hears(playback(2, playing=True, at=1002.0, event="video-play"), 1.9)
    bench.tell(told.Woken(), 2.0)
    return bench


def test_a_place_in_a_live_stream_is_nobody_elses():
    """Where media can't be sought in a pause says when and not where, and a seek is said to nobody but the person."""
    bench = live()
    words = "a live stream can only be played and paused"
    assert bench.tell(told.PersonSought(50.0), 5.0) == [told.Tell("unseekable", words)]

    assert bench.tell(told.PersonPaused(13.0), 6.0)[-1] == told.SendAction("video-pause", at=1006.0)


def test_a_person_is_told_once_for_each_media_that_it_cant_be_sought_in():
    """A person's seek is answered once in words; other media, which has a length but no places, in words of its own."""
    bench = live()
    assert len(bench.tell(told.PersonSought(50.0), 5.0)) == 1
    assert bench.tell(told.PersonSought(60.0), 6.0) == []

    bench.hears(playback(3), 7.0, media("m2"))
    bench.tell(told.PlayerPrimed(0.0, 600.0, FRAME, seekable=False), 8.0)
    assert bench.tell(told.PersonSought(50.0), 9.0) == [told.Tell("unseekable", "this can't be sought in")]
    assert bench.tell(told.PersonSought(60.0), 10.0) == []


# --- steps --------------------------------------------------------------------------------------------------


def test_steps_by_frames_are_said_and_end_exactly_on_the_frame():
    """Steps by frames lead everybody to that frame, and the one who steps brings the sound there too."""
    bench = Bench().standing()

    assert bench.tell(told.PersonSought(10.0 + FRAME, exact=False), 2.0) == [
        told.SeekTo(10.0 + FRAME),
        told.SendAction("video-seek", at=1002.0, position=10.0 + FRAME),
    ]


def test_steps_to_and_fro_are_nothing_to_say():
    """Steps that end where they began are not said; only the sound is brought there."""
    bench = Bench().standing()

    assert bench.tell(told.PersonSought(10.0, exact=False), 2.0) == [told.SeekTo(10.0)]


# --- scripts -------------------------------------------------------------------------------------------------


def test_a_scripts_seek_while_paused_is_undone_and_told():
    """What a script does is undone, and the person reads what would have made it count."""
    bench = Bench().standing()

    assert bench.tell(told.PersonSought(3720.0, by_script=True), 2.0) == [
        told.PauseNow(),
        told.SetRate(1.0, keep_pitch=False, session_rate=1.0),
        told.SeekTo(10.0),
        told.Tell("script", "a script in mpv went to 1:02:00; with --scripts-steer everybody would have gone along"),
    ]


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (told.PersonSought(72.0, by_script=True), "went to 1:12"),
        (told.PersonPaused(13.0, by_script=True), "paused"),
    ],
)
def test_a_script_that_leaves_a_playing_session_is_brought_back(event: told.PersonEvent, words: str):
    """A script's seek or pause while all play leads back to where all are."""
    bench = Bench().steady()

    commands = bench.tell(event, 5.0)

    assert [type(command) for command in commands] == [told.PauseNow, told.SetRate, told.SeekTo, told.Tell]
    assert commands[2].position > 13.0
    assert words in commands[-1].message


def test_a_scripts_play_is_taken_back():
    """A script's play while all are paused is undone."""
    commands = Bench().standing().tell(told.PersonPlayed(10.0, by_script=True), 2.0)

    assert [type(command) for command in commands] == [told.PauseNow, told.SetRate, told.SeekTo, told.Tell]
    assert "played" in commands[-1].message


def test_a_scripts_speed_is_set_back():
    """A script's speed is set back to the session's."""
    commands = Bench().steady().tell(told.PersonChangedRate(1.5, by_script=True), 5.0)

    assert [type(command) for command in commands] == [told.SetRate, told.Tell]
    assert commands[0].session_rate == 1.0
    assert "set the speed to 1.5" in commands[-1].message


def test_a_scripts_pause_while_all_are_paused_is_nothing():
    """A script's pause that changes nothing is neither undone nor told."""
    assert Bench().standing().tell(told.PersonPaused(10.0, by_script=True), 2.0) == []


def test_with_scripts_steer_a_script_counts_as_the_person():
    """Who wants their scripts to steer has their seeks said to all."""
    bench = Bench(scripts_steer=True).standing()

    commands = bench.tell(told.PersonSought(50.0, by_script=True), 2.0)

    assert commands == [told.SendAction("video-seek", at=1002.0, position=50.0)]


def test_words_about_scripts_come_once_a_minute():
    """A script that acts often is undone each time, and told of once a minute."""
    bench = Bench().standing()
    seek = told.PersonSought(50.0, by_script=True)

    def tells(now: float) -> bool:
        found = any(isinstance(command, told.Tell) for command in bench.tell(seek, now))
        bench.tell(told.PlayerLanded(10.0), now + 0.1)
        return found

    assert [tells(now) for now in (2.0, 20.0, 40.0, 2.0 + TOLD_EVERY)] == [True, False, False, True]


def insisted() -> Bench:
    """A player in a playing session whose script has gone to 60 s four times, last at local 6.0."""
    bench = Bench().steady()
    for turn in range(4):
        bench.tell(told.PersonSought(60.0, by_script=True), 4.5 + turn * 0.5)
    return bench


def test_a_script_that_insists_is_left_alone_for_a_while():
    """A script that goes out again and again is not fought for ever: its player is let go, and tried again later."""
    bench = insisted()
    assert bench.controller.view(6.0).state == "away"
    assert bench.tell(told.PersonSought(61.0, by_script=True), 7.0) == []
    bench.tell(told.Woken(), 12.0)
    assert bench.controller.view(12.0).state == "away"
    assert bench.controller.wakes_at is not None
    assert bench.controller.wakes_at <= 6.0 + LEFT_ALONE_FOR

    commands = bench.tell(told.Woken(), 6.0 + LEFT_ALONE_FOR)

    assert [type(command) for command in commands] == [told.PauseNow, told.SetRate, told.SeekTo]
    assert bench.controller.view(30.0).state != "away"


def test_a_script_that_insists_on_a_pause_is_left_standing():
    """A player whose script pauses it again and again stands on its own for a while."""
    bench = Bench().steady()
    for turn in range(4):
        bench.tell(told.PersonPaused(13.0, by_script=True), 4.5 + turn * 0.5)

    assert bench.controller.phase is Phase.STANDING
    assert bench.controller.view(6.0).state == "away"


def test_what_others_do_leads_back_from_where_a_script_went():
    """Who was left to their script is with the others as soon as somebody acts."""
    bench = insisted()

    assert bench.hears(playback(3, 99.0), 7.0)[-1] == told.SeekTo(99.0)
    assert bench.controller.wakes_at is not None


def test_a_persons_own_act_leads_back_from_where_a_script_went():
    """A person's pause in a player that went its own way pauses all where they are, not where the script went."""
    commands = insisted().tell(told.PersonPaused(63.0), 7.0)

    assert commands[-1] == told.SendAction("video-pause", at=1007.0)
    assert commands[-2].position == near(15.0)


def test_a_persons_speed_leads_back_from_where_a_script_went():
    """A person's speed is for all, and their player leaves where the script went."""
    commands = insisted().tell(told.PersonChangedRate(1.5), 7.0)

    assert [type(command) for command in commands] == [told.PauseNow, told.SetRate, told.SeekTo, told.SendAction]


def test_before_the_media_is_there_nobody_is_on_the_way_for_long():
    """What is done on an empty player is nothing, however it is told."""
    bench = Bench()
    bench.tell(told.ClockEstimated(CLOCK), 0.0)

    assert bench.tell(told.PersonSetOut(), 0.1) == []
    assert bench.tell(told.PersonStayed(), 0.2) == []
    assert bench.tell(told.PersonSought(5.0), 0.3) == []
