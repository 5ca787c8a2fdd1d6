"""The whole of a session as it is sent to who joins: made and encoded once for all who are sent it together.

Who joins is sent it twice, by ``session-joined`` and with the acknowledgement, and of a session of thousands it is the
largest part of what a join costs.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import msgspec

from syncwatch_core import messages as wire

if TYPE_CHECKING:
    from syncwatch_core.watch_session import WatchSession


class WholeSession:
    """One session, as it was last sent whole."""

    def __init__(self) -> None:
        self._of: WatchSession | None = None
        self._encoded = msgspec.Raw()

    def encoded(self, session: WatchSession, now: float) -> wire.Session:
        """What is shown of ``session``, finished JSON to be put into a message; ``now``: server time."""
        if self._of is not session:
            self._keep(session, session.view(now))
        # What is encoded already stands in a message like what it was made of.
        return cast("wire.Session", self._encoded)

    def shared(self, message: wire.ServerMessage, session: WatchSession) -> wire.ServerMessage:
        """``message`` with what it shows of ``session`` encoded, if it is what a join tells of the session after it."""
        if type(message) is not wire.SessionJoined or message.session.playback is not session.stage.playback:
            # What followed from the join has changed what plays, and is told after it.
            return message
        self._keep(session, message.session)
        return msgspec.structs.replace(message, session=self._encoded)

    def _keep(self, session: WatchSession, view: wire.Session) -> None:
        if self._of is None:
            loop = asyncio.get_running_loop()
            # It tells the time, so it is not kept; who waits for the answer to a join goes on in the next turn.
            loop.call_soon(loop.call_soon, self._forget)
        self._of = session
        self._encoded = msgspec.Raw(msgspec.json.encode(view))

    def _forget(self) -> None:
        self._of = None
        self._encoded = msgspec.Raw()
