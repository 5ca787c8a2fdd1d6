"""The queue, and what comes after the end of an item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from syncwatch_core import messages as wire
from syncwatch_core.errors import ErrorCode
from syncwatch_core.staging import GATHERS_FOR
from syncwatch_core.watch_session import QUEUE_LIMIT, WatchSession

if TYPE_CHECKING:
    from tests.core.conftest import Party


def add(party: Party, *names: str, now: float = 100.0) -> None:
    """Let Bob add a URL for each name."""
    for name in names:
        party.does("bob", wire.QueueAdd(url=f"https://h/{name}"), now)


def item_id(party: Party, title: str) -> str:
    """The id of the item of that title."""
    return next(item.item_id for item in party.session.queue if item.title == title)


# --- the queue itself ----------------------------------------------------------------------------------


def test_what_is_added_comes_last(three: Party):
    """Each item goes to the end, with who added it; all are told the whole queue."""
    add(three, "a", "b")
    outcome = three.does(
        None, wire.QueueAdd(file=wire.MediaFile(name="c.mkv", size=1, duration=5.0), title="See"), 101.0
    )
    last = three.session.queue[-1]

    assert three.titles == ["a", "b", "See"]
    assert (last.duration, last.added_by, three.session.queue[0].added_by) == (5.0, None, "bob")
    assert outcome.messages == ((wire.QueueUpdated(queue=three.session.queue), None),)
    assert outcome.reply == wire.QueueReply(queue=three.session.queue)


def test_the_queue_moves_nobody(playing: Party):
    """Adding, moving and removing leave the playback as it is."""
    before = playing.playback
    add(playing, "a", "b")
    playing.does("ann", wire.QueueMove(item_id=item_id(playing, "b"), index=0), 120.0)
    playing.does("ann", wire.QueueRemove(item_id=item_id(playing, "a")), 121.0)

    assert playing.titles == ["b"]
    assert playing.playback == before


@pytest.mark.parametrize(
    ("title", "index", "order"),
    [
        ("a", 0, ["a", "b", "c"]),
        ("a", 1, ["b", "a", "c"]),
        ("a", 2, ["b", "c", "a"]),
        ("a", 99, ["b", "c", "a"]),
        ("c", 0, ["c", "a", "b"]),
    ],
)
def test_an_item_moves_to_its_place_among_the_others(three: Party, title: str, index: int, order: list[str]):
    """The index counts in the queue without the item; beyond the end means the end."""
    add(three, "a", "b", "c")
    three.does("bob", wire.QueueMove(item_id=item_id(three, title), index=index), 101.0)

    assert three.titles == order


@pytest.mark.parametrize("command", [wire.QueueRemove(item_id="gone"), wire.QueueMove(item_id="gone", index=0)])
def test_an_item_that_is_gone_is_not_found(three: Party, command: wire.ClientEvent):
    """Two people may take out the same item: the second is told that it is gone."""
    add(three, "a")

    assert three.refused("bob", command, 101.0).code is ErrorCode.NOT_FOUND


def test_the_same_video_may_be_queued_twice(three: Party):
    """Items are told apart by their ids, not by what they are."""
    add(three, "a", "a")
    three.does("bob", wire.QueueRemove(item_id=three.session.queue[0].item_id), 101.0)

    assert three.titles == ["a"]


def test_only_what_could_be_loaded_is_queued(three: Party):
    """What a load would refuse is refused by the queue already."""
    assert three.refused("bob", wire.QueueAdd(url="file:///etc/passwd"), 100.0).code is ErrorCode.UNSUPPORTED_URL


def test_a_thousand_items_in_all_scripts_fit(three: Party):
    """A queue of a thousand titles in Chinese, Arabic, Hebrew and emoji is held, moved in, and survives storing."""
    scripts = ["電影之夜 第{}集", "حلقة رقم {}", "פרק {}", "🎬🍿👨‍👩‍👧 {}", "Cinéma nº {}"]
    for number in range(QUEUE_LIMIT):
        title = scripts[number % len(scripts)].format(number)
        three.does("bob", wire.QueueAdd(url=f"https://h/{number}", title=title), 100.0)
    three.does("bob", wire.QueueMove(item_id=three.session.queue[-1].item_id, index=0), 101.0)
    stored = msgspec.json.encode(three.session)

    assert three.titles[:3] == ["Cinéma nº 999", "電影之夜 第0集", "حلقة رقم 1"]
    assert len({item.item_id for item in three.session.queue}) == QUEUE_LIMIT
    assert msgspec.json.decode(stored, type=WatchSession) == three.session


def test_a_full_queue_takes_no_more(three: Party):
    """Beyond a thousand items one is refused, in words, and whoever tried stays in the session."""
    add(three, *(str(number) for number in range(QUEUE_LIMIT)))

    assert three.refused("bob", wire.QueueAdd(url="https://h/x"), 101.0).code is ErrorCode.BAD_REQUEST
    assert three.seat("bob").connected


# --- going on ------------------------------------------------------------------------------------------


def test_queue_next_goes_on_playing_from_its_beginning(playing: Party):
    """The next item plays from 0 at the ordinary rate, once all have loaded it; it leaves the queue."""
    playing.does("ann", wire.VideoRate(rate=2.0), 115.0)
    add(playing, "a", "b")
    before = playing.playback.revision
    outcome = playing.does("bob", wire.QueueNext(), 300.0)
    media, playback = playing.session.stage.media, playing.playback

    assert media is not None
    assert (media.title, playing.titles) == ("a", ["b"])
    assert (playback.is_playing, playback.current_time, playback.rate, playback.at) == (
        True,
        0.0,
        1.0,
        300.0 + GATHERS_FOR,
    )
    assert playback.revision == before + 1
    assert playback.cause == wire.Cause(event="queue-next", participant_id="bob")
    assert [message.event for message, _ in outcome.messages] == [
        "video-url-updated",
        "queue-updated",
        "history-updated",
    ]
    assert outcome.reply == wire.QueueReply(queue=playing.session.queue)


def test_queue_next_plays_also_what_was_paused(watching: Party):
    """Going on means to play, also where all stood paused."""
    add(watching, "a")
    watching.does("bob", wire.QueueNext(), 110.0)

    assert watching.playback.is_playing


def test_an_empty_queue_has_no_next(watching: Party):
    """Without a next item ``queue-next`` is refused with a hint, and what is watched stays."""
    refusal = watching.refused("bob", wire.QueueNext(), 110.0)

    assert refusal.code is ErrorCode.NOT_FOUND
    assert "queue add" in str(refusal.hint)


def test_the_end_of_an_item_goes_on_with_the_next(playing: Party):
    """At its end the next item plays from its beginning; whoever said so is merely told ok."""
    add(playing, "a")
    outcome = playing.does("bob", wire.VideoEnded(media_id=playing.media.media_id), 709.9)

    assert (playing.playback.is_playing, playing.playback.current_time) == (True, 0.0)
    assert playing.playback.cause.event == "video-ended"
    assert outcome.reply == wire.Done()


def test_the_end_is_reported_by_everybody_and_happens_once(playing: Party):
    """Three players report the same end, and one item is gone on by."""
    add(playing, "a", "b")
    ended = wire.VideoEnded(media_id=playing.media.media_id)
    for name, now in (("ann", 709.9), ("bob", 709.95), ("cem", 710.3)):
        playing.does(name, ended, now)

    assert playing.titles == ["b"]


def test_without_a_next_item_all_stand_at_the_end(playing: Party):
    """With an empty queue the end is a pause at the end, once."""
    ended = wire.VideoEnded(media_id=playing.media.media_id)
    outcome = playing.does("bob", ended, 709.9)
    in_force = playing.playback
    again = playing.does("cem", ended, 710.0)

    assert (in_force.is_playing, in_force.current_time, in_force.at) == (False, 600.0, 709.9)
    assert [message.event for message, _ in outcome.messages] == ["video-sync"]
    assert (playing.playback, again.messages) == (in_force, ())


def test_a_shorter_cut_does_not_end_it_for_the_others(playing: Party):
    """Who comes to an end long before the session's has another cut, and moves nobody."""
    before = playing.session
    outcome = playing.does("bob", wire.VideoEnded(media_id=playing.media.media_id), 600.0)

    assert (playing.session, outcome.messages) == (before, ())


@pytest.mark.parametrize(("now", "ends"), [(706.9, False), (707.1, True)])
def test_the_end_is_believed_near_the_end(playing: Party, now: float, ends: bool):
    """The end is taken from three seconds before it on."""
    playing.does("bob", wire.VideoEnded(media_id=playing.media.media_id), now)

    assert playing.playback.is_playing is not ends


def test_nearness_is_a_matter_of_time_not_of_media(playing: Party):
    """At twice the rate the last three seconds are six of media."""
    playing.does("ann", wire.VideoRate(rate=2.0), 110.0)
    playing.does("bob", wire.VideoEnded(media_id=playing.media.media_id), 407.5)

    assert not playing.playback.is_playing


def test_the_end_of_what_was_watched_before_is_no_end(playing: Party):
    """A late report of the end of other media moves nobody."""
    before = playing.playback
    playing.does("bob", wire.VideoEnded(media_id="another"), 709.9)

    assert playing.playback == before


def test_an_end_before_anything_is_loaded_is_passed_over(three: Party):
    """Without media there is no end."""
    three.does("bob", wire.VideoEnded(media_id="m"), 100.0)

    assert three.playback.revision == 0


def test_where_the_length_is_unknown_a_player_knows_the_end(three: Party):
    """Media of unknown length ends where a player says so."""
    three.does("ann", wire.VideoLoad(url="https://h/a.mp4"), 100.0)
    three.does("ann", wire.VideoPlay(), 109.9)
    three.does("bob", wire.VideoEnded(media_id=three.media.media_id), 150.0)

    assert not three.playback.is_playing
    assert three.playback.current_time == pytest.approx(40.01)


def test_a_seek_back_at_the_last_moment_does_not_move_the_next_item(playing: Party):
    """A seek done before the item ended was meant for that item, also if its own player had reported the end."""
    add(playing, "a")
    playing.does("bob", wire.VideoEnded(media_id=playing.media.media_id), 709.9)
    refusal = playing.refused("bob", wire.VideoSeek(current_time=590.0, at=709.8), 710.0)

    assert refusal.code is ErrorCode.CONFLICT


def test_the_next_item_never_starts_in_the_middle(playing: Party):
    """The next item starts at its beginning, however far the players of the last one were."""
    add(playing, "a")
    playing.reports("bob", "playing", 700.0, current_time=590.0)
    playing.does("bob", wire.QueueNext(), 701.0)
    starts_at = playing.playback.at

    assert playing.position(starts_at) == 0.0
    assert playing.position(starts_at + 1.0) == 1.0
