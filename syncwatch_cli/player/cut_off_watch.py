"""Whether media that plays has been cut off by its server: what mpv's log says of it, and what mpv does thereupon.

mpv (0.35.1, measured) tries again after 0, 1, 3 and 7 s, and then takes what it has for all there is: it goes to the
"end", in the middle, with nothing but warnings in its log. A link that has expired is refused each time, so a refusal
while the player has nothing to show is not waited out; a server in trouble is given those tries.
Where a server falls silent mpv says nothing at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from syncwatch_cli.player.connection import Answer, IpcConnection
from syncwatch_cli.player.failure_words import BREAK, failure_words, is_refusal_of_server, is_trouble_with_server
from syncwatch_cli.player.primed import is_near_end
from syncwatch_cli.player.seek_watch import SeekWatch
from syncwatch_cli.player.stall_watch import StallWatch

BEFORE_END = 5.0
"""Seconds: media that ends earlier than this, after trouble with its server, was cut off."""
TRIES_LAST = 20.0
"""Seconds after trouble with a server within which a seek that comes out at the end is due to it; mpv tries for 11."""
SILENT_FOR = 20.0
"""Seconds without a byte, with the player in want of them, after which the server is taken to be gone. As at a load."""
LOOKED_AFTER_EVERY = 1.0
"""Seconds between two looks whether bytes come."""
_PROGRESS = ("demuxer-cache-time", "cache-buffering-state", "cache-speed")


class CutOffWatch:
    """Follows media that was ``listen``-ed to; ``on_cut_off`` is called with words for the person."""

    def __init__(
        self, connection: IpcConnection, seek: SeekWatch, stall: StallWatch, on_cut_off: Callable[[str], None]
    ) -> None:
        self._connection = connection
        self._seek = seek
        self._stall = stall
        self._on_cut_off = on_cut_off
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._duration: float | None = None
        self._trouble = ""
        self._trouble_at = self._news_at = 0.0
        self._progress: list[object] = []
        self.person_sought: float | None = None
        """Where the person was on the way to when the trouble came, s; None where they were not."""

    def listen(self, duration: float | None, *, is_remote: bool) -> None:
        """From now on, on media that lasts ``duration``, s."""
        self.stop_listening()
        self._duration = duration
        self._news_at = self._loop.time()
        if is_remote:
            self._timer = self._loop.call_later(LOOKED_AFTER_EVERY, self._look_after)

    def stop_listening(self) -> None:
        """No media of ours is shown."""
        self._trouble = ""
        self.person_sought = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def seek_begins(self) -> None:
        """Mpv is about to go elsewhere, which is not known to ``seek`` yet."""
        if not self._seek.under_way:
            self.person_sought = None

    def logged(self, line: str) -> None:
        """Mpv wrote ``line``, a warning or worse."""
        if not is_trouble_with_server(line):
            return
        if BREAK not in line or not self.is_trying:
            # That a connection broke says less than what was said of it just before.
            self._trouble = line
        self._trouble_at = self._loop.time()
        # Asked now, since in the end mpv stands elsewhere: while it seeks this is where to.
        self._connection.ask([["get_property", "time-pos"]], self._trouble_came)

    def verify(self) -> None:
        """See whether the player waits for what its server will not give any more."""
        # A stream that has no end misses a piece now and then, and goes on.
        if self._duration is not None and is_refusal_of_server(self._trouble) and self._is_in_want:
            self._on_cut_off(self.words)

    def ends_early(self, position: float) -> bool:
        """Whether an end of the media at ``position``, s, is none."""
        return self._trouble != "" and self._duration is not None and self._duration - position > BEFORE_END

    @property
    def is_trying(self) -> bool:
        """Whether trouble was so recent that a seek which comes out at the end is due to it."""
        return self._trouble != "" and self._loop.time() - self._trouble_at < TRIES_LAST

    def is_end(self, position: float) -> bool:
        """Whether ``position``, s, is where mpv goes when nothing more comes."""
        return is_near_end(position, self._duration)

    @property
    def words(self) -> str:
        """What the trouble is, for the person; empty where there was none."""
        return failure_words("loading failed", [self._trouble]) if self._trouble else ""

    @property
    def _is_in_want(self) -> bool:
        """Whether the player waits for media, for a seek or to play on."""
        return self._seek.under_way or self._stall.is_stalled

    def _trouble_came(self, answers: list[Answer]) -> None:
        """There is trouble with the server, and this is where mpv stands, or is on the way to."""
        if not self._trouble:
            return
        if self._seek.is_of_person:
            self.person_sought = answers[0].number
        self.verify()

    def _look_after(self) -> None:
        if not self._connection.is_open:
            return
        self._timer = self._loop.call_later(LOOKED_AFTER_EVERY, self._look_after)
        if self._is_in_want:
            self._connection.ask([["get_property", name] for name in _PROGRESS], self._looked_after)
        else:
            self._news_at = self._loop.time()

    def _looked_after(self, answers: list[Answer]) -> None:
        progress = [answer.value for answer in answers]
        if progress != self._progress or not self._is_in_want:
            self._progress, self._news_at = progress, self._loop.time()
        elif self._timer is not None and self._loop.time() - self._news_at > SILENT_FOR:
            self._on_cut_off(failure_words("timed out", ["timed out"]))
