"""What a session does when somebody's player has nothing to play."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncwatch_core import messages as wire
from syncwatch_core.waiting import GRACE, LIMIT
from syncwatch_core.watch_session import Wake

if TYPE_CHECKING:
    from syncwatch_core.watch_session import Outcome
    from tests.core.conftest import Party


def notices(outcome: Outcome) -> list[tuple[str, str | None]]:
    """What people were told, and about whom."""
    return [(told.message, told.participant_id) for told, _ in outcome.messages if isinstance(told, wire.Notice)]


def stall(party: Party, name: str, now: float) -> Outcome:
    """Let somebody's player run dry, and their grace pass."""
    party.reports(name, "buffering", now)
    return party.apply(Wake(), now + GRACE)


def test_a_short_stall_holds_nobody(playing: Party):
    """Within the grace the one who buffers is left to catch up."""
    before = playing.playback
    playing.reports("bob", "buffering", 120.0)
    playing.apply(Wake(), 120.9)
    playing.reports("bob", "playing", 120.95)

    assert playing.playback == before
    assert playing.session.wakes_at is None


def test_after_the_grace_all_hold_and_are_told_for_whom(playing: Party):
    """A stall of a second holds everybody a little further on, and names the one who buffers."""
    playing.reports("bob", "buffering", 120.0)
    assert playing.session.wakes_at == 120.0 + GRACE == 121.0
    outcome = playing.apply(Wake(), 121.0)
    playback = playing.playback

    assert (playback.is_playing, playback.at) == (False, 121.0)
    assert playback.current_time == pytest.approx(11.06)
    assert playback.cause == wire.Cause(event="status", participant_id="bob")
    assert notices(outcome) == [("waiting for Bob, who is buffering; play goes on without them", "bob")]


def test_the_grace_counts_from_the_first_report(playing: Party):
    """To report the same stall again is no new stall."""
    playing.reports("bob", "buffering", 120.0)
    playing.reports("bob", "buffering", 120.8)
    playing.apply(Wake(), 121.0)

    assert not playing.playback.is_playing


def test_two_who_buffer_are_both_named(playing: Party):
    """Everybody who is waited for is named."""
    playing.reports("bob", "buffering", 120.0)
    playing.reports("cem", "buffering", 120.0)
    outcome = playing.apply(Wake(), 121.0)

    assert notices(outcome) == [("waiting for Bob and Cem, who are buffering; play goes on without them", "bob")]


def test_nobody_is_thrown_back(playing: Party):
    """Through a stall and after it the session never stands at an earlier position than before."""
    positions = [playing.position(120.0)]
    for name, state, now in (("bob", "buffering", 120.0), ("bob", "paused", 125.0), ("bob", "playing", 127.0)):
        playing.reports(name, state, now)  # type: ignore[arg-type]
        positions.append(playing.position(now))
        playing.apply(Wake(), now + 1.0)
        positions.append(playing.position(now + 1.0))

    assert positions == sorted(positions)
    assert playing.playback.is_playing


def test_nobody_is_held_beyond_the_end(playing: Party):
    """A hold at the very end stands at the end."""
    stall(playing, "bob", 708.97)

    assert playing.playback.current_time == 600.0


def test_a_hold_where_the_end_is_unknown(three: Party):
    """Media of unknown length is held like any other."""
    three.does("ann", wire.VideoLoad(url="https://h/a.mp4"), 100.0)
    three.reports("bob", "paused", 101.0)
    three.does("ann", wire.VideoPlay(), 110.0)
    stall(three, "bob", 120.0)

    assert three.session.waiting is not None


def test_the_wait_ends_as_soon_as_they_have_caught_up(playing: Party):
    """Once the player that ran dry can go on, all go on together from where they hold."""
    stall(playing, "bob", 120.0)
    held = playing.playback.current_time
    outcome = playing.reports("bob", "paused", 124.0)
    playback = playing.playback

    assert (playback.is_playing, playback.current_time, playback.at) == (True, held, 124.06)
    assert notices(outcome) == [("everybody is ready again", "bob")]
    assert playing.session.waiting is None


def test_with_two_waited_for_both_must_catch_up(playing: Party):
    """One of two is not enough."""
    playing.reports("bob", "buffering", 120.0)
    playing.reports("cem", "buffering", 120.0)
    playing.apply(Wake(), 121.0)
    playing.reports("bob", "paused", 122.0)
    assert not playing.playback.is_playing
    playing.reports("cem", "paused", 123.0)

    assert playing.playback.is_playing


def test_the_wait_has_a_limit(playing: Party):
    """After twenty seconds the session goes on without them, and says so."""
    stall(playing, "bob", 120.0)
    assert playing.session.wakes_at == 121.0 + LIMIT == 141.0
    early = playing.apply(Wake(), 140.9)
    late = playing.apply(Wake(), 141.0)

    assert early.messages == ()
    assert notices(late) == [("going on without who is still buffering", "bob")]
    assert playing.playback.is_playing
    assert playing.session.wakes_at is None


def test_who_was_gone_on_without_is_waited_for_again_once_they_had_caught_up(playing: Party):
    """Excused from the wait, a player holds nobody until it has caught up; after that it may."""
    stall(playing, "bob", 120.0)
    playing.apply(Wake(), 141.0)
    playing.reports("bob", "buffering", 142.0)
    playing.reports("bob", "paused", 142.5)
    assert playing.seat("bob").excused
    playing.apply(Wake(), 150.0)
    assert playing.playback.is_playing
    playing.reports("bob", "playing", 160.0)
    stall(playing, "bob", 170.0)

    assert not playing.playback.is_playing


def test_anybody_may_go_on_without_them(playing: Party):
    """A play during a wait goes on without the one who buffers, at once and for good."""
    stall(playing, "bob", 120.0)
    outcome = playing.does("cem", wire.VideoPlay(), 122.0)
    playing.apply(Wake(), 130.0)

    assert isinstance(outcome.reply, wire.PlaybackReply)
    assert outcome.reply.playback == playing.playback
    assert playing.playback.is_playing
    assert playing.seat("bob").excused


def test_a_pause_during_a_wait_is_a_pause(playing: Party):
    """Who pauses while all hold has paused: the end of the stall starts nothing."""
    stall(playing, "bob", 120.0)
    playing.does("cem", wire.VideoPause(), 122.0)
    outcome = playing.reports("bob", "paused", 123.0)

    assert not playing.playback.is_playing
    assert playing.session.waiting is None
    assert outcome.messages == ()


def test_a_pause_excuses_nobody(playing: Party):
    """Who still buffers when all play again after a pause is waited for again."""
    stall(playing, "bob", 120.0)
    playing.does("cem", wire.VideoPause(), 122.0)
    playing.does("cem", wire.VideoPlay(), 125.0)
    assert playing.session.wakes_at == pytest.approx(126.06)
    playing.apply(Wake(), 126.1)

    assert playing.session.waiting is not None


def test_a_seek_during_a_wait_goes_on_waiting(playing: Party):
    """All hold at the new position, and go on from there once the one who buffers can."""
    stall(playing, "bob", 120.0)
    playing.does("cem", wire.VideoSeek(current_time=300.0), 122.0)
    assert not playing.playback.is_playing
    playing.reports("bob", "paused", 124.0)

    assert (playing.playback.is_playing, playing.playback.current_time) == (True, 300.0)


def test_a_load_ends_the_wait(playing: Party):
    """Other media starts with a clean slate."""
    stall(playing, "bob", 120.0)
    playing.watches(122.0)

    assert playing.session.waiting is None
    assert not playing.playback.is_playing


def test_a_newcomer_is_waited_for_by_nobody(playing: Party):
    """Who is still on the way in, loading or buffering or standing, holds nobody."""
    playing.join("dan", now=120.0)
    for state, now in (("loading", 120.1), ("paused", 121.0), ("buffering", 122.0)):
        playing.reports("dan", state, now)  # type: ignore[arg-type]
        playing.apply(Wake(), now + 5.0)

    assert playing.playback.is_playing
    assert playing.session.wakes_at is None


def test_a_newcomer_who_has_kept_up_is_one_of_them(playing: Party):
    """Once a player has played with the others it is waited for like theirs."""
    playing.join("dan", now=120.0)
    playing.reports("dan", "playing", 121.0)
    stall(playing, "dan", 130.0)

    assert not playing.playback.is_playing


@pytest.mark.parametrize("platform", ["bot", "web"])
def test_who_never_reports_is_waited_for_by_nobody(playing: Party, platform: str):
    """A program without a player holds nobody."""
    playing.join("bot", now=120.0, platform=platform)
    playing.apply(Wake(), 200.0)

    assert playing.playback.is_playing


@pytest.mark.parametrize("state", ["playing", "paused", "ended", "away"])
def test_only_a_stall_is_waited_for(playing: Party, state: wire.ParticipantState):
    """Whoever plays, paused on their own, came to the end or put it away holds nobody."""
    playing.reports("bob", state, 120.0)
    playing.apply(Wake(), 150.0)

    assert playing.playback.is_playing


def test_what_is_paused_waits_for_nobody(watching: Party):
    """While all stand paused a stall is no matter; it counts from the start on."""
    watching.reports("bob", "paused", 101.0)
    watching.reports("bob", "buffering", 105.0)
    watching.apply(Wake(), 109.0)
    assert watching.session.wakes_at is None
    watching.does("ann", wire.VideoPlay(), 110.0)

    assert watching.session.wakes_at == pytest.approx(watching.playback.at + GRACE)


def test_with_go_on_nobody_waits(playing: Party):
    """A session that is to go on holds for nobody."""
    playing.does("ann", wire.UpdateSession(buffer_wait="go-on"), 111.0)
    stall(playing, "bob", 120.0)

    assert playing.playback.is_playing


def test_go_on_ends_a_wait(playing: Party):
    """To change the setting during a wait goes on at once, and the answer shows the playback in force."""
    stall(playing, "bob", 120.0)
    outcome = playing.does("ann", wire.UpdateSession(buffer_wait="go-on"), 122.0)

    assert playing.playback.is_playing
    assert isinstance(outcome.reply, wire.SessionReply)
    assert outcome.reply.session.playback == playing.playback


def test_to_wait_begins_with_the_setting(playing: Party):
    """Who buffers when the session is set to wait is waited for, in the same breath."""
    playing.does("ann", wire.UpdateSession(buffer_wait="go-on"), 111.0)
    playing.reports("bob", "buffering", 120.0)
    playing.does("ann", wire.UpdateSession(buffer_wait="wait"), 130.0)

    assert playing.session.waiting is not None


@pytest.mark.parametrize("command", [wire.Kick(participant_id="bob"), wire.SetReady(ready=True)])
def test_the_host_may_remove_who_is_waited_for(playing: Party, command: wire.ClientEvent):
    """The wait ends when the one waited for is no longer there, and only then."""
    stall(playing, "bob", 120.0)
    playing.does("ann", command, 122.0)

    assert playing.playback.is_playing is isinstance(command, wire.Kick)


def test_a_lost_connection_ends_the_wait_for_it(playing: Party):
    """Nobody waits for a connection that is lost, and people are told the truth about why it goes on."""
    stall(playing, "bob", 120.0)
    outcome = playing.loses("bob", 122.0)

    assert playing.playback.is_playing
    assert notices(outcome) == [("going on without who is no longer connected", "bob")]


def test_a_lost_connection_is_not_waited_for(playing: Party):
    """A stall ends with the connection of whoever stalled."""
    playing.reports("bob", "buffering", 120.0)
    playing.loses("bob", 120.5)
    playing.apply(Wake(), 125.0)

    assert playing.playback.is_playing


@pytest.mark.parametrize("back", ["bob", "cem"])
def test_a_wait_survives_the_server_and_ends(playing: Party, back: str):
    """What was held when the server died goes on by itself with the first who comes back."""
    stall(playing, "bob", 120.0)
    held = playing.playback.current_time
    playing.session = playing.session.replace(presence={})
    assert playing.session.wakes_at == 121.0 + LIMIT
    playing.join(back, now=125.0)

    assert (playing.playback.is_playing, playing.playback.current_time) == (True, held)


def test_a_late_wake_makes_each_change_a_revision_of_its_own(playing: Party):
    """A command that comes when the wait was due changes the playback, then the wait does; each is told and counted."""
    before = playing.playback.revision
    playing.reports("bob", "buffering", 120.0)
    outcome = playing.does("ann", wire.VideoRate(rate=2.0, at=120.0), 122.0)
    told = [message for message, _ in outcome.messages if isinstance(message, wire.VideoSync)]

    assert [message.revision for message in told] == [before + 1, before + 2]
    assert isinstance(outcome.reply, wire.PlaybackReply)
    assert outcome.reply.playback == playing.playback
    assert not playing.playback.is_playing


def test_server_time_zero_is_an_instant_like_any_other(party: Party):
    """A stall that began at 0 began at 0."""
    party.join("ann", now=0.0)
    party.watches(0.0)
    party.reports("ann", "buffering", 0.0)
    party.reports("ann", "buffering", 5.0)

    assert party.seat("ann").stalled_at == 0.0
