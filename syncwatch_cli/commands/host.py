"""``host``: a server in this process, a session on it, and one's own player in that."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syncwatch_cli import (
    config,
    diagnostics,
    hosting,
    options,
    output,
    passwords,
    remembered,
    server_options,
    sharing,
)
from syncwatch_cli.commands.create import CONTROLS, wanted_session
from syncwatch_cli.join_flags import JoinFlags
from syncwatch_cli.join_options import JoinOptions
from syncwatch_cli.lean_imports import OTHER_TRANSPORTS, without
from syncwatch_cli.media.links.expanding import WholeList, first_and_rest
from syncwatch_cli.options import Shared
from syncwatch_cli.reach import reach_in_words
from syncwatch_core.errors import AppError

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncwatch_cli.front import Front
    from syncwatch_cli.player.process import MpvProcess
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
    # Options that can't be are refused before anybody is asked, or a server started, for nothing.
    options.one_of("--control", control, CONTROLS)
    known = config.load()
    flags.check()
    flags.check_here(known)
    password = passwords.password_of(ask=flags.password, file=flags.password_file)
    media, rest = first_and_rest(source, whole_list=whole_list, cookies_from_browser=flags.cookies_from_browser)
    wanted = wanted_session(media, title=title, control=control, password=password)
    settings = hosting.settings_for(port, public_url, tls_cert, tls_key)
    film = _film(source)
    own_copy = {"file": film} if film is not None and not flags.file else {}

    def options_for(hosted: hosting.Hosted) -> JoinOptions:
        return flags.join_options(
            known,
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
        evening = _host(
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
        return front.run(evening)


def _film(source: str | None) -> Path | None:
    """The file that SOURCE is; None where it is a URL, or nothing."""
    if source is None:
        return None
    from syncwatch_cli.media.sources import parse_source

    return parse_source(source).path


async def _host(
    settings: ServerSettings,
    wanted: dict[str, object],
    rest: list[dict[str, Any]],
    offered: sharing.Offered,
    options_for: Callable[[hosting.Hosted], JoinOptions],
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
        hosted = await hosting.create(server, wanted, rest)
        sharing.offer(server, hosted.session, offered)
        hosted = replace(hosted, offers=sharing.offering(server, hosted.session, offered))
        _announce(hosted, server.port, use_json=use_json)
        if (served := sharing.in_words(offered)) is not None:
            diagnostics.note(served)
        answer: int
        try:
            async with hosting.neighbours_told(hosted, announced_by), front.screen(hosted.link) as screen:
                with hosting.readers_shown(server, hosted, screen) if served is not None else nullcontext():
                    answer = await run_session(options_for(hosted), screen, mpv, front.at_hand)
        except AppError as fault:
            if not await hosting.anybody_here(server, hosted):
                raise
            # Others watch on: what ended my own player is no reason to end their evening.
            answer = diagnostics.report(fault)
        if await hosting.anybody_here(server, hosted):
            diagnostics.note("you have left; the server stays up for the others until the last one leaves, or ^C here")
            await server.empty()
        return answer
    finally:
        await server.stop()


def _announce(hosted: hosting.Hosted, port: int, *, use_json: bool) -> None:
    if use_json:
        output.json_line({"event": "hosting", "code": hosted.code, "link": hosted.link})
    else:
        output.text(hosted.code)
        output.text(hosted.link)
    diagnostics.note(reach_in_words(hosted.link, port))
