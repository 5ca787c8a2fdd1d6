"""Media that can't be played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncwatch_core import messages as wire
from syncwatch_core.waiting import GRACE
from syncwatch_core.watch_session import Outcome, Wake

if TYPE_CHECKING:
    from tests.core.conftest import Party

PRIVATE = "the video is private"


def fails(party: Party, name: str, now: float, why: str = PRIVATE) -> Outcome:
    """Somebody's player can't play what is on."""
    return party.reports(name, "away", now, media_id=party.playback.media_id, failure=why)


def all_fail(party: Party, now: float, *names: str) -> Outcome:
    """Nobody's player can."""
    outcome = Outcome(party.session)
    for name in names or ("ann", "bob", "cem"):
        outcome = fails(party, name, now)
    return outcome


def run_dry(party: Party, now: float) -> None:
    """Nobody's player, all of which kept up before, gets any more of what is on, and the session holds."""
    for state in ("playing", "buffering"):
        for name in ("ann", "bob", "cem"):
            party.reports(name, state, now, media_id=party.playback.media_id)
    party.apply(Wake(), now + GRACE)
    assert party.session.waiting is not None


def notices(outcome: Outcome) -> list[tuple[str, str]]:
    """What people were told, by code."""
    return [(told.code, told.message) for told, _ in outcome.messages if isinstance(told, wire.Notice)]


def queue(party: Party, *names: str) -> None:
    """Let Bob add a URL for each name."""
    for name in names:
        party.does("bob", wire.QueueAdd(url=f"https://h/{name}"), 110.0)


def test_everybody_hears_once_who_cant_play_it(playing: Party):
    """A failure is told to all in words, once for a person and a media, and play goes on."""
    first = fails(playing, "bob", 120.0, "the video\x1b[2J is\nprivate")
    again = fails(playing, "bob", 125.0)

    assert notices(first) == [("cannot-play", "Bob can't play this: the video[2J is private")]
    assert (notices(again), playing.playback.is_playing) == ([], True)


def test_a_failure_without_visible_words_is_told_all_the_same(playing: Party):
    """A player that gives no reason is said to give none."""
    assert notices(fails(playing, "bob", 120.0, "\u200b")) == [
        ("cannot-play", "Bob can't play this: its player does not say why")
    ]


def test_a_failure_of_what_was_on_before_says_nothing(playing: Party):
    """A late word about other media is passed over."""
    outcome = playing.reports("bob", "away", 120.0, media_id="another", failure=PRIVATE)

    assert (outcome.messages, playing.session.stage.failures) == ((), {})


def test_where_nobody_can_play_it_the_queue_goes_on(playing: Party):
    """With something in the queue all go on to it, and are told what was skipped and why."""
    queue(playing, "a", "b")
    outcome = all_fail(playing, 120.0)

    assert notices(outcome)[-1] == ("skipped", f"skipped film.mkv: {PRIVATE}")
    assert (playing.media.title, playing.titles, playing.playback.is_playing) == ("a", ["b"], True)
    assert (playing.session.history[-1].outcome, playing.session.history[-1].reason) == ("failed", PRIVATE)
    assert playing.playback.cause.event == "status"


def test_with_an_empty_queue_all_stand_still(playing: Party):
    """Without a next item the session pauses where it is, and says so once."""
    outcome = all_fail(playing, 120.0)
    revision = playing.playback.revision
    again = all_fail(playing, 130.0)

    assert notices(outcome)[-1] == ("cannot-play", f"nobody here can play film.mkv: {PRIVATE}")
    assert (playing.playback.is_playing, playing.position(121.0)) == (False, 10.0)
    assert (notices(again), playing.playback.revision) == ([], revision)


def test_what_stood_still_stays_so(watching: Party):
    """Where all stood paused, nothing begins to play by a failure: neither this item nor the next."""
    alone = all_fail(watching, 120.0)
    assert notices(alone)[-1][0] == "cannot-play"
    watching.does("ann", wire.VideoLoad(url="https://h/other"), 130.0)
    queue(watching, "a")
    all_fail(watching, 140.0)

    assert (watching.media.title, watching.playback.is_playing) == ("a", False)


def test_what_was_held_for_a_stall_was_playing(playing: Party):
    """Media that runs dry everywhere and then fails everywhere is passed over, and the next item plays."""
    queue(playing, "a")
    run_dry(playing, 120.0)
    all_fail(playing, 125.0)

    assert (playing.media.title, playing.playback.is_playing) == ("a", True)


def test_what_was_held_for_a_stall_stays_so_without_a_next(playing: Party):
    """With an empty queue nobody is ready again by having failed: all stand still, and nobody is waited for."""
    run_dry(playing, 120.0)
    revision = playing.playback.revision
    outcome = all_fail(playing, 125.0)

    assert [code for code, _ in notices(outcome)] == ["cannot-play", "cannot-play"]
    assert (playing.playback.is_playing, playing.playback.revision) == (False, revision)
    assert playing.session.waiting is None


def test_who_only_steers_is_not_asked(playing: Party):
    """A bot has no player: where all players have failed, its silence keeps nobody."""
    playing.join("robot", platform="bot", now=115.0)
    queue(playing, "a")
    all_fail(playing, 120.0)

    assert playing.media.title == "a"


def test_one_who_can_keeps_it_on(playing: Party):
    """As long as one player can, nothing is skipped; when that one leaves, the others go on."""
    queue(playing, "a")
    all_fail(playing, 120.0, "ann", "bob")
    assert playing.media.title == "film.mkv"
    playing.does("cem", wire.LeaveSession(), 130.0)

    assert playing.media.title == "a"


def test_a_player_that_recovers_counts_again(playing: Party):
    """Who can play it after all is no failure any more, and is not named twice."""
    queue(playing, "a")
    all_fail(playing, 120.0, "ann", "bob")
    playing.reports("ann", "playing", 121.0, media_id=playing.playback.media_id)
    outcome = fails(playing, "cem", 122.0)
    assert playing.media.title == "film.mkv"
    relapse = fails(playing, "ann", 123.0)

    assert [code for code, _ in notices(outcome)] == ["cannot-play"]
    assert [code for code, _ in notices(relapse)] == ["skipped"]


def test_who_loads_again_has_not_recovered(playing: Party):
    """Another attempt counts when it succeeds."""
    fails(playing, "ann", 120.0)
    playing.reports("ann", "loading", 121.0, media_id=playing.playback.media_id)

    assert playing.session.stage.failures == {"ann": PRIVATE}


def test_who_still_loads_has_not_failed(playing: Party):
    """A report that somebody loads says nothing of a failure, whatever words are left in it from what was on before."""
    outcome = playing.reports("bob", "loading", 120.0, media_id=playing.playback.media_id, failure=PRIVATE)

    assert (outcome.messages, playing.session.stage.failures) == ((), {})


def test_there_are_no_more_skips_than_items(playing: Party):
    """Where nothing can be played the queue runs out, whatever is repeated, and the last one stands paused."""
    playing.does("ann", wire.QueueRepeat(repeat="all"), 110.0)
    queue(playing, "a", "b", "c")
    for number in range(10):
        all_fail(playing, 120.0 + number)

    assert (playing.media.title, playing.titles, playing.playback.is_playing) == ("c", [], False)
    assert [item.outcome for item in playing.session.history] == ["failed"] * 3


def test_what_failed_is_in_the_history_as_such_when_something_else_comes(playing: Party):
    """What nobody could play is noted as failed, however it was left."""
    all_fail(playing, 120.0)
    queue(playing, "a")
    playing.does("ann", wire.QueueNext(), 130.0)

    assert [(item.outcome, item.reason) for item in playing.session.history] == [("failed", PRIVATE)]
