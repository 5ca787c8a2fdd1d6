"""What a person did and the session has not yet answered: said one at a time, kept while the link is down.

An action is never lost in silence: it is accepted, refused in words, or, where others moved on while the link was down,
given up, and the person is told.
"""

from __future__ import annotations

from collections import deque

from syncwatch_core.controller_events import SendAction
from syncwatch_core.messages import Playback


class Outbox:
    """The actions of one participant on their way to the session."""

    def __init__(self) -> None:
        self.linked = True
        self._actions: deque[SendAction] = deque()
        self._in_flight = False
        self._revision = 0
        """The revision that the person saw when they did the first of them."""

    def __bool__(self) -> bool:
        """Whether anything still waits for its answer."""
        return bool(self._actions)

    def ends_with(self, event: str) -> bool:
        """Whether the last that still waits for its answer is of that kind."""
        return bool(self._actions) and self._actions[-1].event == event

    def put(self, action: SendAction, revision: int) -> None:
        """One more; of several alike that were not yet said the last one is enough."""
        if not self._actions:
            self._revision = revision
        not_yet_said = len(self._actions) - self._in_flight
        if not_yet_said and self._actions[-1].event == action.event:
            self._actions.pop()
        self._actions.append(action)

    def take(self) -> SendAction | None:
        """The action to say now; None if there is none, or one still waits for its answer, or there is no link."""
        if not self.linked or self._in_flight or not self._actions:
            return None
        self._in_flight = True
        return self._actions[0]

    def answered(self) -> None:
        """The action that was said has its answer."""
        self._in_flight = False
        if self._actions:
            self._actions.popleft()

    def link_lost(self) -> None:
        """Whether the action on its way arrived is not known."""
        self.linked, self._in_flight = False, False

    def link_restored(self, playback: Playback, participant_id: str) -> bool:
        """Drop what had arrived after all; False, with everything dropped, if others have moved on meanwhile."""
        self.linked, self._in_flight = True, False
        if not self._actions:
            return True
        arrived = (
            playback.revision == self._revision + 1
            and playback.cause.participant_id == participant_id
            and playback.cause.event == self._actions[0].event
        )
        if arrived:
            self._actions.popleft()
        elif playback.revision != self._revision:
            self._actions.clear()
            return False
        self._revision = playback.revision
        return True
