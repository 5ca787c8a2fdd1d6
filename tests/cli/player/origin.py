"""What every origin of media for the player's tests is: one answer a connection, each of which can be cut."""

from __future__ import annotations

import asyncio
import ssl
from abc import ABC, abstractmethod

from benchmarks.accepting import accept_no_more, turns


class Origin(ABC):
    """Takes connections from ``start`` to ``stop``, and leaves the answers to whoever derives from it."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []
        self._scheme = "http"

    async def start(self, certificate: ssl.SSLContext | None = None) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=certificate)
        self._scheme = "https" if certificate else "http"

    async def stop(self) -> None:
        if self._server is not None:
            await accept_no_more(self._server)
            self._server = None
        self.drop_all()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        # What a player has not taken would keep its connection open.
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()
        await turns()

    def drop_all(self) -> None:
        """Cut every connection that stands."""
        for task in self._tasks:
            task.cancel()

    def url_of(self, name: str) -> str:
        """The URL at which something would be."""
        assert self._server is not None
        return f"{self._scheme}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/{name}"

    @abstractmethod
    async def answer(self, request: bytes, writer: asyncio.StreamWriter) -> None:
        """Write what is answered to ``request``, which ends with its empty line."""

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.append(writer)
        try:
            await self.answer(await reader.readuntil(b"\r\n\r\n"), writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()
