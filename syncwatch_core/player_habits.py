"""What is learned of one player: what a seek costs it, how late it starts, and whether restarts help it.

Each habit is read off what happens anyway; nothing is done in order to measure it.
"""

from __future__ import annotations

from collections import deque
from statistics import median

FIRST_SEEK_COST = 0.2
"""Seconds; what an exact seek is taken to cost before one was seen. Measured p50 0.13 with long GOPs."""

SEEK_MARGIN = 0.05
"""Seconds that a seek ahead leaves for what the last seeks did not show."""

FAR_QUICKER = 0.5
"""Seconds by which a seek is quicker than those before it, so that what was learned from them no longer holds."""

EARLY_AT_MOST, LATE_AT_MOST = 0.02, 0.2
"""Seconds; a start that was earlier or later than that shows something else than a habit."""

SLOW_DEVICE = 0.01
"""Seconds; a first start that was later than that is taken for what the sound device needs. Measured with
``ao=null``: 0.1 ms p50, and up to 8 ms when four players start at one instant on two cores."""

STARTS_KEPT, UNBELIEVED = 9, 2
"""Starts that the latency is the median of, and how many on time are taken to have been before the first."""

RESTART_PAUSE, RESTART_PAUSE_LIMIT = 2.0, 30.0
"""Seconds between two restarts; doubled by each that did not help, so that a hopeless player is not tormented."""


class SeekCost:
    """What an exact seek costs this player."""

    def __init__(self) -> None:
        self.seconds = FIRST_SEEK_COST

    @property
    def ahead(self) -> float:
        """By how many seconds a seek is to aim ahead of a moving timeline, to be done before the timeline is there."""
        return self.seconds * 1.2 + SEEK_MARGIN

    @property
    def worth_waiting(self) -> float:
        """For how many seconds it is better to wait for the timeline than to seek again."""
        return 2 * (self.seconds + SEEK_MARGIN)

    def learn(self, seconds: float) -> None:
        """A seek took so long.

        A cost that was exceeded counts for more than one that was undercut: starts are to be made.
        So does one undercut by far, as after a stall within a seek: else the player would stand and wait for long.
        """
        counts_for_more = seconds > self.seconds or seconds < self.seconds - FAR_QUICKER
        self.seconds += (seconds - self.seconds) * (0.7 if counts_for_more else 0.3)


class StartLatency:
    """By how much this player is late in starting; pitch correction, where it is on, has a latency of its own.

    It is the median of the last starts: a start that a busy machine made late says nothing of the next.
    """

    def __init__(self) -> None:
        self._seen: dict[bool, deque[float]] = {}

    def of(self, *, keep_pitch: bool) -> float:
        """Seconds by which it is to be let go sooner; none before one start was seen."""
        seen = self._seen.get(keep_pitch)
        return median(seen) if seen else 0.0

    def learn(self, late: float, *, keep_pitch: bool) -> None:
        """A start was ``late`` seconds late, made sooner by what was known."""
        learned = max(-EARLY_AT_MOST, min(LATE_AT_MOST, self.of(keep_pitch=keep_pitch) + late))
        seen = self._seen.get(keep_pitch)
        if seen is None:
            # A start that was a little late is believed once others were; a very late one shows a slow sound device.
            first = [0.0] * UNBELIEVED if abs(learned) < SLOW_DEVICE else []
            self._seen[keep_pitch] = deque([*first, learned], maxlen=STARTS_KEPT)
        else:
            seen.append(learned)


class RestartPatience:
    """When this player may be restarted again."""

    def __init__(self) -> None:
        self.count = 0
        """Restarts so far."""
        self._not_before = 0.0
        self._pause = RESTART_PAUSE

    def allows(self, now: float) -> bool:
        """Whether the last restart was long enough ago."""
        return now >= self._not_before

    def restarted(self, now: float) -> None:
        """The player is restarted now; the pause until the next is twice that before it."""
        self.count += 1
        self._not_before = now + self._pause
        self._pause = min(2 * self._pause, RESTART_PAUSE_LIMIT)

    def helped(self) -> None:
        """The player has come into sync."""
        self._pause = RESTART_PAUSE
