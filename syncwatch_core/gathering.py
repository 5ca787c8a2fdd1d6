"""The next item starts when all have loaded it: its start is pulled forward as soon as they have, or on the limit.

``staging`` has put the start far into the future. A pause by anybody just pauses, a play starts without waiting,
and so does a seek: each leaves another start than the one that is held, and then this rule is done.
"""

from __future__ import annotations

import math

from msgspec.structs import replace

from syncwatch_core import messages as wire
from syncwatch_core.consequences import and_then, names_of
from syncwatch_core.playback_rules import lead, sync_message, with_timeline
from syncwatch_core.session_parts import Gathering, Presence
from syncwatch_core.watch_session import Addressed, Outcome, WatchSession

NAMED_AFTER = 1.0
"""Seconds after which people are told who is waited for; most have loaded by then."""

LOST_FOR = 3.0
"""Seconds that a lost connection is waited for: a server that restarts has everybody back within that."""


def decides_at(session: WatchSession) -> float | None:
    """The server time at which the rule has to look again; None if it need not."""
    gathering = session.stage.gathering
    if gathering is None:
        return None
    named = [] if gathering.told else [gathering.since + NAMED_AFTER]
    # All start when nobody is waited for any more; while somebody loads, it is of no matter who else is lost.
    nobody_from = max(map(_waited_for_until, _seats(session, gathering).values()), default=-math.inf)
    return min(filter(math.isfinite, [gathering.until, *named, nobody_from]))


def after(outcome: Outcome, now: float) -> Outcome:
    """What the rule adds to whatever has just happened."""
    session = outcome.session
    gathering = session.stage.gathering
    if gathering is None or session.settings.ended:
        return outcome
    playback = session.stage.playback
    if not playback.is_playing or playback.at != gathering.until:
        return outcome._replace(session=session.with_gathering(None))
    late = _late(session, gathering, now)
    if now >= gathering.until:
        return _without(outcome, late, now)
    if not late:
        return _start(outcome, now)
    if not gathering.told and now >= gathering.since + NAMED_AFTER:
        verb = "is" if len(late) == 1 else "are"
        message = f"waiting for {names_of(session, late)}, who {verb} loading; play starts without them"
        notice = wire.Notice(code="waiting", message=message, participant_id=late[0])
        return and_then(outcome, session.with_gathering(replace(gathering, told=True)), now, Addressed(notice))
    return outcome


def _late(session: WatchSession, gathering: Gathering, now: float) -> tuple[str, ...]:
    """Who is still loading."""
    return tuple(key for key, seat in _seats(session, gathering).items() if now < _waited_for_until(seat))


def _seats(session: WatchSession, gathering: Gathering) -> dict[str, Presence]:
    return {key: session.presence[key] for key in gathering.participant_ids if key in session.presence}


def _waited_for_until(seat: Presence) -> float:
    """The server time until which the start is held for them; infinite while they load, in the past if it is not."""
    if seat.lost_at is None:
        return math.inf if seat.state == "loading" else -math.inf
    return seat.lost_at + LOST_FOR if seat.state in ("loading", "away") else -math.inf


def _start(outcome: Outcome, now: float) -> Outcome:
    """All are there: they start as soon as everybody can have heard of it."""
    session = outcome.session.with_gathering(None)
    start = now + lead(session, seeking=False)
    if start >= session.stage.playback.at:
        return outcome._replace(session=session)
    before = session.stage.playback.cause
    cause = wire.Cause(event="status", participant_id=before.participant_id)
    session = with_timeline(session, session.timeline.started_at(start), cause)
    return and_then(outcome, session, now, sync_message(session.stage.playback))


def _without(outcome: Outcome, late: tuple[str, ...], now: float) -> Outcome:
    """The limit: the others start, and nobody holds again for who is still loading."""
    session = outcome.session.with_gathering(None)
    if not late:
        return outcome._replace(session=session)
    presence = {key: replace(seat, excused=seat.excused or key in late) for key, seat in session.presence.items()}
    notice = wire.Notice(
        code="going-on",
        message=f"starting without {names_of(session, late)}: the video is still loading there",
        participant_id=late[0],
    )
    return and_then(outcome, session.replace(presence=presence), now, Addressed(notice))
