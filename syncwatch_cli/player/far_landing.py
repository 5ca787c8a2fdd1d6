"""What to make of a seek of ours that landed far from where it was to go.

Where a recording's timestamps jump, no seek comes to the places that they leave out: asked for 0:20, mpv lands at
1:00:02. Asked again it lands there again, so who only asks again seeks without an end.
"""

from __future__ import annotations

from enum import Enum, auto

FAR = 60.0
"""Seconds; nearer than this a landing is waited for, or met by aiming elsewhere (``NEXT_FRAME_WITHIN`` of the core)."""
TRIES = 3
"""Far landings in a row that are put down to chance."""
TRIES_AFTER_GOING_ALONG = 6
"""Far landings in a row, some of them after all went along, after which the place is given up."""

NO_WAY_THERE = "the timestamps of this recording jump, and mpv finds no way to the place that the others are at"


class Verdict(Enum):
    """What a landing of ours means."""

    LANDED = auto()
    """The player stands there; whether to seek on is for others to decide."""
    CARRIED_OFF = auto()
    """The media goes on only from there, so all have to go along."""
    LOST = auto()
    """Not even going along brings the player anywhere."""


class FarLandings:
    """Counts them."""

    def __init__(self) -> None:
        self._in_a_row = 0

    def forget(self) -> None:
        """A seek came to its place, or the media is another."""
        self._in_a_row = 0

    def judge(self, target: float, position: float) -> Verdict:
        """A seek of ours to ``target`` has landed at ``position``, s, with nobody else seeking."""
        if abs(position - target) <= FAR:
            return Verdict.LANDED
        self._in_a_row += 1
        if self._in_a_row > TRIES_AFTER_GOING_ALONG:
            return Verdict.LOST
        return Verdict.CARRIED_OFF if self._in_a_row % TRIES == 0 else Verdict.LANDED
