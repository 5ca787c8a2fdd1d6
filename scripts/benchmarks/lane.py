"""One direction of a proxied connection: bytes held until they are due, delivered to within some microseconds."""

from __future__ import annotations

import asyncio
import math
import socket
import struct
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

from benchmarks.link import Link, Path

HELD_BYTES = 4 * 1024 * 1024
"""A direction that holds more than this reads no further, as a TCP window would have it."""


class Mark(Enum):
    """What a direction carries besides bytes."""

    END = "end"
    RESET = "reset"


@dataclass(slots=True)
class Conditions:
    """How the network is just now, for all lanes of a proxy."""

    link: Link
    granularity: float
    """How late, in s, the event loop's own timer may be."""
    is_dark: bool = False
    """Nothing is delivered."""


class Alarm:
    """Calls back at an instant to within some microseconds, though the event loop's own timer is coarse."""

    def __init__(self, callback: Callable[[], None], granularity: float) -> None:
        """``granularity`` is how late, in s, the loop's own timer may be."""
        self._loop = asyncio.get_running_loop()
        self._callback = callback
        self._granularity = granularity
        self._due = math.inf
        self._handle: asyncio.Handle | None = None

    def set(self, due: float) -> None:
        """Call back at ``due`` on the loop's clock, and at no other time."""
        self.cancel()
        self._due = due
        self._handle = self._loop.call_at(due - self._granularity, self._approach)

    def cancel(self) -> None:
        """Call back no more."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _approach(self) -> None:
        if self._loop.time() < self._due:
            self._handle = self._loop.call_soon(self._approach)
        else:
            self._handle = None
            self._callback()


class Lane:
    """One direction of one connection: holds what came in until the path says that it comes out."""

    def __init__(self, conditions: Conditions, path: Path, on_end: Callable[[], None]) -> None:
        """Carry nothing yet; ``source`` and ``sink`` are set as the sockets come up."""
        self.source: asyncio.Transport | None = None
        self.sink: asyncio.Transport | None = None
        self.opens_at = 0.0
        self.ended = False
        self.sink_full = False
        self._conditions = conditions
        self._path = path
        self._on_end = on_end
        self._held: deque[tuple[float, bytes | Mark]] = deque()
        self._held_bytes = 0
        self._alarm = Alarm(self.deliver, conditions.granularity)

    def take(self, item: bytes | Mark) -> None:
        """Hold bytes, or an end, until they are due."""
        if self.ended:
            return
        size = len(item) if isinstance(item, bytes) else 0
        entered_at = max(asyncio.get_running_loop().time(), self.opens_at)
        self._held.append((self._path.due(self._conditions.link, entered_at, size), item))
        self._held_bytes += size
        if self._held_bytes > HELD_BYTES and self.source is not None:
            self.source.pause_reading()
        if len(self._held) == 1:
            self.deliver()

    def deliver(self) -> None:
        """Hand on all that is due, and wait for the next."""
        now = asyncio.get_running_loop().time()
        while self._held and self._may_deliver() and max(self._held[0][0], self.opens_at) <= now:
            self._hand_on(self._held.popleft()[1])
        if self._held and self._may_deliver():
            self._alarm.set(max(self._held[0][0], self.opens_at))

    def close(self) -> None:
        """Drop what is held."""
        self._alarm.cancel()
        self._held.clear()
        self.ended = True

    def _may_deliver(self) -> bool:
        return self.sink is not None and not self.sink_full and not self._conditions.is_dark and not self.ended

    def _hand_on(self, item: bytes | Mark) -> None:
        if self.sink is None or self.sink.is_closing():
            return
        if isinstance(item, bytes):
            self._held_bytes -= len(item)
            self.sink.write(item)
            if self._held_bytes <= HELD_BYTES // 2 and self.source is not None and not self.source.is_closing():
                self.source.resume_reading()
        elif item is Mark.END:
            with suppress(OSError):  # the other side may have closed its socket just now
                self.sink.write_eof()
            self.ended = True
            self._on_end()
        else:
            reset(self.sink)


class Side(asyncio.Protocol):
    """One socket of a connection: what it reads goes into ``outgoing``, what ``incoming`` delivers is written to it."""

    def __init__(
        self, outgoing: Lane, incoming: Lane, on_made: Callable[[], None], on_lost: Callable[[], None]
    ) -> None:
        """Tell ``on_made`` and ``on_lost`` of the socket's life."""
        self._outgoing = outgoing
        self._incoming = incoming
        self._on_made = on_made
        self._on_lost = on_lost

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Join the socket to both lanes."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a TCP socket always comes with one
        self._outgoing.source = self._incoming.sink = transport
        self._on_made()
        self._incoming.deliver()

    def data_received(self, data: bytes) -> None:
        """Send bytes on their way."""
        self._outgoing.take(data)

    def eof_received(self) -> bool:
        """Send the end on its way; the other direction stays open."""
        self._outgoing.take(Mark.END)
        return True

    def pause_writing(self) -> None:
        """Deliver no more while the reader is slow."""
        self._incoming.sink_full = True

    def resume_writing(self) -> None:
        """Deliver again."""
        self._incoming.sink_full = False
        self._incoming.deliver()

    def connection_lost(self, exc: Exception | None) -> None:
        """Send a reset on its way where the socket did not end in order."""
        if exc is not None:
            self._outgoing.take(Mark.RESET)
        self._incoming.close()
        self._on_lost()


def reset(transport: asyncio.Transport) -> None:
    """Close a socket with RST instead of FIN."""
    if transport.is_closing():
        return
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
