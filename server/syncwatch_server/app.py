"""The composition root: settings to services to a listening server.

``start_server`` is for who has a loop (the embedded server of ``host``), ``serve`` is a whole process.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from aiohttp import web
from structlog.typing import FilteringBoundLogger

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.api.application import http_application
from syncwatch_server.api.clients import Clients
from syncwatch_server.api.events import EventStreams
from syncwatch_server.api.metrics import Metrics
from syncwatch_server.api.openapi import OpenApi
from syncwatch_server.api.operations import Operations
from syncwatch_server.api.pages import Pages
from syncwatch_server.api.sessions import SessionRoutes
from syncwatch_server.api.shares import ShareRoutes
from syncwatch_server.api.urls import UrlRoutes
from syncwatch_server.database.repository import Repository
from syncwatch_server.database.sqlite_repository import SqliteRepository
from syncwatch_server.fetching.safe_fetcher import SafeFetcher
from syncwatch_server.fleet import join_fleet, websocket_only
from syncwatch_server.listening import listen, url_of
from syncwatch_server.live.counts import Counts
from syncwatch_server.logs import library_logger, open_log
from syncwatch_server.loop_watch import LoopWatch, log_what_fails
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


@dataclass(slots=True, eq=False)
class RunningServer:
    """A server that accepts connections."""

    url: str
    """How this machine reaches it."""
    port: int
    service: SessionService
    shares: ShareService
    log: FilteringBoundLogger
    _closing: AsyncExitStack

    async def empty(self) -> None:
        """Wait until the last participant of all sessions has left, after one has come."""
        await self.service.keeper.empty()

    async def stop(self) -> None:
        """Tell the clients, close what is open, and let go of the database; all sessions stay as they are."""
        await self._closing.aclose()


async def start_server(settings: ServerSettings, *, shared_port: bool = False) -> RunningServer:
    """A server that runs until its ``stop``; with ``shared_port`` other processes may listen on its port, too.

    Raises ``AppError``: usage if another server has the database, failed if the port or the database can't be used.
    """
    async with AsyncExitStack() as closing:
        log = open_log(settings, closing)
        log_what_fails(log, closing)
        listener = listen(settings, shared=shared_port)
        closing.callback(listener.close)
        port: int = listener.getsockname()[1]
        url = url_of(settings, port)
        repository = repository_of(settings)
        await repository.open()
        closing.push_async_callback(repository.close)
        service, shares = await _compose(settings, settings.public_url or url, listener, repository, log, closing)
        return RunningServer(url, port, service, shares, log, closing.pop_all())
    raise AssertionError("the stack lets nothing pass")


async def _compose(
    settings: ServerSettings,
    public_url: str,
    listener: socket.socket,
    repository: Repository,
    log: FilteringBoundLogger,
    closing: AsyncExitStack,
) -> tuple[SessionService, ShareService]:
    counts, passwords = Counts(), Passwords()
    closing.callback(passwords.close)
    fleet = await join_fleet(settings, repository, counts, log, closing)
    clock, fanout = fleet.clock, fleet.fanout
    keeper = SessionKeeper(
        repository=repository,
        clock=clock,
        audience=fanout,
        log=log,
        public_url=public_url,
        expiry=settings.session_expiry,
        nodes=fleet.nodes,
    )
    await keeper.open()
    closing.push_async_callback(keeper.close)
    if fleet.nodes is not None:
        fleet.nodes.open(keeper)
        closing.push_async_callback(fleet.nodes.close)
    attempts = fleet.buckets("attempts", _ATTEMPTS, _ATTEMPT_REFILL)
    creations = fleet.buckets("creations", _CREATIONS, _CREATION_REFILL)
    domains = MediaDomains(settings.allowed_domains)
    service = SessionService(
        keeper, VideoSyncService(clock), clock, passwords, attempts, expiry=settings.session_expiry, domains=domains
    )
    fetcher = SafeFetcher()
    closing.push_async_callback(fetcher.close)
    lookups = fleet.buckets("lookups", _LOOKUPS, _LOOKUP_REFILL)
    links = VideoUrlService(fetcher, clock.now, public_url, lookups, domains=domains)
    closing.push_async_callback(links.close)
    if settings.fetch_metadata:
        findings = fleet.buckets("findings", _FINDINGS, _FINDING_REFILL)
        finder = MetadataFinder(links, findings, log)
        keeper.watch(finder.note)
        closing.push_async_callback(finder.close)
    shares = ShareService(service, clock.now, log)
    closing.callback(shares.close)
    transport_log = library_logger(log)
    sockets = SocketServer(
        clock.now,
        counts,
        limited=fleet.is_limited,
        transports=fleet.transports,
        # None: pages of the server's own origin, besides everything that is no page.
        cors_allowed_origins=_origins(settings, public_url),
        logger=transport_log,
        engineio_logger=transport_log,
    )
    seated = fleet.buckets("seated-creations", _SEATED_CREATIONS, _SEATED_CREATION_REFILL)
    manager = WebSocketManager(sockets, service, fanout, clock, log, seated)
    clients = Clients(settings.trusted_proxies, settings.operator_token)
    app = http_application(settings, public_url, clients, counts, clock.now, log)
    if fleet.store is not None:
        app.middlewares.append(websocket_only)
    app.add_routes(
        Operations(clients, Metrics(counts, keeper), {"database": repository.check} | fleet.checks, log).routes()
    )
    app.add_routes(SessionRoutes(service, repository, EventStreams(fanout), creations).routes())
    app.add_routes(ShareRoutes(shares).routes())
    app.add_routes(UrlRoutes(links).routes())
    app.add_routes(OpenApi().routes())
    app.add_routes(Pages(clock, public_url).routes())
    sockets.attach(app)
    closing.callback(LoopWatch(counts.loop_delay).stop)
    runner = web.AppRunner(app, access_log=None, logger=transport_log, shutdown_timeout=2.0)
    await runner.setup()
    closing.push_async_callback(runner.cleanup)
    closing.push_async_callback(sockets.shutdown)
    await web.SockSite(runner, listener, ssl_context=_tls(settings)).start()
    closing.callback(fanout.close)
    closing.push_async_callback(manager.close)
    return service, shares


def repository_of(settings: ServerSettings) -> Repository:
    """The repository that the database URL means."""
    if settings.database_file is None:
        from syncwatch_server.database.postgres_repository import PostgresRepository

        return PostgresRepository(settings.database_url)
    return SqliteRepository(settings.database_file)


def serve(
    settings: ServerSettings, on_listening: Callable[[RunningServer], None], *, shared_port: bool = False
) -> None:
    """Run a server until SIGINT or SIGTERM; ``on_listening`` is called once it accepts. Raises as ``start_server``."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(settings, on_listening, shared_port=shared_port))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


async def _serve(settings: ServerSettings, on_listening: Callable[[RunningServer], None], *, shared_port: bool) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    server = await start_server(settings, shared_port=shared_port)
    try:
        if sys.platform != "win32":
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stopping.set)
        on_listening(server)
        await stopping.wait()
    finally:
        await server.stop()


def _origins(settings: ServerSettings, public_url: str) -> list[str] | str | None:
    if "*" in settings.allowed_origins:
        return "*"
    return [*settings.allowed_origins, public_url] if settings.allowed_origins else None


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
