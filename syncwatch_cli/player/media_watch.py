"""What one mpv plays: all that watches it shares one connection here, hears what mpv says, and tells what came of it.

The rules live in the rooms beside this one: ``pause_watch``, ``speed_watch`` and ``seek_watch`` tell a person's act
from ours and ``hand_watch`` from a script's, ``loading`` follows a file until it stands ready, ``sampling`` reads where
the media is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from syncwatch_cli.player.acts import Acts
from syncwatch_cli.player.chapters import OBSERVER as CHAPTER_OBSERVER
from syncwatch_cli.player.chapters import Chapters
from syncwatch_cli.player.connection import IpcConnection
from syncwatch_cli.player.cut_off_watch import CutOffWatch
from syncwatch_cli.player.failure_words import failure_words
from syncwatch_cli.player.hand_watch import WORDS, HandWatch
from syncwatch_cli.player.interface import PlayerListener
from syncwatch_cli.player.ipc import Event
from syncwatch_cli.player.loading import Loading
from syncwatch_cli.player.media_line import MediaLine
from syncwatch_cli.player.on_screen import OnScreen
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

OBSERVED = ("pause", "speed", "core-idle", "paused-for-cache")
"""The properties whose changes mpv announces to us."""


class MediaWatch:
    """The watches of one mpv; ``clock`` is the local one, s, ``chat_key`` begins a line of chat, None for none."""

    def __init__(
        self, connection: IpcConnection, clock: Callable[[], float], listener: PlayerListener, chat_key: str | None
    ) -> None:
        self._connection = connection
        self._listener = listener
        self._entry: object = None
        self._is_remote = False
        self._loading: Loading | None = None
        self.shown: Primed | None = None
        """What we were told to load, once it stands ready."""
        self._sampler = Sampler(connection, clock)
        self.hands = HandWatch(connection, self._on_step)
        self.on_screen = OnScreen(connection, chat_key, listener)
        self._acts = Acts(self._tell, self.hands, clock)
        self.pause = PauseWatch(connection, self._acts.take)
        self.speed = SpeedWatch(connection, self._acts.take)
        self._stall = StallWatch(self._tell)
        self._chapters = Chapters(connection, listener)
        self.line = MediaLine(self.pause, self.speed, self._stall, self._sampler, clock)
        self.seek = SeekWatch(
            connection,
            self._acts.take,
            self.line.expected_place,
            self._acts.carried_off,
            lambda: self.hands.seeks_run,
        )
        self.tracks = TrackPin(connection, listener, lambda at: self.hands.was_there(at, media_keys=False), clock)
        self._cut_off = CutOffWatch(connection, self.seek, self._stall, self._on_cut_off)

    def begin(self) -> None:
        """Ask mpv for what is needed of it."""
        self._connection.post(*(["observe_property", number, name] for number, name in enumerate(OBSERVED, start=1)))
        self.hands.begin()
        self._chapters.begin()
        self.on_screen.begin()

    def load(self, source: str, position: float, options: Mapping[str, str]) -> None:
        """Load it and stand at ``position``, s; what was shown before is no longer ours."""
        self.forget()
        self._is_remote = "://" in source
        self._loading = Loading(self._connection, self._on_primed, self._on_failed)
        self._loading.begin(source, position, options)

    @property
    def has_media(self) -> bool:
        """Whether something of ours is shown, or on its way."""
        return self.shown is not None or self._loading is not None

    async def sample(self) -> PlayerSampled | None:
        """Where the media stands right now; None when it is not playing or the reading is not to be trusted."""
        if self.shown is None or self.pause.paused or self.seek.under_way or self._stall.is_stalled:
            return None
        sample = await self._sampler.sample(self.speed.speed)
        if sample is not None:
            self.line.goes_through(sample.position, sample.at)
        return sample

    def forget(self) -> None:
        """From here on nothing that is shown is ours."""
        self.shown = None
        if self._loading is not None:
            self._loading.drop()
            self._loading = None
        self.pause.stop_listening()
        self.speed.stop_listening()
        self.seek.stop_listening()
        self.tracks.stop_listening()
        self._chapters.media_went()
        self._stall.forget()
        self._cut_off.stop_listening()
        self._acts.forget()
        self.line.breaks(None)

    # --- what mpv says -------------------------------------------------------------------------------

    def handle(self, event: Event, arrived_at: float) -> None:
        """Mpv said this; it came at that instant of the local clock."""
        if event.name == "start-file":
            self._entry = event.fields.get("playlist_entry_id")
        if event.name == "client-message":
            self.on_screen.heard(event)
        if event.name == "log-message":
            self.hands.logged(event, arrived_at)
            if event.fields.get("level") not in WORDS:
                return
        if self._loading is not None:
            if event.name == "file-loaded" and self._loading.owns(self._entry):
                self.tracks.media_opened()
            self._loading.handle(event, self._entry)
        if self.shown is not None:
            self._on_event_of_shown(event, arrived_at)

    def _on_event_of_shown(self, event: Event, arrived_at: float) -> None:
        match event.name:
            case "property-change":
                self._on_property(event, arrived_at)
            case "seek":
                self._cut_off.seek_begins()
                self.seek.began(arrived_at)
                self._sampler.upheaval()
            case "playback-restart":
                self.seek.restarted()
                self._sampler.upheaval()
            case "end-file":
                self._on_end_of_shown(event)
            case "log-message":
                self._cut_off.logged(str(event.fields.get("text", "")))

    def _on_property(self, event: Event, arrived_at: float) -> None:
        value = event.fields.get("data")
        if event.fields.get("id") in TRACK_OBSERVERS:
            self.tracks.verify()
            return
        if event.fields.get("id") == CHAPTER_OBSERVER:
            self._chapters.observed(value)
            return
        match event.fields.get("name"):
            case "time-pos" if event.fields.get("id") == TIME_POS_OBSERVER:
                self._sampler.frame_came(value, arrived_at)
            case "mouse-pos":
                self.hands.mouse_at(value, arrived_at)
            case "pause":
                self.pause.observed(value)
                self._sampler.upheaval()
            case "speed":
                self.speed.observed(value)
            case "core-idle":
                self._sampler.upheaval()
            case "paused-for-cache":
                self._stall.observed(value)
                self._cut_off.verify()
                if value is False:
                    self.seek.filled()

    def _on_step(self, at: float) -> None:
        if self.shown is not None:
            self.pause.steps(at)

    def _on_primed(self, primed: Primed) -> None:
        self.shown = primed
        self._cut_off.listen(primed.duration, is_remote=self._is_remote)
        self.hands.media_came()
        self.tracks.verify()
        # A file's own profile may have set them.
        self.speed.write_anew()
        self.speed.listen()
        self.pause.listen(paused_at=primed.position)
        self.line.frame_duration = primed.frame_duration
        self.seek.listen(MediaShape(primed.duration, primed.frame_duration, primed.has_picture))
        self._chapters.media_came()
        self._listener(PlayerPrimed(primed.position, primed.duration, primed.frame_duration, primed.seekable))

    def _on_failed(self, words: str) -> None:
        self.forget()
        self._listener(PlayerFailed(words))

    def _on_end_of_shown(self, event: Event) -> None:
        """Mpv let go of the media: it broke, or the person opened another file by hand, which is theirs alone."""
        reason, trouble = event.fields.get("reason"), self._cut_off.words
        self.forget()
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
                self.line.breaks(None)
            case PersonPlayed(position):
                self.line.breaks(position)
            case PersonSought(position) | PlayerLanded(position):
                self.line.breaks(position)
                self.pause.stands_at = position if self.pause.paused else None
            case PersonSetOut() | PersonStayed():
                pass
            case PlayerFailed(words):
                if self._cut_off.is_trying:
                    self._on_cut_off(self._cut_off.words)
                else:
                    self._on_failed(words)
                return
            case _:
                self.line.breaks(self.line.expected_position())
        self._listener(event)

    def _on_cut_off(self, words: str) -> None:
        """The media no longer comes; where the person was on the way to, they want to be all the same."""
        sought = self._cut_off.person_sought
        # From here on a seek to the end is a person's own.
        self._cut_off.stop_listening()
        if sought is not None:
            self._acts.take(PersonSought(sought, at=self.seek.began_at, exact=False))
        self.forget()
        self._listener(PlayerCutOff(words))
