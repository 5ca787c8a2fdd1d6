"""The server, and how well the time can be told from it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from syncwatch_cli import config, figures
from syncwatch_cli.diagnostics import ExitCode
from syncwatch_cli.doctor.finding import Finding, fault, good, nothing, refused
from syncwatch_cli.http_api import Api
from syncwatch_core.clock import ClockEstimate, ClockEstimator, Exchange
from syncwatch_core.errors import AppError, ErrorCode

EXCHANGES = 8
"""As many as a joiner makes before it trusts the clock at all."""

FAR_OFF = 0.1
"""Seconds; with an uncertainty above that, two people may see different frames for as long as it lasts."""


def check_server(named: str | None) -> Iterator[Finding]:
    """Whether the server answers, and the clock can be read from it; ``named`` is what stands on the command line."""
    server = config.load().get("server", named)
    try:
        estimate = _estimate(Api(str(server.value)))
    except AppError as error:
        if server.source == "default" and error.code is ErrorCode.SERVER_UNREACHABLE:
            words = f"none is named, and none runs at {server.value}; host brings its own"
            yield nothing("server", words, "--server URL, or: syncwatch config set server URL")
        else:
            yield refused("server", error)
        return
    yield good("server", f"{server.value} answers within {figures.span(estimate.rtt)}")
    now = time.monotonic()
    uncertainty = estimate.uncertainty_at(now)
    ahead = estimate.server_time(now) - time.time()
    words = f"the server's time is known to ± {figures.span(uncertainty)}"
    if abs(ahead) > 1:
        side = "behind" if ahead > 0 else "ahead"
        words += f"; this computer's own clock is {abs(ahead):.1f} s {side}, which does no harm"
    if uncertainty > FAR_OFF:
        mend = "a shorter way to the server: a cable instead of a radio, no VPN, or a server that is nearer"
        yield fault("clock", words, mend, ExitCode.FAILED)
    else:
        yield good("clock", words)


def _estimate(api: Api) -> ClockEstimate:
    estimator = ClockEstimator()
    for _ in range(EXCHANGES - 1):
        _exchange(api, estimator)
    return _exchange(api, estimator)


def _exchange(api: Api, estimator: ClockEstimator) -> ClockEstimate:
    sent = time.monotonic()
    answered = float(api.get("/time")["serverTime"])
    return estimator.observe(Exchange(sent, answered, answered, time.monotonic()))
