"""The composition root: settings to services to a listening server.

``start_server`` is for who has a loop (the embedded server of ``host``), ``serve`` is a whole process.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger

from syncwatch_server import garbage
from syncwatch_server.composition import Ground, compose
from syncwatch_server.database.repository import Repository
from syncwatch_server.database.sqlite_repository import SqliteRepository
from syncwatch_server.fellow_workers import Place
from syncwatch_server.fleet import join_fleet
from syncwatch_server.listening import listen, url_of
from syncwatch_server.live.counts import Counts
from syncwatch_server.logs import open_log
from syncwatch_server.loop_watch import log_what_fails
from syncwatch_server.services.session_service import SessionService
from syncwatch_server.services.share_service import ShareService
from syncwatch_server.settings import ServerSettings


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


async def start_server(settings: ServerSettings, *, worker: Place | None = None) -> RunningServer:
    """A server that runs until its ``stop``; a ``worker`` shares its port with others of its parent.

    Raises ``AppError``: usage if another server has the database, failed if the port or the database can't be used.
    """
    async with AsyncExitStack() as closing:
        log = open_log(settings, closing)
        log_what_fails(log, closing)
        listener = listen(settings, shared=worker is not None)
        closing.callback(listener.close)
        port: int = listener.getsockname()[1]
        url = url_of(settings, port)
        repository = repository_of(settings)
        await repository.open()
        closing.push_async_callback(repository.close)
        counts = Counts()
        fleet = await join_fleet(settings, repository, counts, log, closing)
        ground = Ground(settings, settings.public_url or url, repository, counts, fleet, log, closing, worker)
        service, shares = await compose(ground, listener)
        return RunningServer(url, port, service, shares, log, closing.pop_all())
    raise AssertionError("the stack lets nothing pass")


def repository_of(settings: ServerSettings) -> Repository:
    """The repository that the database URL means."""
    if settings.database_file is None:
        from syncwatch_server.database.postgres_repository import PostgresRepository

        return PostgresRepository(settings.database_url)
    return SqliteRepository(settings.database_file)


def serve(
    settings: ServerSettings, on_listening: Callable[[RunningServer], None], *, worker: Place | None = None
) -> None:
    """Run a server until SIGINT or SIGTERM; ``on_listening`` is called once it accepts. Raises as ``start_server``."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(settings, on_listening, worker=worker))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


async def _serve(
    settings: ServerSettings, on_listening: Callable[[RunningServer], None], *, worker: Place | None
) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    server = await start_server(settings, worker=worker)
    try:
        if sys.platform != "win32":
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stopping.set)
        garbage.settle()
        on_listening(server)
        await stopping.wait()
    finally:
        await server.stop()
