"""One participant, live: a player, a connection to the session, a controller between them, a screen.

Here is their life, from the player's coming up to the last word, and what comes in from the player; ``FromSession``
has what comes in from the others. The ``Pump`` brings it to the controller, the ``WayOut`` carries out what comes of
it, and ``Reports`` say how things stand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from syncwatch_cli.deck import Deck
from syncwatch_cli.diagnostics import ExitCode
from syncwatch_cli.from_session import FromSession
from syncwatch_cli.hand import Hand
from syncwatch_cli.join_options import JoinOptions
from syncwatch_cli.local_clock import local_clock
from syncwatch_cli.media.files import other_cut
from syncwatch_cli.media.finding import Finder
from syncwatch_cli.media.looking_ahead import LookingAhead
from syncwatch_cli.osd import Osd
from syncwatch_cli.player.choice import make_player
from syncwatch_cli.player.interface import PersonSaid, PlayerChapters, PlayerFact, PlayerGone, PlayerNotice
from syncwatch_cli.player.process import MpvProcess
from syncwatch_cli.pump import Pump
from syncwatch_cli.reports import Reports
from syncwatch_cli.screens import Screen
from syncwatch_cli.session_client import VideoSessionClient
from syncwatch_cli.tasks import Tasks
from syncwatch_cli.watched import Watched
from syncwatch_cli.way_out import WayOut
from syncwatch_core import controller_events as told
from syncwatch_core import messages as wire
from syncwatch_core.controller import VideoController
from syncwatch_core.controller_view import ControllerView
from syncwatch_core.errors import AppError, ErrorCode

SAMPLE_EVERY = 0.25
"""Seconds between two readings of the player. docs/sync.md."""


async def run_session(
    options: JoinOptions,
    screen: Screen,
    mpv: MpvProcess | None = None,
    at_hand: Callable[[Deck], None] | None = None,
) -> ExitCode:
    """Join a session with a player, and stay in it until the person or the session ends that.

    ``mpv`` is the player's process, where it was started ahead. ``at_hand`` is given the deck, from which a person acts
    outside of their player. Raises ``AppError`` for whatever keeps it from working.
    """
    runtime = Runtime(options, screen, mpv)
    if at_hand is not None:
        at_hand(runtime.deck(asyncio.get_running_loop()))
    return await runtime.run()


class Runtime:
    """One participant, live; see the module."""

    def __init__(self, options: JoinOptions, screen: Screen, mpv: MpvProcess | None = None) -> None:
        self._options = options
        self._screen = screen
        self._clock = local_clock()
        self._player = make_player(options, self._on_player, self._clock, mpv)
        self._client = VideoSessionClient(
            options.server,
            listener=lambda fact: self._session.take(fact),  # noqa: PLW0108 it is made below
            clock=self._clock,
            platform="bot" if options.player == "none" else "mpv",
            check_certificate=options.check_certificate,
        )
        self._controller = VideoController(
            correcting=options.correction,
            device_delay=options.device_delay,
            view_only=options.view_only,
            scripts_steer=options.scripts_steer,
        )
        self._osd = Osd(self._player, options.osd, options.code, self._clock, self._view)
        self._watched = Watched()
        self._plays_when_ready = options.play_when_ready
        self._tasks = Tasks(self._fail)
        self._reports = Reports(screen, self._view, self._osd.tell)
        self._pump = Pump(
            self._controller,
            self._clock,
            carry_out=self._carry_out,
            after=self._reports.stands,
        )
        self._finder = Finder(
            options, token=lambda: self._session.token, ask=self._reports.ask, notice=self._reports.notice
        )
        self._looking_ahead = LookingAhead(self._finder, self._tasks, lambda: self._view().state == "loading")
        self._way_out = WayOut(
            self._finder,
            self._player,
            self._client,
            self._reports,
            self._watched,
            self._tasks,
            self._clock,
            tell=self._pump.tell,
            fail=self._fail,
        )
        self._session = FromSession(
            options,
            screen,
            self._client,
            self._player,
            self._controller,
            self._osd,
            self._watched,
            self._reports,
            self._finder,
            self._looking_ahead,
            self._tasks,
            tell=self._pump.tell,
        )
        self._ended: asyncio.Future[str] | None = None

    def deck(self, loop: asyncio.AbstractEventLoop) -> Deck:
        """What a person may do from outside of their player; ``loop`` is the one on which this runs."""
        hand = Hand(
            self._controller,
            self._player,
            self._clock,
            tell=self._pump.tell,
            carry_out=self._carry_out,
            linked=lambda: self._session.is_linked,
            view_only=self._options.view_only,
        )
        return Deck(loop, hand, self._client.send, lambda: self._end("as you asked"))

    # --- its life ------------------------------------------------------------------------------------

    async def run(self) -> ExitCode:
        """Run until it is over; see ``run_session``."""
        self._ended = asyncio.get_running_loop().create_future()
        reason = "interrupted"
        try:
            await self._player.prepare()
            self._tasks.spawn(self._stay_joined())
            await self._first_of(self._session.seated)
            if not self._ended.done():
                await self._open_player()
                self._tasks.spawn(self._sample_player())
                self._tasks.spawn(self._reports.go_on())
            reason = await self._ended
        except AppError as fault:
            reason = fault.message
            raise
        finally:
            await self._close(reason)
        return ExitCode.OK

    async def _first_of(self, event: asyncio.Event) -> None:
        """Wait for ``event``, or for the end if that comes first."""
        assert self._ended is not None  # noqa: S101 made by ``run``
        happened = asyncio.ensure_future(event.wait())
        waiting: set[asyncio.Future[Any]] = {happened, self._ended}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        happened.cancel()

    async def _open_player(self) -> None:
        await self._player.start()
        self._screen.emit("player-ready", {"ipcSocket": getattr(self._player, "ipc_socket", None)})
        self._osd.open()
        self._tasks.spawn(self._osd.go_on())
        self._pump.open()

    async def _close(self, reason: str) -> None:
        self._pump.close()
        self._osd.close()
        self._way_out.disarm()
        await self._client.cleanup()
        self._tasks.cancel()
        await self._finder.close()
        await self._player.close()
        if self._session.seated.is_set():
            self._screen.emit("left", {"reason": reason})
        self._options.seat.release()

    async def _stay_joined(self) -> None:
        options = self._options
        join = wire.JoinSession(
            code=options.code,
            display_name=options.display_name,
            password=options.password,
            participant_token=options.participant_token,
            host_token=options.host_token,
        )
        try:
            await self._client.stay_joined(join)
        except AppError as refusal:
            if refusal.code is ErrorCode.ENDED and self._session.seated.is_set():
                self._end(refusal.message)
            else:
                self._fail(refusal)

    def _end(self, reason: str) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(reason)

    def _fail(self, fault: BaseException) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_exception(fault)

    def _carry_out(self, command: told.ControllerCommand) -> None:
        self._way_out.carry_out(command)

    # --- in: the player ------------------------------------------------------------------------------

    def _on_player(self, event: PlayerFact) -> None:
        match event:
            case PlayerNotice():
                self._reports.notice(event.code, event.message)
            case PlayerChapters():
                chapters = [{"title": each.title, "time": each.position} for each in event.chapters]
                self._screen.emit("chapters", {"chapters": chapters})
            case PersonSaid():
                self._tasks.spawn(self._say(event.text))
            case PlayerGone(by_person=True):
                self._end("the player was closed")
            case PlayerGone():
                self._fail(AppError(ErrorCode.PLAYER_DIED, event.message or "the player died"))
            case told.PlayerFailed() if self._watched.is_what_we_came_for:
                self._fail(self._watched.unplayable(event.message, self._options.mpv))
            case told.PlayerCutOff():
                self._way_out.cut_off(event)
            case _:
                self._on_fact(event)

    def _on_fact(self, event: told.PlayerEvent | told.PersonEvent) -> None:
        if isinstance(event, told.PlayerFailed) and not event.by_person:
            self._reports.failure = event.message
        self._pump.tell(event)
        if isinstance(event, told.PlayerPrimed):
            self._watched.came_for = None
            self._tell_other_cut(event.duration)
            self._looking_ahead.go_on()
            if self._plays_when_ready:
                self._plays_when_ready = False
                self._tasks.spawn(self._play())

    def _tell_other_cut(self, duration: float | None) -> None:
        """Say so before it plays, where this person's file is not the one that the others watch."""
        media = self._watched.media
        if media is not None and (media.file is not None or self._options.file is not None):
            words = other_cut.other_cut(media.duration, duration)
            if words is not None:
                self._reports.notice(other_cut.NOTICE, words)

    async def _play(self) -> None:
        with suppress(AppError):
            await self._client.send(wire.VideoPlay())

    async def _sample_player(self) -> None:
        while True:
            await asyncio.sleep(SAMPLE_EVERY)
            sample = await self._player.sample()
            if sample is not None:
                self._pump.tell(sample)
            self._reports.buffered_for = await self._player.buffered_for()

    def _view(self) -> ControllerView:
        return self._controller.view(self._clock())

    async def _say(self, text: str) -> None:
        """Say in the chat what was typed in the player."""
        self._osd.typed(text)
        try:
            await self._client.send(wire.SendChat(text=text))
        except AppError as refusal:
            self._reports.notice("chat-not-sent", f"not said: {refusal.message}")
