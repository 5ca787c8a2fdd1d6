"""The queue, and what comes after the end of an item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.playback_rules import media_of, sync_message, with_media, with_timeline
from syncwatch_core.watch_session import QUEUE_LIMIT, Addressed, Outcome, WatchSession

if TYPE_CHECKING:
    from syncwatch_core.session_rules import Moment

ENDS_WITHIN = 3.0
"""Seconds; who says that the media is over while the session is further from its end has another cut of it."""


def add(session: WatchSession, command: wire.QueueAdd, moment: Moment) -> Outcome:
    """One more at the end."""
    if len(session.queue) >= QUEUE_LIMIT:
        raise AppError(ErrorCode.BAD_REQUEST, f"the queue is full: it holds {QUEUE_LIMIT} items")
    media = media_of(command, moment.fresh_id)
    item = wire.QueueItem(
        item_id=moment.fresh_id,
        url=media.url,
        file=media.file,
        title=media.title,
        duration=media.duration,
        added_by=moment.by.participant_id,
    )
    return _with_queue(session, (*session.queue, item))


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


def go_on(session: WatchSession, command: wire.QueueNext, moment: Moment) -> Outcome:
    """The first item of the queue, from its beginning, playing."""
    if not session.queue:
        raise AppError(ErrorCode.NOT_FOUND, "the queue is empty", "add something: syncwatch queue add CODE SOURCE")
    return _next_item(session, command.event, moment)


def ended(session: WatchSession, command: wire.VideoEnded, moment: Moment) -> Outcome:
    """A player came to the end: the next item for all, or all stand at the end; said twice it happens once."""
    media, timeline = session.stage.media, session.timeline
    if media is None or media.media_id != command.media_id or not timeline.playing:
        return Outcome(session)
    position = timeline.position_at(moment.now)
    if media.duration is not None and position < media.duration - ENDS_WITHIN * timeline.rate:
        return Outcome(session)
    if session.queue:
        return Outcome(*_next_item(session, command.event, moment)[:2])
    stands = position if media.duration is None else media.duration
    cause = wire.Cause(event=command.event, participant_id=moment.by.participant_id)
    session = with_timeline(session, timeline.paused_at(moment.now, stands), cause)
    return Outcome(session, (sync_message(session.stage.playback),))


def _next_item(session: WatchSession, event: str, moment: Moment) -> Outcome:
    item, *rest = session.queue
    source = wire.VideoLoad(url=item.url, file=item.file, title=item.title)
    session = with_media(session, media_of(source, moment.fresh_id), event, moment, playing=True)
    session, messages, reply = _with_queue(session, tuple(rest))
    told = wire.VideoUrlUpdated(media=session.stage.media, playback=session.stage.playback)
    return Outcome(session, (Addressed(told), *messages), reply)


def _with_queue(session: WatchSession, queue: tuple[wire.QueueItem, ...]) -> Outcome:
    told = Addressed(wire.QueueUpdated(queue=queue))
    return Outcome(session.replace(queue=queue), (told,), wire.QueueReply(queue=queue))


def _item(session: WatchSession, item_id: str) -> wire.QueueItem:
    for item in session.queue:
        if item.item_id == item_id:
            return item
    raise AppError(ErrorCode.NOT_FOUND, "that item is no longer in the queue")
