"""What may happen in a session: each command and its rule.

The rules of playback, of the queue, of seats and of waiting have rooms of their own.
A rule gets the session as it is, and gives what comes of it; a refusal is an ``AppError`` and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec.structs import asdict, replace

from syncwatch_core import failing_media, gathering, media_rules, playback_rules, queue_rules, seating, waiting
from syncwatch_core import messages as wire
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.roles import Actor
from syncwatch_core.tracks import tidied
from syncwatch_core.watch_session import (
    CHAT_KEPT,
    Addressed,
    Command,
    LoseSeat,
    MediaFound,
    Outcome,
    TakeSeat,
    Wake,
    WatchSession,
)


class Moment(NamedTuple):
    """When a command is applied, by whom, and with which fresh id."""

    now: float
    by: Actor
    fresh_id: str


def apply(session: WatchSession, command: Command, now: float, *, by: Actor, fresh_id: str) -> Outcome:
    """What ``command`` leads to; see ``WatchSession.apply``."""
    if session.settings.ended:
        if isinstance(command, LoseSeat | Wake | MediaFound):
            return Outcome(session)
        raise AppError(ErrorCode.ENDED, f"the session is over: {session.settings.ended}")
    rule = _RULES.get(type(command))
    if rule is None:
        raise AppError(ErrorCode.BAD_REQUEST, "that is not a command of a session")
    moment = Moment(now, by, fresh_id)
    outcome = rule(session, command, moment)
    if outcome.session is session and type(command) is not Wake:
        # What changes nothing has no consequences, and what merely falls due comes with a wake.
        return outcome
    return waiting.after(gathering.after(failing_media.after(outcome, moment), now), now)


def wakes_at(session: WatchSession) -> float | None:
    """See ``WatchSession.wakes_at``."""
    decisions = [seating.decides_at(session), waiting.decides_at(session), gathering.decides_at(session)]
    if session.empty_since is not None:
        decisions.append(session.empty_since + session.keep_empty_for)
    return min((decision for decision in decisions if decision is not None), default=None)


# --- the session itself ----------------------------------------------------------------------------


def _get_session(session: WatchSession, _: wire.GetSession, moment: Moment) -> Outcome:
    return Outcome(session, reply=wire.SessionReply(session=session.view(moment.now)))


def _update_session(session: WatchSession, command: wire.UpdateSession, moment: Moment) -> Outcome:
    """Change what was given; ``password`` comes hashed, and an empty password or title is taken away."""
    given = {
        "title": command.title if command.title is None else clean_text(command.title),
        "control": command.control,
        "buffer_wait": command.buffer_wait,
        "locked": command.locked,
        "password_hash": command.password,
        "tracks": command.tracks and _pinned(session.settings.tracks, command.tracks),
    }
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    changes |= {name: None for name in ("title", "password_hash") if changes.get(name) == ""}
    session = session.replace(settings=replace(session.settings, **changes))
    if command.control is not None:
        session = seating.with_roles_of(session, command.control)
    view = session.view(moment.now)
    told = wire.SessionUpdated(session=replace(view, chat=()))
    return Outcome(session, (Addressed(told),), wire.SessionReply(session=view))


def _pinned(tracks: wire.Tracks, pins: wire.TrackPins) -> wire.Tracks:
    """``tracks`` with what was given: an empty pin is none."""
    given = {name: pin for name, pin in asdict(pins).items() if pin is not None}
    return replace(tracks, **{name: tidied(pin) or None for name, pin in given.items()})


def _end_session(session: WatchSession, _: wire.EndSession, __: Moment) -> Outcome:
    return end(session, "the host ended it")


def end(session: WatchSession, reason: str) -> Outcome:
    """The session over, and everybody told."""
    session = session.replace(settings=replace(session.settings, ended=reason))
    return Outcome(session, (Addressed(wire.SessionEnded(reason=reason)),))


def _wake(session: WatchSession, _: Wake, moment: Moment) -> Outcome:
    """See to what is due."""
    if session.empty_since is not None and moment.now >= session.empty_since + session.keep_empty_for:
        return end(session, "nobody came")
    return seating.give_up_lost(session, moment.now)


# --- talk --------------------------------------------------------------------------------------------


def _chat(session: WatchSession, command: wire.SendChat, moment: Moment) -> Outcome:
    text = clean_text(command.text)
    if not text:
        raise AppError(ErrorCode.BAD_REQUEST, "a message needs at least one visible character")
    author = session.members.get(moment.by.participant_id or "")
    said = wire.ChatMessage(
        message_id=moment.fresh_id,
        participant_id=moment.by.participant_id,
        display_name=author.display_name if author else "somebody",
        text=text,
        sent_at=moment.now,
    )
    session = session.replace(chat=(*session.chat, said)[-CHAT_KEPT:])
    return Outcome(session, (Addressed(wire.ChatSaid(**asdict(said))),))


def _reaction(session: WatchSession, command: wire.SendReaction, moment: Moment) -> Outcome:
    emoji = clean_text(command.emoji)
    if not emoji:
        raise AppError(ErrorCode.BAD_REQUEST, "a reaction needs a visible character")
    return Outcome(session, (Addressed(wire.Reaction(participant_id=moment.by.participant_id, emoji=emoji)),))


def _nothing(session: WatchSession, _: Command, __: Moment) -> Outcome:
    """Taken note of elsewhere: by the log, or by the transport."""
    return Outcome(session)


_RULES: dict[type, Callable[[WatchSession, Any, Any], Outcome]] = {
    wire.GetSession: _get_session,
    wire.UpdateSession: _update_session,
    wire.EndSession: _end_session,
    wire.SendChat: _chat,
    wire.SendReaction: _reaction,
    wire.ClientError: _nothing,
    wire.Clock: _nothing,
    Wake: _wake,
    wire.VideoLoad: playback_rules.load,
    wire.VideoPlay: playback_rules.play,
    wire.VideoPause: playback_rules.pause,
    wire.VideoSeek: playback_rules.seek,
    wire.VideoRate: playback_rules.change_rate,
    wire.VideoEnded: queue_rules.ended,
    wire.QueueAdd: queue_rules.add,
    wire.QueueRemove: queue_rules.remove,
    wire.QueueMove: queue_rules.move,
    wire.QueueNext: queue_rules.go_on,
    wire.QueueShuffle: queue_rules.shuffle,
    wire.QueueRepeat: queue_rules.repeat,
    MediaFound: media_rules.found,
    wire.Status: seating.report,
    wire.SetReady: seating.set_ready,
    wire.SetRole: seating.set_role,
    wire.Kick: seating.kick,
    wire.LeaveSession: seating.leave,
    TakeSeat: seating.take_seat,
    LoseSeat: seating.lose_seat,
}
"""Every command that a session takes, and its rule."""
