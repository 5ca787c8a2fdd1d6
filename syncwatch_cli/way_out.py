"""The way out: carries out what the ``VideoController`` asks for, at the player and at the session.

Each command is begun at once and none is waited for. The one thing that needs care is the instant of a start,
met to the millisecond.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from syncwatch_cli.local_clock import LocalClock
from syncwatch_cli.media.expiry import Expiry
from syncwatch_cli.media.finding import Finder
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
        finder: Finder,
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
        self._finder = finder
        self._player = player
        self._client = client
        self._reports = reports
        self._watched = watched
        self._tasks = tasks
        self._clock = clock
        self._tell = tell
        self._fail = fail
        self._start: asyncio.Task[None] | None = None
        self._loading: asyncio.Task[None] | None = None
        self._expiry = Expiry(lambda: self.cut_off(told.PlayerCutOff("its link has expired")), self._stands)

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
                self._drop()
                # What is told of the player from now on is told of this media.
                self._reports.title = self._reports.failure = None
                self._loading = self._tasks.spawn(self._load(command.media, command.position))
            case told.UnloadMedia():
                self._drop()
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

    def cut_off(self, event: told.PlayerCutOff) -> None:
        """What was found for the media no longer works: it is found anew when it is loaded again."""
        if self._watched.media is not None:
            self._finder.forget(self._watched.media)
        # In case that it can't be loaded again.
        self._reports.failure = event.message
        self._tell(event)

    # --- at the player -------------------------------------------------------------------------------

    async def _start_at(self, at: float) -> None:
        """Let the player go at that instant of the local clock."""
        await asyncio.sleep(max(0.0, at - self._clock() - SPIN))
        while (left := at - self._clock()) > 0:
            time.sleep(left / 2)  # noqa: ASYNC251 these two milliseconds are the start's alone
        self._player.unpause()

    def _drop(self) -> None:
        """What is played or on its way is no longer wanted."""
        self.disarm()
        self._expiry.forget()
        if self._loading is not None:
            self._loading.cancel()

    async def _load(self, media: wire.Media, position: float) -> None:
        try:
            found = await self._finder.find(media)
        except AppError as fault:
            if self._watched.is_what_we_came_for:
                self._fail(fault)
            else:
                self._reports.failure = fault.message
                self._tell(told.PlayerFailed(fault.message))
            return
        self._reports.title = found.title
        self._player.load(found.source, position, title=media.title or found.title, options=found.options)
        self._expiry.watch(found.expires_at)

    def _stands(self) -> bool:
        return self._reports.state == "paused"

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
