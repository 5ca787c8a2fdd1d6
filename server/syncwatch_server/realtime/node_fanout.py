"""The recipients that are connected to this node, where others are connected to other nodes."""

from __future__ import annotations

import msgspec

from syncwatch_core import messages as wire
from syncwatch_server.realtime.fanout import Fanout
from syncwatch_server.realtime.frames import Finished


class NodeFanout(Fanout):
    """A ``Fanout`` that takes messages which another node has encoded."""

    def tell(self, session_id: str, message: wire.ServerMessage, to: str | None) -> None:
        """Hand a message to everybody in a session, or to one participant."""
        self.relay(session_id, message.event, msgspec.json.encode(message), to)

    def relay(self, session_id: str, event: str, payload: bytes, to: str | None) -> None:
        """The same with a message that is encoded already."""
        seats = self._recipients.get(session_id, {})
        recipients = list(seats.values()) if to is None else [seats[to]] if to in seats else []
        if recipients:
            finished = Finished(b'2["%b",%b]' % (event.encode(), payload))
            for recipient in recipients:
                recipient.send(finished)
            self._count(event, finished, len(recipients))
        if to is None:
            for watcher in self._watchers.get(session_id, ()):
                watcher.put(event, payload)

    def supersede(self, session_id: str, participant_id: str) -> None:
        """A connection to another node has taken the seat."""
        seats = self._recipients.get(session_id, {})
        recipient = seats.pop(participant_id, None)
        if recipient is not None:
            recipient.superseded()
        if not seats:
            self._recipients.pop(session_id, None)

    def is_seated(self, session_id: str, participant_id: str) -> bool:
        """Whether a participant is connected here."""
        return participant_id in self._recipients.get(session_id, {})

    def is_heard(self, session_id: str) -> bool:
        """Whether anybody here hears a session."""
        return session_id in self._recipients or session_id in self._watchers
