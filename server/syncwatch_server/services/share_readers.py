"""Who reads what is shared, how far they are, and how fast they may go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field

from syncwatch_server.live.pacing import Flow, Pace
from syncwatch_server.services.shared_content import OpenContent, SharedContent

CHUNK = 256 * 2**10
"""Bytes that are read and sent at a time; the loop holds for some 0.1 ms to send them."""

RATE = 100e6 / 8
"""Bytes a second that each reader may have unless told otherwise: 100 Mbit/s, the richest 4K film."""

BURST = 4 * 2**20
"""Bytes that a reader may have at once after a rest: what a player reads after a seek comes without delay."""

_AT_ONCE = 8
"""Connections on which one participant may read; a browser opens 6. One more cuts the oldest off."""


@dataclass(slots=True, eq=False)
class Reader:
    """A participant and a file of which they have read."""

    holder: str
    share_id: str
    session_id: str
    pace: Pace
    """Shared by all that the participant reads."""
    flow: Flow
    readings: list[Reading]
    """What the participant reads just now, the oldest first; shared like the pace."""
    updated_at: float
    position: int = 0
    bytes_sent: int = 0

    def note(self, position: int, count: int, now: float) -> None:
        """So many bytes went, and ended before ``position``."""
        self.position, self.updated_at = position, now
        self.bytes_sent += count
        self.flow.note(count, now)


class Readers:
    """All who have read something."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.rate = RATE
        self._now = now
        self._known: dict[tuple[str, str, str], Reader] = {}
        self._people: dict[tuple[str, str], tuple[Pace, list[Reading]]] = {}

    def reader(self, session_id: str, holder: str, share_id: str) -> Reader:
        """A participant as the reader of a file."""
        key = (session_id, holder, share_id)
        reader = self._known.get(key)
        if reader is None:
            now = self._now()
            pace, readings = self._people.setdefault((session_id, holder), (Pace(self.rate, BURST, now), []))
            reader = Reader(holder, share_id, session_id, pace, Flow(now), readings, now)
            self._known[key] = reader
        reader.pace.rate = self.rate
        return reader

    def of(self, session_id: str) -> list[Reader]:
        """Those of a session to whom something went, the latest first."""
        known = [each for each in self._known.values() if each.session_id == session_id and each.bytes_sent]
        return sorted(known, key=lambda reader: -reader.updated_at)


@dataclass(slots=True, eq=False)
class Reading:
    """One request for bytes of a shared file."""

    content: SharedContent
    reader: Reader
    _threads: Executor
    _now: Callable[[], float]
    require: Callable[[], None] = lambda: None
    """Raises ``AppError`` once the reader may read no longer."""
    on_cut: Callable[[], None] = lambda: None
    """Ends the connection on which it is read."""
    _open: OpenContent | None = field(default=None)

    async def open(self) -> None:
        """Open the file; raises ``AppError`` (not-found) if it is no longer what was offered."""
        opening = self._threads.submit(self.content.open)
        try:
            self._open = await asyncio.wrap_future(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_close_again)
            raise
        self.reader.readings.append(self)
        while len(self.reader.readings) > _AT_ONCE:
            # Not the newest is refused: the oldest may be a connection whose other end is long gone.
            self.reader.readings.pop(0).on_cut()

    async def chunks(self, first: int, end: int) -> AsyncGenerator[bytes]:
        """The bytes from ``first`` up to ``end``, no faster than the reader may have them.

        A chunk counts as sent when the next is asked for.
        Raises ``AppError``: not-found if the file is no longer what was offered, else what refuses the reader.
        """
        assert self._open is not None  # noqa: S101 opened before
        loop = asyncio.get_running_loop()
        while first < end:
            count = min(CHUNK, end - first)
            chunk = await loop.run_in_executor(self._threads, self._open.read, first, count)
            if wait := self.reader.pace.take(count, self._now()):
                await asyncio.sleep(wait)
            self.require()
            yield chunk
            first += count
            self.reader.note(first, count, self._now())

    def close(self) -> None:
        """Let go of the file."""
        if self in self.reader.readings:
            self.reader.readings.remove(self)
        if self._open is not None:
            self._open.close()
            self._open = None


def _close_again(opening: Future[OpenContent]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
