"""Loading, playing, pausing, seeking, the rate, and actions that cross on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from syncwatch_core import messages as wire
from syncwatch_core.errors import ErrorCode
from syncwatch_core.playback_rules import lead
from syncwatch_core.staging import LOAD_LEAD

if TYPE_CHECKING:
    from tests.core.conftest import Party

PLAY, PAUSE = wire.VideoPlay, wire.VideoPause


def seek(position: float, at: float | None = None) -> wire.VideoSeek:
    """A seek to a position."""
    return wire.VideoSeek(current_time=position, at=at)


def playback_of(outcome: Any) -> wire.Playback:
    """The playback that a command was answered with."""
    assert isinstance(outcome.reply, wire.PlaybackReply)
    return outcome.reply.playback


# --- loading -----------------------------------------------------------------------------------------


def test_a_load_makes_everybody_stand_paused_at_the_start(playing: Party):
    """After a load everybody stands paused at its start position, at the ordinary rate, and all are told."""
    playing.does("ann", wire.VideoRate(rate=2.0), 115.0)
    outcome = playing.does("bob", wire.VideoLoad(url="https://h/a.mp4", start_position=30.0), 120.0)
    media, playback = playing.session.stage.media, playing.playback

    assert media is not None
    assert (media.url, media.title, media.provider, media.duration) == ("https://h/a.mp4", "a.mp4", "direct", None)
    assert (playback.current_time, playback.is_playing, playback.rate, playback.at) == (30.0, False, 1.0, 120.0)
    assert playback.media_id == media.media_id
    assert playback.cause == wire.Cause(event="video-load", participant_id="bob")
    assert outcome.messages == (
        (wire.VideoUrlUpdated(media=media, playback=playback), None),
        (wire.HistoryUpdated(item=playing.session.history[-1]), None),
    )
    assert outcome.reply == wire.LoadReply(media=media, playback=playback)


def test_a_load_counts_as_one_revision(three: Party):
    """The first load is revision 1, the second 2."""
    three.watches(100.0)
    three.watches(101.0)

    assert three.playback.revision == 2


def test_a_load_starts_at_zero_unless_told(three: Party):
    """Without a start position the media stands at 0."""
    three.does("ann", wire.VideoLoad(url="https://h/a.mp4"), 100.0)

    assert three.playback.current_time == 0.0


def test_a_start_position_is_not_beyond_the_end(three: Party):
    """A start position beyond the known end is the end."""
    film = wire.MediaFile(name="film.mkv", size=1, duration=600.0)
    three.does("ann", wire.VideoLoad(file=film, start_position=9000.0), 100.0)

    assert three.playback.current_time == 600.0


def test_everybody_loads_anew(playing: Party):
    """After a load each player is loading until it reports, and nothing of what it reported before counts."""
    playing.reports("bob", "buffering", 111.0, drift=0.5, uncertainty=0.1)
    playing.watches(112.0)
    seat = playing.seat("bob")

    assert (seat.state, seat.stalled_at, seat.drift, seat.uncertainty) == ("loading", None, None, None)


@pytest.mark.parametrize(
    ("file", "title", "expected"),
    [
        ("film\u202e.mkv", None, "film.mkv"),
        ("film.mkv", " A \x1b[1mFilm ", "A [1mFilm"),
        ("film.mkv", "\x00", "film.mkv"),
        ("\u200b", None, None),
    ],
)
def test_media_is_called_by_its_title_or_its_name(three: Party, file: str, title: str | None, expected: str | None):
    """A title is given, or made of the file's name, and is safe to show."""
    three.does("ann", wire.VideoLoad(file=wire.MediaFile(name=file, size=1), title=title), 100.0)
    media = three.session.stage.media

    assert media is not None
    assert (media.title, media.provider) == (expected, "file")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (wire.VideoLoad(), ErrorCode.BAD_REQUEST),
        (wire.VideoLoad(url="https://h/a.mp4", file=wire.MediaFile(name="a", size=1)), ErrorCode.BAD_REQUEST),
        (wire.VideoLoad(url="file:///etc/passwd"), ErrorCode.UNSUPPORTED_URL),
    ],
)
def test_what_cannot_be_loaded_is_refused(watching: Party, command: wire.VideoLoad, code: ErrorCode):
    """A load names one url of http or https, or one file; else it is refused and nothing changes."""
    assert watching.refused("ann", command, 101.0).code is code


# --- playing, pausing, seeking -------------------------------------------------------------------------


@pytest.mark.parametrize("command", [PLAY(), PAUSE(), seek(5.0), wire.VideoRate(rate=2.0)])
def test_nothing_moves_before_something_is_loaded(three: Party, command: wire.ClientEvent):
    """Without media there is nothing to steer, and the refusal says what to do."""
    refusal = three.refused("ann", command, 100.0)

    assert refusal.code is ErrorCode.BAD_REQUEST
    assert "load" in str(refusal.hint)


def test_all_start_together_in_a_moment(watching: Party):
    """A play starts at an instant that everybody can make, and all are told the same."""
    outcome = watching.does("bob", PLAY(), 110.0)
    playback = playback_of(outcome)

    assert (playback.is_playing, playback.current_time, playback.at) == (True, 0.0, 110.09)
    assert playback.cause == wire.Cause(event="video-play", participant_id="bob")
    assert [message for message, to in outcome.messages if to is None] == [
        wire.VideoSync(**{name: getattr(playback, name) for name in playback.__struct_fields__})
    ]


def test_a_play_from_elsewhere_leaves_time_to_seek(watching: Party):
    """A play from another position starts when the slowest player can have sought there."""
    playback = playback_of(watching.does("bob", PLAY(current_time=60.0), 110.0))

    assert (playback.current_time, playback.at) == (60.0, 110.29)


@pytest.mark.parametrize(
    ("shown", "starts_from"),
    [
        # all stand on the frame after the position
        ((10.02, 10.02, 10.0205), 10.02),
        # they do not agree
        ((10.02, 10.03, 10.02), 10.0),
        # one of them has not said where it stands
        ((10.02, None, 10.02), 10.0),
        # a frame before it, one that is too far on, and the very position
        ((9.98, 9.98, 9.98), 10.0),
        ((10.06, 10.06, 10.06), 10.0),
        ((10.0, 10.0, 10.0), 10.0),
    ],
)
def test_a_play_starts_from_the_frame_on_which_all_stand(
    playing: Party, shown: tuple[float | None, ...], starts_from: float
):
    """A pause falls between two frames; who stands on the next does not have to wait for the timeline to come by."""
    playing.does(None, PAUSE(), 120.0)
    for name, position in zip(("ann", "bob", "cem"), shown, strict=True):
        playing.reports(name, "paused", 120.5, current_time=position)

    assert playback_of(playing.does(None, PLAY(), 121.0)).current_time == starts_from


def test_who_is_elsewhere_does_not_keep_the_others_from_their_frame(playing: Party):
    """Whose player is loading, or whose connection is lost, stands on no frame."""
    playing.does(None, PAUSE(), 120.0)
    playing.reports("ann", "paused", 120.5, current_time=10.02)
    playing.reports("bob", "loading", 120.5, current_time=3.0)
    playing.reports("cem", "paused", 120.5, current_time=10.0)
    playing.loses("cem", 120.6)

    assert playback_of(playing.does(None, PLAY(), 121.0)).current_time == 10.02


def test_a_pause_stops_all_on_the_frame_that_the_person_saw(playing: Party):
    """A pause stands at the position that came with it, at the instant of the person's action."""
    playback = playback_of(playing.does("bob", PAUSE(current_time=9.9, at=119.8), 120.0))

    assert (playback.is_playing, playback.current_time, playback.at) == (False, 9.9, 119.8)


def test_a_pause_without_a_position_stands_where_the_timeline_was(playing: Party):
    """A pause from a script stands where the timeline is."""
    playback = playback_of(playing.does(None, PAUSE(), 120.0))

    assert (playback.is_playing, playback.current_time, playback.at) == (False, 10.0, 120.0)
    assert playback.cause.participant_id is None


def test_a_pause_before_the_start_stands_where_all_are_held(watching: Party):
    """A pause while all are held for a common start leaves them where they are."""
    watching.does("ann", PLAY(), 110.0)
    playback = playback_of(watching.does("ann", PAUSE(), 110.05))

    assert (playback.is_playing, playback.current_time) == (False, 0.0)


def test_a_seek_while_playing_plays_on_from_there(playing: Party):
    """If it played, all play on from the new position together."""
    playback = playback_of(playing.does("bob", seek(300.0), 120.0))

    assert (playback.is_playing, playback.current_time, playback.at) == (True, 300.0, 120.24)


def test_a_seek_while_paused_stays_paused(watching: Party):
    """If it stood, all stand at the new position."""
    playback = playback_of(watching.does("bob", seek(300.0), 120.0))

    assert (playback.is_playing, playback.current_time, playback.at) == (False, 300.0, 120.0)


@pytest.mark.parametrize("command", [seek(9000.0), PAUSE(current_time=9000.0)])
def test_no_position_is_beyond_the_end(playing: Party, command: wire.ClientEvent):
    """A position beyond the known end is the end."""
    assert playback_of(playing.does("bob", command, 120.0)).current_time == 600.0


def test_where_the_end_is_unknown_any_position_will_do(three: Party):
    """Before a player reports how long the media is, a position is taken as it comes."""
    three.does("ann", wire.VideoLoad(url="https://h/a.mp4"), 100.0)

    assert playback_of(three.does("ann", seek(9000.0), 101.0)).current_time == 9000.0


def test_another_rate_goes_on_from_the_same_position(playing: Party):
    """From the instant at which the person changed it the same media moves at the other rate."""
    playback = playback_of(playing.does("bob", wire.VideoRate(rate=2.0, at=120.0), 120.1))

    assert (playback.rate, playback.current_time, playback.at) == (2.0, 10.0, 120.0)
    assert playing.position(121.0) == 12.0


@pytest.mark.parametrize("command", [PLAY(), PLAY(current_time=3.0), wire.VideoRate(rate=1.0)])
def test_what_is_so_already_is_ok_and_changes_nothing(playing: Party, command: wire.ClientEvent):
    """Playing what plays, or the rate that it has, is accepted, moves nobody and is no revision."""
    before = playing.playback
    outcome = playing.does("bob", command, 120.0)

    assert playback_of(outcome) == playing.playback == before
    assert outcome.messages == ()


@pytest.mark.parametrize("command", [PAUSE(), PAUSE(current_time=0.0005)])
def test_pausing_what_is_paused_changes_nothing(watching: Party, command: wire.ClientEvent):
    """A pause of what stands already, on the same frame, is accepted and no revision."""
    before = watching.playback
    outcome = watching.does("bob", command, 120.0)

    assert (playback_of(outcome), outcome.messages) == (before, ())


def test_a_later_pause_elsewhere_moves_all(watching: Party):
    """Who pauses elsewhere, long after the last action, has seen another frame, and all go to it."""
    assert playback_of(watching.does("bob", PAUSE(current_time=40.0), 120.0)).current_time == 40.0


def test_a_script_may_pause_twice(playing: Party):
    """One hand that pauses here and a moment later there is taken at its second word."""
    playing.does(None, PAUSE(current_time=10.0), 120.0)

    assert playback_of(playing.does(None, PAUSE(current_time=20.0), 120.5)).current_time == 20.0


# --- actions that cross --------------------------------------------------------------------------------


def test_the_later_action_wins_over_the_later_arrival(playing: Party):
    """Bob's seek was done before Ann's and arrives after it: he is refused with the playback in force."""
    in_force = playback_of(playing.does("ann", seek(100.0, at=120.1), 120.2))
    refusal = playing.refused("bob", seek(200.0, at=120.0), 120.3)

    assert refusal.code is ErrorCode.CONFLICT
    assert refusal.message == "Ann acted a moment later"
    assert refusal.playback == in_force


def test_the_later_action_wins_also_if_it_arrives_later(playing: Party):
    """Of two seeks in their order the second stands, and nobody is refused."""
    playing.does("ann", seek(100.0, at=120.0), 120.2)

    assert playback_of(playing.does("bob", seek(200.0, at=120.1), 120.3)).current_time == 200.0


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (PAUSE(current_time=10.1, at=120.1), PAUSE(current_time=10.0, at=120.0)),
        (PAUSE(current_time=10.0, at=120.0), PAUSE(current_time=10.1, at=120.1)),
        (seek(100.0, at=120.1), seek(100.0, at=120.0)),
        (wire.VideoRate(rate=2.0, at=120.1), wire.VideoRate(rate=2.0, at=120.0)),
    ],
)
def test_two_like_actions_at_once_are_both_ok(playing: Party, first: wire.ClientEvent, second: wire.ClientEvent):
    """Two people who do the same at once are both told ok, and the first to arrive stands."""
    in_force = playback_of(playing.does("ann", first, 120.2))

    assert playback_of(playing.does("bob", second, 120.3)) == in_force


def test_two_plays_at_once_are_both_ok(watching: Party):
    """Two people who press play at once start once."""
    in_force = playback_of(watching.does("ann", PLAY(current_time=0.0, at=120.1), 120.2))

    assert playback_of(watching.does("bob", PLAY(current_time=0.0, at=120.0), 120.3)) == in_force


@pytest.mark.parametrize("first", ["ann", None])
def test_a_like_pause_that_was_done_earlier_is_ok(playing: Party, first: str | None):
    """Who paused before somebody else, a script included, but arrives after, is told ok and moves nobody."""
    in_force = playback_of(playing.does(first, PAUSE(at=120.1), 120.2))

    assert playback_of(playing.does("bob", PAUSE(current_time=9.9, at=120.0), 120.3)) == in_force


def test_a_play_that_crosses_a_pause_goes_to_the_later(watching: Party):
    """Ann plays; Bob, who has not heard of it, pauses a moment later: the pause is the last word."""
    watching.does("bob", PAUSE(at=120.1), 120.15)
    refusal = watching.refused("ann", PLAY(at=120.0), 120.2)

    assert refusal.code is ErrorCode.CONFLICT
    assert refusal.message == "Bob acted a moment later"
    assert refusal.playback is not None
    assert not refusal.playback.is_playing


def test_nobody_crosses_themselves(playing: Party):
    """One person's actions count in the order in which they come, though their clock was set right in between."""
    playing.does("ann", seek(100.0, at=120.1), 120.2)

    assert playback_of(playing.does("ann", seek(110.0, at=120.09), 120.3)).current_time == 110.0


def test_an_action_claimed_to_be_old_is_taken_as_two_seconds_old(playing: Party):
    """An ``at`` of long ago counts as two seconds ago, so that it moves nobody far."""
    playback = playback_of(playing.does("bob", PAUSE(at=1.0), 120.0))

    assert (playback.at, playback.current_time) == (118.0, 8.0)


def test_an_action_is_never_in_the_future(playing: Party):
    """An ``at`` in the future counts as now, so that nobody wins races by it."""
    playback = playback_of(playing.does("bob", PAUSE(at=9e9), 120.0))

    assert (playback.at, playback.current_time) == (120.0, 10.0)
    assert playback_of(playing.does("ann", PLAY(at=120.0), 120.1)).is_playing


def test_a_seek_in_what_was_watched_before_loses_to_the_load(playing: Party):
    """A seek that was done before other media was loaded does not move that."""
    playing.does("ann", wire.VideoLoad(url="https://h/b.mp4"), 120.0)
    refusal = playing.refused("bob", seek(300.0, at=119.9), 120.1)

    assert refusal.code is ErrorCode.CONFLICT
    assert refusal.playback == playing.playback


def test_who_loads_may_play_at_once(three: Party):
    """A play that follows a load on the same wire is no conflict, however long the way is."""
    three.does("ann", wire.VideoLoad(url="https://h/b.mp4"), 120.2)

    assert playback_of(three.does("ann", PLAY(at=120.01), 120.2)).is_playing


def test_somebody_without_a_name_may_win_too(playing: Party):
    """A script's later action wins like a person's, and the loser is told that somebody acted."""
    playing.does(None, seek(100.0, at=120.1), 120.2)

    assert playing.refused("bob", seek(200.0, at=120.0), 120.3).message == "somebody acted a moment later"


# --- what only looks like an action --------------------------------------------------------------------


def test_a_newcomer_does_not_restart_what_plays(playing: Party):
    """Who comes into a session and reports "paused at 0" moves nobody."""
    before = playing.playback
    playing.join("dan", now=150.0)
    outcome = playing.reports("dan", "paused", 150.1, current_time=0.0)

    assert playing.playback == before
    assert outcome.messages == ()


def test_the_first_to_come_back_into_an_empty_session_does_not_restart_it(playing: Party):
    """A session that everybody left plays on, and who comes first finds it where it would be."""
    for name in ("ann", "bob", "cem"):
        playing.does(name, wire.LeaveSession(), 120.0)
    playing.join("bob", now=200.0)
    playing.reports("bob", "paused", 200.1, current_time=0.0)

    assert playing.playback.is_playing
    assert playing.position(210.0) == 100.0


# --- leads ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rtt", "seek_cost", "starting", "seeking"),
    [
        (None, None, 0.09, 0.29),
        (0.0, 0.0, 0.06, 0.06),
        (0.3, 0.1, 0.19, 0.29),
        (0.3, 9.0, 0.19, 1.5),
        (60.0, 0.0, 0.6, 1.5),
    ],
)
def test_a_lead_lets_the_slowest_make_it(
    three: Party, rtt: float | None, seek_cost: float | None, starting: float, seeking: float
):
    """A start lies as far ahead as the slowest way and seek need, within bounds."""
    for name in ("ann", "bob"):
        three.reports(name, "paused", 100.0, rtt=0.0, seek_cost=0.0)
    three.reports("cem", "paused", 100.0, rtt=rtt, seek_cost=seek_cost)

    assert lead(three.session, seeking=False) == pytest.approx(starting)
    assert lead(three.session, seeking=True) == pytest.approx(seeking)


@pytest.mark.parametrize(("jitter", "starting"), [(None, 0.19), (0.01, 0.19), (0.03, 0.24)])
def test_a_lead_allows_for_the_jitter(three: Party, jitter: float | None, starting: float):
    """On a line with much jitter a start lies three times that ahead of the way there, else 40 ms."""
    for name in ("ann", "bob"):
        three.reports(name, "paused", 100.0, rtt=0.0, seek_cost=0.0)
    three.reports("cem", "paused", 100.0, rtt=0.3, jitter=jitter)

    assert lead(three.session, seeking=False) == pytest.approx(starting)


def test_who_is_not_connected_is_not_allowed_for(three: Party):
    """A lost connection does not make the others wait."""
    three.reports("cem", "paused", 100.0, rtt=60.0)
    for name in ("ann", "bob"):
        three.reports(name, "paused", 100.0, rtt=0.0)
    three.loses("cem", 101.0)

    assert lead(three.session, seeking=False) == 0.06


def test_an_empty_session_needs_no_more_than_the_least(party: Party):
    """With nobody there a start needs the shortest lead."""
    assert lead(party.session, seeking=True) == 0.06
    assert LOAD_LEAD > 0.06


# --- live streams ------------------------------------------------------------------------------------


@pytest.fixture
def broadcast(three: Party) -> Party:
    """Ann, Bob and Cem, paused on a live stream."""
    three.does("ann", wire.VideoLoad(url="https://h/live.m3u8"), 100.0)
    three.reports("bob", "paused", 101.0, live=True, media_id=three.playback.media_id)
    return three


@pytest.mark.parametrize("command", [seek(1.0), seek(0.0), PLAY(current_time=30.0)])
def test_a_live_stream_goes_nowhere(broadcast: Party, command: wire.ClientEvent):
    """Whoever wants all to go to a place in a live stream is refused in words that say what can be done."""
    refusal = broadcast.refused("ann", command, 102.0)

    assert (refusal.code, refusal.message) == (
        ErrorCode.BAD_REQUEST,
        "a live stream can only be played and paused",
    )
    assert refusal.hint == "play and pause go without a position"


@pytest.mark.parametrize("play", [PLAY(), PLAY(current_time=0.0)])
def test_a_live_stream_is_played_and_paused(broadcast: Party, play: wire.VideoPlay):
    """A play that names no other place, and a pause, are taken."""
    assert playback_of(broadcast.does("ann", play, 102.0)).is_playing
    assert not playback_of(broadcast.does("bob", PAUSE(), 110.0)).is_playing
