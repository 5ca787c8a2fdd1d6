"""Commands to Redis in the order in which they are given, without anybody waiting for their turn.

Everything that is given in one turn of the loop, and while the turn before is under way, goes as one pipeline.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from redis.exceptions import AskError, ClusterError, ConnectionError, TimeoutError, TryAgainError  # noqa: A004

from syncwatch_server.live.redis_urls import Client
from syncwatch_server.live.store import StoreAway

_HELD = 10_000
"""Commands that wait while Redis is slow; beyond that it counts as away, and they are dropped."""

_HANDED_OVER_WITHIN = 1.0
"""Seconds that a node which goes down waits for its last words to be taken."""

_AWAY = (ConnectionError, TimeoutError, ClusterError, AskError, TryAgainError)
"""What a cluster's client answers in place of a command that a shard lost; it does not raise it: others answered."""

_Asked = tuple[tuple[Any, ...], Callable[[Any], None] | None]


class CommandLine:
    """The commands of one node."""

    def __init__(self, client: Client, on_away: Callable[[], None]) -> None:
        """``on_away`` is called where commands were lost."""
        self._client = client
        self._on_away = on_away
        self._waiting: list[_Asked] = []
        self._writer: asyncio.Task[None] | None = None
        self._is_closed = False

    async def close(self) -> None:
        """Hand over what was given; whoever waits for an answer beyond a moment is told that there is none."""
        self._is_closed = True
        if self._writer is not None:
            writer = self._writer
            await asyncio.wait([writer], timeout=_HANDED_OVER_WITHIN)
            writer.cancel()
            await asyncio.wait([writer])
        if self._waiting:
            self._lose(self._waiting, _going())

    def say(self, *words: Any) -> None:
        """Give a command for whose answer nobody waits."""
        self.put(words, None)

    async def answer(self, *words: Any) -> Any:
        """A command's answer, after all that was said before; raises ``StoreAway``."""
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def heard(answer: Any) -> None:
            if not done.done():
                done.set_result(answer)

        self.put(words, heard)
        answer = await done
        if isinstance(answer, Exception):
            raise StoreAway(str(answer) or type(answer).__name__) from answer
        return answer

    def put(self, words: tuple[Any, ...], heard: Callable[[Any], None] | None) -> None:
        """Give a command; ``heard`` is told its answer, or the fault that came instead."""
        if self._is_closed:
            self._lose([(words, heard)], _going())
            return
        if len(self._waiting) >= _HELD:
            self._lose(self._waiting, StoreAway("Redis is too slow"))
        self._waiting.append((words, heard))
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write(), name="syncwatch-redis-writer")

    async def _write(self) -> None:
        try:
            while self._waiting:
                asked, self._waiting = self._waiting, []
                await self._hand_over(asked)
        finally:
            self._writer = None

    async def _hand_over(self, asked: list[_Asked]) -> None:
        pipeline = self._client.pipeline(transaction=False)
        for words, _ in asked:
            pipeline.execute_command(*words)
        try:
            answers = await pipeline.execute(raise_on_error=False)
        except asyncio.CancelledError:
            self._lose(asked, _going())
            raise
        except Exception as fault:  # noqa: BLE001 whatever it is, whoever waits must hear of it
            self._lose(asked, fault)
            return
        if any(isinstance(answer, _AWAY) for answer in answers):
            self._on_away()
        for (_, heard), answer in zip(asked, answers, strict=True):
            if heard is not None:
                _tell(heard, answer)

    def _lose(self, asked: list[_Asked], fault: BaseException) -> None:
        self._on_away()
        for _, heard in asked:
            if heard is not None:
                _tell(heard, fault)
        asked.clear()


def _going() -> StoreAway:
    return StoreAway("this node goes down")


def _tell(heard: Callable[[Any], None], answer: Any) -> None:
    with suppress(TypeError, ValueError):
        # A fault is no number, and whoever wanted one goes on without.
        heard(answer)
