"""How often a script in the player is put right, and how often the person reads of it.

A sponsor skipper that is brought back into what it skips goes out again at once. So after a few times in a row it is
left alone for a while: by then the session may be past the place.
"""

from __future__ import annotations

from collections import deque

PUT_RIGHT_AT_MOST, WITHIN = 3, 10.0
"""Times within so many seconds that a player is brought back from where scripts take it. A choice."""

LEFT_ALONE_FOR = 15.0
"""Seconds until it is tried again: the shorter half of what sponsor skippers skip. A choice."""

TOLD_EVERY = 60.0
"""Seconds between two words about it."""


class ScriptPatience:
    """The acts of scripts in one player; instants are local seconds."""

    def __init__(self) -> None:
        self._put_right: deque[float] = deque(maxlen=PUT_RIGHT_AT_MOST)
        self._told_at: float | None = None
        self.tried_again_at: float | None = None
        """The instant from which a player that is left alone is brought back; None where none is."""

    def puts_right(self, now: float) -> bool:
        """Whether to undo what a script has just done; else the player is left to it."""
        if self.tried_again_at is not None:
            return False
        if len(self._put_right) == PUT_RIGHT_AT_MOST and now < self._put_right[0] + WITHIN:
            self.tried_again_at = now + LEFT_ALONE_FOR
            self._put_right.clear()
            return False
        self._put_right.append(now)
        return True

    def is_due(self, now: float) -> bool:
        """Whether a player that is left alone is to be brought back."""
        return self.tried_again_at is not None and now >= self.tried_again_at

    def ends(self) -> None:
        """The player is with the session again, whoever brought it there."""
        self.tried_again_at = None

    def tells(self, now: float) -> bool:
        """Whether to say something about it now."""
        if self._told_at is not None and now < self._told_at + TOLD_EVERY:
            return False
        self._told_at = now
        return True
