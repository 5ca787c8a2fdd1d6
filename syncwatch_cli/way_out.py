"""The way out: carries out what the ``VideoController`` asks for, at the player and at the session.

Each command is begun at once and none is waited for. The one thing that needs care is the instant of a start,
met to the millisecond.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from syncwatch_cli.join_options import JoinOptions
from syncwatch_cli.local_clock import LocalClock
from syncwatch_cli.media import private_urls
from syncwatch_cli.media.own_copy import OwnCopy
from syncwatch_cli.player.interface import Player
from syncwatch_cli.reports import Reports
from syncwatch_cli.session_client import VideoSessionClient
from syncwatch_cli.tasks import Tasks
from syncwatch_cli.watched import Watched
from syncwatch_core import controller_events as told
from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode

SPIN = 0.002
"""Seconds before a start that are slept by halves; one sleep of the loop overshoots by 0.3 ms, at times by more."""


class WayOut:
    """Carries out commands; ``tell`` hears what comes of them, ``fail`` what ends the whole."""

    def __init__(
        self,
        options: JoinOptions,
        player: Player,
        client: VideoSessionClient,
        reports: Reports,
        watched: Watched,
        tasks: Tasks,
        clock: LocalClock,
        *,
        tell: Callable[[told.ControllerEvent], None],
        fail: Callable[[BaseException], None],
    ) -> None:
        self._options = options
        self._player = player
        self._client = client
        self._reports = reports
        self._watched = watched
        self._tasks = tasks
        self._clock = clock
        self._tell = tell
        self._fail = fail
        self._own_copy = OwnCopy(options.file)
        self._start: asyncio.Task[None] | None = None

    def carry_out(self, command: told.ControllerCommand) -> None:  # noqa: C901 one line for each command
        """Begin what is asked for."""
        match command:
            case told.SetRate():
                self._player.set_rate(command.rate, keep_pitch=command.keep_pitch, session_rate=command.session_rate)
            case told.PauseNow():
                self.disarm()
                self._player.pause()
            case told.SeekTo():
                self.disarm()
                self._player.seek(command.position)
            case told.StartAt():
                self.disarm()
                self._start = asyncio.ensure_future(self._start_at(command.at))
            case told.LoadMedia():
                self.disarm()
                self._tasks.spawn(self._load(command))
            case told.UnloadMedia():
                self.disarm()
                self._player.unload()
            case told.SendAction():
                self._tasks.spawn(self._send_action(command))
            case told.SendEnded():
                self._tasks.spawn(self._send_ended(command))
            case told.SendStatus():
                self._client.post(self._reports.status(command.state))
            case told.Tell():
                self._reports.notice(command.code, command.message)

    def disarm(self) -> None:
        """The player is not to be let go after all."""
        if self._start is not None:
            self._start.cancel()
            self._start = None

    # --- at the player -------------------------------------------------------------------------------

    async def _start_at(self, at: float) -> None:
        """Let the player go at that instant of the local clock."""
        await asyncio.sleep(max(0.0, at - self._clock() - SPIN))
        while (left := at - self._clock()) > 0:
            time.sleep(left / 2)  # noqa: ASYNC251 these two milliseconds are the start's alone
        self._player.unpause()

    async def _load(self, command: told.LoadMedia) -> None:
        """Find what to play, off the loop since it looks at disks and names, and load it."""
        media = command.media
        try:
            source = await asyncio.to_thread(self._source_of, media)
        except AppError as fault:
            if self._watched.is_what_we_came_for:
                self._fail(fault)
            else:
                self._tell(told.PlayerFailed(fault.message))
            return
        if self._watched.media_id == media.media_id:
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
        allowed = options.allow_private_urls
        private_urls.permit(media.url, server=options.server, allowed=allowed, ask=self._reports.ask)
        return media.url

    # --- at the session ------------------------------------------------------------------------------

    async def _send_action(self, action: told.SendAction) -> None:
        try:
            reply = await self._client.send(_event_of(action))
        except AppError as refusal:
            # An action that a broken link swallowed is kept by the controller until the link is mended.
            if refusal.code is not ErrorCode.SERVER_UNREACHABLE:
                self._tell(told.ActionRefused(refusal.code.value, refusal.message, refusal.playback))
            return
        assert isinstance(reply, wire.PlaybackReply)  # noqa: S101 what these events are acknowledged with
        self._watched.revision = max(self._watched.revision, reply.playback.revision)
        self._tell(told.ActionAccepted(reply.playback))

    async def _send_ended(self, command: told.SendEnded) -> None:
        with suppress(AppError):  # without a link it is said again once there is one
            await self._client.send(wire.VideoEnded(media_id=command.media_id))


def _event_of(action: told.SendAction) -> wire.PersonAction:
    """The action as the wire has it."""
    fields: dict[str, float | None] = {"at": action.at, "currentTime": action.position, "rate": action.rate}
    given = {name: value for name, value in fields.items() if value is not None}
    return wire.read(_PERSON_ACTIONS[action.event], given)


_PERSON_ACTIONS: dict[str, type[wire.PersonAction]] = {
    kind.event: kind for kind in (wire.VideoPlay, wire.VideoPause, wire.VideoSeek, wire.VideoRate)
}
