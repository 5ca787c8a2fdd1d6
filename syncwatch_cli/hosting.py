"""The session that this process hosts: its server's settings, how it begins, who hears of it, and who is in it."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syncwatch_cli import diagnostics, own_network, remembered
from syncwatch_cli.media.links.expanding import queue_payloads
from syncwatch_core.errors import AppError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from syncwatch_cli.screens import Screen
    from syncwatch_core.messages import Session
    from syncwatch_server.app import RunningServer
    from syncwatch_server.settings import ServerSettings


@dataclass(frozen=True, slots=True)
class Hosted:
    """The session that is hosted."""

    url: str
    """How this computer reaches the server."""
    code: str
    link: str
    host_token: str
    session: Session
    """As it was created."""
    offers: Callable[[Path], None] | None = None
    """See ``JoinOptions``."""


async def create(server: RunningServer, wanted: dict[str, Any], rest: list[dict[str, Any]]) -> Hosted:
    """Make the session on our server, with what is queued, and remember that it is ours."""
    from syncwatch_core import messages as wire
    from syncwatch_server.services.session_service import Caller

    request = wire.read(wire.CreateSession, {"displayName": "host", **wanted})
    session, host_token = await server.service.create_empty_session(request)
    remembered.remember(session.code, server=server.url, link=session.link, host_token=host_token)
    for payload in queue_payloads(rest):
        command = wire.read(wire.QueueAdd, payload)
        await server.service.act_from_outside(session.code, Caller(host_token, None, ""), command)
    return Hosted(server.url, session.code, session.link, host_token, session)


@asynccontextmanager
async def neighbours_told(hosted: Hosted, by: str | None) -> AsyncIterator[None]:
    """Meanwhile this network hears of the session from ``by``; None: it does not."""
    if by is None:
        yield
        return
    from syncwatch_cli.neighbours import Neighbour, announced

    session = hosted.session
    told = Neighbour(hosted.code, hosted.link, session.title or "", by, has_password=session.has_password)
    diagnostics.note(f"This network is told of the session: its link, its title, and that {by} hosts it.")
    async with announced(told):
        yield


@contextmanager
def readers_shown(server: RunningServer, hosted: Hosted, screen: Screen) -> Iterator[None]:
    """Meanwhile the screen shows who reads what is shared."""
    import asyncio

    from syncwatch_cli.share_reports import report_readers
    from syncwatch_core.messages import write
    from syncwatch_server.services.session_service import Caller

    async def shares() -> dict[str, Any]:
        try:
            return write(await server.shares.shared_with(hosted.code, Caller(hosted.host_token, None, "")))
        except AppError:  # the session is over
            return {"readers": [], "serverTime": 0.0}

    reporting = asyncio.ensure_future(report_readers(screen, shares))
    try:
        yield
    finally:
        reporting.cancel()


async def anybody_here(server: RunningServer, hosted: Hosted) -> bool:
    """Whether somebody is still in the session."""
    from syncwatch_server.services.session_service import Caller

    try:
        _, session = await server.service.get_active_session(hosted.code, Caller(hosted.host_token, None, ""))
    except AppError:
        return False
    return bool(session.participants)


def settings_for(port: int | None, public_url: str | None, tls_cert: str | None, tls_key: str | None) -> ServerSettings:
    """The embedded server: on all interfaces, with a database of its own, and links that this network can follow."""
    from platformdirs import user_data_path

    from syncwatch_server.settings import ServerSettings

    if port is None and not os.environ.get("SYNCWATCH_PORT"):
        port = own_network.free_port()
    elif port == 0:
        port = own_network.any_port()
    if public_url is not None and not public_url.startswith(("http://", "https://")):
        raise AppError(ErrorCode.USAGE, f"--public-url is {public_url!r}, which is no http or https URL")
    settings = ServerSettings.from_environment(
        {"SYNCWATCH_LOG_LEVEL": "warning", **os.environ},
        bind="0.0.0.0",  # noqa: S104 friends reach it from outside
        port=port,
        public_url=public_url.rstrip("/") if public_url else None,
        tls_cert=Path(tls_cert) if tls_cert else None,
        tls_key=Path(tls_key) if tls_key else None,
    )
    own_database = user_data_path("syncwatch", appauthor=False) / f"host-{settings.port}.db"
    scheme = "http" if tls_cert is None else "https"
    in_this_network = f"{scheme}://{own_network.lan_address() or '127.0.0.1'}:{settings.port}"
    return replace(
        settings, database_url=f"sqlite:///{own_database}", public_url=settings.public_url or in_this_network
    )
