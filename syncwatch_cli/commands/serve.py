"""``serve``: run a server for many sessions."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncwatch_cli import diagnostics, options, output, server_options
from syncwatch_cli.options import Shared

if TYPE_CHECKING:
    from syncwatch_server.settings import ServerSettings

Bind = Annotated[
    str | None,
    typer.Option(
        "--bind", metavar="ADDRESS", help="The address to listen on.  [default: 127.0.0.1]" + options.variable("BIND")
    ),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database-url",
        metavar="URL",
        help="Where sessions are kept, as in sqlite:////var/lib/syncwatch.db or postgresql://USER:PASSWORD@HOST/DATABASE."
        + options.variable("DATABASE_URL"),
    ),
]
RedisUrl = Annotated[
    str | None,
    typer.Option(
        "--redis-url",
        metavar="URL",
        help="By which processes that serve the same sessions reach one another, as in redis://HOST."
        + options.variable("REDIS_URL"),
    ),
]
Workers = Annotated[
    int,
    typer.Option("--workers", metavar="N", min=1, help="Processes on one port; above 1 with Redis and PostgreSQL."),
]


def serve(
    shared: Shared,
    bind: Bind = None,
    port: server_options.Port = None,
    database_url: DatabaseUrl = None,
    redis_url: RedisUrl = None,
    workers: Workers = 1,
    tls_cert: server_options.TlsCert = None,
    tls_key: server_options.TlsKey = None,
    public_url: server_options.PublicUrl = None,
) -> int:
    """Run a server, until ^C or SIGTERM."""
    from syncwatch_cli import live
    from syncwatch_server.settings import ServerSettings
    from syncwatch_server.workers import require_a_fleet

    settings = ServerSettings.from_environment(
        os.environ,
        bind=bind,
        port=port,
        database_url=database_url,
        redis_url=redis_url,
        public_url=public_url,
        tls_cert=Path(tls_cert) if tls_cert else None,
        tls_key=Path(tls_key) if tls_key else None,
    )
    require_a_fleet(settings, workers)
    if workers > 1:
        return live.run(_supervise(settings, workers, shared))
    if sys.platform == "win32":
        return live.run(_serve(settings, shared))
    import uvloop

    return live.run(_serve(settings, shared), loop_factory=uvloop.new_event_loop)


async def _supervise(settings: ServerSettings, workers: int, shared: Shared) -> int:
    import asyncio

    from syncwatch_server.workers import Workers

    # Whoever manages services stops one with SIGTERM, and takes anything but 0 for a failure.
    serving = asyncio.ensure_future(
        Workers(settings, workers, diagnostics.warn).run(lambda url: _announce(url, shared))
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    try:
        await asyncio.wait([serving])
    except asyncio.CancelledError:
        serving.cancel()
        await asyncio.wait([serving])
        raise
    if serving.cancelled():
        return diagnostics.ExitCode.OK
    serving.result()
    return diagnostics.ExitCode.OK


def _announce(url: str, shared: Shared) -> None:
    if shared.use_json:
        output.json_line({"event": "listening", "url": url})
    else:
        output.text(f"listening on {url}")


async def _serve(settings: ServerSettings, shared: Shared) -> int:
    import asyncio

    from syncwatch_server import garbage
    from syncwatch_server.app import start_server

    stopping = asyncio.Event()
    server = await start_server(settings)
    try:
        # Whoever manages services stops one with SIGTERM, and takes anything but 0 for a failure.
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
        garbage.settle()
        _announce(server.url, shared)
        await stopping.wait()
    finally:
        await server.stop()
    return diagnostics.ExitCode.OK
