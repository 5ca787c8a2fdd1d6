"""``host``: a server in this process, a session on it, and one's own player in that."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syncwatch_cli import (
    config,
    diagnostics,
    options,
    output,
    own_network,
    passwords,
    remembered,
    server_options,
    sharing,
)
from syncwatch_cli.commands.create import CONTROLS, wanted_session
from syncwatch_cli.join_flags import JoinFlags
from syncwatch_cli.join_options import JoinOptions
from syncwatch_cli.lean_imports import OTHER_TRANSPORTS, without
from syncwatch_cli.media.links.expanding import WholeList, first_and_rest, queue_payloads
from syncwatch_cli.options import Shared
from syncwatch_cli.reach import reach_in_words
from syncwatch_core.errors import AppError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from syncwatch_cli.front import Front
    from syncwatch_cli.player.process import MpvProcess
    from syncwatch_cli.screens import Screen
    from syncwatch_core.messages import Session
    from syncwatch_server.app import RunningServer
    from syncwatch_server.settings import ServerSettings


def host(
    shared: Shared,
    source: options.OptionalSource = None,
    title: options.Title = None,
    control: options.Control = None,
    whole_list: WholeList = False,
    share: sharing.Share = False,
    share_limit: sharing.ShareLimit = None,
    port: server_options.Port = None,
    public_url: server_options.PublicUrl = None,
    tls_cert: server_options.TlsCert = None,
    tls_key: server_options.TlsKey = None,
    announce: server_options.Announce = None,
    flags: JoinFlags = JoinFlags(),  # noqa: B008 an immutable value
) -> int:
    """Start a server, a session on it, and join it.

    Prints the code and the link for your friends. Of a playlist the first video is loaded, and the others are queued.
    """
    password = passwords.password_of(ask=flags.password, file=flags.password_file)
    options.one_of("--control", control, CONTROLS)
    media, rest = first_and_rest(source, whole_list=whole_list, cookies_from_browser=flags.cookies_from_browser)
    wanted = wanted_session(media, title=title, control=control, password=password)
    settings = _settings(port, public_url, tls_cert, tls_key)
    film = _film(source)
    own_copy = {"file": film} if film is not None and not flags.file else {}

    def options_for(hosted: _Hosted) -> JoinOptions:
        return flags.join_options(
            config.load(),
            server=hosted.url,
            code=hosted.code,
            seat=remembered.take_seat(hosted.code, hosted.url),
            host_token=hosted.host_token,
            use_json=shared.use_json,
            play_when_ready=source is not None,
            link=hosted.link,
            check_certificate=False,
            serves=True,
            offers=hosted.offers,
            checked=True,
            **own_copy,
        )

    # Options that can't be are refused before a server is started for nothing.
    known = config.load()
    flags.check()
    flags.check_here(known)
    name = flags.display_name(known)
    announced_by = name if known.get("announce", announce).value else None
    served = sharing.shared_film(film, share=share)
    offered = sharing.offered(known, served, flags.sub or (), limit=share_limit)
    from syncwatch_cli.player.process import started_ahead

    # mpv comes up while the server does.
    mpv_args = known.get("mpv-args", flags.mpv_arg or None).value
    with started_ahead(flags, known.get("mpv", flags.mpv).value, mpv_args) as mpv:
        from syncwatch_cli.front import front_for

        front = front_for(no_tui=flags.no_tui, use_json=shared.use_json)
        hosting = _host(
            settings,
            wanted,
            rest,
            offered,
            options_for,
            mpv,
            front,
            use_json=shared.use_json,
            announced_by=announced_by,
        )
        return front.run(hosting)


def _film(source: str | None) -> Path | None:
    """The file that SOURCE is; None where it is a URL, or nothing."""
    if source is None:
        return None
    from syncwatch_cli.media.sources import parse_source

    return parse_source(source).path


@dataclass(frozen=True, slots=True)
class _Hosted:
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


async def _host(
    settings: ServerSettings,
    wanted: dict[str, object],
    rest: list[dict[str, Any]],
    offered: sharing.Offered,
    options_for: Callable[[_Hosted], JoinOptions],
    mpv: MpvProcess | None,
    front: Front,
    *,
    use_json: bool,
    announced_by: str | None,
) -> int:
    with without(*OTHER_TRANSPORTS):
        from syncwatch_cli.runtime import run_session
        from syncwatch_server.app import start_server

    server = await start_server(settings)
    try:
        hosted = await _create(server, wanted, rest)
        sharing.offer(server, hosted.session, offered)
        hosted = replace(hosted, offers=sharing.offering(server, hosted.session, offered))
        _announce(hosted, server.port, use_json=use_json)
        if (served := sharing.in_words(offered)) is not None:
            diagnostics.note(served)
        answer: int
        try:
            async with _neighbours_told(hosted, announced_by), front.screen(hosted.link) as screen:
                with _readers_shown(server, hosted, screen) if served is not None else nullcontext():
                    answer = await run_session(options_for(hosted), screen, mpv, front.at_hand)
        except AppError as fault:
            if not await _anybody_here(server, hosted):
                raise
            # Others watch on: what ended my own player is no reason to end their evening.
            answer = diagnostics.report(fault)
        if await _anybody_here(server, hosted):
            diagnostics.note("you have left; the server stays up for the others until the last one leaves, or ^C here")
            await server.empty()
        return answer
    finally:
        await server.stop()


async def _create(server: RunningServer, wanted: dict[str, Any], rest: list[dict[str, Any]]) -> _Hosted:
    from syncwatch_core import messages as wire
    from syncwatch_server.services.session_service import Caller

    request = wire.read(wire.CreateSession, {"displayName": "host", **wanted})
    session, host_token = await server.service.create_empty_session(request)
    remembered.remember(session.code, server=server.url, link=session.link, host_token=host_token)
    for payload in queue_payloads(rest):
        command = wire.read(wire.QueueAdd, payload)
        await server.service.act_from_outside(session.code, Caller(host_token, None, ""), command)
    return _Hosted(server.url, session.code, session.link, host_token, session)


@asynccontextmanager
async def _neighbours_told(hosted: _Hosted, by: str | None) -> AsyncIterator[None]:
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
def _readers_shown(server: RunningServer, hosted: _Hosted, screen: Screen) -> Iterator[None]:
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


async def _anybody_here(server: RunningServer, hosted: _Hosted) -> bool:
    from syncwatch_server.services.session_service import Caller

    try:
        _, session = await server.service.get_active_session(hosted.code, Caller(hosted.host_token, None, ""))
    except AppError:
        return False
    return bool(session.participants)


def _settings(port: int | None, public_url: str | None, tls_cert: str | None, tls_key: str | None) -> ServerSettings:
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


def _announce(hosted: _Hosted, port: int, *, use_json: bool) -> None:
    if use_json:
        output.json_line({"event": "hosting", "code": hosted.code, "link": hosted.link})
    else:
        output.text(hosted.code)
        output.text(hosted.link)
    diagnostics.note(reach_in_words(hosted.link, port))
