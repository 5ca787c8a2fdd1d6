"""Commands to Redis in the order in which they are given, without anybody waiting for their turn.

Everything that is given in one turn of the loop, and while the lot before is under way, goes in one lot. A lot costs
more than what is in it, here, in Redis and on every node that hears of it; so what nobody waits for, and comes close
behind another lot, is held a moment for what follows it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from redis.asyncio import RedisCluster
from redis.exceptions import AskError, ClusterError, ConnectionError, TimeoutError, TryAgainError  # noqa: A004

from syncwatch_server.live.redis_pipelines import Pipelines
from syncwatch_server.live.redis_urls import Client
from syncwatch_server.live.redis_wire import Wire
from syncwatch_server.live.store import StoreAway

_HELD = 10_000
"""Commands that wait while Redis is slow; beyond that it counts as away, and they are dropped."""

_HANDED_OVER_WITHIN = 1.0
"""Seconds that a node which goes down waits for its last words to be taken."""

_PACE = 0.002
"""Seconds between two lots, where nobody waits for an answer.

Found with reactions in sessions of 10 over two nodes, 1,800 a second, on a busy machine, so a guide only: 3 ms instead
of 1 took 5 to 8 % off a delivery, and what is said to the other node comes some 0.1 ms later at the median.
"""

_AWAY = (ConnectionError, TimeoutError, ClusterError, AskError, TryAgainError)
"""What is answered in place of a command that a shard lost, where others answered."""

_Asked = tuple[tuple[Any, ...], Callable[[Any], None] | None]


class CommandLine:
    """The commands of one node."""

    def __init__(self, client: Client, on_away: Callable[[], None]) -> None:
        """``on_away`` is called where commands were lost."""
        self._way = Pipelines(client) if isinstance(client, RedisCluster) else Wire(client)
        self._on_away = on_away
        self._waiting: list[_Asked] = []
        self._is_busy = False
        """Whether a lot is under way, or about to be."""
        self._began_at = 0.0
        """When the last lot was handed over, on the loop's clock, s."""
        self._pause: asyncio.TimerHandle | None = None
        self._is_urgent = False
        """Whether somebody waits for what is in line."""
        self._is_closed = False
        self._idle: asyncio.Future[None] | None = None
        """Waited for at the end."""

    async def close(self) -> None:
        """Hand over what was given; whoever waits for an answer beyond a moment is told that there is none."""
        self._is_closed = True
        self._hurry()
        if self._is_busy:
            self._idle = asyncio.get_running_loop().create_future()
            await asyncio.wait([self._idle], timeout=_HANDED_OVER_WITHIN)
        if self._waiting:
            self._lose(self._waiting, _going())
        await self._way.close()

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
        self._hurry()
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
        if not self._is_busy:
            self._is_busy = True
            asyncio.get_running_loop().call_soon(self._hand_over)

    def _hurry(self) -> None:
        self._is_urgent = True
        if self._pause is not None:
            self._resume()

    def _resume(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
        self._pause = None
        self._hand_over()

    def _hand_over(self) -> None:
        if self._waiting:
            loop = asyncio.get_running_loop()
            now = loop.time()
            if now < self._began_at + _PACE and not self._is_urgent:
                self._pause = loop.call_at(self._began_at + _PACE, self._resume)
                return
            self._began_at, self._is_urgent = now, False
            asked, self._waiting = self._waiting, []
            self._way.ask([words for words, _ in asked], partial(self._handed_over, asked))
            return
        self._is_busy = False
        if self._idle is not None and not self._idle.done():
            self._idle.set_result(None)

    def _handed_over(self, asked: list[_Asked], answers: list[Any] | BaseException) -> None:
        if isinstance(answers, BaseException):
            self._lose(asked, _going() if isinstance(answers, asyncio.CancelledError) else answers)
        else:
            if any(isinstance(answer, _AWAY) for answer in answers):
                self._on_away()
            for (_, heard), answer in zip(asked, answers, strict=True):
                if heard is not None:
                    _tell(heard, answer)
        self._hand_over()

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
