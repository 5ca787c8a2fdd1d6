"""A ``LiveStore`` in Redis, for many processes and machines.

*Order*: everything that is said in one turn of the loop, and while the turn before is under way, goes in one write,
one after the other.
*Keys and channels* of a session have the tag ``{CODE}``, so that all of them are in one slot of a Cluster.
*The common time* is the time of the Redis server (``TIME``) and a difference that is kept beside it: the first node
sets it so that the common time goes on from its own, and where the server's clock is set, or another server takes over,
the first node that notices sets it anew. So nobody's video moves.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from redis.asyncio import Redis, RedisCluster
from redis.exceptions import RedisClusterException, RedisError

from syncwatch_server.ending import end
from syncwatch_server.live.redis_channels import Reader
from syncwatch_server.live.redis_commands import CommandLine
from syncwatch_server.live.redis_faults import unusable
from syncwatch_server.live.redis_scripts import LOOK_AT_CLOCK, SET_CLOCK, TAKE
from syncwatch_server.live.redis_urls import Client, client_of, close_client, fault_behind, options, tls_of
from syncwatch_server.live.store import NODE_LASTS, SEAT_LASTS, SIGN_EVERY, Instants, Listener, StoreAway

_SHARDED_SINCE = 7
"""The version of Redis that brought sharded pub/sub."""

_CLOCK_SET = 0.25
"""Seconds by which Redis's clock must have jumped to count as set; slower it only runs, which nodes follow."""

_AWAY = (RedisError, RedisClusterException, OSError, TimeoutError)

_ID = 16
"""Characters of a node's name, which every message begins with."""


class RedisStore:
    """One node's way to the others; see ``LiveStore``."""

    def __init__(self, url: str) -> None:
        self.node = secrets.token_hex(_ID // 2)
        self._signature = self.node.encode()
        self._url = url
        self._client: Client = client_of(url)
        self._clock: Client = client_of(url)
        self._more: list[Client] = []
        self._sharded = False
        self._readers: dict[str, Reader] = {}
        self._listeners: dict[bytes, tuple[str, Listener]] = {}
        self._line = CommandLine(self._client, self._note_absence)
        self._signs: asyncio.Task[None] | None = None
        self._moving: set[asyncio.Task[None]] = set()
        self._connected = False
        self._last_look: tuple[float, float] | None = None

    @property
    def is_connected(self) -> bool:
        """Whether Redis answered lately."""
        return self._connected

    # --- living ----------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Begin; raises ``AppError`` that says what is wrong."""
        try:
            told: dict[str, Any] = await self._ask(self._client, "INFO", "server")
        except (*_AWAY, ValueError, IndexError) as fault:
            raise unusable(self._url, await fault_behind(self._client, fault)) from fault
        told = told if "redis_version" in told else next(iter(told.values()))
        self._sharded = int(str(told["redis_version"]).partition(".")[0]) >= _SHARDED_SINCE
        await self._sign()
        self._signs = asyncio.get_running_loop().create_task(self._sign_for_ever(), name="syncwatch-redis-signs")

    async def close(self) -> None:
        """Hand on what was said, and go."""
        if self._signs is not None:
            # Who looks for a slot's server may do so for as long as Redis is away.
            await end(self._signs, *self._moving)
            self._line.say("DEL", _node_key(self.node))
        await self._line.close()
        await asyncio.gather(*(reader.close() for reader in self._readers.values()))
        # A reader may have begun one of these until its own end.
        await end(*self._moving)
        for client in (self._client, self._clock, *self._more):
            await close_client(client)

    async def check(self) -> None:
        """Raise ``StoreAway`` unless Redis answers."""
        await self._line.answer("GET", _node_key(self.node))

    async def _sign_for_ever(self) -> None:
        while True:
            await asyncio.sleep(SIGN_EVERY)
            with suppress(StoreAway):
                await self._sign()

    async def _sign(self) -> None:
        """Give a sign of life; whoever was away is told that it may have missed something."""
        try:
            await self._line.answer("SET", _node_key(self.node), "1", "PX", int(NODE_LASTS * 1000))
        except StoreAway:
            self._connected = False
            raise
        # Not as it was before the answer: what went with the sign, or just before it, may have been lost meanwhile.
        if not self._connected:
            self._connected = True
            for _, listener in list(self._listeners.values()):
                listener.missed()

    def _note_absence(self) -> None:
        # Messages may be lost by this: once Redis answers again everybody is told to look.
        self._connected = False

    # --- channels --------------------------------------------------------------------------------------

    async def listen(self, code: str, listener: Listener) -> bool:
        """Follow a session."""
        channel = _channel(code)
        self._listeners[channel] = (code, listener)
        try:
            return await self._reader_of(channel).add(channel)
        except _AWAY:
            self._move(channel)
            return False

    async def hush(self, code: str) -> None:
        """Follow it no longer."""
        channel = _channel(code)
        self._listeners.pop(channel, None)
        for reader in self._readers.values():
            await reader.remove(channel)

    def _reader_of(self, channel: bytes) -> Reader:
        client, place = self._client, ""
        if isinstance(client, RedisCluster):
            node = client.get_node_from_key(channel.decode())
            if node is None:
                raise ConnectionError("the cluster has nobody for this slot")
            place = f"{node.host}:{node.port}"
        reader = self._readers.get(place)
        if reader is None:
            reader = self._readers[place] = Reader(
                self._pubsub_client(place),
                sharded=self._sharded,
                on_message=self._heard,
                on_missed=self._missed,
                on_moved=self._move,
            )
        return reader

    def _pubsub_client(self, place: str) -> Redis:
        if not isinstance(self._client, RedisCluster):
            return self._client
        host, _, port = place.rpartition(":")
        login = self._client.connection_kwargs
        same: dict[str, Any] = {name: login[name] for name in ("username", "password") if login.get(name)}
        client = Redis(host=host, port=int(port), **same, **tls_of(self._url), **options())
        self._more.append(client)
        return client

    def _heard(self, channel: bytes, message: bytes) -> None:
        if message.startswith(self._signature):
            # Redis hands back what this node has said itself.
            return
        known = self._listeners.get(channel)
        if known is not None:
            known[1].heard(message[:_ID].decode("ascii", "replace"), message[_ID:])

    def _missed(self, channel: bytes) -> None:
        known = self._listeners.get(channel)
        if known is not None:
            known[1].missed()

    def _move(self, channel: bytes) -> None:
        """The channel is another server's by now: ask the cluster whose, and listen there."""
        task = asyncio.get_running_loop().create_task(self._follow(channel))
        self._moving.add(task)
        task.add_done_callback(self._moving.discard)

    async def _follow(self, channel: bytes) -> None:
        for reader in list(self._readers.values()):
            await reader.remove(channel)
        while channel in self._listeners:
            try:
                await self._line.answer("GET", channel)
                if await self._reader_of(channel).add(channel):
                    self._missed(channel)
                    return
            except (StoreAway, *_AWAY):
                pass
            await asyncio.sleep(SIGN_EVERY)

    # --- what is said ------------------------------------------------------------------------------------

    def publish(self, code: str, message: bytes) -> None:
        """Say something to the others."""
        self._line.say("SPUBLISH" if self._sharded else "PUBLISH", _channel(code), self._signature + message)

    def keep(self, code: str, notes: Mapping[str, bytes | None]) -> None:
        """Keep notes about a session."""
        key = _notes_key(code)
        kept = [word for name, note in notes.items() if note is not None for word in (name, note)]
        gone = [name for name, note in notes.items() if note is None]
        if gone:
            self._line.say("HDEL", key, *gone)
        if kept:
            self._line.say("HSET", key, *kept)
            self._line.say("EXPIRE", key, int(SEAT_LASTS))

    async def kept(self, code: str) -> dict[str, bytes]:
        """The notes about a session."""
        found: dict[bytes, bytes] = _pairs(await self._line.answer("HGETALL", _notes_key(code)))
        return {name.decode(): note for name, note in found.items()}

    async def living(self, nodes: Iterable[str]) -> set[str]:
        """Which of these nodes live."""
        named = list(nodes)
        answers = await asyncio.gather(*(self._line.answer("EXISTS", _node_key(node)) for node in named))
        return {node for node, there in zip(named, answers, strict=True) if there}

    def take(self, bucket: str, capacity: float, refill: float, heard: Callable[[float], None]) -> None:
        """One token less."""
        words = ("EVAL", TAKE, 1, f"syncwatch:limit:{{{bucket}}}", capacity, refill)
        self._line.put(words, lambda level: heard(float(level)))

    async def remembered(self, key: str) -> bytes | None:
        """What is in the cache."""
        found: bytes | None = await self._line.answer("GET", f"syncwatch:cache:{{{key}}}")
        return found

    def remember(self, key: str, value: bytes, lifetime: float) -> None:
        """Put something into the cache."""
        self._line.say("SET", f"syncwatch:cache:{{{key}}}", value, "PX", max(1, int(lifetime * 1000)))

    # --- the common time ---------------------------------------------------------------------------------

    async def look_at_clock(self, local: Callable[[], float]) -> Instants:
        """The common time; see the top of this file."""
        look = await self._look(local)
        last, self._last_look = self._last_look, (look.answered, look.common)
        if last is not None:
            jump = (look.common - last[1]) - (look.answered - last[0])
            if abs(jump) > _CLOCK_SET + (look.answered - look.asked):
                # Redis's clock was set: the difference beside it is, too, so that nothing moves.
                await self._at_clock(SET_CLOCK, repr(last[1] + look.answered - last[0] - look.common))
                look = await self._look(local)
                self._last_look = (look.answered, look.common)
        return look

    async def _look(self, local: Callable[[], float]) -> Instants:
        asked = local()
        seconds, parts, difference = await self._at_clock(LOOK_AT_CLOCK, repr(asked))
        answered = local()
        return Instants(asked, int(seconds) + int(parts) / 1e6 + float(difference), answered)

    async def _at_clock(self, script: str, argument: str) -> Any:
        try:
            return await self._ask(self._clock, "EVAL", script, 1, "syncwatch:{clock}", argument)
        except _AWAY as fault:
            raise StoreAway(str(fault) or type(fault).__name__) from fault

    @staticmethod
    async def _ask(client: Client, *words: Any) -> Any:
        return await client.execute_command(*words)


def _pairs(found: Any) -> dict[bytes, bytes]:
    """What a hash holds: by the older of Redis's protocols it comes as a list."""
    return found if isinstance(found, dict) else dict(zip(found[::2], found[1::2], strict=True))


def _channel(code: str) -> bytes:
    return b"syncwatch:{%b}:channel" % code.encode()


def _notes_key(code: str) -> str:
    return f"syncwatch:{{{code}}}:seats"


def _node_key(node: str) -> str:
    return f"syncwatch:node:{node}"
