"""Loading, playing, pausing, seeking and the rate: how the one timeline of a session changes.

*Crossing actions.* Two people may act before either hears of the other.
The later action wins, by the instant at which the person did it (``at``), not the later arrival;
``at`` is taken from the last two seconds and never from the future.
The loser is refused with ``conflict`` and the playback in force; two like actions are both accepted.

*Leads.* What starts to move starts at an instant that everybody can make: ``at`` lies in the future by
the slowest way to a participant, the slowest player's seek where one is needed, and a guard.
docs/sync.md: now + slowest one-way delay + 40 ms, at least 60 ms, at most 600 ms
(longer where players must seek or load).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import asdict, replace

from syncwatch_core import history
from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.media_rules import media_of
from syncwatch_core.session_parts import Presence
from syncwatch_core.staging import with_media
from syncwatch_core.unseekable_media import LIVE_WORDS
from syncwatch_core.watch_session import Addressed, Outcome, WatchSession

if TYPE_CHECKING:
    from syncwatch_core.session_rules import Moment
    from syncwatch_core.timeline import Timeline

ACTION_AGE_LIMIT = 2.0
"""Seconds; an action claimed to be older is taken as this old. docs/sync.md."""

GUARD = 0.04
"""Seconds on top of the slowest delay: jitter of the network and of the program. docs/sync.md."""

JITTERS = 3.0
"""How many times the jitter of there and back a message may be later than it typically is.

With Gamma-distributed queues (shape 0.7) 98.8 % come sooner; so of four participants all do in 95 % of starts."""

LEAD_AT_LEAST = 0.06
LEAD_AT_MOST = 0.6
"""Seconds; nobody waits longer for a play than this, however slow somebody's line is. docs/sync.md."""

SEEK_LEAD_AT_MOST = 1.5
"""Seconds; who seeks more slowly than this joins when they can."""

UNKNOWN_SEEK_COST = 0.2
"""Seconds; a long-GOP exact seek of mpv, measured p95 0.26 s, p50 0.13 s."""

UNKNOWN_RTT = 0.1
"""Seconds, for who has not reported yet."""

FRAME_AT_MOST = 0.05
"""Seconds; a frame at 20 a second. What stands further off does not stand on the next frame."""

SAME_POSITION = 0.001
"""Seconds; two positions nearer than this are the same frame."""


def lead(session: WatchSession, *, seeking: bool) -> float:
    """Seconds that a start must lie in the future so that all who are connected can make it."""
    here = [presence for presence in session.presence.values() if presence.connected]
    way = max((_way(presence) for presence in here), default=GUARD)
    if not seeking:
        return min(max(way, LEAD_AT_LEAST), LEAD_AT_MOST)
    cost = max((_seek_cost(presence) for presence in here), default=0.0)
    return min(max(way + cost, LEAD_AT_LEAST), SEEK_LEAD_AT_MOST)


def _way(presence: Presence) -> float:
    """Seconds within which a message is there, and has been acted upon."""
    rtt = UNKNOWN_RTT if presence.rtt is None else presence.rtt
    return rtt / 2 + max(GUARD, JITTERS * (presence.jitter or 0.0))


def _seek_cost(presence: Presence) -> float:
    return UNKNOWN_SEEK_COST if presence.seek_cost is None else presence.seek_cost


# --- the rules ---------------------------------------------------------------------------------------


def load(session: WatchSession, command: wire.VideoLoad, moment: Moment) -> Outcome:
    """Everybody stands paused at the start position of other media."""
    media = media_of(command, moment.fresh_id)
    before = session
    session = with_media(session, media, command.event, moment, playing=False, added_by=moment.by.participant_id)
    stage = session.stage
    told = wire.VideoUrlUpdated(media=media, playback=stage.playback)
    messages = (Addressed(told), *history.told(before, session))
    return Outcome(session, messages, wire.LoadReply(media=media, playback=stage.playback))


def play(session: WatchSession, command: wire.VideoPlay, moment: Moment) -> Outcome:
    """All start together, at an instant that all can make; what plays already is moved by a seek only."""
    _require_media(session)
    acted_at = _acted_at(command, moment.now)
    timeline = session.timeline
    if timeline.playing and session.stage.gathering is None:
        return _as_it_is(session, moment, acted_at)
    _require_latest(session, moment, acted_at)
    position = _within(session, command.current_time)
    seeking = position is not None and abs(position - timeline.position) > SAME_POSITION
    if seeking:
        _require_seekable(session)
    start = moment.now + lead(session, seeking=seeking)
    if position is None:
        position = _frame_shown(session)
    session = _no_longer_waiting(session, excusing=True)
    return _changed(session, timeline.started_at(start, position), command.event, moment, acted_at)


def _frame_shown(session: WatchSession) -> float | None:
    """The frame on which all stand, where that is the one after the position; None if it is not known.

    A pause leaves the timeline between two frames, and players can only stand on the next: a start from the position
    itself would let them wait for it to come by, up to a frame's time longer.
    """
    here = {presence.current_time for presence in session.presence.values() if _stands(presence)}
    frame = min((shown for shown in here if shown is not None), default=None)
    if frame is None or any(shown is None or shown - frame > SAME_POSITION for shown in here):
        return None
    return frame if 0 < frame - session.timeline.position < FRAME_AT_MOST else None


def _stands(presence: Presence) -> bool:
    return presence.connected and presence.state == "paused"


def pause(session: WatchSession, command: wire.VideoPause, moment: Moment) -> Outcome:
    """All stop on the frame that the person saw when they paused."""
    _require_media(session)
    acted_at = _acted_at(command, moment.now)
    timeline = session.timeline
    position = _within(session, command.current_time)
    if not timeline.playing and session.waiting is None:
        same = position is None or abs(position - timeline.position) <= SAME_POSITION
        if same or _is_like_the_last(session, command.event, moment, acted_at):
            return _as_it_is(session, moment, acted_at)
    _require_latest(session, moment, acted_at)
    session = _no_longer_waiting(session, excusing=False)
    return _changed(session, timeline.paused_at(acted_at, position), command.event, moment, acted_at)


def seek(session: WatchSession, command: wire.VideoSeek, moment: Moment) -> Outcome:
    """All go to one position; if it played, they play on from there together."""
    _require_media(session)
    _require_seekable(session)
    acted_at = _acted_at(command, moment.now)
    timeline = session.timeline
    position = _within(session, command.current_time)
    assert position is not None  # noqa: S101 a seek always has one
    if acted_at < session.stage.acted_at and abs(position - timeline.position) <= SAME_POSITION:
        return _as_it_is(session, moment, acted_at)
    _require_latest(session, moment, acted_at)
    if timeline.playing:
        moved = timeline.started_at(moment.now + lead(session, seeking=True), position)
    else:
        moved = timeline.paused_at(acted_at, position)
    return _changed(session, moved, command.event, moment, acted_at)


def change_rate(session: WatchSession, command: wire.VideoRate, moment: Moment) -> Outcome:
    """The same position, another rate, from the instant at which the person changed it."""
    _require_media(session)
    acted_at = _acted_at(command, moment.now)
    if command.rate == session.timeline.rate:
        return _as_it_is(session, moment, acted_at)
    _require_latest(session, moment, acted_at)
    return _changed(session, session.timeline.with_rate(command.rate, acted_at), command.event, moment, acted_at)


# --- what the rules share ----------------------------------------------------------------------------


def with_timeline(session: WatchSession, timeline: Timeline, cause: wire.Cause) -> WatchSession:
    """The session on another timeline, one revision on."""
    playback = replace(
        session.stage.playback,
        revision=session.stage.playback.revision + 1,
        current_time=timeline.position,
        is_playing=timeline.playing,
        rate=timeline.rate,
        at=timeline.anchored_at,
        cause=cause,
    )
    return session.replace(stage=replace(session.stage, playback=playback))


def sync_message(playback: wire.Playback) -> Addressed:
    """The playback, told to everybody."""
    return Addressed(wire.VideoSync(**asdict(playback)))


def _changed(session: WatchSession, timeline: Timeline, event: str, moment: Moment, acted_at: float) -> Outcome:
    """The new timeline in force, by the hand of a person."""
    cause = wire.Cause(event=event, participant_id=moment.by.participant_id)
    session = _noting_action(with_timeline(session, timeline, cause), moment, acted_at)
    playback = session.stage.playback
    return Outcome(session, (sync_message(playback),), wire.PlaybackReply(playback=playback))


def _as_it_is(session: WatchSession, moment: Moment, acted_at: float) -> Outcome:
    """What was asked for is so already; who asked for it has acted all the same, and an earlier action loses to it."""
    playback = session.stage.playback
    return Outcome(_noting_action(session, moment, acted_at), reply=wire.PlaybackReply(playback=playback))


def _noting_action(session: WatchSession, moment: Moment, acted_at: float) -> WatchSession:
    if acted_at < session.stage.acted_at:
        return session
    return session.replace(stage=replace(session.stage, acted_at=acted_at, acted_by=moment.by.participant_id))


def _no_longer_waiting(session: WatchSession, *, excusing: bool) -> WatchSession:
    """The session without its wait; ``excusing`` goes on without who was waited for."""
    waiting, gathering = session.waiting, session.stage.gathering
    if waiting is None and gathering is None:
        return session
    late = set(waiting.participant_ids) if waiting else set()
    late |= {key for key in (gathering.participant_ids if gathering else ()) if _loads(session, key)}
    presence = {
        key: replace(seat, excused=seat.excused or (excusing and key in late)) for key, seat in session.presence.items()
    }
    return session.with_waiting(None).with_gathering(None).replace(presence=presence)


def _loads(session: WatchSession, participant_id: str) -> bool:
    seat = session.presence.get(participant_id)
    return seat is not None and seat.state == "loading"


def _require_media(session: WatchSession) -> None:
    if session.stage.media is None:
        raise AppError(ErrorCode.BAD_REQUEST, "nothing is loaded yet", "load a video first: syncwatch load CODE SOURCE")


def _require_seekable(session: WatchSession) -> None:
    """Raise ``AppError`` (bad-request) on a live stream: a place in it means nothing to another player."""
    media = session.stage.media
    if media is not None and media.live:
        raise AppError(ErrorCode.BAD_REQUEST, LIVE_WORDS, "play and pause go without a position")


def _acted_at(command: wire.PersonAction, now: float) -> float:
    """When the person acted: what they say, within the last two seconds and never in the future."""
    return now if command.at is None else min(max(command.at, now - ACTION_AGE_LIMIT), now)


def _require_latest(session: WatchSession, moment: Moment, acted_at: float) -> None:
    """Raise ``AppError`` (conflict) if somebody else acted later; one person's own actions come in their order."""
    stage = session.stage
    own = stage.acted_by is not None and stage.acted_by == moment.by.participant_id
    if acted_at < stage.acted_at and not own:
        by = session.members.get(stage.acted_by or "")
        who = by.display_name if by else "somebody"
        raise AppError(ErrorCode.CONFLICT, f"{who} acted a moment later", playback=stage.playback)


def _is_like_the_last(session: WatchSession, event: str, moment: Moment, acted_at: float) -> bool:
    """Whether somebody else has just done the same; each saw a frame of their own, and the first one stands."""
    stage = session.stage
    again = stage.acted_by == moment.by.participant_id and acted_at >= stage.acted_at
    return not again and stage.playback.cause.event == event and acted_at - stage.acted_at < ACTION_AGE_LIMIT


def _within(session: WatchSession, position: float | None) -> float | None:
    """The position, not beyond the end of the media where that is known."""
    media = session.stage.media
    if position is None or media is None or media.duration is None:
        return position
    return min(position, media.duration)
