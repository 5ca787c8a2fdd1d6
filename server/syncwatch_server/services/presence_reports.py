"""The coalesced ``participants`` message: what changed about who is here, at most once a second a session.

Who came, went or did something is in the next report. Figures (position, drift, uncertainty, rtt) move with every
status of everybody: if all were told, what a participant is sent would grow with the size of the session. So of those
whose figures alone moved each report has a few, and everybody comes in turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from msgspec.structs import replace

from syncwatch_core import messages as wire
from syncwatch_core.watch_session import WatchSession
from syncwatch_server.services.slices import slices

EVERY = 1.0
"""Seconds between two reports of one session; docs/contract.md, 3."""

FIGURES_AT_ONCE = 8
"""Participants of whom one report tells that their figures moved, and nothing else; docs/contract.md, 3.

Who plays reports every 5 s: up to 40 people nobody has to wait, and beyond it nobody is sent more.
"""


class PresenceReports:
    """Tells a session what changed about its participants since it was last told."""

    def __init__(self, session: WatchSession, tell: Callable[[wire.Participants], None]) -> None:
        self._session = session
        self._tell = tell
        self._known = _participants(session)
        """What everybody has been told."""
        self._told_at = float("-inf")
        self._overdue: list[str] = []
        """Whose figures moved and were not told yet, who has waited longest first."""
        self._take_back: Callable[[], object] | None = None
        """Takes back the report that is due; None if none is."""
        self._stopped = False

    def note(self, session: WatchSession) -> None:
        """The session as it is now; if anything about its participants changed, a report is due."""
        unchanged = session.presence is self._session.presence and session.members is self._session.members
        self._session = session
        if not unchanged:
            self._arm()

    def knows(self, participant: wire.Participant) -> None:
        """Everybody has been told this by another message."""
        self._known[participant.participant_id] = participant

    def stop(self) -> None:
        """No more reports."""
        self._stopped = True
        if self._take_back is not None:
            self._take_back()

    def _arm(self) -> None:
        if self._take_back is None and not self._stopped:
            due = max(asyncio.get_running_loop().time(), self._told_at + EVERY)
            self._take_back = slices().call_at(due, self._report)

    def _report(self) -> None:
        self._take_back = None
        now = _participants(self._session)
        changed = {key: participant for key, participant in now.items() if self._known.get(key) != participant}
        left = tuple(key for key in self._known if key not in now)
        self._overdue = self._who_waits(changed)
        untold = {key: self._known[key] for key in self._overdue}
        self._known = now | untold
        told = tuple(participant for key, participant in changed.items() if key not in untold)
        if not told and not left:
            return
        self._told_at = asyncio.get_running_loop().time()
        if untold:
            self._arm()
        self._tell(wire.Participants(changed=told, left=left))

    def _who_waits(self, changed: dict[str, wire.Participant]) -> list[str]:
        """Whose figures alone moved and are not for this report, who has waited longest first."""
        # Each once, and those first who waited before.
        in_line = dict.fromkeys([key for key in self._overdue if key in changed])
        in_line |= dict.fromkeys(changed)
        return [key for key in in_line if self._only_figures_moved(changed[key])][FIGURES_AT_ONCE:]

    def _only_figures_moved(self, participant: wire.Participant) -> bool:
        known = self._known.get(participant.participant_id)
        return known is not None and _without_figures(known) == _without_figures(participant)


def _without_figures(participant: wire.Participant) -> wire.Participant:
    return replace(participant, current_time=None, drift=None, uncertainty=None, rtt=None)


def _participants(session: WatchSession) -> dict[str, wire.Participant]:
    return {member.participant_id: session.participant(member.participant_id) for member in session.present()}
