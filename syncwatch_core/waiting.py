"""The waiting rule: what a session does when somebody's player has nothing to play.

With ``bufferWait: wait`` everybody holds where they are, after a grace and for a limited time, and is told who is
waited for; as soon as that player has caught up, all go on together. A play by anybody goes on without them.
With ``go-on`` nobody waits. Who is still on the way in is waited for by nobody, and nobody is ever thrown back.
"""

from __future__ import annotations

from msgspec.structs import replace

from syncwatch_core import messages as wire
from syncwatch_core.consequences import and_then, names_of
from syncwatch_core.playback_rules import lead, sync_message, with_timeline
from syncwatch_core.session_parts import Presence, Waiting
from syncwatch_core.watch_session import Addressed, Outcome, WatchSession

GRACE = 1.0
"""Seconds that a stall may last before all hold; mpv itself rebuffers for at least one (``cache-pause-wait=1``)."""

LIMIT = 20.0
"""Seconds that the others are kept waiting at most; then the session goes on without them."""


def decides_at(session: WatchSession) -> float | None:
    """The server time at which the rule has to look again; None if it need not."""
    if session.waiting is not None:
        return session.waiting.since + LIMIT
    return min(_due(session).values(), default=None)


def after(outcome: Outcome, now: float) -> Outcome:
    """What the rule adds to whatever has just happened."""
    session = outcome.session
    if session.settings.ended:
        return outcome
    if session.waiting is None:
        return _begin(outcome, now)
    return _go_on(outcome, session.waiting, now)


def _due(session: WatchSession) -> dict[str, float]:
    """Who stalls while the session plays and may be waited for, and when their grace is over."""
    playback = session.stage.playback
    if session.settings.buffer_wait != "wait" or not playback.is_playing:
        return {}
    return {
        key: max(seat.stalled_at, playback.at) + GRACE
        for key, seat in session.in_trouble.items()
        if seat.stalled_at is not None and _may_be_waited_for(seat)
    }


def _may_be_waited_for(seat: Presence) -> bool:
    return seat.connected and seat.settled and not seat.excused


def _begin(outcome: Outcome, now: float) -> Outcome:
    session = outcome.session
    late = tuple(key for key, due in _due(session).items() if now >= due)
    if not late:
        return outcome
    cause = wire.Cause(event="status", participant_id=late[0])
    # All hold a little further on than the session is now, where the message finds them: nobody is thrown back.
    stands = _not_beyond_the_end(session, now, session.timeline.position_at(now + lead(session, seeking=False)))
    session = with_timeline(session, session.timeline.paused_at(now, stands), cause)
    session = session.with_waiting(Waiting(participant_ids=late, since=now))
    notice = wire.Notice(code="waiting", message=_whom_for(session, late), participant_id=late[0])
    return and_then(outcome, session, now, sync_message(session.stage.playback), Addressed(notice))


def _whom_for(session: WatchSession, late: tuple[str, ...]) -> str:
    verb = "is" if len(late) == 1 else "are"
    return f"waiting for {names_of(session, late)}, who {verb} buffering; play goes on without them"


def _not_beyond_the_end(session: WatchSession, now: float, position: float) -> float:
    media = session.stage.media
    if media is None or media.duration is None:
        return position
    return min(position, max(media.duration, session.timeline.position_at(now)))


def _go_on(outcome: Outcome, waiting: Waiting, now: float) -> Outcome:
    session = outcome.session
    seats = {key: session.presence[key] for key in waiting.participant_ids if key in session.presence}
    still = [key for key, seat in seats.items() if seat.connected and seat.stalled_at is not None]
    too_long = now >= waiting.since + LIMIT
    if still and not too_long and session.settings.buffer_wait == "wait":
        return outcome
    presence = {key: replace(seat, excused=seat.excused or key in still) for key, seat in session.presence.items()}
    session = session.with_waiting(None).replace(presence=presence)
    cause = wire.Cause(event="status", participant_id=waiting.participant_ids[0])
    start = now + lead(session, seeking=False)
    session = with_timeline(session, session.timeline.started_at(start), cause)
    notice = wire.Notice(
        code="going-on", message=_why_going_on(session, waiting, still), participant_id=waiting.participant_ids[0]
    )
    return and_then(outcome, session, now, sync_message(session.stage.playback), Addressed(notice))


def _why_going_on(session: WatchSession, waiting: Waiting, still: list[str]) -> str:
    if still:
        return "going on without who is still buffering"
    if set(waiting.participant_ids) <= set(session.connected()):
        return "everybody is ready again"
    return "going on without who is no longer connected"
