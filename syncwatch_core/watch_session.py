"""The authority's state machine: one session, what may happen in it, and what follows for whom.

``WatchSession`` is a value. ``apply(command, now, …)`` gives the session after the command, what to tell whom,
and the answer; it raises ``AppError`` where the command is refused, and then nothing has changed.
It never reads a clock, draws an id or sends anything: ``now`` (server time) and fresh ids are handed in.

The parts are cut by what must survive: ``settings``, ``stage``, ``members``, ``queue``, ``history`` and ``chat`` are
durable, ``presence`` may be lost at any moment and comes back by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from syncwatch_core import messages as wire
from syncwatch_core.roles import SOMEBODY, Actor
from syncwatch_core.session_parts import Gathering, Member, Presence, Settings, Stage, Waiting

if TYPE_CHECKING:
    from syncwatch_core.timeline import Timeline

CHAT_KEPT = 50
"""Messages of chat that a newcomer sees; docs/contract.md, 3."""

QUEUE_LIMIT = 1000
"""Items; far beyond an evening, and the whole queue still travels in one message."""

SEATS_REMEMBERED = 500
"""Seats of people who left, whose roles are kept for their return."""

RETURN_WITHIN = 30.0
"""Seconds that a lost connection may last before the others are told that the person left."""

KEEP_EMPTY_FOR = 24 * 3600.0
"""Seconds after which a session that nobody is in ends by itself, unless the server is told otherwise."""


# --- what the session is told besides the events of the wire ---------------------------------------


class TakeSeat(wire.Wire, frozen=True, kw_only=True):
    """Somebody comes in, or comes back; ``role`` None leaves it to the session."""

    participant_id: str
    display_name: str
    platform: wire.Platform
    token_hash: str
    role: wire.Role | None = None
    address: str | None = None


class LoseSeat(wire.Wire, frozen=True):
    """A participant's connection is lost."""

    participant_id: str


class Wake(wire.Wire, frozen=True):
    """The instant ``wakes_at`` has come."""


class MediaFound(wire.Wire, frozen=True, kw_only=True):
    """What the server found out about a link; None is what it did not."""

    url: str
    title: str | None = None
    duration: float | None = None
    """Seconds."""
    live: bool | None = None
    thumbnail_url: str | None = None


Command = wire.ClientEvent | TakeSeat | LoseSeat | Wake | MediaFound


class Addressed(NamedTuple):
    """A message and whom it is for; ``to`` None is everybody."""

    message: wire.ServerMessage
    to: str | None = None


class Outcome(NamedTuple):
    """What a command led to."""

    session: WatchSession
    messages: tuple[Addressed, ...] = ()
    reply: wire.Done = wire.Done()


class WatchSession(wire.Wire, frozen=True, kw_only=True, dict=True):
    """One session."""

    session_id: str
    code: str
    created_at: float
    link: str = ""
    settings: Settings
    stage: Stage
    members: dict[str, Member] = {}
    queue: tuple[wire.QueueItem, ...] = ()
    chat: tuple[wire.ChatMessage, ...] = ()
    history: tuple[wire.HistoryItem, ...] = ()
    presence: dict[str, Presence] = {}
    empty_since: float | None = None
    """Server time since which nobody has been here; None while somebody is."""
    keep_empty_for: float = KEEP_EMPTY_FOR

    # --- asking ------------------------------------------------------------------------------------

    @property
    def timeline(self) -> Timeline:
        """Where the media stands at any instant."""
        return self.stage.playback.timeline

    @property
    def waiting(self) -> Waiting | None:
        """Whom the session holds for; None if it does not."""
        return self.stage.waiting

    def present(self) -> list[Member]:
        """Who is here, those whose connection was lost a moment ago included, in the order of coming."""
        return [member for key, member in self.members.items() if key in self.presence and not member.gone]

    @cached_property
    def in_trouble(self) -> dict[str, Presence]:
        """Who is lost or has nothing to play: for whom something falls due.

        Every report of every player asks for them, more than once, and hardly ever is there anybody among thousands.
        """
        return {
            key: seat for key, seat in self.presence.items() if seat.lost_at is not None or seat.stalled_at is not None
        }

    def connected(self) -> list[str]:
        """The ids of who is connected."""
        return [key for key, presence in self.presence.items() if presence.connected]

    def participant(self, participant_id: str) -> wire.Participant:
        """A participant as everybody sees them."""
        member = self.members[participant_id]
        presence = self.presence.get(participant_id, Presence(connected=False, state="away"))
        return wire.Participant(
            participant_id=participant_id,
            display_name=member.display_name,
            role=member.role,
            platform=member.platform,
            connected=presence.connected,
            ready=member.ready,
            state=presence.state if presence.connected else "away",
            current_time=presence.current_time,
            drift=presence.drift,
            uncertainty=presence.uncertainty,
            rtt=presence.rtt,
        )

    def view(self, now: float, *, chat: bool = True) -> wire.Session:
        """The session as it is shown to people and programs."""
        settings, media = self.settings, self.stage.media
        state: wire.SessionState = "active" if media else "waiting"
        return wire.Session(
            session_id=self.session_id,
            code=self.code,
            link=self.link,
            title=settings.title,
            state="ended" if settings.ended else state,
            created_at=self.created_at,
            control=settings.control,
            buffer_wait=settings.buffer_wait,
            has_password=settings.password_hash is not None,
            locked=settings.locked,
            media=media,
            playback=self.stage.playback,
            participants=tuple(self.participant(member.participant_id) for member in self.present()),
            queue=self.queue,
            chat=self.chat if chat else (),
            server_time=now,
            repeat=settings.repeat,
            history=self.history,
            tracks=settings.tracks,
        )

    @property
    def wakes_at(self) -> float | None:
        """The server time at which ``Wake`` must be applied next; None if never."""
        return None if self.settings.ended else _rules().wakes_at(self)

    # --- acting ------------------------------------------------------------------------------------

    def apply(self, command: Command, now: float, *, by: Actor = SOMEBODY, fresh_id: str = "") -> Outcome:
        """What ``command``, given at server time ``now``, leads to; raises ``AppError`` where it is refused.

        ``by`` has been found to be who they say and allowed to do this (``roles.require``).
        ``fresh_id`` is an id never used before, for whatever the command creates.
        """
        return _rules().apply(self, command, now, by=by, fresh_id=fresh_id)

    def replace(self, **changes: Any) -> WatchSession:
        """This session with some of its parts replaced."""
        return msgspec.structs.replace(self, **changes)

    def with_member(self, member: Member, presence: Presence | None = None) -> WatchSession:
        """This session with a member, and what is known of them right now, put in."""
        seats = self.presence if presence is None else {**self.presence, member.participant_id: presence}
        return self.replace(members={**self.members, member.participant_id: member}, presence=seats)

    def with_waiting(self, waiting: Waiting | None) -> WatchSession:
        """This session, holding for somebody, or no longer."""
        return self.replace(stage=msgspec.structs.replace(self.stage, waiting=waiting))

    def with_gathering(self, gathering: Gathering | None) -> WatchSession:
        """This session, its start held for somebody, or no longer."""
        return self.replace(stage=msgspec.structs.replace(self.stage, gathering=gathering))

    def with_presence(self, participant_id: str, presence: Presence) -> WatchSession:
        """This session with what is known of a participant right now put in."""
        return self.replace(presence={**self.presence, participant_id: presence})


class _Rules(NamedTuple):
    """What ``session_rules`` has for a session."""

    apply: Callable[..., Outcome]
    wakes_at: Callable[[WatchSession], float | None]


@cache
def _rules() -> _Rules:
    # They are written in terms of this room's class, and an import costs every time.
    from syncwatch_core import session_rules

    return _Rules(session_rules.apply, session_rules.wakes_at)


def new_session(
    session_id: str,
    code: str,
    now: float,
    *,
    host_token_hash: str,
    link: str = "",
    keep_empty_for: float = KEEP_EMPTY_FOR,
) -> WatchSession:
    """A session without media, in which nobody is yet."""
    playback = wire.Playback(
        session_id=session_id,
        media_id=None,
        revision=0,
        current_time=0.0,
        is_playing=False,
        rate=1.0,
        at=now,
        cause=wire.Cause(event="create-session", participant_id=None),
    )
    return WatchSession(
        session_id=session_id,
        code=code,
        created_at=now,
        link=link,
        settings=Settings(host_token_hash=host_token_hash),
        stage=Stage(media=None, playback=playback, acted_at=0.0),
        empty_since=now,
        keep_empty_for=keep_empty_for,
    )
