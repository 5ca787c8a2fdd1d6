"""The queue, and what comes after the end of an item."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec.structs import replace

from syncwatch_core import history
from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.media_rules import media_of
from syncwatch_core.playback_rules import sync_message, with_timeline
from syncwatch_core.staging import with_media
from syncwatch_core.watch_session import QUEUE_LIMIT, Addressed, Outcome, WatchSession

if TYPE_CHECKING:
    from syncwatch_core.session_rules import Moment

ENDS_WITHIN = 3.0
"""Seconds; who says that the media is over while the session is further from its end has another cut of it."""

QUEUE_BYTES = 2_000_000
"""Bytes of all links and titles: a thousand items with titles of 300 emoji fit, and a session with that queue stays
well below the 4 MiB that a WebSocket client of aiohttp takes in one message."""

_MAKE_ROOM = "take something out first: syncwatch queue remove CODE ITEM"


def add(session: WatchSession, command: wire.QueueAdd, moment: Moment) -> Outcome:
    """One more, or many, at the end or at the front; where one of many can't be taken, none is."""
    sources = _sources(command)
    room = QUEUE_LIMIT - len(session.queue)
    if len(sources) > room:
        left = f"there is room for {room} more" if room else "it is full"
        raise AppError(ErrorCode.BAD_REQUEST, f"the queue holds {QUEUE_LIMIT} items, and {left}", _MAKE_ROOM)
    ids = [moment.fresh_id] if len(sources) == 1 else [f"{moment.fresh_id}-{number}" for number in range(len(sources))]
    items = tuple(_item_of(source, item_id, moment) for source, item_id in zip(sources, ids, strict=True))
    queue = (*items, *session.queue) if command.next else (*session.queue, *items)
    if sum(map(_weight, queue)) > QUEUE_BYTES:
        raise AppError(
            ErrorCode.BAD_REQUEST, "the queue is full: its links and titles are too long altogether", _MAKE_ROOM
        )
    return _with_queue(session, queue)


def _weight(item: wire.QueueItem) -> int:
    """Bytes of what may be long."""
    name = item.file.name if item.file else ""
    return sum(len(text.encode()) for text in (item.url or "", item.title or "", name))


def _sources(command: wire.QueueAdd) -> tuple[wire.MediaSource | wire.QueueEntry, ...]:
    if command.items is None:
        return (command,)
    if command.url is not None or command.file is not None or command.title is not None:
        raise AppError(ErrorCode.BAD_REQUEST, "add one item, or many as items, but not both at once")
    return command.items


def _item_of(source: wire.MediaSource | wire.QueueEntry, item_id: str, moment: Moment) -> wire.QueueItem:
    media = media_of(source, item_id)
    return wire.QueueItem(
        item_id=item_id,
        url=media.url,
        file=media.file,
        title=media.title,
        duration=media.duration,
        added_by=moment.by.participant_id,
    )


def remove(session: WatchSession, command: wire.QueueRemove, _: Moment) -> Outcome:
    """One less."""
    item = _item(session, command.item_id)
    return _with_queue(session, tuple(other for other in session.queue if other is not item))


def move(session: WatchSession, command: wire.QueueMove, _: Moment) -> Outcome:
    """The same items in another order; an index beyond the end means the end."""
    item = _item(session, command.item_id)
    others = [other for other in session.queue if other is not item]
    others.insert(command.index, item)
    return _with_queue(session, tuple(others))


def shuffle(session: WatchSession, _: wire.QueueShuffle, moment: Moment) -> Outcome:
    """The same items in an order that nobody chose: each draws a number from the id that was handed in."""

    def drawn(item: wire.QueueItem) -> bytes:
        return sha256(f"{moment.fresh_id} {item.item_id}".encode()).digest()

    return _with_queue(session, tuple(sorted(session.queue, key=drawn)))


def repeat(session: WatchSession, command: wire.QueueRepeat, _: Moment) -> Outcome:
    """What happens at the end of an item from now on."""
    session = session.replace(settings=replace(session.settings, repeat=command.repeat))
    return _with_queue(session, session.queue)


# --- going on ------------------------------------------------------------------------------------------


def go_on(session: WatchSession, command: wire.QueueNext, moment: Moment) -> Outcome:
    """The first item of the queue, from its beginning, playing; with ``repeat: all`` what was on is queued again."""
    if not session.queue:
        raise AppError(ErrorCode.NOT_FOUND, "the queue is empty", "add something: syncwatch queue add CODE SOURCE")
    return next_item(_queued_again(session, moment), command.event, moment)


def ended(session: WatchSession, command: wire.VideoEnded, moment: Moment) -> Outcome:
    """A player came to the end: the next item for all, or all stand at the end; said twice it happens once."""
    media, timeline = session.stage.media, session.timeline
    if media is None or media.media_id != command.media_id or not timeline.playing:
        return Outcome(session)
    position = timeline.position_at(moment.now)
    if media.duration is not None and position < media.duration - ENDS_WITHIN * timeline.rate:
        return Outcome(session)
    if session.settings.repeat == "one":
        return _again(session, media, command.event, moment)
    session = _queued_again(session, moment)
    if session.queue:
        return Outcome(*next_item(session, command.event, moment)[:2])
    stands = position if media.duration is None else media.duration
    cause = wire.Cause(event=command.event, participant_id=moment.by.participant_id)
    session = with_timeline(session, timeline.paused_at(moment.now, stands), cause)
    return Outcome(session, (sync_message(session.stage.playback),))


def _again(session: WatchSession, media: wire.Media, event: str, moment: Moment) -> Outcome:
    """The same from its beginning; under a new id, so that no late word about the last round is taken for this one."""
    stage = session.stage
    media = replace(media, media_id=moment.fresh_id, start_position=0.0)
    playing = with_media(
        session,
        media,
        event,
        moment,
        playing=True,
        added_by=stage.added_by,
        rough_duration=stage.rough_duration,
    )
    # Rounds of one item are one item in the history, as what it will be when something else comes on.
    session = playing.replace(history=session.history, stage=replace(playing.stage, loaded_at=stage.loaded_at))
    return Outcome(session, (Addressed(wire.VideoUrlUpdated(media=media, playback=session.stage.playback)),))


def _queued_again(session: WatchSession, moment: Moment) -> WatchSession:
    """The session with what is watched at the end of its queue, where all is repeated and it can be played."""
    stage = session.stage
    media = stage.media
    if session.settings.repeat != "all" or media is None or stage.given_up is not None:
        return session
    item = wire.QueueItem(
        item_id=moment.fresh_id,
        url=media.url,
        file=media.file,
        title=media.title,
        duration=media.duration,
        added_by=stage.added_by,
        thumbnail_url=media.thumbnail_url,
    )
    return session.replace(queue=(*session.queue, item))


def next_item(session: WatchSession, event: str, moment: Moment, *, playing: bool = True) -> Outcome:
    """The first item of the queue from its beginning; there is one."""
    item, *rest = session.queue
    source = wire.VideoLoad(url=item.url, file=item.file, title=item.title, start_position=0.0)
    media = media_of(source, moment.fresh_id)
    rough = media.duration is None and item.duration is not None
    media = replace(
        media,
        duration=item.duration if media.duration is None else media.duration,
        thumbnail_url=item.thumbnail_url,
    )
    staged = with_media(session, media, event, moment, playing=playing, added_by=item.added_by, rough_duration=rough)
    told = wire.VideoUrlUpdated(media=media, playback=staged.stage.playback)
    after, messages, reply = _with_queue(staged, tuple(rest))
    return Outcome(after, (Addressed(told), *messages, *history.told(session, staged)), reply)


def _with_queue(session: WatchSession, queue: tuple[wire.QueueItem, ...]) -> Outcome:
    kind = session.settings.repeat
    told = Addressed(wire.QueueUpdated(queue=queue, repeat=kind))
    return Outcome(session.replace(queue=queue), (told,), wire.QueueReply(queue=queue, repeat=kind))


def _item(session: WatchSession, item_id: str) -> wire.QueueItem:
    for item in session.queue:
        if item.item_id == item_id:
            return item
    raise AppError(ErrorCode.NOT_FOUND, "that item is no longer in the queue")
