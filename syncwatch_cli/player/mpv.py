"""The person's mpv as a ``Player``: writes what it is told to, and tells what happens and what the person does.

The rules live in the rooms beside this one: ``pause_watch``, ``speed_watch`` and ``seek_watch`` tell a person's act
from ours and ``hand_watch`` from a script's, ``loading`` follows a file until it stands ready, ``sampling`` reads where
the media is. Here they share one connection.
Nothing here waits for mpv, but for ``start``, ``close`` and the two readings.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from syncwatch_cli.player.acts import Acts
from syncwatch_cli.player.chapters import OBSERVER as CHAPTER_OBSERVER
from syncwatch_cli.player.chapters import Chapters
from syncwatch_cli.player.connection import ConnectionLostError, IpcConnection
from syncwatch_cli.player.cut_off_watch import CutOffWatch
from syncwatch_cli.player.ending import end_of
from syncwatch_cli.player.engine_options import OPTIONS_OF_SOME_BUILDS
from syncwatch_cli.player.failure_words import failure_words
from syncwatch_cli.player.hand_watch import WORDS, HandWatch
from syncwatch_cli.player.interface import OsdLine, PlayerListener
from syncwatch_cli.player.ipc import Event
from syncwatch_cli.player.loading import Loading
from syncwatch_cli.player.media_line import MediaLine
from syncwatch_cli.player.on_screen import OnScreen
from syncwatch_cli.player.opening import OpenMpv, open_attached, open_own
from syncwatch_cli.player.pause_watch import PauseWatch
from syncwatch_cli.player.primed import Primed
from syncwatch_cli.player.sampling import TIME_POS_OBSERVER, Sampler
from syncwatch_cli.player.seek_watch import MediaShape, SeekWatch
from syncwatch_cli.player.speed_watch import SpeedWatch
from syncwatch_cli.player.stall_watch import StallWatch
from syncwatch_cli.player.track_pin import OBSERVERS as TRACK_OBSERVERS
from syncwatch_cli.player.track_pin import TrackPin
from syncwatch_core.controller_events import (
    PersonEvent,
    PersonPaused,
    PersonPlayed,
    PersonSetOut,
    PersonSought,
    PersonStayed,
    PlayerCutOff,
    PlayerEnded,
    PlayerEvent,
    PlayerFailed,
    PlayerLanded,
    PlayerPrimed,
    PlayerSampled,
)
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError, ErrorCode

OBSERVED = ("pause", "speed", "core-idle", "paused-for-cache")
"""The properties whose changes mpv announces to us."""


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
        # the media
        self._loading: Loading | None = None
        self._entry: object = None
        self._shown: Primed | None = None
        self._is_remote = False
        self._pins: tuple[str | None, str | None] = (None, None)

    # --- its life ------------------------------------------------------------------------------------

    async def prepare(self) -> None:
        """One that runs already, or within us, comes up at ``start``."""

    async def start(self) -> None:
        """Open mpv; raises ``AppError`` (player-missing, player-died, usage) with the mend."""
        opened = await self._open_mpv()
        self._open = opened
        self._make_watches(opened.connection)
        observing = [["observe_property", number, name] for number, name in enumerate(OBSERVED, start=1)]
        wishes = [["set_property", *wish] for wish in OPTIONS_OF_SOME_BUILDS.items()] if self._attach is None else []
        opened.connection.post(*wishes, *observing)
        self._hands.begin()
        self._chapters.begin()
        self._on_screen.begin()
        self._tracks.pin(*self._pins)
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
        self._forget_media()
        if was_running:
            self._on_screen.end()
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
        self._forget_media()
        local = dict(options or {})
        if title:
            local["force-media-title"] = clean_text(title)
        self._is_remote = "://" in source
        self._loading = Loading(self._opened.connection, self._on_primed, self._on_failed)
        self._loading.begin(source, position, local)

    def unload(self) -> None:
        """Show nothing."""
        self._forget_media()
        self._opened.connection.post(["stop"])

    def pause(self) -> None:
        """Stand still."""
        self._pause.write(paused=True)
        self._line.breaks(None)

    def unpause(self) -> None:
        """Play from now on."""
        stood_at = self._pause.stands_at
        self._pause.write(paused=False)
        self._line.breaks(stood_at)

    def seek(self, position: float) -> None:
        """Go exactly to ``position``; reports ``PlayerLanded``."""
        if self._shown is not None:
            self._seek.write(position)
            self._line.breaks(None)

    def set_rate(self, rate: float, *, keep_pitch: bool, session_rate: float) -> None:
        """Play at ``rate``, which is ``session_rate`` nudged, with the pitch corrected or not."""
        place = self._line.expected_position()
        self._speed.write(rate, keep_pitch=keep_pitch, session_rate=session_rate)
        self._line.breaks(place)

    def pin_tracks(self, audio: str | None, subtitles: str | None) -> None:
        """Keep to these tracks, of this media and the next: a number, a language or ``no``; None is the person's own.

        May be called before ``start``; reports ``PlayerNotice``.
        """
        self._pins = (audio, subtitles)
        if self._open is not None:
            self._tracks.pin(audio, subtitles)

    def draw(self, lines: Sequence[OsdLine]) -> None:
        """Show these lines on mpv's picture, as they are, and none of those before."""
        if self._is_running:
            self._on_screen.draw(lines)

    def publish(self, session: Mapping[str, object]) -> None:
        """Let the person's own scripts know how the session stands, where mpv has ``user-data``."""
        if self._is_running:
            self._on_screen.publish(session)

    async def sample(self) -> PlayerSampled | None:
        """Where the media stands right now; None when it is not playing or the reading is not to be trusted."""
        if self._shown is None or self._pause.paused or self._seek.under_way or self._stall.is_stalled:
            return None
        sample = await self._sampler.sample(self._speed.speed)
        if sample is not None:
            self._line.goes_through(sample.position, sample.at)
        return sample

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
        if not self._is_running:
            return
        if event.name == "start-file":
            self._entry = event.fields.get("playlist_entry_id")
        if event.name == "client-message":
            self._on_screen.heard(event)
        if event.name == "log-message":
            self._hands.logged(event, arrived_at)
            if event.fields.get("level") not in WORDS:
                return
        if self._loading is not None:
            if event.name == "file-loaded" and self._loading.owns(self._entry):
                self._tracks.media_opened()
            self._loading.handle(event, self._entry)
        if self._shown is not None:
            self._on_event_of_shown(event, arrived_at)

    def _on_event_of_shown(self, event: Event, arrived_at: float) -> None:
        match event.name:
            case "property-change":
                self._on_property(event, arrived_at)
            case "seek":
                self._cut_off.seek_begins()
                self._seek.began(arrived_at)
                self._sampler.upheaval()
            case "playback-restart":
                self._seek.restarted()
                self._sampler.upheaval()
            case "end-file":
                self._on_end_of_shown(event)
            case "log-message":
                self._cut_off.logged(str(event.fields.get("text", "")))

    def _on_property(self, event: Event, arrived_at: float) -> None:
        value = event.fields.get("data")
        if event.fields.get("id") in TRACK_OBSERVERS:
            self._tracks.verify()
            return
        if event.fields.get("id") == CHAPTER_OBSERVER:
            self._chapters.observed(value)
            return
        match event.fields.get("name"):
            case "time-pos" if event.fields.get("id") == TIME_POS_OBSERVER:
                self._sampler.frame_came(value, arrived_at)
            case "mouse-pos":
                self._hands.mouse_at(value, arrived_at)
            case "pause":
                self._pause.observed(value)
                self._sampler.upheaval()
            case "speed":
                self._speed.observed(value)
            case "core-idle":
                self._sampler.upheaval()
            case "paused-for-cache":
                self._stall.observed(value)
                self._cut_off.verify()
                if value is False:
                    self._seek.filled()

    def _on_step(self, at: float) -> None:
        if self._shown is not None:
            self._pause.steps(at)

    def _on_primed(self, primed: Primed) -> None:
        self._shown = primed
        self._cut_off.listen(primed.duration, is_remote=self._is_remote)
        self._hands.media_came()
        self._tracks.verify()
        # A file's own profile may have set them.
        self._speed.write_anew()
        self._speed.listen()
        self._pause.listen(paused_at=primed.position)
        self._line.frame_duration = primed.frame_duration
        self._seek.listen(MediaShape(primed.duration, primed.frame_duration, primed.has_picture))
        self._chapters.media_came()
        self._listener(PlayerPrimed(primed.position, primed.duration, primed.frame_duration, primed.seekable))

    def _on_failed(self, words: str) -> None:
        self._forget_media()
        self._listener(PlayerFailed(words))

    def _on_end_of_shown(self, event: Event) -> None:
        """Mpv let go of the media: it broke, or the person opened another file by hand, which is theirs alone."""
        reason, trouble = event.fields.get("reason"), self._cut_off.words
        self._forget_media()
        if reason in {"error", "eof"} and trouble:
            self._listener(PlayerCutOff(trouble))
        elif reason == "error":
            self._listener(PlayerFailed(failure_words(str(event.fields.get("file_error", "unknown error")))))
        elif reason != "quit":
            # Nobody may go on believing that this player shows what the others see.
            self._listener(PlayerFailed("mpv was given something else to play", by_person=True))

    def _tell(self, event: PlayerEvent | PersonEvent) -> None:
        """Hand on what was found out."""
        match event:
            case PlayerEnded(position) if self._cut_off.ends_early(position):
                self._on_cut_off(self._cut_off.words)
                return
            case PersonSought(position) if self._cut_off.is_trying and self._cut_off.is_end(position):
                self._on_cut_off(self._cut_off.words)
                return
            case PersonPaused() | PlayerEnded():
                self._line.breaks(None)
            case PersonPlayed(position):
                self._line.breaks(position)
            case PersonSought(position) | PlayerLanded(position):
                self._line.breaks(position)
                self._pause.stands_at = position if self._pause.paused else None
            case PersonSetOut() | PersonStayed():
                pass
            case PlayerFailed(words):
                if self._cut_off.is_trying:
                    self._on_cut_off(self._cut_off.words)
                else:
                    self._on_failed(words)
                return
            case _:
                self._line.breaks(self._line.expected_position())
        self._listener(event)

    def _on_cut_off(self, words: str) -> None:
        """The media no longer comes; where the person was on the way to, they want to be all the same."""
        sought = self._cut_off.person_sought
        # From here on a seek to the end is a person's own.
        self._cut_off.stop_listening()
        if sought is not None:
            self._acts.take(PersonSought(sought, at=self._seek.began_at, exact=False))
        self._forget_media()
        self._listener(PlayerCutOff(words))

    # --- its end -------------------------------------------------------------------------------------

    def _on_lost(self) -> None:
        if self._is_running:
            self._is_running = False
            had_media = self._shown is not None or self._loading is not None
            self._forget_media()
            self._end_task = asyncio.get_running_loop().create_task(self._tell_end(had_media=had_media))

    async def _tell_end(self, *, had_media: bool) -> None:
        self._listener(await end_of(self._opened, told_to_quit=self._told_to_quit, had_media=had_media))

    # --- within --------------------------------------------------------------------------------------

    @property
    def _opened(self) -> OpenMpv:
        if self._open is None:
            raise AppError(ErrorCode.PLAYER_DIED, "mpv has not been started")
        return self._open

    def _make_watches(self, connection: IpcConnection) -> None:
        self._sampler = Sampler(connection, self._clock)
        self._hands = HandWatch(connection, self._on_step)
        self._on_screen = OnScreen(connection, self._chat_key, self._listener)
        self._acts = Acts(self._tell, self._hands, self._clock)
        self._pause = PauseWatch(connection, self._acts.take)
        self._speed = SpeedWatch(connection, self._acts.take)
        self._stall = StallWatch(self._tell)
        self._chapters = Chapters(connection, self._listener)
        self._line = MediaLine(self._pause, self._speed, self._stall, self._sampler, self._clock)
        self._seek = SeekWatch(
            connection,
            self._acts.take,
            self._line.expected_place,
            self._acts.carried_off,
            lambda: self._hands.seeks_run,
        )
        self._tracks = TrackPin(
            connection, self._listener, lambda at: self._hands.was_there(at, media_keys=False), self._clock
        )
        self._cut_off = CutOffWatch(connection, self._seek, self._stall, self._on_cut_off)

    def _forget_media(self) -> None:
        """From here on nothing that is shown is ours."""
        self._shown = None
        if self._loading is not None:
            self._loading.drop()
            self._loading = None
        if self._open is not None:
            self._pause.stop_listening()
            self._speed.stop_listening()
            self._seek.stop_listening()
            self._tracks.stop_listening()
            self._chapters.media_went()
            self._stall.forget()
            self._cut_off.stop_listening()
            self._acts.forget()
            self._line.breaks(None)
