"""Many items at once, another order, what is repeated, and what was watched before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from syncwatch_core import messages as wire
from syncwatch_core.errors import ErrorCode
from syncwatch_core.history import HISTORY_KEPT
from syncwatch_core.watch_session import QUEUE_LIMIT

if TYPE_CHECKING:
    from tests.core.conftest import Party


def entries(*names: str) -> tuple[wire.QueueEntry, ...]:
    """URLs of these names."""
    return tuple(wire.QueueEntry(url=f"https://h/{name}") for name in names)


def add(party: Party, *names: str, next: bool = False) -> None:  # noqa: A002 as on the wire
    """Let Bob add them all at once."""
    party.does("bob", wire.QueueAdd(items=entries(*names), next=next), 110.0)


def ends(party: Party, now: float) -> None:
    """The players come to the end of what is on, of whatever length."""
    party.does("ann", wire.VideoEnded(media_id=party.media.media_id), now)


def past(party: Party) -> list[tuple[str | None, str]]:
    """What the history says became of what."""
    return [(item.title, item.outcome) for item in party.session.history]


# --- many at once ----------------------------------------------------------------------------------------


def test_many_are_added_in_their_order(three: Party):
    """A list keeps its order, each item with an id of its own and what is known of it."""
    given = wire.QueueEntry(url="https://h/b", title="Bee", duration=9.0)
    three.does("bob", wire.QueueAdd(items=(*entries("a"), given)), 110.0)
    first, second = three.session.queue

    assert (first.title, second.title, second.duration, second.added_by) == ("a", "Bee", 9.0, "bob")
    assert first.item_id != second.item_id


def test_what_is_added_next_comes_first(three: Party):
    """Items for the next moment go to the front, in their own order."""
    add(three, "a", "b")
    add(three, "c", "d", next=True)
    three.does("bob", wire.QueueAdd(url="https://h/e", next=True), 111.0)

    assert three.titles == ["e", "c", "d", "a", "b"]


def test_all_are_taken_or_none(three: Party):
    """One item that can't be loaded keeps out all that came with it."""
    bad = wire.QueueEntry(url="https://www.youtube.com/playlist?list=PLaaaaaaaaaaaaaaaa")

    assert three.refused("bob", wire.QueueAdd(items=(*entries("a"), bad)), 110.0).code is ErrorCode.UNSUPPORTED_URL


def test_one_or_many_but_not_both(three: Party):
    """An item beside a list is a mistake, and so is nothing at all."""
    both = wire.QueueAdd(url="https://h/a", items=entries("b"))

    assert three.refused("bob", both, 110.0).code is ErrorCode.BAD_REQUEST
    assert three.refused("bob", wire.QueueAdd(), 110.0).code is ErrorCode.BAD_REQUEST


def test_a_list_that_does_not_fit_is_told_how_much_does(three: Party):
    """What goes beyond a thousand is refused with the room that is left."""
    for hundred in range(QUEUE_LIMIT // 100):
        add(three, *(f"{hundred}-{number}" for number in range(100)))
    three.does("bob", wire.QueueRemove(item_id=three.session.queue[0].item_id), 111.0)

    assert "room for 1 more" in three.refused("bob", wire.QueueAdd(items=entries("a", "b")), 112.0).message


def test_a_queue_of_endless_links_is_refused(three: Party):
    """A session must fit into one message: a thousand links of 4,000 characters would not."""
    long = wire.QueueAdd(items=tuple(wire.QueueEntry(url=f"https://h/{'x' * 4000}{number}") for number in range(100)))
    for _ in range(4):
        three.does("bob", long, 110.0)

    assert "too long altogether" in three.refused("bob", long, 111.0).message


def test_a_thousand_of_the_longest_titles_fit(three: Party):
    """A thousand titles of 300 emoji are within every limit."""
    for hundred in range(10):
        items = tuple(wire.QueueEntry(url=f"https://h/{hundred}-{number}", title="🎬" * 300) for number in range(100))
        three.does("bob", wire.QueueAdd(items=items), 110.0)
    encoded = msgspec.json.encode(three.session.view(111.0))

    assert (len(three.session.queue), len(encoded) < 4 * 2**20) == (QUEUE_LIMIT, True)


# --- another order -----------------------------------------------------------------------------------------


def test_shuffling_loses_nothing(three: Party):
    """Another order of the same items; each time another one."""
    names = [str(number) for number in range(100)]
    add(three, *names)
    three.does("bob", wire.QueueShuffle(), 111.0)
    once = three.titles
    outcome = three.does("bob", wire.QueueShuffle(), 112.0)

    assert names != once != three.titles
    assert sorted(map(str, three.titles)) == sorted(names)
    assert outcome.messages == ((wire.QueueUpdated(queue=three.session.queue), None),)


def test_a_shuffle_follows_from_its_id(three: Party):
    """The order is drawn from the id that is handed in, so that two who apply the same step come to the same."""
    add(three, "a", "b", "c", "d", "e", "f")
    before = three.session
    first, second = (before.apply(wire.QueueShuffle(), 111.0, fresh_id="lot").session for _ in range(2))

    assert first == second


def test_every_item_may_come_first(three: Party):
    """Over many lots each of three items stands first about as often."""
    add(three, "a", "b", "c")
    lots = [three.session.apply(wire.QueueShuffle(), 111.0, fresh_id=str(n)).session.queue for n in range(900)]
    firsts = [queue[0].title for queue in lots]

    assert all(220 < firsts.count(name) < 380 for name in "abc")


# --- again -------------------------------------------------------------------------------------------------


def test_repeating_one_plays_it_again_from_its_beginning(playing: Party):
    """At its end the same item starts anew for all, under a new id; the queue waits."""
    add(playing, "a")
    outcome = playing.does("ann", wire.QueueRepeat(repeat="one"), 115.0)
    before = playing.media
    ends(playing, 709.9)

    assert outcome.messages == ((wire.QueueUpdated(queue=playing.session.queue, repeat="one"), None),)
    assert outcome.reply == wire.QueueReply(queue=playing.session.queue, repeat="one")
    assert msgspec.structs.replace(playing.media, media_id=before.media_id) == before
    assert playing.media.media_id != before.media_id
    assert (playing.playback.is_playing, playing.playback.current_time, playing.titles) == (True, 0.0, ["a"])
    assert playing.session.view(710.0).repeat == "one"
    assert playing.session.history == ()


def test_going_on_leaves_what_is_repeated(playing: Party):
    """Who goes on wants the next item; from then on that one is repeated, and the history has the other once."""
    playing.does("ann", wire.QueueRepeat(repeat="one"), 115.0)
    add(playing, "a")
    ends(playing, 709.9)
    playing.does("ann", wire.QueueNext(), 720.0)

    assert (playing.media.title, past(playing)) == ("a", [("film.mkv", "watched")])


def test_repeating_all_queues_what_is_over_again(playing: Party):
    """What has ended goes to the end of the queue, and comes round; alone it plays again."""
    playing.does("ann", wire.QueueRepeat(repeat="all"), 115.0)
    ends(playing, 709.9)
    assert (playing.media.title, playing.titles) == ("film.mkv", [])
    add(playing, "a", "b")
    playing.does("ann", wire.QueueNext(), 720.0)
    assert (playing.media.title, playing.titles) == ("a", ["b", "film.mkv"])
    ends(playing, 800.0)

    assert (playing.media.title, playing.titles) == ("b", ["film.mkv", "a"])
    assert playing.session.queue[0].added_by == "ann"


def test_repeating_can_be_ended(playing: Party):
    """With repeat off again the end is the end."""
    playing.does("ann", wire.QueueRepeat(repeat="all"), 115.0)
    playing.does("ann", wire.QueueRepeat(repeat="off"), 116.0)
    ends(playing, 709.9)

    assert not playing.playback.is_playing


# --- what was before ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("now", "outcome"), [(300.0, "skipped"), (645.0, "skipped"), (651.0, "watched")])
def test_who_leaves_at_the_credits_has_watched_it(playing: Party, now: float, outcome: str):
    """What is left before its last tenth was skipped, what is left within it was watched."""
    add(playing, "a")
    playing.does("ann", wire.QueueNext(), now)

    assert past(playing) == [("film.mkv", outcome)]


def test_the_history_tells_what_it_was(playing: Party):
    """An entry says what, by whom, since when, and what became of it; everybody is told of it alone."""
    add(playing, "a")
    outcome = playing.does("ann", wire.QueueNext(), 300.0)
    (item,) = playing.session.history

    assert (item.file and item.file.name, item.duration, item.added_by) == ("film.mkv", 600.0, "ann")
    assert (item.started_at, item.reason) == (100.0, None)
    assert outcome.messages[-1] == (wire.HistoryUpdated(item=item), None)
    assert playing.session.view(300.0).history == (item,)


def test_what_ended_without_a_next_was_watched(three: Party):
    """What came to its end, whatever its length, was watched, also when something else comes on much later."""
    three.does("ann", wire.VideoLoad(url="https://h/a.mp4"), 100.0)
    three.does("ann", wire.VideoPlay(), 109.9)
    ends(three, 150.0)
    three.does("ann", wire.VideoLoad(url="https://h/b.mp4"), 900.0)

    assert past(three) == [("a.mp4", "watched")]


def test_a_row_of_an_older_version_has_a_beginning_all_the_same(playing: Party):
    """Where it was not noted when the media came on, the last action stands for it."""
    stage = msgspec.structs.replace(playing.session.stage, loaded_at=None)
    playing.session = playing.session.replace(stage=stage)
    add(playing, "a")
    playing.does("ann", wire.QueueNext(), 300.0)

    assert playing.session.history[0].started_at == stage.acted_at


def test_the_history_is_as_long_as_an_evening(three: Party):
    """The last fifty are kept, the newest last."""
    for number in range(HISTORY_KEPT + 10):
        three.does("ann", wire.VideoLoad(url=f"https://h/{number}.mp4"), 100.0 + number)

    assert len(three.session.history) == HISTORY_KEPT
    assert three.session.history[-1].title == f"{HISTORY_KEPT + 8}.mp4"
