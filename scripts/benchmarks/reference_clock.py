"""What the server's clock shows, measured without a network between: the truth that clients' beliefs are held against.

Over loopback an answer of ``GET /api/v1/time`` takes a fraction of a millisecond.
Of many answers the fastest way there and the fastest way back are taken apart, so that what is left of the error
is half of what these two differ by.
"""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from benchmarks.processes import RigError

if TYPE_CHECKING:
    from collections.abc import Iterable

EXCHANGES = 300
"""Questions asked; the fastest of so many meets no other work even on a busy machine."""

PATIENCE = 10.0
"""s for an answer."""


@dataclass(frozen=True, slots=True)
class ReferenceClock:
    """The server's clock beside this machine's CLOCK_MONOTONIC, which all instants of a run are on."""

    offset: float
    """Server time minus CLOCK_MONOTONIC, s."""
    uncertainty: float
    """s; by no more than this the offset is wrong."""

    def server_time(self, at: float) -> float:
        """Server time at an instant of CLOCK_MONOTONIC, s."""
        return at + self.offset


def from_exchanges(exchanges: Iterable[tuple[float, float, float]]) -> ReferenceClock:
    """The clock that follows from (asked at, server time, answered at), the outer two on CLOCK_MONOTONIC; s."""
    asked = list(exchanges)
    at_most = min(server - sent for sent, server, _ in asked)
    at_least = max(server - received for _, server, received in asked)
    return ReferenceClock((at_most + at_least) / 2, abs(at_most - at_least) / 2)


def reference_clock(server_url: str, exchanges: int = EXCHANGES) -> ReferenceClock:
    """Ask a server on this machine for its time; raises ``RigError``."""
    connection = http.client.HTTPConnection(urlsplit(server_url).netloc, timeout=PATIENCE)
    try:
        connection.connect()
        return from_exchanges([_exchange(connection) for _ in range(exchanges)])
    except (OSError, http.client.HTTPException, KeyError, ValueError) as error:
        message = f"the server did not tell its time: {error}"
        raise RigError(message) from error
    finally:
        connection.close()


def _exchange(connection: http.client.HTTPConnection) -> tuple[float, float, float]:
    asked_at = time.monotonic()
    connection.request("GET", "/api/v1/time")
    text = connection.getresponse().read()
    answered_at = time.monotonic()
    return asked_at, float(json.loads(text)["serverTime"]), answered_at
