"""A TCP proxy whose cable can be pulled: nothing gets through any more, and nobody is told."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from benchmarks.accepting import accept_no_more, turns


class Cable:
    """Connections to ``port`` on this machine, by a port of its own."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._whole = asyncio.Event()
        self._whole.set()
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()
        self.port = 0

    async def open(self) -> None:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """From now on what is sent waits."""
        self._whole.clear()

    def mend(self) -> None:
        """What was sent gets through, and what comes."""
        self._whole.set()

    async def close(self) -> None:
        """Carry nothing any longer."""
        if self._server is not None:
            await accept_no_more(self._server)
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await turns()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 a server's handler is one
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        with suppress(OSError, asyncio.CancelledError):
            await self._whole.wait()
            there, onwards = await asyncio.open_connection("127.0.0.1", self._to)
            ways = [asyncio.ensure_future(self._pass(*way)) for way in ((reader, onwards), (there, writer))]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                # Before anything is waited for: at the end of a run each wait is cut short.
                onwards.close()
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
                await _close(onwards)
        await _close(writer)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(1 << 16):
            await self._whole.wait()
            writer.write(chunk)
            await writer.drain()


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    # At the end of a run the wait is cut short, and an end of the connection is all that is wanted.
    with suppress(OSError, asyncio.CancelledError):
        await writer.wait_closed()
