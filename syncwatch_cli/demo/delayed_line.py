"""A line to a server on this computer that is as long as one through the internet: it delays, and keeps the order."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from typing import Self

CHUNK = 65536


class DelayedLine:
    """Listens on loopback and carries each connection to the port ``target``, in order.

    Every byte is ``rtt / 2`` s late each way, and up to ``jitter`` s more. While ``is_dark`` nothing moves;
    what was sent meanwhile arrives afterwards.
    """

    def __init__(self, target: int, *, rtt: float, jitter: float) -> None:
        self.rtt = rtt
        self._target = target
        self._jitter = jitter
        self._random = random.Random(1)  # noqa: S311 a made-up network is no secret
        self._lit = asyncio.Event()
        self._lit.set()
        self._server: asyncio.Server | None = None
        self._carrying: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None  # noqa: S101 it was entered
        self._server.close()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    @property
    def url(self) -> str:
        """Where the server is reached through it."""
        assert self._server is not None  # noqa: S101 it was entered
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @property
    def is_dark(self) -> bool:
        """Whether nothing moves."""
        return not self._lit.is_set()

    def go_dark(self) -> None:
        """Let nothing through, until ``light``."""
        self._lit.clear()

    def light(self) -> None:
        """Let everything through again."""
        self._lit.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 a connection is a task
        self._carrying.add(task)
        try:
            there = await asyncio.open_connection("127.0.0.1", self._target)
            await asyncio.gather(self._carry(reader, there[1]), self._carry(there[0], writer))
        except (OSError, asyncio.CancelledError):
            writer.close()
        finally:
            self._carrying.discard(task)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One direction: what is read is written when its time has come."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivering = asyncio.ensure_future(self._deliver(under_way, writer))
        clock = asyncio.get_running_loop().time
        try:
            chunk = b"-"
            while chunk:
                with suppress(ConnectionError):
                    chunk = await reader.read(CHUNK)
                under_way.put_nowait((clock() + self.rtt / 2 + self._random.uniform(0, self._jitter), chunk))
            await delivering
        finally:
            delivering.cancel()

    async def _deliver(self, under_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
        clock = asyncio.get_running_loop().time
        try:
            while True:
                at, chunk = await under_way.get()
                await asyncio.sleep(at - clock())
                await self._lit.wait()
                if not chunk:
                    return
                writer.write(chunk)
        finally:
            writer.close()
