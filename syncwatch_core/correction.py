"""From drift to what is done about it: nothing, a nudge of the rate, or a restart.

A proportional-integral law. The proportional part takes a drift out with a time constant of two seconds;
the integral part learns by how much this sound device runs faster or slower than the server's clock,
so that in steady play the drift rests within the dead band.
Nudges are bounded where nobody hears them: 0.5 % is 8.6 cents.
Beyond that a restart (pause, exact seek, start at an instant) is quicker than any nudge.
"""

from __future__ import annotations

from dataclasses import dataclass

GAIN = 0.5
"""1/s. At most a quarter over the 0.38 s that mpv's sound buffer delays a change of rate. docs/sync.md."""

INTEGRAL_GAIN = 0.03
"""1/s². Damping 1.4: no overshoot beyond 2 ms was measured. docs/sync.md."""

INTEGRAL_LIMIT = 300e-6
"""Sound devices are off by 20 to 100 ppm, and so is the clock. docs/sync.md."""

INTEGRATE_WITHIN = 0.03
"""Seconds of drift beyond which nothing is learned. docs/sync.md."""

DEAD_BAND = 0.0001
"""Seconds; the noise of a reading of ``audio-pts`` (measured sd 0.06 to 0.11 ms).

Three times as much doubles how far apart players rest, and none at all doubles how often the rate is written."""

GENTLE_WITHIN, GENTLE = 0.02, 0.005
"""Below so many seconds of drift, change the rate by so much at most. docs/sync.md."""

FIRM = 0.02
"""The most by which the rate is changed at all; only in the seconds after an event. docs/sync.md."""

RESTART_BEYOND = 0.12
"""Seconds; at 2 % this takes six, and a restart only a fraction of one. docs/sync.md."""

RESTART_SOONER_BEYOND = 0.03
"""Seconds; the same limit just after a change of rate, which finds everybody at their own delay on the network.
What a nudge takes from here to 10 ms, with its time constant of two seconds, is 2.2 s: all are together within three.
"""

CONFIRMATIONS = 2
"""Readings in a row beyond the limit before a restart: one may be false."""


@dataclass(frozen=True, slots=True)
class Nudge:
    """Play at ``1 + change`` times the timeline's rate."""

    change: float


@dataclass(frozen=True, slots=True)
class Restart:
    """Pause, seek ahead of the timeline, start when it comes there."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What the law remembers between two readings."""

    integral: float = 0.0
    """The lasting part of the change of rate."""
    beyond: int = 0
    """Readings in a row beyond the limit."""

    def steer(
        self, drift: float, elapsed: float, *, firmly: bool = False, restart_beyond: float = RESTART_BEYOND
    ) -> tuple[Correction, Nudge | Restart]:
        """What to do about ``drift`` (s, positive is ahead), ``elapsed`` seconds after the reading before.

        ``firmly``: an event has just disturbed the picture anyway, and a small drift too may be taken out quickly.
        """
        size = abs(drift)
        if size > restart_beyond:
            beyond = self.beyond + 1
            if beyond >= CONFIRMATIONS:
                return Correction(self.integral), Restart()
            return Correction(self.integral, beyond), Nudge(self.integral)
        # Both parts rest within the dead band: the integral part alone would swing to and fro in it for ever.
        outside = max(0.0, size - DEAD_BAND) * (1 if drift > 0 else -1)
        integral = self.integral
        if size < INTEGRATE_WITHIN:
            integral = _within(integral - INTEGRAL_GAIN * outside * elapsed, INTEGRAL_LIMIT)
        limit = GENTLE if size < GENTLE_WITHIN and not firmly else FIRM
        return Correction(integral), Nudge(_within(integral - GAIN * outside, limit))


def _within(value: float, limit: float) -> float:
    return max(-limit, min(limit, value))
