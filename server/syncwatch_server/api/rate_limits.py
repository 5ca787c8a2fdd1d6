"""How often an address may ask by HTTP: docs/contract.md, 5."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from aiohttp import web

from syncwatch_server.api.clients import bearer_of
from syncwatch_server.api.requests import route_of

if TYPE_CHECKING:
    from syncwatch_server.api.faults import Handler
    from syncwatch_server.live.limits import TokenBuckets

Buckets = Callable[[str, float, float], "TokenBuckets | None"]
"""Makes a limit of a name, a capacity and the seconds for each further try; None where nothing is limited."""

WINDOW = 900.0
"""Seconds in which the number of requests is allowed."""

WITH_A_TOKEN = 10
"""Times as many requests may show a token: scripts of people who are in a session, and of its host."""

_PREFIX = "/api/"
"""Pages, health, metrics and what a page loads are not limited, and Socket.IO has limits of its own."""

_TICKETED = "/api/v1/sessions/{code}/shares/{share_id}/{ticket}/{name}"
"""Players ask for a shared file in many parts; it has a limit of its own, in bytes."""


class RateLimits:
    """Two buckets an address: for requests without a token, and for those that show one.

    Whether a token is right is not known here. So it is counted by address like the rest: who makes tokens up has no
    more than somebody with a real one, and codes and passwords have far narrower limits.
    """

    def __init__(self, requests: int, buckets: Buckets) -> None:
        """``requests`` in each ``WINDOW``; what ``buckets`` makes holds for all nodes of a fleet together."""
        self._anonymous = buckets("http", requests, WINDOW / requests)
        self._known = buckets("http-with-token", requests * WITH_A_TOKEN, WINDOW / (requests * WITH_A_TOKEN))

    @web.middleware
    async def limit(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what comes too often; raises ``AppError`` (rate-limited)."""
        if request.path.startswith(_PREFIX) and request.method != "OPTIONS" and route_of(request) != _TICKETED:
            buckets = self._anonymous if bearer_of(request) is None else self._known
            if buckets is not None:
                buckets.spend(request.remote or "", "requests")
        return await handler(request)
