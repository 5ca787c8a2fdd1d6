"""Who is in a session: coming, going, coming back, roles, and what each one's player reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from syncwatch_core import failing_media, media_rules
from syncwatch_core import messages as wire
from syncwatch_core.display_text import clean_text, folded
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.roles import role_of_joiner
from syncwatch_core.session_parts import Member, Presence
from syncwatch_core.watch_session import (
    RETURN_WITHIN,
    SEATS_REMEMBERED,
    Addressed,
    LoseSeat,
    Outcome,
    TakeSeat,
    WatchSession,
)

if TYPE_CHECKING:
    from syncwatch_core.session_rules import Moment


def take_seat(session: WatchSession, command: TakeSeat, moment: Moment) -> Outcome:
    """Somebody comes in, or back to the seat they had; one host at most.

    Whether they may (password, lock) has been asked before; who was banned is refused here.
    """
    known = session.members.get(command.participant_id)
    if _is_banned(session, command, known):
        raise AppError(ErrorCode.KICKED, "you were removed from this session for good")
    was_here = known is not None and not known.gone and command.participant_id in session.presence
    before = session.presence.get(command.participant_id)
    member = _member(session, command, known)
    if member.role == "host":
        session = _without_host(session)
    presence = Presence() if before is None else _back(before)
    session = _forget_oldest(session.with_member(member, presence)).replace(empty_since=None)
    participant = session.participant(member.participant_id)
    joined = wire.SessionJoined(session=session.view(moment.now), participant_id=member.participant_id)
    messages = [Addressed(joined, member.participant_id)]
    if not was_here:
        messages.append(Addressed(wire.UserJoined(participant=participant)))
    return Outcome(session, tuple(messages))


def _back(seat: Presence) -> Presence:
    """What is known of somebody who comes back; after a restart of the server nothing is, until they report."""
    known = seat.connected or seat.state != "away"
    return replace(seat, connected=True, lost_at=None, state=seat.state if known else "loading")


def _is_banned(session: WatchSession, command: TakeSeat, known: Member | None) -> bool:
    """Whether their seat or address was banned; an address says nothing against who has a seat, or is the host."""
    if known is not None or command.role == "host":
        return command.token_hash in session.settings.banned
    return not {command.token_hash, command.address}.isdisjoint(session.settings.banned)


def _member(session: WatchSession, command: TakeSeat, known: Member | None) -> Member:
    name = clean_text(command.display_name) or "somebody"
    taken = {
        folded(other.display_name) for other in session.present() if other.participant_id != command.participant_id
    }
    if known is not None:
        return replace(
            known,
            display_name=_unlike(name, taken),
            platform=command.platform,
            # An explicit set-role wins, also over the creator who handed the session over and comes back.
            role=known.role if known.role_given else command.role or known.role,
            gone=False,
            address=command.address,
        )
    return Member(
        participant_id=command.participant_id,
        display_name=_unlike(name, taken),
        role=command.role or role_of_joiner(session.settings.control),
        platform=command.platform,
        token_hash=command.token_hash,
        address=command.address,
    )


def _unlike(name: str, taken: set[str]) -> str:
    """The name, numbered if somebody here has it already: names are how people are told apart and kicked."""
    number, unlike = 2, name
    while folded(unlike) in taken:
        ending = f" ({number})"
        unlike, number = name[: wire.DISPLAY_NAME_LIMIT - len(ending)] + ending, number + 1
    return unlike


def _without_host(session: WatchSession) -> WatchSession:
    members = {
        key: replace(member, role="controller", role_given=True) if member.role == "host" else member
        for key, member in session.members.items()
    }
    return session.replace(members=members)


def _forget_oldest(session: WatchSession) -> WatchSession:
    gone = [key for key, member in session.members.items() if key not in session.presence and member.role != "host"]
    surplus = set(gone[: max(0, len(session.members) - SEATS_REMEMBERED)])
    if not surplus:
        return session
    return session.replace(members={key: member for key, member in session.members.items() if key not in surplus})


# --- going -------------------------------------------------------------------------------------------


def lose_seat(session: WatchSession, command: LoseSeat, moment: Moment) -> Outcome:
    """A connection is lost; the seat is kept for a moment, and nobody else is moved."""
    presence = session.presence.get(command.participant_id)
    if presence is None or not presence.connected:
        return Outcome(session)
    away = replace(presence, connected=False, lost_at=moment.now, stalled_at=None)
    return Outcome(_noting_emptiness(session.with_presence(command.participant_id, away), moment.now))


def decides_at(session: WatchSession) -> float | None:
    """The server time at which whoever was lost first is given up; None if nobody is lost."""
    lost = [seat.lost_at for seat in session.in_trouble.values() if seat.lost_at is not None]
    return min(lost) + RETURN_WITHIN if lost else None


def give_up_lost(session: WatchSession, now: float) -> Outcome:
    """Whoever has been lost for too long has left."""
    messages: list[Addressed] = []
    for key, presence in session.presence.items():
        if presence.lost_at is not None and now >= presence.lost_at + RETURN_WITHIN:
            session, told, _ = _remove(session, key, "disconnected", now)
            messages += told
    return Outcome(session, tuple(messages))


def leave(session: WatchSession, _: wire.LeaveSession, moment: Moment) -> Outcome:
    """Somebody goes, and says so."""
    participant_id = moment.by.participant_id
    if participant_id is None or participant_id not in session.presence:
        return Outcome(session)
    return _remove(session, participant_id, "left", moment.now)


def kick(session: WatchSession, command: wire.Kick, moment: Moment) -> Outcome:
    """Somebody is made to go; banned, they can't come back."""
    member = _present(session, command.participant_id)
    if member.role == "host":
        raise AppError(ErrorCode.FORBIDDEN, "the host can't be removed", "hand the session over first")
    session, messages, _ = _remove(session, member.participant_id, "kicked", moment.now)
    members = {key: other for key, other in session.members.items() if key != member.participant_id}
    session = session.replace(members=members)
    if command.ban:
        banned = tuple(mark for mark in (member.token_hash, member.address) if mark)
        session = session.replace(settings=replace(session.settings, banned=(*session.settings.banned, *banned)))
    reason = "the host removed you for good" if command.ban else "the host removed you"
    told = Addressed(wire.Kicked(reason=reason), member.participant_id)
    return Outcome(session, (told, *messages), wire.SessionReply(session=session.view(moment.now)))


def _remove(session: WatchSession, participant_id: str, reason: str, now: float) -> Outcome:
    member = session.members[participant_id]
    presence = {key: seat for key, seat in session.presence.items() if key != participant_id}
    session = session.with_member(replace(member, gone=True, ready=False)).replace(presence=presence)
    left = wire.UserLeft(participant_id=participant_id, display_name=member.display_name, reason=reason)
    return Outcome(_noting_emptiness(session, now), (Addressed(left),))


def _noting_emptiness(session: WatchSession, now: float) -> WatchSession:
    return session if session.connected() or session.empty_since is not None else session.replace(empty_since=now)


# --- roles and flags -----------------------------------------------------------------------------------


def set_role(session: WatchSession, command: wire.SetRole, moment: Moment) -> Outcome:
    """A role given by hand; to make somebody the host is to hand the session over."""
    member = _present(session, command.participant_id)
    if member.role == "host" and command.role != "host":
        raise AppError(ErrorCode.BAD_REQUEST, "a session has a host", "make somebody else the host instead")
    if command.role == "host":
        session = _without_host(session)
    return _with_changed(session, replace(member, role=command.role, role_given=True), moment)


def set_ready(session: WatchSession, command: wire.SetReady, moment: Moment) -> Outcome:
    """A person's own flag."""
    member = _present(session, moment.by.participant_id or "")
    return _with_changed(session, replace(member, ready=command.ready), moment)


def with_roles_of(session: WatchSession, control: wire.Control) -> WatchSession:
    """The session with the roles that ``control`` gives to those who have none by hand."""
    members = {
        key: member if member.role == "host" or member.role_given else replace(member, role=role_of_joiner(control))
        for key, member in session.members.items()
    }
    return session.replace(members=members)


def _with_changed(session: WatchSession, member: Member, moment: Moment) -> Outcome:
    session = session.with_member(member)
    view = session.view(moment.now)
    told = wire.SessionUpdated(session=replace(view, chat=()))
    return Outcome(session, (Addressed(told),), wire.SessionReply(session=view))


def _present(session: WatchSession, participant_id: str) -> Member:
    member = session.members.get(participant_id)
    if member is None or member.gone:
        raise AppError(ErrorCode.NOT_FOUND, "that participant is not in the session")
    return member


# --- reports -------------------------------------------------------------------------------------------


def report(session: WatchSession, command: wire.Status, moment: Moment) -> Outcome:
    """How a participant's player stands; what it finds out about the media, and nobody knew yet, is told to all."""
    participant_id = moment.by.participant_id or ""
    presence = session.presence.get(participant_id)
    media = session.stage.media
    if presence is None or (command.media_id is not None and media and command.media_id != media.media_id):
        return Outcome(session)
    moving = session.timeline.is_moving_at(moment.now)
    session = session.with_presence(participant_id, _reported(presence, command, moment.now, moving=moving))
    if media is None or command.media_id != media.media_id:
        return Outcome(session)
    session, learned, _ = media_rules.learned(session, command, moment.by)
    session, failed, reply = failing_media.noted(session, participant_id, command)
    return Outcome(session, (*learned, *failed), reply)


def _reported(presence: Presence, command: wire.Status, now: float, *, moving: bool) -> Presence:
    stalled = command.state in ("buffering", "loading")
    # Who stands paused while the others move is still on the way in.
    keeps_up = command.state == "playing" or (command.state == "paused" and not moving)
    since = now if presence.stalled_at is None else presence.stalled_at
    return replace(
        presence,
        state=command.state,
        current_time=command.current_time,
        drift=command.drift,
        uncertainty=command.uncertainty,
        rtt=command.rtt if command.rtt is not None else presence.rtt,
        jitter=command.jitter if command.jitter is not None else presence.jitter,
        seek_cost=command.seek_cost if command.seek_cost is not None else presence.seek_cost,
        settled=presence.settled or keeps_up,
        stalled_at=since if stalled else None,
        excused=presence.excused and not keeps_up,
    )
