"""The session as a whole: what it shows, what it is told, when it wakes and when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.watch_session import (
    CHAT_KEPT,
    KEEP_EMPTY_FOR,
    LoseSeat,
    Wake,
    WatchSession,
    new_session,
)

if TYPE_CHECKING:
    from tests.core.conftest import Party


# --- what it shows -------------------------------------------------------------------------------------


def test_a_new_session_is_empty_and_waits_for_media(party: Party):
    """Without media it stands paused at 0, at revision 0, and says that it waits."""
    view = party.session.view(101.0)

    assert (view.session_id, view.code, view.link) == ("s1", "ABC-DEF", "http://h/s/ABC-DEF")
    assert (view.state, view.media, view.participants, view.queue, view.chat) == ("waiting", None, (), (), ())
    assert (view.control, view.buffer_wait, view.locked, view.has_password) == ("everyone", "wait", False, False)
    assert (view.playback.media_id, view.playback.current_time, view.playback.is_playing) == (None, 0.0, False)
    assert (view.playback.revision, view.created_at, view.server_time) == (0, 100.0, 101.0)


def test_a_session_with_media_is_active(watching: Party):
    """Once something is loaded the session is active."""
    assert watching.session.view(101.0).state == "active"


def test_everybody_is_shown_in_the_order_of_their_coming(three: Party):
    """Participants stand in the order in which they came, the host first."""
    assert [seat.display_name for seat in three.session.view(101.0).participants] == ["Ann", "Bob", "Cem"]
    assert three.session.connected() == ["ann", "bob", "cem"]


def test_a_report_looks_through_the_people_once(playing: Party):
    """Who is lost or stalls is found once for each value of a session, which rules and timer then both know."""
    before = playing.session
    playing.reports("bob", "buffering", 120.0)

    assert vars(playing.session).keys() == {"in_trouble"}
    assert playing.session.in_trouble.keys() == {"bob"}
    assert playing.session.wakes_at == 121.0
    assert before.in_trouble == {}
    assert playing.session.replace(presence=before.presence).in_trouble == {}


def test_the_view_may_leave_out_the_chat(three: Party):
    """Where the chat is not wanted it is empty."""
    three.does("ann", wire.SendChat(text="hello"), 101.0)

    assert len(three.session.view(102.0).chat) == 1
    assert three.session.view(102.0, chat=False).chat == ()


def test_no_secret_is_shown(three: Party):
    """Neither password nor tokens nor addresses are in what people see."""
    three.join("dan", now=100.0, address="203.0.113.7")
    three.does("ann", wire.UpdateSession(password="pbkdf2-of-it"), 101.0)
    shown = msgspec.json.encode(three.session.view(102.0)).decode()

    assert three.session.view(102.0).has_password
    assert not any(secret in shown for secret in ("pbkdf2-of-it", "hash-", "203.0.113.7"))


def test_who_only_reads_gets_the_session(three: Party):
    """``get-session`` answers with the session and changes nothing."""
    before = three.session
    outcome = three.does(None, wire.GetSession(), 101.0)

    assert outcome.reply == wire.SessionReply(session=before.view(101.0))
    assert (three.session, outcome.messages) == (before, ())


def test_a_session_survives_storing(playing: Party):
    """What is written as JSON is read as the same session, in the middle of a wait too."""
    playing.reports("bob", "buffering", 120.0)
    playing.apply(Wake(), 121.0)
    playing.does("ann", wire.QueueAdd(url="https://h/映画.mp4"), 122.0)
    playing.does("ann", wire.SendChat(text="🎬 مرحبا"), 122.0)

    assert msgspec.json.decode(msgspec.json.encode(playing.session), type=WatchSession) == playing.session


# --- settings ------------------------------------------------------------------------------------------


def test_settings_change_as_given(three: Party):
    """What is given changes, what is left out stays; all are told."""
    three.does("ann", wire.UpdateSession(title=" Film\x1b \u202enight", locked=True), 101.0)
    outcome = three.does("ann", wire.UpdateSession(buffer_wait="go-on", password="hashed"), 102.0)
    view = three.session.view(102.0)

    assert (view.title, view.locked, view.buffer_wait, view.has_password) == ("Film night", True, "go-on", True)
    assert outcome.messages == ((wire.SessionUpdated(session=view), None),)
    assert outcome.reply == wire.SessionReply(session=view)


def test_title_and_password_are_taken_away_by_empty_ones(three: Party):
    """An empty title or password is none."""
    three.does("ann", wire.UpdateSession(title="Film night", password="hashed"), 101.0)
    three.does("ann", wire.UpdateSession(title="", password=""), 102.0)
    view = three.session.view(102.0)

    assert (view.title, view.has_password) == (None, False)


def test_tracks_are_pinned_and_un_pinned(three: Party):
    """A kind of track that is named is pinned, an empty name takes its pin away, the other kind stays as it was."""
    three.does("ann", wire.UpdateSession(tracks=wire.TrackPins(audio="2", subtitles="No")), 101.0)
    outcome = three.does("ann", wire.UpdateSession(tracks=wire.TrackPins(audio="")), 102.0)
    view = three.session.view(102.0)

    assert view.tracks == wire.Tracks(audio=None, subtitles="no")
    assert outcome.messages == ((wire.SessionUpdated(session=view), None),)

    three.does("ann", wire.UpdateSession(title="Friday"), 103.0)
    assert three.session.view(103.0).tracks == view.tracks


def test_settings_of_before_there_were_pins_are_read(three: Party):
    """A session that an older version stored has no pins."""
    stored = msgspec.to_builtins(three.session)
    del stored["settings"]["tracks"]

    assert msgspec.convert(stored, WatchSession).settings.tracks == wire.Tracks()


# --- talk ------------------------------------------------------------------------------------------------


def test_what_is_said_is_told_to_all_and_kept(three: Party):
    """A line of chat has its author's name and the server's time."""
    outcome = three.does("bob", wire.SendChat(text=" Hello\n\x1b[31mall "), 101.0)
    (said,) = three.session.chat

    assert (said.participant_id, said.display_name, said.text, said.sent_at) == ("bob", "Bob", "Hello [31mall", 101.0)
    assert [msgspec.structs.asdict(message) for message, _ in outcome.messages] == [msgspec.structs.asdict(said)]
    assert outcome.reply == wire.Done()


def test_a_script_speaks_as_somebody(three: Party):
    """Who only knows the code has no name."""
    three.does(None, wire.SendChat(text="film at eight"), 101.0)
    (said,) = three.session.chat

    assert (said.participant_id, said.display_name) == (None, "somebody")


def test_a_newcomer_sees_the_last_fifty_lines(three: Party):
    """The chat keeps its last fifty lines, each with an id of its own."""
    for number in range(CHAT_KEPT + 7):
        three.does("bob", wire.SendChat(text=f"line {number}"), 101.0)

    assert [said.text for said in three.session.chat] == [f"line {number}" for number in range(7, 57)]
    assert len({said.message_id for said in three.session.chat}) == 50


@pytest.mark.parametrize(
    "command", [wire.SendChat(text="\u200b \n"), wire.SendReaction(emoji="\x07"), wire.SendReaction(emoji="\u200d")]
)
def test_nothing_to_see_is_not_said(three: Party, command: wire.ClientEvent):
    """What would show nothing is refused."""
    assert three.refused("bob", command, 101.0).code is ErrorCode.BAD_REQUEST


def test_a_reaction_is_shown_and_forgotten(three: Party):
    """All see a reaction; nothing of it is kept."""
    before = three.session
    outcome = three.does("bob", wire.SendReaction(emoji="👍🏽"), 101.0)

    assert outcome.messages == ((wire.Reaction(participant_id="bob", emoji="👍🏽"), None),)
    assert three.session == before


@pytest.mark.parametrize("command", [wire.ClientError(message="oops"), wire.Clock(client_sent=1.0)])
def test_what_others_take_note_of_changes_nothing(three: Party, command: wire.ClientEvent):
    """What is for the log or the transport is accepted and changes nothing here."""
    before = three.session

    assert three.does("bob", command, 101.0) == (before, (), wire.Done())


@pytest.mark.parametrize(
    "command", [wire.CreateSession(display_name="Ann"), wire.JoinSession(code="ABC-DEF", display_name="Ann")]
)
def test_what_is_no_command_of_a_session_is_refused(three: Party, command: wire.ClientEvent):
    """To create or to join is not asked of a session."""
    assert three.refused("bob", command, 101.0).code is ErrorCode.BAD_REQUEST


# --- its end -----------------------------------------------------------------------------------------------


def test_an_ended_session_takes_nothing_more(playing: Party):
    """All are told that it is over; after that every command is refused, and nothing wakes it."""
    outcome = playing.does("ann", wire.EndSession(), 120.0)

    assert outcome.messages == ((wire.SessionEnded(reason="the host ended it"), None),)
    assert playing.session.view(121.0).state == "ended"
    assert playing.session.wakes_at is None
    for command in (wire.GetSession(), wire.VideoPause(), wire.LeaveSession()):
        assert playing.refused("bob", command, 121.0).code is ErrorCode.ENDED
    with pytest.raises(AppError, match="the host ended it"):
        playing.join("dan", now=122.0)


@pytest.mark.parametrize("command", [LoseSeat(participant_id="bob"), Wake()])
def test_an_ended_session_lets_go_in_silence(playing: Party, command: LoseSeat | Wake):
    """What happens by itself after the end, lost connections and late wakes, is no fault."""
    playing.does("ann", wire.EndSession(), 120.0)
    before = playing.session

    assert playing.apply(command, 121.0) == (before, (), wire.Done())


def test_an_end_during_a_wait_is_an_end(playing: Party):
    """A session that ends while it waits for somebody starts nothing any more."""
    playing.reports("bob", "buffering", 120.0)
    playing.apply(Wake(), 121.0)
    before = playing.playback
    playing.does("ann", wire.EndSession(), 122.0)
    playing.loses("bob", 123.0)

    assert playing.playback == before
    assert playing.session.wakes_at is None


def test_a_session_in_which_nobody_is_ends_by_itself():
    """A session that nobody comes to, or comes back to, ends after a set time and not before."""
    session = new_session("s1", "ABC-DEF", 100.0, host_token_hash="h", keep_empty_for=60.0)

    assert session.wakes_at == 160.0
    assert session.apply(Wake(), 159.9).session.settings.ended is None
    assert session.apply(Wake(), 160.0).session.settings.ended == "nobody came"


def test_the_time_for_nobody_counts_from_the_last_one(three: Party):
    """It counts from when the last one left or lost their connection, and is forgotten when somebody comes."""
    for name, now in (("ann", 110.0), ("bob", 120.0)):
        three.does(name, wire.LeaveSession(), now)
    assert three.session.wakes_at is None
    three.loses("cem", 130.0)
    three.apply(Wake(), 160.0)
    assert three.session.wakes_at == 130.0 + KEEP_EMPTY_FOR
    three.join("bob", now=200.0)

    assert three.session.wakes_at is None


def test_a_refusal_changes_nothing(three: Party):
    """A command that is refused leaves the very same session."""
    assert three.refused("ann", wire.VideoPlay(), 101.0).code is ErrorCode.BAD_REQUEST
