"""Coming, going, coming back, roles, and what players report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.watch_session import RETURN_WITHIN, SEATS_REMEMBERED, Wake

if TYPE_CHECKING:
    from syncwatch_core.watch_session import Outcome
    from tests.core.conftest import Party


def events(outcome: Outcome) -> list[tuple[str, str | None]]:
    """What was told, and to whom."""
    return [(message.event, to) for message, to in outcome.messages]


def roles(party: Party) -> dict[str, str]:
    """Everybody's role, the gone ones' included."""
    return {key: member.role for key, member in party.session.members.items()}


def give(name: str, role: wire.Role) -> wire.SetRole:
    """The command that gives somebody a role."""
    return wire.SetRole(participant_id=name, role=role)


# --- coming ----------------------------------------------------------------------------------------------


def test_who_comes_is_told_everything_and_the_others_are_told_of_them(party: Party):
    """The newcomer gets the session and their own id; all get the newcomer."""
    party.join("ann")
    outcome = party.join("bob", now=101.0)
    joined, told = (message for message, _ in outcome.messages)

    assert events(outcome) == [("session-joined", "bob"), ("user-joined", None)]
    assert joined == wire.SessionJoined(session=party.session.view(101.0), participant_id="bob")
    assert told == wire.UserJoined(participant=party.session.participant("bob"))


def test_who_comes_moves_nobody(playing: Party):
    """A newcomer changes nothing of the playback."""
    before = playing.playback
    playing.join("dan", now=150.0)

    assert playing.playback == before


@pytest.mark.parametrize(("control", "role"), [("everyone", "controller"), ("host", "viewer")])
def test_joiners_get_the_role_that_control_gives(party: Party, control: wire.Control, role: str):
    """The creator is host; joiners are controllers where everyone may steer, else viewers."""
    party.join("ann")
    party.does("ann", wire.UpdateSession(control=control), 100.0)
    party.join("bob", now=101.0)

    assert roles(party) == {"ann": "host", "bob": role}


@pytest.mark.parametrize(
    ("given", "called"),
    [
        ("Ann", "Ann (2)"),
        ("ANN", "ANN (2)"),
        ("A\u200bnn", "Ann (2)"),
        ("\x1b[1mAnn", "[1mAnn"),
        ("\u202e", "somebody"),
        ("Anna", "Anna"),
        ("映画", "映画"),
    ],
)
def test_names_are_made_unique_and_harmless(party: Party, given: str, called: str):
    """Two people who would be called the same are told apart by a number."""
    party.join("ann")
    party.join("x", now=101.0, display_name=given)

    assert party.named("x") == called


def test_a_third_of_the_same_name_gets_a_third_number(party: Party):
    """The number is the first that nobody here has."""
    for name in ("a", "b", "c"):
        party.join(name, display_name="Ann")

    assert [party.named(name) for name in ("a", "b", "c")] == ["Ann", "Ann (2)", "Ann (3)"]


def test_a_numbered_name_is_no_longer_than_a_name_may_be(party: Party):
    """A name that is as long as it may be is shortened for its number, so that it can be given again."""
    for name in ("a", "b"):
        party.join(name, display_name="N" * 64)

    assert party.named("b") == "N" * 60 + " (2)"


def test_the_name_of_who_left_is_free(three: Party):
    """A name is taken only while its owner is here."""
    three.does("bob", wire.LeaveSession(), 101.0)
    three.join("x", now=102.0, display_name="Bob")

    assert three.named("x") == "Bob"


def test_hundreds_fit_in(party: Party):
    """A session of three hundred people shows them all."""
    party.join(*(f"p{number}" for number in range(300)))

    assert len(party.session.view(100.0).participants) == 300


# --- going and coming back -------------------------------------------------------------------------------


def test_who_leaves_is_gone_at_once(three: Party):
    """All are told that somebody left, and the seat is no longer shown."""
    outcome = three.does("bob", wire.LeaveSession(), 101.0)

    assert outcome.messages == ((wire.UserLeft(participant_id="bob", display_name="Bob", reason="left"), None),)
    assert [seat.participant_id for seat in three.session.view(101.0).participants] == ["ann", "cem"]


@pytest.mark.parametrize("name", [None, "bob"])
def test_who_is_not_there_leaves_without_a_word(three: Party, name: str | None):
    """To leave twice, or from outside, is no fault and tells nobody anything."""
    three.does("bob", wire.LeaveSession(), 101.0)

    assert three.does(name, wire.LeaveSession(), 102.0).messages == ()


def test_a_lost_connection_moves_and_troubles_nobody(playing: Party):
    """The others hear nothing of a connection that comes back soon; the seat is shown as not connected."""
    before = playing.playback
    lost = playing.loses("bob", 120.0)
    again = playing.loses("bob", 121.0)
    shown = playing.session.participant("bob")

    assert (lost.messages, again.messages) == ((), ())
    assert (shown.connected, shown.state) == (False, "away")
    assert playing.playback == before
    assert playing.seat("bob").lost_at == 120.0


def test_who_comes_back_in_time_finds_their_seat(playing: Party):
    """Who reconnects gets the session again, keeps name and role, and the others are not told that they came."""
    playing.does("ann", give("bob", "viewer"), 111.0)
    playing.loses("bob", 120.0)
    outcome = playing.join("bob", now=149.9)

    assert events(outcome) == [("session-joined", "bob")]
    assert (playing.named("bob"), roles(playing)["bob"]) == ("Bob", "viewer")
    assert playing.seat("bob").lost_at is None
    assert playing.session.wakes_at is None


def test_a_lost_seat_is_given_up_after_half_a_minute(playing: Party):
    """After thirty seconds the others are told that the person left."""
    playing.loses("bob", 120.0)
    assert playing.session.wakes_at == 120.0 + RETURN_WITHIN == 150.0
    early = playing.apply(Wake(), 149.9)
    late = playing.apply(Wake(), 150.0)

    assert early.messages == ()
    assert late.messages == ((wire.UserLeft(participant_id="bob", display_name="Bob", reason="disconnected"), None),)
    assert "bob" not in playing.session.presence


def test_a_seat_lost_at_the_beginning_of_time_is_given_up_too(party: Party):
    """Server time 0 is an instant like any other."""
    party.join("ann", "bob", now=0.0)
    party.loses("bob", 0.0)

    assert party.session.wakes_at == RETURN_WITHIN


def test_who_comes_back_late_has_their_role_again(three: Party):
    """A seat is remembered after its owner left, its role too; that they are ready is asked anew."""
    three.does("ann", give("bob", "viewer"), 101.0)
    three.does("bob", wire.SetReady(ready=True), 102.0)
    three.does("bob", wire.LeaveSession(), 103.0)
    outcome = three.join("bob", now=5000.0)

    assert events(outcome) == [("session-joined", "bob"), ("user-joined", None)]
    assert roles(three)["bob"] == "viewer"
    assert not three.session.participant("bob").ready


def test_seats_of_long_ago_are_forgotten(party: Party):
    """Beyond five hundred seats the oldest of those who are gone are forgotten, never the host's."""
    party.join("ann")
    party.does("ann", wire.LeaveSession(), 100.0)
    for number in range(SEATS_REMEMBERED + 10):
        party.join(f"p{number}", now=101.0)
        party.does(f"p{number}", wire.LeaveSession(), 102.0)
    members = list(party.session.members)

    assert len(members) == SEATS_REMEMBERED
    assert members[0] == "ann"
    assert members[-1] == f"p{SEATS_REMEMBERED + 9}"


def test_nobody_who_is_here_is_forgotten(party: Party):
    """However many there are, who is here keeps their seat."""
    party.join(*(f"p{number}" for number in range(SEATS_REMEMBERED + 10)))

    assert len(party.session.present()) == SEATS_REMEMBERED + 10


def test_after_a_restart_everybody_finds_their_seat(playing: Party):
    """What is known of presence may be lost with the server; who comes back has name and role, and plays on."""
    playing.does("ann", give("bob", "viewer"), 111.0)
    playing.session = playing.session.replace(presence={})
    assert playing.session.view(120.0).participants == ()
    outcome = playing.join("bob", now=121.0)

    assert events(outcome) == [("session-joined", "bob"), ("user-joined", None)]
    assert roles(playing) == {"ann": "host", "bob": "viewer", "cem": "controller"}
    assert playing.position(121.0) == 11.0


# --- removal ---------------------------------------------------------------------------------------------


def test_who_is_kicked_is_told_and_gone(three: Party):
    """The one is told why, the others that they left; the host gets the session without them."""
    outcome = three.does("ann", wire.Kick(participant_id="bob"), 101.0)

    assert outcome.messages == (
        (wire.Kicked(reason="the host removed you"), "bob"),
        (wire.UserLeft(participant_id="bob", display_name="Bob", reason="kicked"), None),
    )
    assert outcome.reply == wire.SessionReply(session=three.session.view(101.0))
    assert "bob" not in three.session.members


def test_who_was_kicked_may_come_back_as_somebody_new(three: Party):
    """Without a ban the door is open, but the seat and its role are gone."""
    three.does("ann", give("bob", "viewer"), 100.0)
    three.does("ann", wire.Kick(participant_id="bob"), 101.0)
    three.join("bob", now=102.0)

    assert roles(three)["bob"] == "controller"


@pytest.mark.parametrize("fields", [{"token_hash": "hash-bob"}, {"address": "203.0.113.7"}])
def test_who_is_banned_stays_out(three: Party, fields: dict[str, str]):
    """Who was banned comes back neither with their old token nor from their address."""
    three.join("bob", now=100.0, address="203.0.113.7")
    three.does("ann", wire.Kick(participant_id="bob", ban=True), 101.0)
    before = three.session
    with pytest.raises(AppError) as refusal:
        three.join("again", now=102.0, **fields)

    assert refusal.value.code is ErrorCode.KICKED
    assert three.session == before


def test_a_ban_does_not_shut_out_those_behind_the_same_address(three: Party):
    """Who has a seat already, and the host, come back also from the address that was banned."""
    three.join("cem", now=100.0, address="203.0.113.7")
    three.join("bob", now=100.0, address="203.0.113.7")
    three.does("ann", wire.Kick(participant_id="bob", ban=True), 101.0)
    three.loses("cem", 102.0)
    three.join("cem", now=103.0, address="203.0.113.7")
    three.join("desk", now=103.0, address="203.0.113.7", role="host")

    assert three.seat("cem").connected
    assert three.seat("desk").connected


def test_a_ban_without_an_address_bans_the_seat_alone(three: Party):
    """Where the address is unknown, others whose address is unknown may still come."""
    three.does("ann", wire.Kick(participant_id="bob", ban=True), 101.0)
    three.join("dan", now=102.0)

    assert three.session.settings.banned == ("hash-bob",)
    assert three.seat("dan").connected


@pytest.mark.parametrize(
    ("name", "code"), [("ann", ErrorCode.FORBIDDEN), ("nobody", ErrorCode.NOT_FOUND), ("cem", ErrorCode.NOT_FOUND)]
)
def test_some_cannot_be_kicked(three: Party, name: str, code: ErrorCode):
    """The host can't be removed, nor who is not there."""
    three.does("cem", wire.LeaveSession(), 100.0)

    assert three.refused("ann", wire.Kick(participant_id=name), 101.0).code is code


# --- roles and flags ---------------------------------------------------------------------------------------


def test_a_role_is_given_by_hand(three: Party):
    """All are told of it, without the chat; the host gets the whole session."""
    three.does("ann", wire.SendChat(text="hello"), 100.0)
    outcome = three.does("ann", give("bob", "viewer"), 101.0)
    (told, to), *_ = outcome.messages

    assert roles(three)["bob"] == "viewer"
    assert isinstance(told, wire.SessionUpdated)
    assert (to, told.session.chat) == (None, ())
    assert outcome.reply == wire.SessionReply(session=three.session.view(101.0))


def test_to_make_somebody_host_hands_the_session_over(three: Party):
    """There is one host: the new one; the old one steers on."""
    three.does("ann", give("bob", "host"), 101.0)

    assert roles(three) == {"ann": "controller", "bob": "host", "cem": "controller"}


def test_who_handed_over_does_not_take_it_back_by_reconnecting(three: Party):
    """An explicit role wins over the creator's token, until the new host gives the session back."""
    three.does("ann", give("bob", "host"), 101.0)
    three.loses("ann", 102.0)
    three.join("ann", now=103.0, role="host")
    assert roles(three) == {"ann": "controller", "bob": "host", "cem": "controller"}
    three.does("bob", give("ann", "host"), 104.0)

    assert roles(three) == {"ann": "host", "bob": "controller", "cem": "controller"}


def test_the_host_token_brings_the_host_role_to_a_new_seat(three: Party):
    """Who joins with the host's token from another device is the one host."""
    three.join("desk", now=101.0, role="host")

    assert roles(three) == {"ann": "controller", "bob": "controller", "cem": "controller", "desk": "host"}


def test_the_host_may_be_made_host(three: Party):
    """To make the host host changes nothing."""
    three.does("ann", give("ann", "host"), 101.0)

    assert roles(three) == {"ann": "host", "bob": "controller", "cem": "controller"}


def test_a_session_is_not_left_without_a_host(three: Party):
    """The host can't step down without a successor."""
    assert three.refused("ann", give("ann", "viewer"), 101.0).code is ErrorCode.BAD_REQUEST


def test_who_is_not_there_gets_no_role(three: Party):
    """A role is given to who is here."""
    assert three.refused("ann", give("nobody", "viewer"), 101.0).code is ErrorCode.NOT_FOUND


def test_a_change_of_control_changes_the_roles_that_nobody_gave(three: Party):
    """With control for the host alone joiners become viewers, and back; roles given by hand stay, so does the host."""
    three.does("ann", give("bob", "controller"), 101.0)
    three.does("ann", wire.UpdateSession(control="host"), 102.0)
    assert roles(three) == {"ann": "host", "bob": "controller", "cem": "viewer"}
    three.does("ann", wire.UpdateSession(control="everyone"), 103.0)

    assert roles(three) == {"ann": "host", "bob": "controller", "cem": "controller"}


def test_ready_is_the_persons_own_flag(three: Party):
    """Who says that they are ready is shown as ready, whatever their player does."""
    three.does("bob", wire.SetReady(ready=True), 101.0)
    three.reports("bob", "buffering", 102.0)

    assert three.session.participant("bob").ready
    assert three.refused(None, wire.SetReady(ready=True), 103.0).code is ErrorCode.NOT_FOUND


# --- reports -----------------------------------------------------------------------------------------------


def test_a_report_is_shown_as_it_came(watching: Party):
    """State, position, drift, uncertainty and rtt are shown; what a report leaves out of the way is kept."""
    watching.reports("bob", "playing", 101.0, current_time=5.0, drift=-0.002, uncertainty=0.001, rtt=0.1, seek_cost=0.3)
    watching.reports("bob", "paused", 102.0, current_time=6.0)
    shown = watching.session.participant("bob")

    assert (shown.state, shown.current_time, shown.drift, shown.uncertainty) == ("paused", 6.0, None, None)
    assert (shown.rtt, watching.seat("bob").seek_cost) == (0.1, 0.3)


def test_reports_move_nobody(watching: Party):
    """Whatever a player reports of itself, it is no action."""
    before = watching.playback
    for state in ("loading", "playing", "buffering", "ended", "away", "paused"):
        watching.reports("bob", state, 101.0, current_time=500.0)

    assert watching.playback == before


@pytest.mark.parametrize("name", [None, "nobody"])
def test_a_report_of_who_has_no_seat_is_passed_over(watching: Party, name: str | None):
    """Only who has a seat is shown."""
    before = watching.session
    watching.reports(name, "playing", 101.0)  # type: ignore[arg-type]

    assert watching.session == before


def test_a_report_on_what_was_watched_before_is_passed_over(watching: Party):
    """A late report on other media says nothing of this one."""
    watching.reports("bob", "playing", 101.0, media_id="another")

    assert watching.seat("bob").state == "loading"


def test_the_first_to_report_a_duration_tells_all(three: Party):
    """A length that nobody knew becomes the media's, is told to all, and is no revision; the first report stands."""
    three.does("ann", wire.VideoLoad(url="https://h/a.mp4"), 100.0)
    before = three.playback
    media_id = before.media_id
    outcome = three.reports("bob", "paused", 101.0, duration=600.0, media_id=media_id)
    again = three.reports("cem", "paused", 101.1, duration=599.0, media_id=media_id)
    media = three.session.stage.media

    assert media is not None
    assert media.duration == 600.0
    assert outcome.messages == ((wire.VideoUrlUpdated(media=media, playback=before), None),)
    assert again.messages == ()
    assert three.playback == before


@pytest.mark.parametrize("fields", [{"duration": 600.0}, {"duration": 0.0, "media_id": "id-4"}, {"media_id": "id-4"}])
def test_a_duration_of_one_knows_not_what_is_passed_over(three: Party, fields: dict[str, Any]):
    """A length counts only if it says of which media it is, and is one."""
    three.does("ann", wire.VideoLoad(url="https://h/a.mp4"), 100.0)
    assert three.playback.media_id == "id-4"
    three.reports("bob", "paused", 101.0, **fields)
    media = three.session.stage.media

    assert media is not None
    assert media.duration is None


def test_the_first_to_find_a_live_stream_tells_all(three: Party):
    """What one player finds to be live is so for all, who are told once; it is no revision."""
    three.does("ann", wire.VideoLoad(url="https://h/live.m3u8"), 100.0)
    before = three.playback
    media_id = before.media_id
    outcome = three.reports("bob", "paused", 101.0, live=True, media_id=media_id)
    again = three.reports("cem", "paused", 101.1, live=False, media_id=media_id)
    media = three.session.stage.media

    assert media is not None
    assert media.live is True
    assert outcome.messages == ((wire.VideoUrlUpdated(media=media, playback=before), None),)
    assert again.messages == ()
    assert three.playback == before


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([{}], None),
        ([{"live": False}], False),
        ([{"live": True, "media_id": None}], None),
        ([{"live": True}, {"duration": 600.0}], False),
        ([{"duration": 600.0}, {"live": True}], False),
    ],
)
def test_what_has_a_length_is_not_live(three: Party, reports: list[dict[str, Any]], *, expected: bool | None):
    """Reports on this media count, and a length that any player knows outweighs what others find."""
    three.does("ann", wire.VideoLoad(url="https://h/a.mp4"), 100.0)
    for number, fields in enumerate(reports):
        three.reports("bob", "paused", 101.0 + number, **{"media_id": three.playback.media_id, **fields})
    media = three.session.stage.media

    assert media is not None
    assert media.live is expected
