"""Listening to channels of Redis: one connection to each server that has some, and a reader for it.

Sharded pub/sub where the server knows it (7 or later): in a Cluster a message then goes to the one shard that has the
session's slot, and not to all. A connection that is silent is asked for a sign of life; one that breaks is made anew,
and whoever listened on it is told that something may have been missed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import hiredis
from redis.exceptions import RedisError

from syncwatch_server.ending import end

if TYPE_CHECKING:
    from redis.asyncio import Redis

_ASKED_AFTER, _DEAD_AFTER = 1.0, 3.0
"""Seconds of silence after which a server is asked whether it is there, and after which it counts as gone."""

_AGAIN_AFTER = 0.25
"""Seconds between two tries to connect."""

_PARTS = 3
"""Of what a server says about a channel: what it is, which channel, and the message or a number."""

_CONFIRMED_WITHIN = 2.0
"""Seconds in which a server confirms that somebody listens."""


class _Ear(asyncio.Protocol):
    """What a server says, taken in the turn in which it comes.

    The client's own way to read, a stream and a task that waits for it, costs more than all else done with a message.
    """

    def __init__(self, take: Callable[[Any], None], loop: asyncio.AbstractEventLoop) -> None:
        self._take = take
        self._loop = loop
        self._replies = hiredis.Reader()
        self.heard_at = loop.time()
        self.lost: asyncio.Future[Exception | None] = loop.create_future()
        """Done where the connection is of no use any more."""

    def data_received(self, chunk: bytes) -> None:
        """Some bytes came."""
        self.heard_at = self._loop.time()
        try:
            self._replies.feed(chunk)
            while (reply := self._replies.gets()) is not False and not self.lost.done():
                self._take(reply)
        except Exception as fault:  # noqa: BLE001 whatever it is, this connection can't be read any further
            self._lose(fault)

    def connection_lost(self, exc: Exception | None) -> None:
        """The server has gone."""
        self._lose(exc)

    def _lose(self, fault: Exception | None) -> None:
        if not self.lost.done():
            self.lost.set_result(fault)


class Reader:
    """The channels of one server."""

    def __init__(
        self,
        client: Redis,
        *,
        sharded: bool,
        on_message: Callable[[bytes, bytes], None],
        on_missed: Callable[[bytes], None],
        on_moved: Callable[[bytes], None],
    ) -> None:
        """``on_moved``: another server has the channel now."""
        self._client = client
        self._sharded = sharded
        self._on_message = on_message
        self._on_missed = on_missed
        self._on_moved = on_moved
        self._channels: dict[bytes, asyncio.Future[bool]] = {}
        self._owed: set[bytes] = set()
        """Channels of which something may have been missed."""
        self._waits = asyncio.Event()
        self._is_closed = False
        self._writer: asyncio.StreamWriter | None = None
        self._task = asyncio.get_running_loop().create_task(self._run(), name="syncwatch-redis-reader")

    async def add(self, channel: bytes) -> bool:
        """Listen to one more; whether that is confirmed."""
        confirmed = asyncio.get_running_loop().create_future()
        self._channels[channel] = confirmed
        self._waits.set()
        self._ask(self._enter, channel)
        with suppress(TimeoutError):
            async with asyncio.timeout(_CONFIRMED_WITHIN):
                return await asyncio.shield(confirmed)
        self._owed.add(channel)
        return False

    async def remove(self, channel: bytes) -> None:
        """Listen to it no longer."""
        self._owed.discard(channel)
        if self._channels.pop(channel, None) is not None:
            self._ask(self._leave, channel)
        if not self._channels:
            self._waits.clear()

    async def close(self) -> None:
        """Listen to nothing any longer."""
        self._is_closed = True
        await end(self._task)

    async def _run(self) -> None:
        # A cancellation may be lost on the way (see ``end``), also the last one, of a loop that ends.
        while not self._is_closed:
            await self._waits.wait()
            connection = self._client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
            try:
                await connection.connect()
                await self._listen(connection)
            except Exception:  # noqa: BLE001 whatever the client makes of a connection that breaks
                await asyncio.sleep(_AGAIN_AFTER)
            finally:
                if self._writer is not None:
                    self._owed |= set(self._channels)
                self._writer = None
                with suppress(RedisError, OSError, TimeoutError):
                    await connection.disconnect(nowait=True)

    async def _listen(self, connection: Any) -> None:
        loop = asyncio.get_running_loop()
        self._writer = connection._writer  # noqa: SLF001 there is no other way in
        ear = _Ear(self._take, loop)
        self._writer.transport.set_protocol(ear)
        for channel, confirmed in self._channels.items():
            if confirmed.done():
                self._channels[channel] = loop.create_future()
            self._ask(self._enter, channel)
        while self._channels and not self._is_closed:
            await asyncio.wait([ear.lost], timeout=_ASKED_AFTER)
            if ear.lost.done():
                raise ConnectionError from ear.lost.result()
            silent_for = loop.time() - ear.heard_at
            if silent_for > _DEAD_AFTER:
                raise TimeoutError
            if silent_for >= _ASKED_AFTER:
                self._ask(b"PING")

    def _take(self, reply: Any) -> None:
        if isinstance(reply, hiredis.ReplyError):
            self._refused(reply)
        if not isinstance(reply, list) or len(reply) != _PARTS:
            return
        kind, channel, content = reply
        if kind in (b"message", b"smessage"):
            self._on_message(channel, content)
        elif kind in (b"subscribe", b"ssubscribe"):
            confirmed = self._channels.get(channel)
            if confirmed is not None and not confirmed.done():
                confirmed.set_result(True)
            if channel in self._owed:
                self._owed.discard(channel)
                self._on_missed(channel)
        elif kind == b"sunsubscribe" and channel in self._channels:
            self._on_moved(channel)

    def _refused(self, reply: Exception) -> None:
        """Another server has the channel, or this one takes no orders now; which channel it is about is not said."""
        if not str(reply).startswith("MOVED"):
            raise reply
        for channel, confirmed in list(self._channels.items()):
            if not confirmed.done():
                self._on_moved(channel)

    def _ask(self, *words: bytes) -> None:
        if self._writer is not None:
            self._writer.write(hiredis.pack_command(words))  # type: ignore[arg-type]  # its types know one word only

    @property
    def _enter(self) -> bytes:
        return b"SSUBSCRIBE" if self._sharded else b"SUBSCRIBE"

    @property
    def _leave(self) -> bytes:
        return b"SUNSUBSCRIBE" if self._sharded else b"UNSUBSCRIBE"
