"""The server's clock as a rig gives it: what the engine could do if it knew the time; for measurements alone."""

from __future__ import annotations

import os
from dataclasses import replace

from syncwatch_cli.local_clock import LocalClock, ahead_of_monotonic, clock_error
from syncwatch_core.clock import ClockEstimate, ClockEstimator, Exchange

_CLOCK_GIVEN = "SYNCWATCH_CLOCK_GIVEN"
"""Seconds: the server's time minus this computer's ``time.monotonic``. Beside SYNCWATCH_CLOCK_ERROR in a rig."""

_CERTAIN = 1e-6
"""Seconds; what reading two clocks one after the other costs."""


def clock_estimator(clock: LocalClock) -> ClockEstimator:
    """What estimates the server's clock in this process."""
    given = os.environ.get(_CLOCK_GIVEN)
    return GivenClock(float(given), clock) if given else ClockEstimator()


class GivenClock(ClockEstimator):
    """Exchanges tell the time on the network, and that the link lives; what the server's clock shows is known."""

    def __init__(self, server_minus_monotonic: float, clock: LocalClock) -> None:
        super().__init__()
        self._server_minus_monotonic = server_minus_monotonic
        self._clock = clock
        error = clock_error()
        gained = 0.0 if error is None else error[1]
        # While the local clock gains on the monotonic one, the server's loses as much on the local.
        self._skew = 1 / (1 + gained) - 1

    def observe(self, exchange: Exchange) -> ClockEstimate:
        """Take in an exchange, and give what is known."""
        measured = super().observe(exchange)
        offset = self._server_minus_monotonic - ahead_of_monotonic(self._clock)
        skew = self._skew * 1e6
        return replace(measured, estimated_at=self._clock(), offset=offset, skew=skew, gap=0.0, uncertainty=_CERTAIN)
