"""What one node says to the others about one session: encoded once, in order, presence at most once a second.

A commit goes out at once, with all that is new about who is here, so that no rule decides by what is long over.
So does whatever of presence rules decide by; positions and drifts wait for their second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from syncwatch_core import messages as wire
from syncwatch_core.session_parts import Presence
from syncwatch_core.watch_session import WatchSession
from syncwatch_server.live.store import SEATS_RENEWED_EVERY, StoreAway
from syncwatch_server.services.node_message import (
    NodeMessage,
    Note,
    Told,
    encoder,
    message_decoder,
    note_decoder,
    rules_see,
)
from syncwatch_server.services.presence_reports import EVERY

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from syncwatch_server.database.repository import Change
    from syncwatch_server.live.store import LiveStore
    from syncwatch_server.services.audience import SharedAudience

_RECONCILED_AFTER = 2.0
"""Seconds after an interruption until it is looked who is still here: by then every node has said so."""


class Served(Protocol):
    """The session as the link sees it."""

    @property
    def shown(self) -> WatchSession:
        """As everybody has been told."""

    @property
    def shown_version(self) -> int:
        """The version of its row."""

    def heard(self, node: str, message: NodeMessage) -> None:
        """Another node says something."""

    def reconcile(self, notes: dict[str, Note]) -> None:
        """Who is where by what is kept; who is in no note of a living node is gone."""


class SessionLink:
    """One session's way to the other nodes."""

    def __init__(self, code: str, store: LiveStore, audience: SharedAudience, log: FilteringBoundLogger) -> None:
        self.code = code
        self.node = store.node
        self.owners: dict[str, str] = {}
        """The node that each participant is connected to, as far as it is known."""
        self.looks_due = False
        """Whether messages may have been missed, so that the row's version has to be looked at."""
        self._store = store
        self._audience = audience
        self._log = log
        self._session: Served | None = None
        self._early: list[tuple[str, NodeMessage]] = []
        self._told: list[Told] = []
        self._claims: list[str] = []
        self._published: dict[str, Presence] = {}
        self._published_of: dict[str, Presence] | None = None
        """The presence of which others know all that is new: it is a value, and another one once anything changed."""
        self._timer: asyncio.TimerHandle | None = None
        self._reconciling: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._flushed_at = float("-inf")
        self._renewed_at = asyncio.get_running_loop().time()

    # --- beginning and ending ------------------------------------------------------------------------------

    async def open(self) -> dict[str, Note]:
        """Follow the session before its row is read; who is there by the notes of nodes that live."""
        if not await self._store.listen(self.code, self):
            self.looks_due = True
        try:
            return await self._living_notes()
        except StoreAway:
            return {}

    def know(self, notes: dict[str, Note]) -> None:
        """Who is connected where, by the notes that were kept."""
        self.owners |= {key: note.node for key, note in notes.items()}

    def attach(self, session: Served) -> None:
        """The session is read, and takes what was said meanwhile."""
        self._session = session
        for node, message in self._early:
            session.heard(node, message)
        self._early.clear()

    def close(self) -> None:
        """Follow the session no longer, and say that who is connected here is away."""
        for timer in (self._timer, self._reconciling):
            if timer is not None:
                timer.cancel()
        self._begin(self._store.hush(self.code))

    def leave(self, now: float) -> None:
        """This node goes down: who is connected to it is about to come back elsewhere."""
        if self._session is None:
            return
        presence = self._session.shown.presence
        seats = {
            key: msgspec.structs.replace(presence[key], connected=False, lost_at=now, stalled_at=None)
            for key in self._own()
            if key in presence and presence[key].connected
        }
        if seats:
            version = self._session.shown_version
            self._publish(NodeMessage(version, version, seats=seats))
            self._store.keep(self.code, dict.fromkeys(seats))

    # --- who is connected here --------------------------------------------------------------------------------

    @property
    def is_heard(self) -> bool:
        """Whether anybody here hears the session."""
        return self._audience.is_heard(self._shown().session_id)

    def is_seated(self, participant_id: str) -> bool:
        """Whether this participant is connected here."""
        return self._audience.is_seated(self._shown().session_id, participant_id)

    def supersede(self, participant_id: str) -> None:
        """They are connected to another node from now on."""
        self._audience.supersede(self._shown().session_id, participant_id)

    def relay(self, event: str, payload: bytes, to: str | None) -> None:
        """Hand on to people here what another node has said."""
        self._audience.relay(self._shown().session_id, event, payload, to)

    # --- saying ----------------------------------------------------------------------------------------------

    def say(self, message: wire.ServerMessage, to: str | None) -> None:
        """Tell people here at once, and those elsewhere with the next message."""
        payload = msgspec.json.encode(message)
        self._audience.relay(self._shown().session_id, message.event, payload, to)
        if to is None or self.owners.get(to) != self.node:
            self._told.append(Told(message.event, payload, to))

    def begin_with(self, participant_ids: Iterable[str]) -> None:
        """A session begins here, with these people in it."""
        for participant_id in participant_ids:
            self.claim(participant_id)
        self.send(None, {})

    def claim(self, participant_id: str) -> None:
        """Somebody is connected here from now on."""
        self.owners[participant_id] = self.node
        self._claims.append(participant_id)
        # What another node kept of them is out of date, even where it is the same.
        self._published.pop(participant_id, None)
        self._published_of = None

    def send(self, change: Change | None, moved: dict[str, Presence]) -> None:
        """Hand on what happened: a commit, what was said, who ``moved``."""
        if self._session is None:
            return
        if change is None and not self._told and not self._claims:
            self._note_presence()
            return
        self._flush(change, moved)

    def _note_presence(self) -> None:
        fresh = self._fresh()
        if any(rules_see(self._published.get(key), seat) for key, seat in fresh.items()):
            self._flush(None, {})
        elif fresh and self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(loop.time(), self._flushed_at + EVERY), self._flush_presence)

    def _flush_presence(self) -> None:
        self._timer = None
        if self._fresh():
            self._flush(None, {})

    def _flush(self, change: Change | None, moved: dict[str, Presence]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        fresh = self._fresh()
        version = self._session.shown_version if self._session is not None else 0
        self._publish(
            NodeMessage(
                version if change is None else change.version,
                version if change is None else change.version + 1,
                {} if change is None else change.parts,
                () if change is None else change.chat,
                moved | fresh,
                tuple(self._claims),
                tuple(self._told),
            )
        )
        self._told.clear()
        self._claims.clear()
        self._keep(fresh)
        self._flushed_at = asyncio.get_running_loop().time()

    def _keep(self, fresh: dict[str, Presence]) -> None:
        presence = self._shown().presence
        if presence is self._published_of and not fresh:
            return
        self._published_of, own = presence, set(self._own())
        gone = [key for key in self._published if key not in presence or key not in own]
        notes: dict[str, bytes | None] = {key: encoder.encode(Note(self.node, seat)) for key, seat in fresh.items()}
        for key in gone:
            del self._published[key]
            # Who is connected elsewhere by now has a note of that node's.
            if self.owners.get(key) in (None, self.node):
                notes[key] = None
                self.owners.pop(key, None)
        self._published |= fresh
        if notes:
            self._store.keep(self.code, notes)

    def renew(self) -> None:
        """Keep the notes from expiring."""
        if (now := asyncio.get_running_loop().time()) >= self._renewed_at + SEATS_RENEWED_EVERY:
            self._renewed_at = now
            self._keep(self._seats())

    def _fresh(self) -> dict[str, Presence]:
        """How those stand who are connected here, where others don't know it yet."""
        if self._shown().presence is self._published_of:
            return {}
        return {key: seat for key, seat in self._seats().items() if self._published.get(key) is not seat}

    def _seats(self) -> dict[str, Presence]:
        presence = self._shown().presence
        return {key: presence[key] for key in self._own() if key in presence}

    def _own(self) -> list[str]:
        return [key for key, node in self.owners.items() if node == self.node]

    def _publish(self, message: NodeMessage) -> None:
        self._store.publish(self.code, encoder.encode(message))

    def _shown(self) -> WatchSession:
        assert self._session is not None  # noqa: S101 nothing is said before it is attached
        return self._session.shown

    # --- hearing -----------------------------------------------------------------------------------------------

    def heard(self, node: str, message: bytes) -> None:
        """Another node says something."""
        try:
            read = message_decoder.decode(message)
        except msgspec.MsgspecError:
            self._log.warning("a node of another version says what can't be read", node=node, code=self.code)
            self.looks_due = True
            return
        if self._session is None:
            self._early.append((node, read))
        else:
            self._session.heard(node, read)

    def missed(self) -> None:
        """The channel is there again: say who is here, and look what happened meanwhile."""
        self.looks_due = True
        if self._session is None:
            return
        self._published.clear()
        self._published_of = None
        self._claims = [key for key in self._own() if (seat := self._seats().get(key)) and seat.connected]
        self._flush(None, {})
        if self._reconciling is not None:
            self._reconciling.cancel()
        self._reconciling = asyncio.get_running_loop().call_later(_RECONCILED_AFTER, self._look_who_is_here)

    def _look_who_is_here(self) -> None:
        self._reconciling = None
        self._begin(self._reconcile())

    async def _reconcile(self) -> None:
        try:
            notes = await self._living_notes()
        except StoreAway:
            # It is done again once the store is back.
            return
        if self._session is not None:
            self._session.reconcile(notes)

    async def _living_notes(self) -> dict[str, Note]:
        notes = {key: note_decoder.decode(note) for key, note in (await self._store.kept(self.code)).items()}
        living = await self._store.living({note.node for note in notes.values()} - {self.node})
        return {key: note for key, note in notes.items() if note.node in living}

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
