"""A session that other nodes serve too: what they commit is taken over in the order of the versions.

Each node applies the commands of its own people and stores them by compare-and-set, so of two that act at once one
wins, and the other reads what came of it and applies its command anew. Whoever wins tells the others what the row
became. A node that hears of the version after its own takes it from the message; one that missed some reads the row.

*Who sees to what is due* (a limit that is over, somebody who does not come back): every node that serves the session
may, since compare-and-set lets one win and there is nobody to be elected or to die. So that they don't all try at once,
the one of the smallest name among those that people are connected to goes first, the others half a second later.
"""

from __future__ import annotations

import asyncio
from random import random
from typing import TYPE_CHECKING, Any

import msgspec

from syncwatch_core import messages as wire
from syncwatch_core.session_parts import Presence
from syncwatch_core.watch_session import CHAT_KEPT, TakeSeat, WatchSession
from syncwatch_server.database.repository import RaceLost, StoredSession
from syncwatch_server.services.live_session import CONCLUSIVE, LiveSession
from syncwatch_server.services.node_message import NodeMessage, Note, with_members_only
from syncwatch_server.services.steps import Step

if TYPE_CHECKING:
    from syncwatch_server.services.session_link import SessionLink

_LATER = 0.5
"""Seconds that other nodes leave to the first one for what is due."""

_GAP = 0.25
"""Seconds that a message may be late, before what it should have said is read from the row."""

_PATIENT_FOR, _PAUSE = 2, 0.01
"""Races that a step may lose before it pauses, and the seconds by which each further one may lengthen that."""


class SharedSession(LiveSession):
    """A session that this node serves, as do others."""

    attempts = 40
    """Enough for a crowd that presses keys on every node at once, and few enough to end within seconds."""

    def __init__(self, stored: StoredSession, *, link: SessionLink, notes: dict[str, Note], **served: Any) -> None:
        self._link = link
        self.shown_version = stored.version
        self._ahead: dict[int, tuple[str, NodeMessage]] = {}
        self._gap: asyncio.TimerHandle | None = None
        link.know(notes)
        super().__init__(stored, **served)
        link.attach(self)

    def stop(self) -> None:
        """Serve it no longer."""
        super().stop()
        if self._gap is not None:
            self._gap.cancel()
        self._link.close()

    @property
    def link(self) -> SessionLink:
        """Its way to the other nodes."""
        return self._link

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._steps and self._recovery is None

    # --- what happens here -----------------------------------------------------------------------------------

    def tell(self, message: wire.ServerMessage, to: str | None = None) -> None:
        """Tell everybody, wherever they are, or one participant."""
        self._tell(message, to)
        self._link.send(None, {})

    def _tell(self, message: wire.ServerMessage, to: str | None) -> None:
        self._link.say(message, to)
        if type(message) in CONCLUSIVE:
            self._draw_conclusions(message, to)

    def _note_effect(self, step: Step) -> None:
        assert step.outcome is not None  # noqa: S101 it was applied
        if step.change is not None:
            self.shown_version = step.change.version + 1
        if isinstance(step.command, TakeSeat):
            self._link.claim(step.command.participant_id)
        moved = self._moved(step) if step.change is not None else {}
        self._catch_up_presence()
        self._link.send(step.change, moved)
        self._take_what_is_next()

    def _moved(self, step: Step) -> dict[str, Presence]:
        """Whose presence the rules changed, besides those who are connected here."""
        owners, node = self._link.owners, self._link.node
        assert step.before is not None  # noqa: S101 it was applied
        assert step.outcome is not None  # noqa: S101 as above
        known = step.before.presence
        return {
            key: seat
            for key, seat in step.outcome.session.presence.items()
            if owners.get(key) != node and known.get(key) is not seat
        }

    def _catch_up_presence(self) -> None:
        if not self._steps:
            # What others reported while this step was being stored.
            self._shown = self._newest

    # --- what happens elsewhere --------------------------------------------------------------------------------

    def heard(self, node: str, message: NodeMessage) -> None:
        """Another node says something."""
        if self._shown.settings.ended is not None:
            return
        if message.is_commit and message.before == self.shown_version:
            self._take_over(node, message)
            self._take_what_is_next()
            return
        if message.is_commit and message.after > self.shown_version:
            self._ahead[message.before] = (node, message)
        elif not message.is_commit:
            if message.seats or message.claims:
                self._merge(node, message, everything=False)
            for event, payload, to in message.told:
                self._relay(event, payload, to)
        if message.before > self.shown_version and self._gap is None:
            self._gap = asyncio.get_running_loop().call_later(_GAP, self._look_for_gap, message.before)

    def catch_up(self, version: int) -> None:
        """The row is at this version; read it, if that is news."""
        if version > self.shown_version and self._fault is None and not self._storing and self._recovery is None:
            self._fault = RaceLost("others went ahead")
            self._recover()

    def reconcile(self, notes: dict[str, Note]) -> None:
        """Who is where by what is kept; who is in no note of a living node is gone."""
        owners, node = self._link.owners, self._link.node
        others = {key: seat for key, seat in self._newest.presence.items() if owners.get(key) != node}
        for key in others:
            if key in notes:
                owners[key] = notes[key].node
            else:
                owners.pop(key, None)
        known = {key: notes[key].seat if key in notes else self._away(seat) for key, seat in others.items()}
        self._know(self._newest.presence | known)

    def lose_node(self, node: str) -> None:
        """A node is dead; whoever was connected to it has a moment to come back elsewhere."""
        lost = [key for key, owner in self._link.owners.items() if owner == node]
        for key in lost:
            del self._link.owners[key]
        seats = {key: self._away(seat) for key, seat in self._newest.presence.items() if key in lost}
        if seats:
            self._know(self._newest.presence | seats)

    def _away(self, seat: Presence) -> Presence:
        if not seat.connected:
            return seat
        return msgspec.structs.replace(seat, connected=False, lost_at=self._clock.now(), stalled_at=None)

    def _look_for_gap(self, version: int) -> None:
        self._gap = None
        self.catch_up(version)

    def _take_what_is_next(self) -> None:
        while (ahead := self._ahead.pop(self.shown_version, None)) is not None:
            self._take_over(*ahead)
        self._ahead = {before: ahead for before, ahead in self._ahead.items() if before > self.shown_version}

    def _take_over(self, node: str, message: NodeMessage) -> None:
        """What another node committed to the version that is shown here."""
        try:
            changes = message.changes()
        except msgspec.MsgspecError:
            self.catch_up(message.after)
            return
        chat = (*self._shown.chat, *message.chat)[-CHAT_KEPT:] if message.chat else self._shown.chat
        before = self._shown
        self._shown = self._shown.replace(chat=chat, **changes)
        self.shown_version = message.after
        if self._is_undisturbed():
            self._newest, self._version = self._shown, message.after
        new_media = before.stage.playback.media_id != self._shown.stage.playback.media_id
        self._merge(node, message, everything=new_media)
        for event, payload, to in message.told:
            self._relay(event, payload, to)
        self._reports.note(self._shown)
        self._seat_again()
        if self._shown.settings.ended is not None:
            self.stop()
            self._on_released(self)

    def _is_undisturbed(self) -> bool:
        """Whether nothing of ours is under way, which would have lost the race."""
        return not self._steps and self._fault is None

    def _merge(self, node: str, message: NodeMessage, *, everything: bool) -> None:
        """Take over what a node says of who is here; of our own what rules decided only, unless ``everything``."""
        owners, mine = self._link.owners, self._link.node
        presence = dict(self._newest.presence)
        for key in message.claims:
            if owners.get(key) == mine:
                self._link.supersede(key)
            owners[key] = node
        for key, seat in message.seats.items():
            if owners.get(key) == mine:
                known = presence.get(key)
                presence[key] = seat if everything or known is None else _excused_as(known, seat)
            elif message.is_commit or owners.setdefault(key, node) == node:
                presence[key] = seat
        self._know(presence)

    def _know(self, presence: dict[str, Presence]) -> None:
        now = self._clock.now()
        self._newest = with_members_only(self._newest, presence, now)
        if not self._steps and self._fault is None:
            self._shown = self._newest
        else:
            self._shown = with_members_only(self._shown, presence, now)
        self._reports.note(self._shown)
        self._arm(0.0)

    def _relay(self, event: str, payload: bytes, to: str | None) -> None:
        self._link.relay(event, payload, to)
        kind = _CONCLUSIVE.get(event)
        if kind is not None:
            self._draw_conclusions(msgspec.json.decode(payload, type=kind), to)

    def _seat_again(self) -> None:
        """Who is connected here, and was given up by a node that could not know, is here."""
        for key, owner in list(self._link.owners.items()):
            member = self._shown.members.get(key)
            if owner != self._link.node or member is None or not member.gone or not self._link.is_seated(key):
                continue
            self.note(
                TakeSeat(
                    participant_id=key,
                    display_name=member.display_name,
                    platform=member.platform,
                    token_hash=member.token_hash,
                    address=member.address,
                )
            )

    # --- what is due, and where a write failed -----------------------------------------------------------------

    def _hold_back(self) -> float:
        presence, owners = self._newest.presence, self._link.owners
        nodes = {owners[key] for key, seat in presence.items() if seat.connected and key in owners}
        return 0.0 if not nodes or min(nodes) == self._link.node else _LATER

    async def _read_again(self) -> None:
        tried = max((step.attempts for step in self._steps), default=0)
        if tried > _PATIENT_FOR:
            # Whoever has just won knows the row, and would go on winning.
            await asyncio.sleep(random() * _PAUSE * tried)  # noqa: S311 no secret
        await super()._read_again()

    def _adopt(self, stored: StoredSession) -> None:
        if stored.version > self.shown_version:
            super()._adopt(stored)
            self.shown_version = stored.version
            self._seat_again()
        else:
            # Others' messages came while the row was being read.
            self._newest, self._version = self._shown, self.shown_version
        self._take_what_is_next()

    def _as_stored(self, stored: WatchSession) -> WatchSession:
        known = {**self._shown.presence, **self._newest.presence}
        return with_members_only(self._as_durable(stored), known, self._clock.now())


_CONCLUSIVE: dict[str, Any] = {kind.event: kind for kind in CONCLUSIVE}


def _excused_as(known: Presence, seat: Presence) -> Presence:
    return known if known.excused == seat.excused else msgspec.structs.replace(known, excused=seat.excused)
