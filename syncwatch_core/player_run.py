"""One run of a player, from a start to the next standstill: its readings of drift, and what each asks for.

The law is ``correction``'s; here is what it has to be told: how long ago the reading before was,
and whether the picture was disturbed just now, so that drift may be taken out firmly.
"""

from __future__ import annotations

from syncwatch_core.correction import RESTART_BEYOND, RESTART_SOONER_BEYOND, Correction, Nudge, Restart

SETTLE = 0.5
"""Seconds after a start in which the player's report is not yet to be trusted. docs/sync.md."""

FIRM_FOR = 3.0
"""Seconds after a start or a change of rate in which drift is taken out firmly: by then all are to be together."""

FIRST_ELAPSED, ELAPSED_AT_MOST = 0.25, 1.0
"""Seconds that the first reading stands for, as one of four a second does, and that any stands for at most."""

LONG_AGO = float("-inf")
"""Local instant."""


class Run:
    """See the module; what was learned of the sound device is handed on from run to run."""

    def __init__(self, began_at: float = LONG_AGO, integral: float = 0.0) -> None:
        self.began_at = began_at
        """Local instant."""
        self.drift: float | None = None
        """Seconds, positive is ahead; None before the first reading."""
        self.shows_start = True
        """Whether the next reading shows how late the start was: none was taken since, and the rate is the same."""
        self._correction = Correction(integral)
        self._elapsed = FIRST_ELAPSED
        self._read_at: float | None = None
        self._new_rate_at = LONG_AGO

    @property
    def integral(self) -> float:
        """The lasting part of the change of rate."""
        return self._correction.integral

    def is_settled(self, at: float) -> bool:
        """Whether a reading of that local instant can be trusted."""
        return at >= self.began_at + SETTLE

    def rate_changed(self, now: float) -> None:
        """The goal moves at another rate from now on."""
        self._new_rate_at, self.shows_start = now, False

    def read(self, drift: float, at: float) -> None:
        """The drift was ``drift`` (s) at local instant ``at``."""
        if self._read_at is not None:
            self._elapsed = min(ELAPSED_AT_MOST, max(0.0, at - self._read_at))
        self.drift, self._read_at = drift, at

    def steer(self, now: float) -> Nudge | Restart:
        """What to do about the last reading."""
        assert self.drift is not None  # noqa: S101 there was one
        new_rate = now < self._new_rate_at + FIRM_FOR
        self._correction, steering = self._correction.steer(
            self.drift,
            self._elapsed,
            firmly=new_rate or now < self.began_at + FIRM_FOR,
            restart_beyond=RESTART_SOONER_BEYOND if new_rate else RESTART_BEYOND,
        )
        return steering
