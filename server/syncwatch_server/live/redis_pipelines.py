"""Commands to a Redis Cluster: its client knows which server has what, and follows what moves."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from syncwatch_server.ending import end

if TYPE_CHECKING:
    from redis.asyncio import RedisCluster

    from syncwatch_server.live.redis_wire import Commands, Done


class Pipelines:
    """The commands to a cluster: one lot at a time, as a pipeline."""

    def __init__(self, client: RedisCluster) -> None:
        self._client = client
        self._tasks: set[asyncio.Task[None]] = set()

    def ask(self, commands: Commands, done: Done) -> None:
        """Send commands; not before those that were sent last are ``done``."""
        task = asyncio.get_running_loop().create_task(self._ask(commands, done), name="syncwatch-redis-pipeline")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Send nothing any longer; who waits is told so."""
        await end(*self._tasks)

    async def _ask(self, commands: Commands, done: Done) -> None:
        pipeline = self._client.pipeline(transaction=False)
        for words in commands:
            pipeline.execute_command(*words)
        try:
            answers = await pipeline.execute(raise_on_error=False)
        except BaseException as fault:
            done(fault)
            if isinstance(fault, Exception):
                return
            raise
        done(answers)
