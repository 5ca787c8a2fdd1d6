"""The pump: what the player and the network say goes into the ``VideoController``, what it asks for goes out to them.

Nothing is decided here. Each fact is handed over with the local time, at once and in the order of arrival; each
command is carried out at once. The one thing that needs care is the instant of a start, met to the millisecond.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any

from syncwatch_cli.diagnostics import ExitCode
from syncwatch_cli.join_options import JoinOptions
from syncwatch_cli.local_clock import local_clock
from syncwatch_cli.media import private_urls
from syncwatch_cli.media.own_copy import OwnCopy
from syncwatch_cli.player.interface import Player, PlayerGone
from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_cli.player.none import NoPlayer
from syncwatch_cli.screens import Screen
from syncwatch_cli.session_client import Exchanged, Heard, LinkFact, Lost, Seated, VideoSessionClient
from syncwatch_core import controller_events as told
from syncwatch_core import messages as wire
from syncwatch_core.controller import VideoController
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError, ErrorCode

SAMPLE_EVERY = 0.25
"""Seconds between two readings of the player. docs/sync.md."""

STATUS_LINE_EVERY = 1.0
"""Seconds between two ``status`` lines. docs/contract.md, 2."""

SPIN = 0.002
"""Seconds before a start that are slept by halves; one sleep of the loop overshoots by 0.3 ms, at times by more."""


async def run_session(options: JoinOptions, screen: Screen) -> ExitCode:
    """Join a session with a player, and stay in it until the person or the session ends that.

    Raises ``AppError`` for whatever keeps it from working.
    """
    return await Runtime(options, screen).run()


class Runtime:
    """One participant, live: a player, a connection, a controller, a screen."""

    def __init__(self, options: JoinOptions, screen: Screen) -> None:
        self._options = options
        self._screen = screen
        self._clock = local_clock()
        self._player: Player = self._make_player()
        self._client = VideoSessionClient(
            options.server,
            listener=self._on_link,
            clock=self._clock,
            platform="bot" if options.player == "none" else "mpv",
            check_certificate=options.check_certificate,
        )
        self._controller = VideoController(
            correcting=options.correction, device_delay=options.device_delay, view_only=options.view_only
        )
        self._media: wire.Media | None = None
        self._came_for: str | None = None
        """The media that was there on coming in, until it plays here: without it there is nothing to stay for."""
        self._own_copy = OwnCopy(options.file)
        self._revision = 0
        self._buffered_for: float | None = None
        self._was_in_sync = False
        self._plays_when_ready = options.play_when_ready
        # the pump
        self._facts: deque[told.ControllerEvent] = deque()
        self._pumping = False
        self._alarm: asyncio.TimerHandle | None = None
        self._start: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._seated = asyncio.Event()
        self._is_seated = False
        self._early: list[wire.ServerMessage] = []
        """What was heard before the seat was taken; ``joined`` is the first event of all."""
        self._player_open = asyncio.Event()
        self._ended: asyncio.Future[str] | None = None

    def _make_player(self) -> Player:
        if self._options.player == "none":
            return NoPlayer(self._on_player)
        if self._options.player == "libmpv":
            from syncwatch_cli.player.libmpv import LibmpvPlayer

            return LibmpvPlayer(
                self._on_player,
                self._clock,
                extra_args=self._options.mpv_args,
                ipc_socket=_text(self._options.ipc_socket),
                title=f"SyncWatch {self._options.code}",
            )
        return MpvPlayer(
            self._on_player,
            self._clock,
            mpv_path=self._options.mpv,
            extra_args=self._options.mpv_args,
            ipc_socket=_text(self._options.ipc_socket),
            attach=_text(self._options.attach),
            title=f"SyncWatch {self._options.code}",
        )

    # --- its life ------------------------------------------------------------------------------------

    async def run(self) -> ExitCode:
        """Run until it is over; see ``run_session``."""
        self._ended = asyncio.get_running_loop().create_future()
        reason = "interrupted"
        self._spawn(self._stay_joined())
        try:
            await self._first_of(self._seated)
            if not self._ended.done():
                await self._open_player()
                self._spawn(self._sample_player())
                self._spawn(self._show_status())
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
        self._player_open.set()
        self._pump()

    async def _close(self, reason: str) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._disarm()
        await self._client.cleanup()
        for task in self._tasks:
            task.cancel()
        await self._player.close()
        if self._is_seated:
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
            if refusal.code is ErrorCode.ENDED and self._is_seated:
                self._end(refusal.message)
            else:
                self._fail(refusal)

    def _end(self, reason: str) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(reason)

    def _fail(self, fault: BaseException) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_exception(fault)

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            fault = task.exception()
            assert fault is not None  # noqa: S101
            self._fail(fault)

    # --- in: the network -----------------------------------------------------------------------------

    def _on_link(self, fact: LinkFact) -> None:
        match fact:
            case Exchanged():
                self._tell(told.ClockEstimated(fact.estimate))
            case Seated():
                self._on_seated(fact)
            case Heard():
                self._on_message(fact.message)
            case Lost():
                self._notice("link-lost", "the connection is lost; playing on, and trying again")
                self._tell(told.LinkLost())

    def _on_seated(self, fact: Seated) -> None:
        again = self._is_seated
        self._controller.participant_id = fact.participant_id
        self._options.seat.keep(fact.participant_id, fact.participant_token)
        if not again:
            self._is_seated = True
            self._came_for = fact.session.media.media_id if fact.session.media else None
            self._screen.emit("joined", {"code": fact.session.code, "participantId": fact.participant_id})
            self._seated.set()
            for message in self._early:
                self._on_message(message)
            self._early.clear()
        self._take(fact.session.media, fact.session.playback)
        if again:
            self._notice("link-restored", "connected again")
            self._tell(told.LinkRestored())

    def _on_message(self, message: wire.ServerMessage) -> None:
        if not self._is_seated:
            self._early.append(message)
            return
        self._screen.emit(message.event, wire.write(message))
        match message:
            case wire.VideoUrlUpdated():
                self._take(message.media, message.playback)
            case wire.VideoSync():
                self._on_sync(message)
            case wire.ChatSaid():
                self._show(f"{message.display_name}: {message.text}")
            case wire.Notice():
                self._show(message.message)
            case _:
                pass

    def _on_sync(self, playback: wire.VideoSync) -> None:
        """Take on the playback; one that does not follow on the last shows that something was missed."""
        known = self._media.media_id if self._media else None
        if playback.media_id != known or playback.revision > self._revision + 1:
            self._spawn(self._ask_for_session())
        if playback.media_id == known:
            self._take(self._media, playback)

    async def _ask_for_session(self) -> None:
        with suppress(AppError):  # a link that broke is taken up again, and brings the session with it
            reply = await self._client.send(wire.GetSession())
            assert isinstance(reply, wire.SessionReply)  # noqa: S101 what this event is acknowledged with
            self._take(reply.session.media, reply.session.playback)

    def _take(self, media: wire.Media | None, playback: wire.Playback) -> None:
        if playback.revision < self._revision:
            return
        self._media, self._revision = media, playback.revision
        self._tell(told.PlaybackReceived(media, playback))

    # --- in: the player ------------------------------------------------------------------------------

    def _on_player(self, event: told.PlayerEvent | told.PersonEvent | PlayerGone) -> None:
        if isinstance(event, PlayerGone):
            if event.by_person:
                self._end("the player was closed")
            else:
                self._fail(AppError(ErrorCode.PLAYER_DIED, event.message or "the player died"))
            return
        if isinstance(event, told.PlayerFailed) and self._is_what_we_came_for():
            self._fail(self._unplayable(event.message))
            return
        self._tell(event)
        if isinstance(event, told.PlayerPrimed):
            self._came_for = None
            if self._plays_when_ready:
                self._plays_when_ready = False
                self._spawn(self._play())

    def _is_what_we_came_for(self) -> bool:
        return self._media is not None and self._media.media_id == self._came_for

    def _unplayable(self, reason: str) -> AppError:
        media = self._media
        assert media is not None  # noqa: S101 what failed was loaded
        if media.url is not None:
            hint = "open the link in a browser: it has to lead to the video itself, not to a page around it"
            return AppError(ErrorCode.UNRESOLVABLE, f"can't play {clean_text(media.url)}: {reason}", hint)
        name = media.file.name if media.file is not None else ""
        hint = f"try it with mpv alone: {self._options.mpv or 'mpv'} FILE"
        return AppError(ErrorCode.UNRESOLVABLE, f"can't play {clean_text(name)!r}: {reason}", hint)

    async def _play(self) -> None:
        with suppress(AppError):
            await self._client.send(wire.VideoPlay())

    async def _sample_player(self) -> None:
        while True:
            await asyncio.sleep(SAMPLE_EVERY)
            sample = await self._player.sample()
            if sample is not None:
                self._tell(sample)
            self._buffered_for = await self._player.buffered_for()

    # --- the pump ------------------------------------------------------------------------------------

    def _tell(self, fact: told.ControllerEvent) -> None:
        """Hand a fact to the controller; one that arises while another is being carried out waits for its turn."""
        self._facts.append(fact)
        self._pump()

    def _pump(self) -> None:
        if self._pumping or not self._player_open.is_set():
            return
        self._pumping = True
        try:
            while self._facts:
                for command in self._controller.handle(self._facts.popleft(), self._clock()):
                    self._do(command)
        finally:
            self._pumping = False
        self._see_to_sync()
        self._set_alarm()

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        at = self._controller.wakes_at
        if at is not None:
            wait = max(0.0, at - self._clock())
            self._alarm = asyncio.get_running_loop().call_later(wait, self._tell, told.Woken())

    def _see_to_sync(self) -> None:
        view = self._controller.view(self._clock())
        if view.in_sync and not self._was_in_sync:
            self._screen.emit("synced", {"drift": view.drift or 0.0, "uncertainty": view.uncertainty})
        self._was_in_sync = view.in_sync

    # --- out -----------------------------------------------------------------------------------------

    def _do(self, command: told.ControllerCommand) -> None:  # noqa: C901 one line for each command
        match command:
            case told.SetRate():
                self._player.set_rate(command.rate, keep_pitch=command.keep_pitch)
            case told.PauseNow():
                self._disarm()
                self._player.pause()
            case told.SeekTo():
                self._disarm()
                self._player.seek(command.position)
            case told.StartAt():
                self._disarm()
                self._start = asyncio.ensure_future(self._start_at(command.at))
            case told.LoadMedia():
                self._disarm()
                self._spawn(self._load(command))
            case told.UnloadMedia():
                self._disarm()
                self._player.unload()
            case told.SendAction():
                self._spawn(self._send_action(command))
            case told.SendEnded():
                self._spawn(self._send_ended(command))
            case told.SendStatus():
                self._client.post(self._status(command.state))
            case told.Tell():
                self._notice(command.code, command.message)

    async def _start_at(self, at: float) -> None:
        """Let the player go at that instant of the local clock."""
        await asyncio.sleep(max(0.0, at - self._clock() - SPIN))
        while (left := at - self._clock()) > 0:
            time.sleep(left / 2)  # noqa: ASYNC251 these two milliseconds are the start's alone
        self._player.unpause()

    def _disarm(self) -> None:
        if self._start is not None:
            self._start.cancel()
            self._start = None

    async def _load(self, command: told.LoadMedia) -> None:
        """Find what to play, off the loop since it looks at disks and names, and load it."""
        media = command.media
        try:
            source = await asyncio.to_thread(self._source_of, media)
        except AppError as fault:
            if self._is_what_we_came_for():
                self._fail(fault)
            else:
                self._tell(told.PlayerFailed(fault.message))
            return
        if self._media is not None and self._media.media_id == media.media_id:
            self._player.load(source, command.position, title=media.title)

    def _source_of(self, media: wire.Media) -> str:
        """A URL or a path; raises ``AppError`` (file-not-found, blocked-url)."""
        options = self._options
        if options.player == "none":
            return ""
        copy = self._own_copy.of(media)
        if copy is not None:
            return str(copy)
        assert media.url is not None  # noqa: S101 media has the one or the other
        private_urls.permit(media.url, server=options.server, allowed=options.allow_private_urls, ask=self._screen.ask)
        return media.url

    async def _send_action(self, action: told.SendAction) -> None:
        try:
            reply = await self._client.send(_event_of(action))
        except AppError as refusal:
            # An action that a broken link swallowed is kept by the controller until the link is mended.
            if refusal.code is not ErrorCode.SERVER_UNREACHABLE:
                self._tell(told.ActionRefused(refusal.code.value, refusal.message, refusal.playback))
            return
        assert isinstance(reply, wire.PlaybackReply)  # noqa: S101 what these events are acknowledged with
        self._revision = max(self._revision, reply.playback.revision)
        self._tell(told.ActionAccepted(reply.playback))

    async def _send_ended(self, command: told.SendEnded) -> None:
        with suppress(AppError):  # without a link it is said again once there is one
            await self._client.send(wire.VideoEnded(media_id=command.media_id))

    def _status(self, state: wire.ParticipantState) -> wire.Status:
        view = self._controller.view(self._clock())
        return wire.Status(
            state=state,
            current_time=None if view.position is None else max(0.0, view.position),
            drift=view.drift,
            uncertainty=view.uncertainty,
            rtt=None if view.rtt is None else max(0.0, view.rtt),
            seek_cost=view.seek_cost,
            buffered_for=self._buffered_for,
            duration=view.duration,
            media_id=view.media_id,
        )

    async def _show_status(self) -> None:
        while True:
            view = self._controller.view(self._clock())
            self._screen.emit(
                "status",
                {
                    "state": view.state,
                    "currentTime": view.position,
                    "drift": view.drift,
                    "uncertainty": view.uncertainty,
                    "rtt": view.rtt,
                    "offset": view.offset,
                },
            )
            await asyncio.sleep(STATUS_LINE_EVERY)

    def _notice(self, code: str, message: str) -> None:
        self._screen.emit("notice", {"code": code, "message": message, "participantId": None})
        self._show(message)

    def _show(self, text: str) -> None:
        if self._player_open.is_set():
            self._player.show(text)


def _event_of(action: told.SendAction) -> wire.PersonAction:
    """The action as the wire has it."""
    fields: dict[str, float | None] = {"at": action.at, "currentTime": action.position, "rate": action.rate}
    given = {name: value for name, value in fields.items() if value is not None}
    return wire.read(_PERSON_ACTIONS[action.event], given)


_PERSON_ACTIONS: dict[str, type[wire.PersonAction]] = {
    kind.event: kind for kind in (wire.VideoPlay, wire.VideoPause, wire.VideoSeek, wire.VideoRate)
}


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
