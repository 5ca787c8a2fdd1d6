"""Which pages of other sites may speak to this server."""

from __future__ import annotations

from aiohttp import web

from syncwatch_server.api.faults import Handler


class CrossOrigin:
    """Lets pages of the allowed origins in, besides the server's own; ``*`` is all."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._allowed = frozenset(allowed)

    def install(self, app: web.Application) -> None:
        """Have the application answer as browsers ask."""
        app.on_response_prepare.append(self._grant)
        app.middlewares.append(self._answer_preflight)

    async def _grant(self, request: web.Request, response: web.StreamResponse) -> None:
        if self._is_let_in(request):
            response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
            response.headers["Vary"] = "Origin"
            response.headers.setdefault("Access-Control-Expose-Headers", "X-Request-Id, Retry-After")

    @web.middleware
    async def _answer_preflight(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method != "OPTIONS" or not self._is_let_in(request):
            return await handler(request)
        asked = {
            "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
            "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Request-Id, X-Session-Password",
        }
        return web.Response(status=204, headers=asked)

    def _is_let_in(self, request: web.Request) -> bool:
        # Socket.IO answers for itself.
        origin = request.headers.get("Origin")
        return origin is not None and request.path.startswith("/api/") and not self._allowed.isdisjoint({"*", origin})
