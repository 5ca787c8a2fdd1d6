"""What to tell people whose node missed how a session came to be as it is: the outcome, instead of each step."""

from __future__ import annotations

from msgspec.structs import asdict, replace

from syncwatch_core import messages as wire
from syncwatch_core.playback_rules import sync_message
from syncwatch_core.watch_session import Addressed, WatchSession


def what_was_missed(before: WatchSession, after: WatchSession, now: float) -> list[Addressed]:
    """What leads from the one to the other for whoever watches; who is here is reported elsewhere."""
    if after.settings.ended is not None:
        ended = before.settings.ended is None
        return [Addressed(wire.SessionEnded(reason=after.settings.ended))] if ended else []
    removed = [key for key, member in before.members.items() if not member.gone and key not in after.members]
    told = [Addressed(wire.Kicked(reason="the host removed you"), key) for key in removed]
    if after.settings != before.settings or _flags(after) != _flags(before) or after.history != before.history:
        told.append(Addressed(wire.SessionUpdated(session=replace(after.view(now), chat=()))))
    if after.stage.media != before.stage.media:
        told.append(Addressed(wire.VideoUrlUpdated(media=after.stage.media, playback=after.stage.playback)))
    if after.stage.playback != before.stage.playback:
        told.append(sync_message(after.stage.playback))
    if (after.queue, after.settings.repeat) != (before.queue, before.settings.repeat):
        told.append(Addressed(wire.QueueUpdated(queue=after.queue, repeat=after.settings.repeat)))
    known = {message.message_id for message in before.chat}
    told += [Addressed(wire.ChatSaid(**asdict(line))) for line in after.chat if line.message_id not in known]
    return told


def _flags(session: WatchSession) -> dict[str, tuple[object, ...]]:
    """What everybody sees of a member besides how their player stands."""
    return {key: (member.role, member.ready, member.display_name) for key, member in session.members.items()}
