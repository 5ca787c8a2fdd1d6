"""The HTTP application before it has routes: what every request goes through, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from syncwatch_server.api.cors import CrossOrigin
from syncwatch_server.api.faults import error_handler
from syncwatch_server.api.rate_limits import RateLimits
from syncwatch_server.api.requests import Requests
from syncwatch_server.realtime.socket_server import MESSAGE_LIMIT

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from syncwatch_server.api.clients import Clients
    from syncwatch_server.api.rate_limits import Buckets
    from syncwatch_server.live.counts import Counts
    from syncwatch_server.settings import ServerSettings


def http_application(
    settings: ServerSettings,
    public_url: str,
    clients: Clients,
    counts: Counts,
    buckets: Buckets,
    log: FilteringBoundLogger,
) -> web.Application:
    """Seen and counted, faults turned into answers, other sites let in by name only, limited."""
    app = web.Application(middlewares=[error_handler(log, counts)], client_max_size=MESSAGE_LIMIT)
    Requests(clients, counts, log, secure=public_url.startswith("https://")).install(app)
    CrossOrigin(settings.allowed_origins).install(app)
    if settings.rate_limit is not None:
        app.middlewares.append(RateLimits(settings.rate_limit, buckets).limit)
    return app
