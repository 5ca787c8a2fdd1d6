"""Who hears a session: messages are encoded once, and handed to every recipient without a task for each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from typing import Protocol

import msgspec

from syncwatch_core import messages as wire
from syncwatch_server.live.counts import Counts
from syncwatch_server.realtime.frames import message_frame

_WATCHER_HOLDS = 1000
"""Messages that a slow reader of server-sent events may have waiting, before it is let go."""


class Recipient(Protocol):
    """A participant's connection."""

    def send(self, message: bytes) -> None:
        """Send a message as ``message_frame`` makes it."""

    def dismissed(self, reason: wire.ServerMessage) -> None:
        """The seat is lost; the recipient has been told ``reason``."""

    def superseded(self) -> None:
        """Another connection has taken the seat."""


class Watcher:
    """Somebody who follows a session without a seat: messages as (event, JSON)."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[tuple[str, bytes] | None] = asyncio.Queue()

    def put(self, event: str, payload: bytes) -> None:
        """One more message; a reader too slow is let go."""
        if self._waiting.qsize() < _WATCHER_HOLDS:
            self._waiting.put_nowait((event, payload))
        else:
            self.end()

    def end(self) -> None:
        """No more messages."""
        self._waiting.put_nowait(None)

    async def next(self) -> tuple[str, bytes] | None:
        """The next message; None at the end."""
        return await self._waiting.get()

    async def __aiter__(self) -> AsyncIterator[tuple[str, bytes]]:
        while (message := await self.next()) is not None:
            yield message


class Fanout:
    """The recipients and watchers of every session; the ``Audience`` of the services."""

    def __init__(self, counts: Counts | None = None) -> None:
        self._counts = counts or Counts()
        self._recipients: dict[str, dict[str, Recipient]] = {}
        self._watchers: dict[str, set[Watcher]] = {}

    # --- who hears -----------------------------------------------------------------------------------

    def seat(self, session_id: str, participant_id: str, recipient: Recipient) -> None:
        """From now on this connection hears what is said to the participant; one before it is superseded."""
        seats = self._recipients.setdefault(session_id, {})
        before = seats.get(participant_id)
        seats[participant_id] = recipient
        if before is not None and before is not recipient:
            before.superseded()

    def unseat(self, session_id: str, participant_id: str, recipient: Recipient) -> bool:
        """The connection hears no more; False if another has taken the seat already."""
        seats = self._recipients.get(session_id, {})
        if seats.get(participant_id) is not recipient:
            return False
        del seats[participant_id]
        if not seats:
            del self._recipients[session_id]
        return True

    def watch(self, session_id: str) -> Watcher:
        """Follow a session, until ``unwatch``."""
        watcher = Watcher()
        self._watchers.setdefault(session_id, set()).add(watcher)
        return watcher

    def unwatch(self, session_id: str, watcher: Watcher) -> None:
        """Follow no longer."""
        watchers = self._watchers.get(session_id, set())
        watchers.discard(watcher)
        if not watchers:
            self._watchers.pop(session_id, None)

    def close(self) -> None:
        """End what everybody follows."""
        for watchers in list(self._watchers.values()):
            for watcher in list(watchers):
                watcher.end()

    # --- what they hear ----------------------------------------------------------------------------------

    def tell(self, session_id: str, message: wire.ServerMessage, to: str | None) -> None:
        """Hand a message to everybody in a session, or to one participant."""
        self.relay(session_id, message.event, msgspec.json.encode(message), to)

    def relay(self, session_id: str, event: str, payload: bytes, to: str | None) -> None:
        """The same with a message that is encoded already."""
        seats = self._recipients.get(session_id, {})
        recipients: Collection[Recipient] = seats.values() if to is None else [seats[to]] if to in seats else ()
        if recipients:
            packet = b'2["%b",%b]' % (event.encode(), payload)
            message = message_frame(packet)
            for recipient in recipients:
                recipient.send(message)
            self._counts.sent[event] += len(recipients)
            self._counts.bytes_sent += len(recipients) * len(packet)
        if to is None:
            for watcher in self._watchers.get(session_id, ()):
                watcher.put(event, payload)

    def dismiss(self, session_id: str, participant_id: str | None, reason: wire.ServerMessage) -> None:
        """One participant, or everybody, is in the session no longer."""
        if participant_id is not None:
            recipient = self._recipients.get(session_id, {}).pop(participant_id, None)
            if recipient is not None:
                recipient.dismissed(reason)
            return
        for recipient in self._recipients.pop(session_id, {}).values():
            recipient.dismissed(reason)
        for watcher in self._watchers.get(session_id, ()):
            watcher.end()
