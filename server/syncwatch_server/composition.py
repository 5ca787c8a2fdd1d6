"""What a server is made of: settings to services to routes, and each is closed in the opposite order."""

from __future__ import annotations

import socket
import ssl
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

from aiohttp import web
from structlog.typing import FilteringBoundLogger

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.api.application import http_application
from syncwatch_server.api.clients import Clients
from syncwatch_server.api.events import EventStreams
from syncwatch_server.api.metrics import Metrics, census
from syncwatch_server.api.openapi import OpenApi
from syncwatch_server.api.operations import Operations
from syncwatch_server.api.own_origin import OwnOrigin
from syncwatch_server.api.pages import Pages
from syncwatch_server.api.sessions import SessionRoutes
from syncwatch_server.api.shares import ShareRoutes
from syncwatch_server.api.urls import UrlRoutes
from syncwatch_server.database.repository import Repository
from syncwatch_server.fellow_workers import FellowWorkers, Place
from syncwatch_server.fetching.safe_fetcher import SafeFetcher
from syncwatch_server.fleet import Fleet, websocket_only
from syncwatch_server.live.counts import Counts
from syncwatch_server.logs import library_logger
from syncwatch_server.loop_watch import LoopWatch
from syncwatch_server.realtime.socket_server import SocketServer
from syncwatch_server.realtime.websocket_manager import WebSocketManager
from syncwatch_server.services.credentials import Passwords
from syncwatch_server.services.media_domains import MediaDomains
from syncwatch_server.services.metadata_finder import MetadataFinder
from syncwatch_server.services.session_keeper import SessionKeeper
from syncwatch_server.services.session_service import SessionService
from syncwatch_server.services.share_service import ShareService
from syncwatch_server.services.video_sync_service import VideoSyncService
from syncwatch_server.services.video_url_service import VideoUrlService
from syncwatch_server.settings import ServerSettings

_ATTEMPTS, _ATTEMPT_REFILL = 30, 2.0
"""Wrong codes and passwords an address may try at once, and the seconds for each further one."""

_CREATIONS, _CREATION_REFILL = 60, 5.0
"""Sessions an address may create by HTTP at once, and the seconds for each further one."""

_SEATED_CREATIONS, _SEATED_CREATION_REFILL = 300, 2.0
"""The same by Socket.IO, where each needs a client that is connected."""

_LOOKUPS, _LOOKUP_REFILL = 30, 2.0
"""Links an address may have looked at at once, and the seconds for each further one."""

_FINDINGS, _FINDING_REFILL = 20, 10.0
"""Links that a session may have looked at for itself at once, and the seconds for each further one."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What everything else stands on."""

    settings: ServerSettings
    public_url: str
    repository: Repository
    counts: Counts
    fleet: Fleet
    log: FilteringBoundLogger
    closing: AsyncExitStack
    """Where whatever is opened says how it is closed."""
    worker: Place | None
    """Its place among the workers of one port; None: no other process listens there."""


async def compose(ground: Ground, listener: socket.socket) -> tuple[SessionService, ShareService]:
    """All services and routes, which answer on ``listener`` from now on; raises ``AppError``."""
    keeper = await _keeper(ground)
    domains = MediaDomains(ground.settings.allowed_domains)
    service = _session_service(ground, keeper, domains)
    links = _link_service(ground, keeper, domains)
    shares = ShareService(service, ground.fleet.clock.now, ground.log)
    ground.closing.callback(shares.close)
    sockets, manager = _realtime(ground, service)
    app = _application(ground, service, shares, links)
    sockets.attach(app)
    ground.closing.callback(LoopWatch(ground.counts.loop_delay).stop)
    site = await _answer(ground, app, sockets, listener)
    ground.closing.callback(ground.fleet.fanout.close)
    ground.closing.push_async_callback(manager.close)
    # First of all nobody else comes in: whoever is let go would come back to the node that goes down.
    ground.closing.push_async_callback(site.stop)
    return service, shares


async def _keeper(ground: Ground) -> SessionKeeper:
    fleet = ground.fleet
    keeper = SessionKeeper(
        repository=ground.repository,
        clock=fleet.clock,
        audience=fleet.fanout,
        log=ground.log,
        public_url=ground.public_url,
        expiry=ground.settings.session_expiry,
        nodes=fleet.nodes,
    )
    await keeper.open()
    ground.closing.push_async_callback(keeper.close)
    if fleet.nodes is not None:
        fleet.nodes.open(keeper)
        ground.closing.push_async_callback(fleet.nodes.close)
    return keeper


def _session_service(ground: Ground, keeper: SessionKeeper, domains: MediaDomains) -> SessionService:
    clock, passwords = ground.fleet.clock, Passwords()
    ground.closing.callback(passwords.close)
    attempts = ground.fleet.buckets("attempts", _ATTEMPTS, _ATTEMPT_REFILL)
    expiry = ground.settings.session_expiry
    return SessionService(keeper, VideoSyncService(clock), clock, passwords, attempts, expiry=expiry, domains=domains)


def _link_service(ground: Ground, keeper: SessionKeeper, domains: MediaDomains) -> VideoUrlService:
    fleet, closing = ground.fleet, ground.closing
    fetcher = SafeFetcher()
    closing.push_async_callback(fetcher.close)
    lookups = fleet.buckets("lookups", _LOOKUPS, _LOOKUP_REFILL)
    origin, now = ground.public_url, fleet.clock.now
    links = VideoUrlService(fetcher, now, origin, lookups, domains=domains, shared=fleet.answers(origin))
    closing.push_async_callback(links.close)
    if ground.settings.fetch_metadata:
        finder = MetadataFinder(links, fleet.buckets("findings", _FINDINGS, _FINDING_REFILL), ground.log)
        keeper.watch(finder.note)
        closing.push_async_callback(finder.close)
    return links


def _realtime(ground: Ground, service: SessionService) -> tuple[SocketServer, WebSocketManager]:
    fleet, transport_log = ground.fleet, library_logger(ground.log)
    sockets = SocketServer(
        fleet.clock.now,
        ground.counts,
        limited=fleet.is_limited,
        transports=fleet.transports,
        cors_allowed_origins=_origins(ground.settings, ground.public_url),
        logger=transport_log,
        engineio_logger=transport_log,
    )
    seated = fleet.buckets("seated-creations", _SEATED_CREATIONS, _SEATED_CREATION_REFILL)
    return sockets, WebSocketManager(sockets, service, fleet.fanout, fleet.clock, ground.log, seated)


def _application(
    ground: Ground, service: SessionService, shares: ShareService, links: VideoUrlService
) -> web.Application:
    settings, fleet, log = ground.settings, ground.fleet, ground.log
    clients = Clients(settings.trusted_proxies, settings.operator_token)
    app = http_application(settings, ground.public_url, clients, ground.counts, fleet.buckets, log)
    if fleet.store is not None:
        app.middlewares.append(websocket_only)
    creations = fleet.buckets("creations", _CREATIONS, _CREATION_REFILL)
    checks = {"database": ground.repository.check} | fleet.checks
    app.add_routes(Operations(clients, _metrics(ground, service.keeper), checks, log).routes())
    app.add_routes(SessionRoutes(service, ground.repository, EventStreams(fleet.fanout), creations).routes())
    app.add_routes(ShareRoutes(shares).routes())
    app.add_routes(UrlRoutes(links).routes())
    app.add_routes(OpenApi().routes())
    app.add_routes(Pages(fleet.clock, ground.public_url).routes())
    return app


def _metrics(ground: Ground, keeper: SessionKeeper) -> Metrics:
    sessions = partial(census, keeper, ground.fleet.is_here)
    if ground.worker is None:
        return Metrics(ground.counts, sessions)
    fellows = FellowWorkers(ground.worker, ground.counts, sessions)
    fellows.open()
    ground.closing.push_async_callback(fellows.close)
    return Metrics(ground.counts, sessions, fellows)


async def _answer(ground: Ground, app: web.Application, sockets: SocketServer, listener: socket.socket) -> web.BaseSite:
    runner = web.AppRunner(app, access_log=None, logger=library_logger(ground.log), shutdown_timeout=2.0)
    await runner.setup()
    ground.closing.push_async_callback(runner.cleanup)
    ground.closing.push_async_callback(sockets.shutdown)
    site = web.SockSite(runner, listener, ssl_context=_tls(ground.settings))
    await site.start()
    return site


def _origins(settings: ServerSettings, public_url: str) -> OwnOrigin | str:
    return "*" if "*" in settings.allowed_origins else OwnOrigin([*settings.allowed_origins, public_url])


def _tls(settings: ServerSettings) -> ssl.SSLContext | None:
    if settings.tls_cert is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
    except (OSError, ssl.SSLError) as fault:
        raise AppError(
            ErrorCode.FAILED,
            f"the certificate {settings.tls_cert} or its key can't be used: {fault}",
            "both are PEM files, the certificate first and then its chain",
        ) from None
    return context
