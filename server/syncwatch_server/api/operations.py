"""For whoever operates the server: whether it is ready, and what it counts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from aiohttp import web

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.api.faults import json_response

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from syncwatch_server.api.clients import Clients
    from syncwatch_server.api.metrics import Metrics

PATIENCE = 2.0
"""Seconds that a check may take; whoever asks tends to give up after some more."""

Check = Callable[[], Awaitable[None]]
"""Returns if all is well, and raises what is wrong."""


class Operations:
    """``/ready`` and ``/metrics``."""

    def __init__(
        self, clients: Clients, metrics: Metrics, checks: Mapping[str, Check], log: FilteringBoundLogger
    ) -> None:
        """``checks``: what the server can't do without, by its name."""
        self._clients = clients
        self._metrics = metrics
        self._checks = checks
        self._log = log

    def routes(self) -> list[web.RouteDef]:
        """Every route and its handler."""
        return [web.get("/ready", self.ready), web.get("/metrics", self.metrics)]

    async def ready(self, request: web.Request) -> web.Response:
        """Whether the server can serve: 200, or 503 and what is wrong."""
        said = dict(zip(self._checks, await asyncio.gather(*map(self._look, self._checks.items())), strict=True))
        failed = {name: fault for name, fault in said.items() if fault is not None}
        if not failed:
            return json_response({"status": "ready", "checks": dict.fromkeys(said, "ok")}, headers=_FRESH)
        # A fault may name hosts and files, which are nobody's business outside.
        if not self._clients.is_operator(request):
            failed = dict.fromkeys(failed, "it does not answer; the log says more")
        message = "; ".join(f"{name}: {fault}" for name, fault in failed.items())
        body = {
            "status": "not-ready",
            "checks": dict.fromkeys(said, "ok") | failed,
            "error": {"code": ErrorCode.SERVER_ERROR.value, "message": message},
        }
        return json_response(body, 503, _FRESH)

    async def metrics(self, request: web.Request) -> web.Response:
        """What is counted, as Prometheus reads it."""
        if not self._clients.is_operator(request):
            raise AppError(
                ErrorCode.FORBIDDEN,
                "only the operator of this server may see this",
                "ask from the machine itself, or show SYNCWATCH_OPERATOR_TOKEN as Authorization: Bearer",
            )
        body, content_type = self._metrics.text(request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type} | _FRESH)

    async def _look(self, named: tuple[str, Check]) -> str | None:
        name, check = named
        try:
            async with asyncio.timeout(PATIENCE):
                await check()
        except TimeoutError:
            fault = f"no answer within {PATIENCE:g} s"
        except Exception as raised:  # noqa: BLE001 whatever is wrong, it is told
            fault = str(raised) or type(raised).__name__
        else:
            return None
        self._log.warning("the server is not ready", check=name, fault=fault)
        return fault


_FRESH = {"Cache-Control": "no-store"}
