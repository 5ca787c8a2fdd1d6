"""The rate that one player was asked to play at: written only where it makes a difference."""

from __future__ import annotations

from syncwatch_core.controller_events import SetRate

RATE_STEP = 10e-6
"""A change of rate below this is not worth writing. docs/sync.md."""


class PlayerRate:
    """What the player plays at: a goal's rate, a little changed by a nudge; unknown until it was written once."""

    def __init__(self) -> None:
        self.keep_pitch = False
        self._written: float | None = None
        self._of_goal = 1.0
        self._filled_at = 1.0

    def forget(self) -> None:
        """The player or the person has set another rate: the next one is written whatever it is."""
        self._written = None

    def is_of(self, goal_rate: float) -> bool:
        """Whether the player plays at that rate of the goal's, nudged or not."""
        return self._written is not None and self._of_goal == goal_rate

    def change_of(self, goal_rate: float) -> float:
        """By which share what was written is off from that rate of the goal's."""
        return self._written / goal_rate - 1 if self._written else 0.0

    def write(self, goal_rate: float, change: float) -> list[SetRate]:
        """What to ask for so that the player plays at the goal's rate changed by that share; nothing if it does."""
        rate, keep_pitch = goal_rate * (1 + change), goal_rate != 1
        self._of_goal = goal_rate
        near = self._written is not None and abs(rate - self._written) <= RATE_STEP * goal_rate
        if near and keep_pitch == self.keep_pitch:
            return []
        self._written, self.keep_pitch = rate, keep_pitch
        return [SetRate(rate, keep_pitch, goal_rate)]

    def fill(self, goal_rate: float) -> None:
        """The sound buffer is about to be filled anew, for that rate of the goal's.

        Measured with mpv 0.35.1: at 1.5 set after the seek a start is 0.1 s late, set before it not at all.
        """
        self._filled_at = goal_rate

    def is_filled_at(self, goal_rate: float) -> bool:
        """Whether what is heard first after a start was made for that rate of the goal's."""
        return self._filled_at == goal_rate
