"""Server-sent events: a session, and then what happens in it, for whoever follows without a seat."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import msgspec
from aiohttp import web

from syncwatch_core import messages as wire
from syncwatch_server.realtime.fanout import Fanout, Watcher

HEARTBEAT = 10.0
"""Seconds without an event after which a comment is sent, so that proxies and readers know that the stream lives."""


class EventStreams:
    """The streams that are open."""

    def __init__(self, fanout: Fanout, heartbeat: float = HEARTBEAT) -> None:
        self._fanout = fanout
        self._heartbeat = heartbeat

    async def follow(self, request: web.Request, session_id: str, session: wire.Session) -> web.StreamResponse:
        """Send a session and its events until it ends, the reader goes or the server does."""
        # Before anything is awaited: what happens from now on must not be missed.
        watcher = self._fanout.watch(session_id)
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-store",
                # nginx would hold events back in its buffer.
                "X-Accel-Buffering": "no",
            }
        )
        # The reader may go at any moment.
        with suppress(ConnectionError):
            try:
                await response.prepare(request)
                await response.write(_event("session", msgspec.json.encode(session)))
                await self._send(response, watcher)
            finally:
                self._fanout.unwatch(session_id, watcher)
        return response

    async def _send(self, response: web.StreamResponse, watcher: Watcher) -> None:
        while True:
            try:
                async with asyncio.timeout(self._heartbeat):
                    message = await watcher.next()
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            if message is None:
                return
            await response.write(_event(*message))


def _event(name: str, payload: bytes) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + payload + b"\n\n"
