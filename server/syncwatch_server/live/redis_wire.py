"""A connection to one server of Redis, on which commands go out in one write and are answered in their order.

The client's own way, a pipeline, takes a connection from its pool, starts a task to send, waits for each answer by
itself and makes half a dozen objects for each command: for one small message that costs more than all else that a node
does with it. The client still connects, since it knows about passwords, TLS and Sentinels.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import hiredis
from redis.exceptions import ClusterError, ConnectionError, RedisError, ResponseError, TimeoutError  # noqa: A004

from syncwatch_server.ending import end
from syncwatch_server.live.redis_urls import ANSWERS_WITHIN

if TYPE_CHECKING:
    from redis.asyncio import Redis

Commands = Sequence[tuple[Any, ...]]

Done = Callable[[list[Any] | BaseException], None]
"""Told the answers in the commands' order, faults of single ones among them, or why there are none."""

_OF_NO_USE = ("LOADING", "READONLY", "NOAUTH", "MASTERDOWN")
"""How a server refuses whatever it is told, as long as it reads its file, or since it was a master until now."""

_ELSEWHERE = ("MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN")
"""How it refuses what is for another server of a cluster."""


class Wire:
    """The commands to one server: one lot at a time, on a connection that is made when it is needed."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._link: _Link | None = None
        self._keepers: set[asyncio.Task[None]] = set()
        """Each makes a connection, and clears it away."""

    def ask(self, commands: Commands, done: Done) -> None:
        """Send commands; not before those that were sent last are ``done``."""
        link = self._link
        if link is not None and not link.is_lost:
            link.send(commands, done)
            return
        keeper = asyncio.get_running_loop().create_task(self._keep(commands, done), name="syncwatch-redis-wire")
        self._keepers.add(keeper)
        keeper.add_done_callback(self._keepers.discard)

    async def close(self) -> None:
        """Send nothing any longer; who waits is told so."""
        await end(*self._keepers)

    async def _keep(self, commands: Commands, done: Done) -> None:
        connection = self._client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
        try:
            try:
                await connection.connect()
            except BaseException as fault:
                done(fault)
                if isinstance(fault, Exception):
                    return
                raise
            link = self._link = _Link(connection._writer.transport)  # noqa: SLF001 there is no other way in
            link.send(commands, done)
            try:
                await link.lost.wait()
            finally:
                link.lose(ConnectionError("this node goes down"))
        finally:
            with suppress(RedisError, OSError, TimeoutError):
                await connection.disconnect(nowait=True)


class _Link(asyncio.Protocol):
    """A connection, from when it is there until it is lost."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._replies = hiredis.Reader()
        self._done: Done | None = None
        """Who waits for answers."""
        self._expected = 0
        self._answers: list[Any] = []
        self._asked_at = 0.0
        self._watch: asyncio.TimerHandle | None = None
        self.lost = asyncio.Event()
        transport.set_protocol(self)

    @property
    def is_lost(self) -> bool:
        """Whether it is of no use any more."""
        return self.lost.is_set()

    def send(self, commands: Commands, done: Done) -> None:
        """Send commands, for whose answers ``done`` waits."""
        try:
            packed = [hiredis.pack_command(words) for words in commands]
        except Exception as fault:  # noqa: BLE001 it is for whoever gave what can't be sent
            done(fault)
            return
        self._done, self._expected, self._answers = done, len(packed), []
        self._asked_at = self._loop.time()
        if self._watch is None:
            self._watch = self._loop.call_later(ANSWERS_WITHIN, self._look)
        self._transport.write(b"".join(packed))

    def data_received(self, chunk: bytes) -> None:
        """Some bytes came."""
        try:
            self._replies.feed(chunk)
            while not self.lost.is_set() and (reply := self._replies.gets()) is not False:
                self._take(reply)
        except Exception as fault:  # noqa: BLE001 whatever it is, this connection can't be read any further
            self.lose(fault)

    def connection_lost(self, exc: Exception | None) -> None:
        """The server has gone."""
        self.lose(exc or ConnectionError("Redis hung up"))

    def lose(self, fault: Exception) -> None:
        """Give the connection up; who waits is told why."""
        if self.lost.is_set():
            return
        self.lost.set()
        if self._watch is not None:
            self._watch.cancel()
        self._transport.abort()
        self._finish(fault)

    def _take(self, reply: Any) -> None:
        if isinstance(reply, hiredis.PushNotification):
            return
        if isinstance(reply, hiredis.ReplyError):
            words = str(reply)
            if words.startswith(_OF_NO_USE):
                raise ConnectionError(words)
            reply = (ClusterError if words.startswith(_ELSEWHERE) else ResponseError)(words)
        self._answers.append(reply)
        if len(self._answers) == self._expected:
            self._finish(self._answers)

    def _finish(self, answers: list[Any] | BaseException) -> None:
        done, self._done = self._done, None
        if done is not None:
            done(answers)

    def _look(self) -> None:
        """Whether an answer is overdue: one timer for all, since to set one for each lot costs more than to look."""
        self._watch = None
        if self._done is None:
            return
        left = self._asked_at + ANSWERS_WITHIN - self._loop.time()
        if left <= 0:
            self.lose(TimeoutError("Redis does not answer"))
        else:
            self._watch = self._loop.call_later(left, self._look)
