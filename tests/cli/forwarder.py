"""A way to a server that a test can break as real ones break: silently, loudly, for those of before or for all."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Self

from benchmarks.accepting import accept_no_more, turns


class _Pipe:
    """One connection: what comes in on either side goes out on the other, unless it has fallen silent."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self.near, self.far = near, far
        self.flows = asyncio.Event()
        self.flows.set()

    async def pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(65536):
                await self.flows.wait()
                writer.write(chunk)
            await self.flows.wait()
            writer.close()

    def abort(self) -> None:
        for writer in (self.near, self.far):
            writer.transport.abort()


class Forwarder:
    """Listens on a port and carries each connection to the server at ``url``."""

    def __init__(self, url: str) -> None:
        self._host, _, port = url.removeprefix("http://").partition(":")
        self._port = int(port)
        self._pipes: list[_Pipe] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None
        self._is_silent = False

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        await accept_no_more(self._server)
        while self._writers or self._tasks:
            self.breaks()
            for writer in self._writers:
                writer.transport.abort()
            self._writers.clear()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await turns()

    @property
    def url(self) -> str:
        """Where clients connect to."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def forgets(self) -> None:
        """The connections of before carry nothing any more, and nobody is told; new ones are carried."""
        for pipe in self._pipes:
            pipe.flows.clear()

    def falls_silent(self) -> None:
        """Nothing is carried any more, also on new connections."""
        self._is_silent = True
        self.forgets()

    def speaks_again(self) -> None:
        """What was held goes on its way, on all connections."""
        self._is_silent = False
        for pipe in self._pipes:
            pipe.flows.set()

    def breaks(self) -> None:
        """Every connection is reset."""
        for pipe in self._pipes:
            pipe.abort()
        self._pipes.clear()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        self._go_on_with(self._carry(reader, writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._host, self._port)
        self._writers.append(back)
        pipe = _Pipe(writer, back)
        if self._is_silent:
            pipe.flows.clear()
        self._pipes.append(pipe)
        self._go_on_with(pipe.pump(reader, back))
        self._go_on_with(pipe.pump(there, writer))

    def _go_on_with(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
