"""What nodes tell one another about a session: what was committed, what it said, and how their participants stand."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from syncwatch_core import messages as wire
from syncwatch_core.session_parts import Presence
from syncwatch_core.watch_session import WatchSession
from syncwatch_server.database.repository import PARTS


class Told(NamedTuple):
    """A message to participants, encoded once for all nodes."""

    event: str
    payload: bytes
    """JSON."""
    to: str | None
    """A participant's id; None is everybody."""


class NodeMessage(msgspec.Struct, frozen=True, array_like=True):
    """One message between nodes; ``after`` is greater than ``before`` where something was committed."""

    before: int
    """The version of the row that it was applied to, or at which the node is."""
    after: int
    """The version of the row it led to."""
    parts: dict[str, str] = {}
    """JSON text of each part that changed."""
    chat: tuple[wire.ChatMessage, ...] = ()
    """What was said."""
    seats: dict[str, Presence] = {}
    """How participants stand, by id."""
    claims: tuple[str, ...] = ()
    """Participants that are connected to this node from now on, wherever they were before."""
    told: tuple[Told, ...] = ()

    @property
    def is_commit(self) -> bool:
        """Whether the row changed."""
        return self.after > self.before

    def changes(self) -> dict[str, Any]:
        """The parts that changed; raises ``msgspec.MsgspecError`` where they are another version's."""
        return {name: msgspec.json.decode(text, type=PARTS[name]) for name, text in self.parts.items()}


class Note(msgspec.Struct, frozen=True, array_like=True):
    """What is kept beside the session about one participant."""

    node: str
    seat: Presence


encoder = msgspec.msgpack.Encoder()
message_decoder = msgspec.msgpack.Decoder(NodeMessage)
note_decoder = msgspec.msgpack.Decoder(Note)


def with_members_only(session: WatchSession, presence: dict[str, Presence], now: float) -> WatchSession:
    """The session with this presence of those of its members who are not gone."""
    here = {key: presence.get(key, Presence()) for key, member in session.members.items() if not member.gone}
    session = session.replace(presence=here)
    if session.connected():
        return session.replace(empty_since=None)
    return session if session.empty_since is not None else session.replace(empty_since=now)


def rules_see(before: Presence | None, now: Presence) -> bool:
    """Whether a rule of the session could decide otherwise by what changed."""
    return before is None or (before.connected, before.state, before.settled, before.excused, before.stalled_at) != (
        now.connected,
        now.state,
        now.settled,
        now.excused,
        now.stalled_at,
    )
