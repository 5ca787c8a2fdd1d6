"""Three nodes, Redis and PostgreSQL, and everything that can happen to them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from benchmarks.backends import Postgres, Redis
from benchmarks.chaos_proxy import Cable
from benchmarks.processes import RigError, free_port

if TYPE_CHECKING:
    from pathlib import Path

NODES = 3

CUT_FOR = 10.0
"""Seconds for which a node is cut off from Redis."""

AWAY_FOR = 1.0
"""Seconds for which Redis or PostgreSQL is away."""

_STARTS_WITHIN = 60.0


class Node:
    """One server process."""

    def __init__(self, folder: Path, number: int, database_url: str, redis_port: int) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = (folder / f"node-{number}.log").open("ab")
        self._settings = {
            "SYNCWATCH_DATABASE_URL": database_url,
            "SYNCWATCH_REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
            "SYNCWATCH_RATE_LIMIT": "off",
            "SYNCWATCH_FETCH_METADATA": "off",
        }
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start, and wait until it accepts."""
        paths = os.pathsep.join(path for path in sys.path if path)
        self._process = subprocess.Popen(  # noqa: ASYNC220 it only begins
            [sys.executable, "-m", "syncwatch_server", "--port", str(self.port)],
            env=os.environ | {"PYTHONPATH": paths} | self._settings,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        assert self._process.stdout is not None  # noqa: S101 a pipe
        async with asyncio.timeout(_STARTS_WITHIN):
            line = await asyncio.to_thread(self._process.stdout.readline)
        if not line:
            raise RigError("a node did not start; its log says why")

    def kill(self) -> None:
        """``kill -9``."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            assert self._process.stdout is not None  # noqa: S101 as above
            self._process.stdout.close()
            self._process = None

    def close(self) -> None:
        """Put it away."""
        self.kill()
        self._log.close()


class ChaosStage:
    """All of it together."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._postgres = Postgres()
        self._redis = Redis()
        self._cables: list[Cable] = []
        self.nodes: list[Node] = []

    async def open(self) -> None:
        """Start everything."""
        await asyncio.to_thread(self._postgres.start)
        await asyncio.to_thread(self._redis.start)
        for number in range(NODES):
            cable = Cable(self._redis.port)
            await cable.open()
            self._cables.append(cable)
            self.nodes.append(Node(self._folder, number, self._postgres.url(), cable.port))
        await asyncio.gather(*(node.start() for node in self.nodes))

    async def close(self) -> None:
        """Put everything away."""
        for node in self.nodes:
            node.close()
        for cable in self._cables:
            await cable.close()
        self._redis.close()
        self._postgres.close()

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What the authority holds, asked around the server."""
        found = self._postgres.sql(f"SELECT coalesce(json_agg(found), '[]') FROM ({query}) AS found")  # noqa: S608 ours
        rows: list[dict[str, Any]] = json.loads(found)
        return rows

    # --- what can happen; each returns at the mend ----------------------------------------------------------

    async def kill_node(self, number: int) -> None:
        """A node dies, and is started again."""
        self.nodes[number].kill()
        await asyncio.sleep(AWAY_FOR)
        await self.nodes[number].start()

    async def restart_redis(self, _: int) -> None:
        """Redis dies, and comes back empty."""
        await asyncio.to_thread(self._redis.stop)
        await asyncio.sleep(AWAY_FOR)
        await asyncio.to_thread(self._redis.start)

    async def restart_postgres(self, _: int) -> None:
        """PostgreSQL is restarted."""
        await asyncio.to_thread(self._postgres.stop)
        await asyncio.sleep(AWAY_FOR)
        await asyncio.to_thread(self._postgres.start)

    async def cut_off(self, number: int) -> None:
        """A node doesn't reach Redis for a while, and nobody tells it."""
        self._cables[number].cut()
        await asyncio.sleep(CUT_FOR)
        self._cables[number].mend()
