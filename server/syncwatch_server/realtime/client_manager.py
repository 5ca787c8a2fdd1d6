"""Who is connected, as python-socketio knows it, without a search through everybody when one goes."""

from __future__ import annotations

from typing import Any

import socketio


class ClientManager(socketio.AsyncManager):  # type: ignore[misc]  # python-socketio ships no types
    """The library's, for clients that are in no rooms but everybody's and their own.

    Who hears what is the matter of ``Fanout``. The library looks for a client that goes in each room that there is,
    thousands of times where thousands go, and each of them has one: 5,000 who left together held the loop for seconds.
    """

    def basic_disconnect(self, sid: str, namespace: str, **_: Any) -> None:
        """A client has gone; as the library does it, but for the search."""
        for room in (None, sid):
            self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            waiting = pending.get(namespace, [])
            if sid in waiting:
                waiting.remove(sid)
                if not waiting:
                    del pending[namespace]
