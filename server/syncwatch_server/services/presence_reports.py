"""The coalesced ``participants`` message: what changed about who is here, at most once a second a session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from syncwatch_core import messages as wire
from syncwatch_core.watch_session import WatchSession

EVERY = 1.0
"""Seconds between two reports of one session; docs/contract.md, 3."""


class PresenceReports:
    """Tells a session what changed about its participants since it was last told."""

    def __init__(self, session: WatchSession, tell: Callable[[wire.Participants], None]) -> None:
        self._session = session
        self._tell = tell
        self._known = _participants(session)
        self._timer: asyncio.TimerHandle | None = None
        self._told_at = float("-inf")

    def note(self, session: WatchSession) -> None:
        """The session as it is now; if anything about its participants changed, a report is due."""
        unchanged = session.presence is self._session.presence and session.members is self._session.members
        self._session = session
        if unchanged or self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        self._timer = loop.call_at(max(loop.time(), self._told_at + EVERY), self._report)

    def knows(self, participant: wire.Participant) -> None:
        """Everybody has been told this by another message."""
        self._known[participant.participant_id] = participant

    def stop(self) -> None:
        """No more reports."""
        if self._timer is not None:
            self._timer.cancel()

    def _report(self) -> None:
        self._timer = None
        now = _participants(self._session)
        changed = tuple(participant for key, participant in now.items() if self._known.get(key) != participant)
        left = tuple(key for key in self._known if key not in now)
        self._known = now
        if changed or left:
            self._told_at = asyncio.get_running_loop().time()
            self._tell(wire.Participants(changed=changed, left=left))


def _participants(session: WatchSession) -> dict[str, wire.Participant]:
    return {member.participant_id: session.participant(member.participant_id) for member in session.present()}
