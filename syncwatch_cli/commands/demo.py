"""``demo``: a server, two players behind lines of different length, and a minute that shows what it is all about."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncwatch_cli import config, diagnostics, remembered
from syncwatch_cli.join_flags import NoTui
from syncwatch_cli.join_options import JoinOptions
from syncwatch_cli.lean_imports import OTHER_TRANSPORTS, without
from syncwatch_cli.options import Shared
from syncwatch_core.errors import AppError, ErrorCode

if TYPE_CHECKING:
    import asyncio

    from syncwatch_cli.front import Front
    from syncwatch_core.messages import Session
    from syncwatch_server.app import RunningServer

Seconds = Annotated[float, typer.Option("--seconds", metavar="SECONDS", min=5, max=75, help="How long it takes.")]

FILM = Path(__file__).parent.parent / "demo" / "sample.mkv"
"""80 s, with its time and its frame number in the picture; scripts/demo-sample makes it."""

ADAS_RTT, BOBS_RTT = 0.04, 0.16
"""Seconds there and back: a friend in the same country, and one across an ocean."""

NARRATOR = "SyncWatch"
"""In whose name it is said what happens."""

ENDS_WITHIN = 5.0
"""Seconds in which Bob has left once the session is over."""

JITTER = 0.005
"""Seconds by which each message is late at random."""


def demo(shared: Shared, seconds: Seconds = 60.0, no_tui: NoTui = False) -> int:
    """See it work: two players side by side, with lines of different length to a server of their own.

    Needs mpv and nothing else; without a screen it shows the figures alone.
    """
    from syncwatch_cli.demo.script import REAL_THING
    from syncwatch_cli.front import front_for
    from syncwatch_cli.player.process import find_mpv

    mpv = find_mpv(config.load().get("mpv").value)
    front = front_for(no_tui=no_tui, use_json=shared.use_json)
    code = front.run(_demo(front, mpv, seconds, use_json=shared.use_json))
    if front.at_hand is not None:
        # With the screen the last words are gone too.
        diagnostics.note(REAL_THING)
    return code


async def _demo(front: Front, mpv: str, seconds: float, *, use_json: bool) -> int:
    import tempfile

    from syncwatch_cli.demo.companion import Companion
    from syncwatch_cli.demo.delayed_line import DelayedLine
    from syncwatch_cli.demo.script import Script
    from syncwatch_cli.demo.windows import window
    from syncwatch_core.join_code import join_link

    with without(*OTHER_TRANSPORTS):
        from syncwatch_cli.runtime import run_session

    async with AsyncExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="syncwatch-demo-")))
        server = await _server(folder)
        closing.push_async_callback(server.stop)
        session, host_token = await _session(server)
        adas_line = await closing.enter_async_context(DelayedLine(server.port, rtt=ADAS_RTT, jitter=JITTER))
        bobs_line = await closing.enter_async_context(DelayedLine(server.port, rtt=BOBS_RTT, jitter=JITTER))
        invitation = join_link(adas_line.url, session.code)
        ada = await closing.enter_async_context(Companion("Ada", invitation, FILM, window("Ada", 0), folder / "ada"))
        screen = await closing.enter_async_context(front.screen(None))
        bob = JoinOptions(
            server=bobs_line.url,
            code=session.code,
            display_name="Bob",
            seat=remembered.Seat(session.code, bobs_line.url, mine=False),
            file=FILM,
            mpv=mpv,
            mpv_args=tuple(window("Bob", 100)),
            use_json=use_json,
        )
        lines = f"There and back, Ada's line to the server takes {_ms(ADAS_RTT)}, Bob's {_ms(BOBS_RTT)}."
        script = Script(_InSession(server, session.code, host_token), bobs_line, seconds, lines)
        return await _first_of(run_session(bob, screen, None, front.at_hand), script.perform(), ada.gone())


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


async def _first_of(bob: Any, script: Any, ada: Any) -> int:
    """Until the script is at its end, or somebody has closed a player."""
    import asyncio

    watching, telling, going = (asyncio.ensure_future(each) for each in (bob, script, ada))
    try:
        await asyncio.wait((watching, telling, going), return_when=asyncio.FIRST_COMPLETED)
        if watching.done():
            return int(watching.result())
        if going.done() and not telling.done():
            raise AppError(ErrorCode.PLAYER_DIED, f"Ada has left: {going.result() or 'her player was closed'}")
        if telling.done():
            _raise_what_went_wrong(telling)
            await asyncio.wait((watching,), timeout=ENDS_WITHIN)
        return 0
    finally:
        for each in (watching, telling, going):
            each.cancel()
        await asyncio.gather(watching, telling, going, return_exceptions=True)


def _raise_what_went_wrong(telling: asyncio.Future[None]) -> None:
    fault = telling.exception()
    if isinstance(fault, TimeoutError):
        raise AppError(ErrorCode.FAILED, "the players are not ready in time", "syncwatch doctor looks for the reason")
    if fault is not None:
        raise fault


async def _server(folder: Path) -> RunningServer:
    from syncwatch_server.app import start_server
    from syncwatch_server.settings import ServerSettings

    quiet = {"SYNCWATCH_LOG_LEVEL": "error", "SYNCWATCH_RATE_LIMIT": "off", "SYNCWATCH_FETCH_METADATA": "off"}
    return await start_server(
        ServerSettings.from_environment(quiet, bind="127.0.0.1", port=0, database_url=f"sqlite:///{folder / 'demo.db'}")
    )


async def _session(server: RunningServer) -> tuple[Session, str]:
    from syncwatch_cli.media.files.local_files import describe
    from syncwatch_core import messages as wire

    wanted = {"displayName": NARRATOR, "title": "Demo", "file": describe(FILM)}
    return await server.service.create_empty_session(wire.read(wire.CreateSession, wanted))


class _InSession:
    """The session, as the script commands it: from outside, by its host token."""

    def __init__(self, server: RunningServer, code: str, host_token: str) -> None:
        from syncwatch_server.services.session_service import Caller

        self._service = server.service
        self._code = code
        self._caller = Caller(host_token, None, "")
        self._lines = 0
        """That were said."""

    async def act(self, event: str, **payload: Any) -> dict[str, Any]:
        """Give a command."""
        from syncwatch_core import messages as wire

        command = wire.read(wire.CLIENT_EVENTS[event], payload)
        return dict(wire.write(await self._service.act_from_outside(self._code, self._caller, command)))

    async def say(self, text: str) -> None:
        """A line of chat by nobody who takes part; it is for who is here now, and is not kept."""
        from syncwatch_core import messages as wire

        live, session = await self._service.get_active_session(self._code, self._caller)
        self._lines += 1
        live.tell(
            wire.ChatSaid(
                message_id=f"narrator-{self._lines}",
                participant_id=None,
                display_name=NARRATOR,
                text=text,
                sent_at=session.server_time,
            )
        )

    async def participants(self) -> list[dict[str, Any]]:
        """Who is here."""
        from syncwatch_core import messages as wire

        _, session = await self._service.get_active_session(self._code, self._caller)
        found: list[dict[str, Any]] = wire.write(session)["participants"]
        return found
