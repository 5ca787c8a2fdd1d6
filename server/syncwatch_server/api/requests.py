"""What every HTTP request gets: an id, the client's address, a place in the counts and the log, safe headers."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from syncwatch_server.request_id import REQUEST_ID
from syncwatch_server.services.credentials import new_id

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from syncwatch_server.api.clients import Clients
    from syncwatch_server.api.faults import Handler
    from syncwatch_server.live.counts import Counts

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What is taken over of an id that the client or a proxy gives; another could forge lines of a log."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})

_NOWHERE = "nowhere"
"""The route of what has none."""

_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # An address may hold a code, which is a secret.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}

_NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
"""For JSON, media and events, should a browser take them for a page; pages say themselves what they load."""

_FOR_A_YEAR = "max-age=31536000"


class Requests:
    """Sees every request first and every answer last."""

    def __init__(self, clients: Clients, counts: Counts, log: FilteringBoundLogger, *, secure: bool) -> None:
        """``secure``: the server is reached by HTTPS, and browsers may be told to insist on it."""
        self._clients = clients
        self._counts = counts
        self._log = log
        self._headers = _SAFE | ({"Strict-Transport-Security": _FOR_A_YEAR} if secure else {})

    def install(self, app: web.Application) -> None:
        """Stand before everything that the application has so far or gets later."""
        app.middlewares.insert(0, self._see)
        app.on_response_prepare.append(self._mark)

    @web.middleware
    async def _see(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("X-Request-Id", "")
        # Before the request is copied: the answer is sent with the first.
        request[REQUEST_ID] = request_id = given if _ID.fullmatch(given) else new_id()
        # A connection lives in the request that opened it, and so do its events.
        name = "connection" if request.headers.get("Upgrade", "").lower() == "websocket" else "request"
        began, status, is_whole = time.perf_counter(), 500, True
        with structlog.contextvars.bound_contextvars(**{name: request_id}):
            try:
                response = await handler(self._clients.seen(request))
                status, is_whole = response.status, isinstance(response, web.Response)
            except web.HTTPException as answer:
                status = answer.status
                raise
            finally:
                self._note(request, status, time.perf_counter() - began, is_whole=is_whole)
        return response

    def _note(self, request: web.Request, status: int, elapsed: float, *, is_whole: bool) -> None:
        method = request.method if request.method in _METHODS else "OTHER"
        route = route_of(request)
        # How long a stream or a connection lasted is up to who reads it.
        self._counts.answer(method, route, status, elapsed if is_whole else None)
        # The route, never the path: that holds a code, or a ticket.
        self._log.debug("answered", method=method, route=route, status=status, seconds=round(elapsed, 4))

    async def _mark(self, request: web.Request, response: web.StreamResponse) -> None:
        for name, value in self._headers.items():
            response.headers.setdefault(name, value)
        if response.headers.get("Content-Type", "").partition(";")[0] != "text/html":
            response.headers.setdefault("Content-Security-Policy", _NO_PAGE)
        request_id = request.get(REQUEST_ID)
        if request_id is not None:
            response.headers["X-Request-Id"] = request_id


def route_of(request: web.Request) -> str:
    """The route of a request, with names in the place of what a client wrote."""
    resource = request.match_info.route.resource
    return _NOWHERE if resource is None else resource.canonical
