"""The recipients that are connected to this node, where others are connected to other nodes."""

from __future__ import annotations

from syncwatch_server.realtime.fanout import Fanout


class NodeFanout(Fanout):
    """A ``Fanout`` that can be asked, and told, who is connected here and who elsewhere."""

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
