"""One loading of one source: from ``loadfile`` until its first frame is decoded, or until mpv gives up.

A playlist is no video: it is refused, so that what a stranger loads can't lead mpv on to files of this computer.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable, Mapping
from enum import Enum, auto

from syncwatch_cli.player.connection import CONNECTION_LOST, Answer, IpcConnection
from syncwatch_cli.player.failure_words import failure_words
from syncwatch_cli.player.ipc import Event
from syncwatch_cli.player.primed import ASKED_OF_MEDIA, Primed, primed_of

GIVEN_UP_AFTER = 20.0
"""Seconds without any news, a filling cache included, after which the loading has failed."""
LOOKED_AFTER_EVERY = 1.0
"""Seconds between two looks at how it goes."""
END_COMES_WITHIN = 0.5
"""Seconds after the last byte in which a server hangs up, where it had not told the length: until then a film that has
come whole looks as a live stream does. A choice; live streams pay it once, when they begin.
"""
LOOKED_FOR_END_EVERY = 0.05
"""Seconds between two looks whether it has come."""
TS_KEYFRAMES_APART = 12.0
"""Seconds by which mpv is to set out before a target in MPEG-TS, which has no index: else an exact seek lands on the
first keyframe after it (measured with 0.35.1). Broadcasts have one every 0.5 to 2 s, x264 makes one every 10.4 s at 24
frames a second. The cost: 0.2 to 0.45 s for a seek in 720p instead of 0.1 to 0.2 s.
"""
_TS_NAME = re.compile(r"\.(?:ts|m2ts|mts|m2t|tp|trp)(?:[?#]|$)", re.IGNORECASE)
_SETS_OUT_BEFORE = "hr-seek-demuxer-offset"
_OWN_LOOPS = {"loop-file": "no", "loop-playlist": "no", "ab-loop-a": "no", "ab-loop-b": "no"}
"""The session alone says what comes after the end; set with each file, since a key may have set them meanwhile."""
_AGAINST_A_CRASH = {"demuxer-lavf-o-append": "http_persistent=0"}
"""Each piece of HLS over a connection of its own.

With a kept one FFmpeg 5.1 crashes on a playlist whose second piece has a name of no protocol that it knows, so that
whoever loads such a thing could end everybody's mpv (measured with mpv 0.35.1). Other formats pass it over.
"""
NO_SEEK = "this mpv can't go to a place in this stream; FFmpeg before 7.1 can't in HLS made of fragmented MP4"
"""It reads on to the end in search of the place. mpv's issues 13211 and 15184; the same here with FFmpeg 5.1."""


class LoadState(Enum):
    """How far it has come."""

    ASKED = auto()
    OPENED = auto()
    PRIMED = auto()
    FAILED = auto()


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
        self._position = 0.0
        # It may begin elsewhere than it was asked to; then it is sought, once.
        self._was_sought = self._is_seeking = False
        self._all_read_at: float | None = None
        self._news_at = self._loop.time()
        self._progress: list[object] = []
        self._log: deque[str] = deque(maxlen=20)
        self.state = LoadState.ASKED

    def begin(self, source: str, position: float, options: Mapping[str, str]) -> None:
        """Ask mpv for ``source``, paused at ``position``, s, with file-local ``options``."""
        self._position = max(0.0, position)
        # At the beginning there is nothing to seek: some streams can't, and would lose their first piece by it.
        start = f"{self._position:.6f}" if self._position else "none"
        local: dict[str, str] = {"start": start, **_OWN_LOOPS, **_AGAINST_A_CRASH, **options}
        if _TS_NAME.search(source):
            local[_SETS_OUT_BEFORE] = str(TS_KEYFRAMES_APART)
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
                # A key pressed meanwhile, or the file's own profile, may have let it play.
                self._connection.post(["set_property", "pause", True])
                self._connection.ask([["get_property", "file-format"]], self._opened)
            case "playback-restart" if self.owns(entry):
                self._is_seeking = False
                self._look()
            case "property-change" if event.fields.get("name") == "paused-for-cache":
                self._look()

    # Within.

    def _asked(self, answers: list[Answer]) -> None:
        loadfile = answers[-1]
        if isinstance(loadfile.value, dict):
            # mpv answers before it opens: the events of this entry come after this.
            self._entry = loadfile.value.get("playlist_entry_id")
        if loadfile.error == CONNECTION_LOST:
            # Not the media failed, mpv is gone: whoever holds the connection tells that.
            self.drop()
        elif loadfile.error is not None:
            self._fail(failure_words(loadfile.error))

    def _opened(self, answers: list[Answer]) -> None:
        if self.is_settled:
            return
        if answers[0].value == "mpegts":
            # Whatever its name is; where it was to begin has been gone to by now.
            self._sets_out_early()
        self.state = LoadState.OPENED
        self._look()

    def _sets_out_early(self) -> None:
        self._connection.post(["set_property", f"file-local-options/{_SETS_OUT_BEFORE}", TS_KEYFRAMES_APART])

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
        if self.state is not LoadState.OPENED or self._is_seeking:
            return
        self._connection.ask([["get_property", name] for name in ASKED_OF_MEDIA], self._looked)

    def _looked(self, answers: list[Answer]) -> None:
        told = dict(zip(ASKED_OF_MEDIA, answers, strict=True))
        is_there = told["seeking"].value is False and told["paused-for-cache"].value is not True
        if self.is_settled or not is_there or told["time-pos"].number is None:
            return
        if told["pause"].value is not True:
            self._connection.post(["set_property", "pause", True])
            self._look()
            return
        primed = primed_of(told, self._position)
        is_astray = primed.is_astray(self._position)
        if is_astray and not self._was_sought:
            self._was_sought = self._is_seeking = True
            self._sets_out_early()
            self._connection.post(["seek", self._position, "absolute+exact"])
        elif is_astray and primed.is_at_end:
            self._connection.post(["stop"])
            self._fail(NO_SEEK)
        elif primed.may_be_at_its_end and self._awaits_end():
            self._loop.call_later(LOOKED_FOR_END_EVERY, self._look)
        else:
            self._settle(LoadState.PRIMED)
            self._on_primed(primed)

    def _awaits_end(self) -> bool:
        """Whether the end may still come of media of which all was read that there is."""
        if self._all_read_at is None:
            self._all_read_at = self._loop.time()
        return self._loop.time() - self._all_read_at < END_COMES_WITHIN

    def _look_after(self) -> None:
        if self.is_settled or not self._connection.is_open:
            return
        names = ("demuxer-cache-time", "cache-buffering-state", "cache-speed", "eof-reached", "time-pos")
        questions = [["get_property", name] for name in names]
        self._connection.ask(questions, self._looked_after)
        # mpv says nothing of a seek that it doesn't make.
        self._is_seeking = False
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
