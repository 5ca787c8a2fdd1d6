"""Server-sent events of a session."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any
from urllib.parse import urlsplit

from syncwatch_server.api import events
from syncwatch_server.realtime.fanout import Watcher
from tests.patience import PATIENCE


async def followed(http: Any, code: str) -> AsyncGenerator[tuple[str, Any], None]:
    """Each event of a session and its payload; a comment as ``("", text)``."""
    async with http.session.get(f"{http.url}/api/v1/sessions/{code}/events") as response:
        assert response.status == 200
        assert response.content_type == "text/event-stream"
        name = ""
        async for line in response.content:
            if line.startswith(b":"):
                yield "", line.decode()
            elif line.startswith(b"event: "):
                name = line[7:].decode().strip()
            elif line.startswith(b"data: "):
                yield name, json.loads(line[6:])


async def test_stream_begins_with_the_session_and_ends_with_it(http: Any, ann: Any) -> None:
    """The first event is the session, then come those that everybody hears, and after the end the stream ends."""
    told = []
    async with asyncio.timeout(PATIENCE), aclosing(followed(http, ann.code)) as stream:
        told.append(await anext(stream))
        played = (await ann.ok("video-play"))["playback"]
        await ann.ok("chat-message", text="two\nlines")
        await ann.ok("end-session")
        told += [event async for event in stream if event[0] != "participants"]

    assert [name for name, _ in told] == ["session", "video-sync", "chat-message", "session-ended"]
    assert told[0][1]["code"] == ann.code
    assert told[1][1] == played
    assert told[2][1]["text"] == "two lines"


async def test_stream_is_refused_like_any_request(http: Any) -> None:
    """Who may not read the session gets no stream of it."""
    session = await http.create(password="sesame")
    status, answer = await http("GET", f"/api/v1/sessions/{session['code']}/events")

    assert (status, answer["error"]["code"]) == (401, "wrong-password")


async def test_reader_who_goes_away_is_no_fault(http: Any, ann: Any, server: Any, settings: Any) -> None:
    """Who breaks off a stream is given up at the next event, and leaves nothing in the log."""
    address = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(f"GET /api/v1/sessions/{ann.code}/events HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    await reader.readuntil(b"event: session\n")
    writer.transport.abort()
    async with asyncio.timeout(PATIENCE), aclosing(followed(http, ann.code)) as stream:
        await anext(stream)
        for number in range(5):
            await ann.ok("chat-message", text=str(number))
            await anext(stream)

    assert "rror" not in settings.log_file.read_text()


async def test_quiet_stream_shows_that_it_lives(bench: Any, monkeypatch: Any) -> None:
    """While nothing happens a comment is sent now and then."""
    monkeypatch.setattr(events.EventStreams.__init__, "__defaults__", (0.05,))
    http = bench.http(await bench.start())
    session = await http.create()
    async with asyncio.timeout(PATIENCE), aclosing(followed(http, session["code"])) as stream:
        await anext(stream)
        name, comment = await anext(stream)

    assert (name, comment[0]) == ("", ":")


async def test_stream_ends_with_the_server(bench: Any, server: Any, http: Any) -> None:
    """A server that stops ends the streams at once."""
    session = await http.create()
    async with asyncio.timeout(5), aclosing(followed(http, session["code"])) as stream:
        await anext(stream)
        await bench.stop(server)

        assert [event async for event in stream] == []


async def test_slow_reader_is_let_go() -> None:
    """A reader who takes nothing off is let go, instead of filling the server's memory."""
    watcher = Watcher()
    for _ in range(5000):
        watcher.put("video-sync", b"{}")
    taken = [message async for message in watcher]

    assert len(taken) == 1000
