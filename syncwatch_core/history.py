"""What was watched before, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncwatch_core import messages as wire
from syncwatch_core.session_parts import Stage
from syncwatch_core.watch_session import Addressed, WatchSession

if TYPE_CHECKING:
    from syncwatch_core.timeline import Timeline

HISTORY_KEPT = 50
"""Items; docs/contract.md, 3."""

WATCHED_FROM = 0.9
"""Share of its length from which on an item that is left counts as watched: what is left of a film are the credits."""


def with_past(session: WatchSession, event: str, now: float) -> WatchSession:
    """The session with its present media in the history, as what an ``event`` ends; without media as it is."""
    stage = session.stage
    media = stage.media
    if media is None:
        return session
    outcome = _outcome(stage, session.timeline, event, now)
    past = wire.HistoryItem(
        media_id=media.media_id,
        url=media.url,
        file=media.file,
        title=media.title,
        duration=media.duration,
        added_by=stage.added_by,
        started_at=stage.acted_at if stage.loaded_at is None else stage.loaded_at,
        outcome=outcome,
        reason=stage.given_up if outcome == "failed" else None,
    )
    return session.replace(history=(*session.history, past)[-HISTORY_KEPT:])


def _outcome(stage: Stage, timeline: Timeline, event: str, now: float) -> wire.WatchedOutcome:
    if stage.given_up is not None:
        return "failed"
    ended = wire.VideoEnded.event
    if ended in (event, stage.playback.cause.event):
        return "watched"
    duration = stage.media.duration if stage.media else None
    if duration is not None and timeline.position_at(now) >= WATCHED_FROM * duration:
        return "watched"
    return "skipped"


def told(before: WatchSession, after: WatchSession) -> tuple[Addressed, ...]:
    """What everybody is told of the history between two values of a session."""
    if after.history is before.history:
        return ()
    return (Addressed(wire.HistoryUpdated(item=after.history[-1])),)
