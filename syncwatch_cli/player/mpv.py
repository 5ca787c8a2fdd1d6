"""The person's mpv as a ``Player``: opens it and sees it end, and writes to it what it is told to.

What mpv says meanwhile, ``media_watch`` hears.
Nothing here waits for mpv, but for ``start``, ``close`` and the two readings.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from syncwatch_cli.player.connection import ConnectionLostError
from syncwatch_cli.player.ending import end_of
from syncwatch_cli.player.engine_options import OPTIONS_OF_SOME_BUILDS
from syncwatch_cli.player.interface import OsdLine, PlayerListener
from syncwatch_cli.player.ipc import Event
from syncwatch_cli.player.media_watch import MediaWatch
from syncwatch_cli.player.opening import OpenMpv, open_attached, open_own
from syncwatch_core.controller_events import PlayerSampled
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError, ErrorCode


class MpvPlayer:
    """An mpv that we start, or with ``attach`` one that runs already.

    ``clock`` is the participant's own local clock, s; every instant that is told is on it.
    ``mpv_path``: the program, else the one on the PATH. ``extra_args``: the person's own options for it.
    ``ipc_socket``: where it shall listen, else at a private path. ``title``: of its window.
    ``chat_key``: the key that begins a line of chat in its window, as mpv calls it; None for none.
    """

    def __init__(
        self,
        listener: PlayerListener,
        clock: Callable[[], float],
        *,
        mpv_path: str | None = None,
        extra_args: Sequence[str] = (),
        ipc_socket: str | None = None,
        attach: str | None = None,
        title: str | None = None,
        chat_key: str | None = None,
    ) -> None:
        self._listener = listener
        self._clock = clock
        self._mpv_path = mpv_path
        self._extra_args = extra_args
        self._asked_socket = ipc_socket
        self._attach = attach
        self._title = title
        self._chat_key = chat_key
        # while it runs
        self._open: OpenMpv | None = None
        self._is_running = False
        self._told_to_quit = False
        self._end_task: asyncio.Task[None] | None = None
        self._watch: MediaWatch | None = None
        self._pins: tuple[str | None, str | None] = (None, None)

    # --- its life ------------------------------------------------------------------------------------

    async def prepare(self) -> None:
        """One that runs already, or within us, comes up at ``start``."""

    async def start(self) -> None:
        """Open mpv; raises ``AppError`` (player-missing, player-died, usage) with the mend."""
        opened = await self._open_mpv()
        self._open = opened
        self._watch = MediaWatch(opened.connection, self._clock, self._listener, self._chat_key)
        if self._attach is None:
            opened.connection.post(*(["set_property", *wish] for wish in OPTIONS_OF_SOME_BUILDS.items()))
        self._watch.begin()
        self._watch.tracks.pin(*self._pins)
        self._is_running = True

    async def _open_mpv(self) -> OpenMpv:
        if self._attach is not None:
            return await open_attached(self._attach, self._clock, self._on_event, self._on_lost)
        return await open_own(
            self._mpv_path,
            self._extra_args,
            self._asked_socket,
            clean_text(self._title) if self._title else None,
            self._clock,
            self._on_event,
            self._on_lost,
        )

    async def close(self) -> None:
        """End an mpv that we started; leave one that we attached to as we found it, but for what it shows."""
        was_running, self._is_running = self._is_running, False
        if self._watch is not None:
            self._watch.forget()
            if was_running:
                self._watch.on_screen.end()
        if self._open is not None:
            await self._open.leave()
        if self._end_task is not None:
            await self._end_task

    @property
    def ipc_socket(self) -> str:
        """The path at which other programs can reach this mpv too; started."""
        return self._opened.ipc_socket

    @property
    def pid(self) -> int | None:
        """The process in which an mpv of ours runs; None for an attached one."""
        own = self._opened.own
        return None if own is None else own.pid

    # --- what it is told -----------------------------------------------------------------------------

    def load(
        self, source: str, position: float, *, title: str | None = None, options: Mapping[str, str] | None = None
    ) -> None:
        """Load a URL or a path and stand paused at ``position``; reports ``PlayerPrimed`` or ``PlayerFailed``.

        Once primed it may report ``PlayerCutOff``, where it comes from a server that won't go on.
        ``options``: mpv options for this source alone, such as the headers its server wants.
        """
        local = dict(options or {})
        if title:
            local["force-media-title"] = clean_text(title)
        self._media.load(source, position, local)

    def unload(self) -> None:
        """Show nothing."""
        self._media.forget()
        self._opened.connection.post(["stop"])

    def pause(self) -> None:
        """Stand still."""
        self._media.pause.write(paused=True)
        self._media.line.breaks(None)

    def unpause(self) -> None:
        """Play from now on."""
        stood_at = self._media.pause.stands_at
        self._media.pause.write(paused=False)
        self._media.line.breaks(stood_at)

    def seek(self, position: float) -> None:
        """Go exactly to ``position``; reports ``PlayerLanded``."""
        if self._watch is not None and self._watch.shown is not None:
            self._watch.seek.write(position)
            self._watch.line.breaks(None)

    def set_rate(self, rate: float, *, keep_pitch: bool, session_rate: float) -> None:
        """Play at ``rate``, which is ``session_rate`` nudged, with the pitch corrected or not."""
        place = self._media.line.expected_position()
        self._media.speed.write(rate, keep_pitch=keep_pitch, session_rate=session_rate)
        self._media.line.breaks(place)

    def pin_tracks(self, audio: str | None, subtitles: str | None) -> None:
        """Keep to these tracks, of this media and the next: a number, a language or ``no``; None is the person's own.

        May be called before ``start``; reports ``PlayerNotice``.
        """
        self._pins = (audio, subtitles)
        if self._watch is not None:
            self._watch.tracks.pin(audio, subtitles)

    def draw(self, lines: Sequence[OsdLine]) -> None:
        """Show these lines on mpv's picture, as they are, and none of those before."""
        if self._is_running:
            self._media.on_screen.draw(lines)

    def publish(self, session: Mapping[str, object]) -> None:
        """Let the person's own scripts know how the session stands, where mpv has ``user-data``."""
        if self._is_running:
            self._media.on_screen.publish(session)

    async def sample(self) -> PlayerSampled | None:
        """Where the media stands right now; None when it is not playing or the reading is not to be trusted."""
        return None if self._watch is None else await self._watch.sample()

    async def buffered_for(self) -> float | None:
        """Seconds of media that lie buffered ahead; None where it isn't known."""
        try:
            [asked] = self._opened.connection.request(["get_property", "demuxer-cache-duration"])
            return (await asked).number
        except ConnectionLostError:
            return None

    # --- what mpv says -------------------------------------------------------------------------------

    def _on_event(self, event: Event, arrived_at: float) -> None:
        if event.name == "shutdown" or event.fields.get("reason") == "quit":
            self._told_to_quit = True
        if self._is_running:
            self._media.handle(event, arrived_at)

    def _on_lost(self) -> None:
        if self._is_running:
            self._is_running = False
            had_media = self._media.has_media
            self._media.forget()
            self._end_task = asyncio.get_running_loop().create_task(self._tell_end(had_media=had_media))

    async def _tell_end(self, *, had_media: bool) -> None:
        self._listener(await end_of(self._opened, told_to_quit=self._told_to_quit, had_media=had_media))

    @property
    def _opened(self) -> OpenMpv:
        if self._open is None:
            raise AppError(ErrorCode.PLAYER_DIED, "mpv has not been started")
        return self._open

    @property
    def _media(self) -> MediaWatch:
        if self._watch is None:
            raise AppError(ErrorCode.PLAYER_DIED, "mpv has not been started")
        return self._watch
