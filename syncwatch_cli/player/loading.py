"""One loading of one source: from ``loadfile`` until its first frame is decoded, or until mpv gives up.

A playlist is no video: it is refused, so that what a stranger loads can't lead mpv on to files of this computer.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from syncwatch_cli.player.connection import Answer, IpcConnection
from syncwatch_cli.player.failure_words import failure_words
from syncwatch_cli.player.ipc import Event

GIVEN_UP_AFTER = 20.0
"""Seconds without any news, a filling cache included, after which the loading has failed."""
LOOKED_AFTER_EVERY = 1.0
"""Seconds between two looks at how it goes."""
_PLAUSIBLE_FRAMES_A_SECOND = (1.5, 1000)
"""Beyond these a number is a container's way to say that it doesn't know, or the still of a sound file."""


class LoadState(Enum):
    """How far it has come."""

    ASKED = auto()
    OPENED = auto()
    PRIMED = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Primed:
    """What stands ready; s."""

    position: float
    duration: float | None
    frame_duration: float | None
    seekable: bool


class Loading:
    """Follows one ``loadfile``; calls one of ``on_primed`` and ``on_failed``, once, unless it is dropped before."""

    def __init__(
        self, connection: IpcConnection, on_primed: Callable[[Primed], None], on_failed: Callable[[str], None]
    ) -> None:
        self._connection = connection
        self._on_primed = on_primed
        self._on_failed = on_failed
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._entry: object = None
        self._news_at = self._loop.time()
        self._progress: list[object] = []
        self._log: deque[str] = deque(maxlen=20)
        self.state = LoadState.ASKED

    def begin(self, source: str, position: float, options: Mapping[str, str]) -> None:
        """Ask mpv for ``source``, paused at ``position``, s, with file-local ``options``."""
        local: dict[str, str] = {"start": f"{max(0.0, position):.6f}", **options}
        if "://" not in source:
            # A disk needs no reserve, and waiting for one would cost each seek 40 ms.
            local["cache-pause-initial"] = "no"
        # Named arguments: mpv 0.38 put another before the options, and a source may begin with a dash.
        loadfile = {"name": "loadfile", "url": source, "flags": "replace", "options": local}
        self._connection.ask([["set_property", "pause", True], loadfile], self._asked)
        self._timer = self._loop.call_later(LOOKED_AFTER_EVERY, self._look_after)

    def drop(self) -> None:
        """Another loading, or nothing, takes its place."""
        self._settle(LoadState.FAILED)

    @property
    def is_settled(self) -> bool:
        """Whether it has primed, failed or been dropped."""
        return self.state in {LoadState.PRIMED, LoadState.FAILED}

    def owns(self, entry: object) -> bool:
        """Whether mpv's playlist entry is the one asked for here."""
        return self._entry is not None and entry == self._entry

    def handle(self, event: Event, entry: object) -> None:
        """Take in an event; ``entry`` is the playlist entry that mpv is at."""
        if self.is_settled:
            return
        self._news_at = self._loop.time()
        match event.name:
            case "log-message":
                self._log.append(str(event.fields.get("text", "")))
            case "end-file" if self.owns(event.fields.get("playlist_entry_id")):
                self._ended(event)
            case "file-loaded" if self.owns(entry):
                self.state = LoadState.OPENED
                # A key pressed meanwhile, or the file's own profile, may have let it play.
                self._connection.post(["set_property", "pause", True])
            case "playback-restart" if self.owns(entry):
                self._look()
            case "property-change" if event.fields.get("name") == "paused-for-cache":
                self._look()

    # Within.

    def _asked(self, answers: list[Answer]) -> None:
        loadfile = answers[-1]
        if isinstance(loadfile.value, dict):
            # mpv answers before it opens: the events of this entry come after this.
            self._entry = loadfile.value.get("playlist_entry_id")
        if loadfile.error is not None:
            self._fail(failure_words(loadfile.error))

    def _ended(self, event: Event) -> None:
        match event.fields.get("reason"):
            case "error":
                self._fail_once_log_is_in(str(event.fields.get("file_error", "unknown error")))
            case "redirect":
                self._connection.post(["stop"])
                self._fail("this is a playlist or a folder, not a video")
            case "eof":
                self._fail_once_log_is_in("no audio or video data played")
            case "quit":
                self.drop()
            case _:
                self._fail("something else was opened in mpv")

    def _look(self) -> None:
        if self.state is not LoadState.OPENED:
            return
        names = ("seeking", "paused-for-cache", "time-pos", "pause", "duration", "container-fps", "seekable")
        questions = [["get_property", name] for name in names]
        self._connection.ask(questions, self._looked)

    def _looked(self, answers: list[Answer]) -> None:
        seeking, filling, position, pause, duration, frames_a_second, seekable = answers
        if self.is_settled or seeking.value is not False or filling.value is True or position.number is None:
            return
        if pause.value is not True:
            self._connection.post(["set_property", "pause", True])
            self._look()
            return
        self._settle(LoadState.PRIMED)
        self._on_primed(
            Primed(
                max(0.0, position.number),
                duration.number or None,
                _frame_duration(frames_a_second.number),
                seekable.value is True,
            )
        )

    def _look_after(self) -> None:
        if self.is_settled or not self._connection.is_open:
            return
        names = ("demuxer-cache-time", "cache-buffering-state", "cache-speed", "eof-reached", "time-pos")
        questions = [["get_property", name] for name in names]
        self._connection.ask(questions, self._looked_after)
        self._look()
        self._timer = self._loop.call_later(LOOKED_AFTER_EVERY, self._look_after)

    def _looked_after(self, answers: list[Answer]) -> None:
        if self.is_settled:
            return
        progress = [answer.value for answer in answers]
        if progress != self._progress:
            self._progress = progress
            self._news_at = self._loop.time()
        elif self._loop.time() - self._news_at > GIVEN_UP_AFTER:
            self._connection.post(["stop"])
            self._fail(failure_words("timed out", ["timed out"]))

    def _fail_once_log_is_in(self, file_error: str) -> None:
        # mpv hands out its log after its events: one round trip later the reason has come too.
        self._connection.ask([["get_time_us"]], lambda _: self._fail(failure_words(file_error, self._log)))

    def _fail(self, words: str) -> None:
        if not self.is_settled:
            self._settle(LoadState.FAILED)
            self._on_failed(words)

    def _settle(self, state: LoadState) -> None:
        self.state = state
        if self._timer is not None:
            self._timer.cancel()


def _frame_duration(frames_a_second: float | None) -> float | None:
    if frames_a_second is None:
        return None
    slowest, fastest = _PLAUSIBLE_FRAMES_A_SECOND
    return 1 / frames_a_second if slowest <= frames_a_second <= fastest else None
