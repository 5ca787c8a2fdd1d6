"""Media from a server that is slow, silent or unwilling."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from syncwatch_cli.player import loading
from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_core.controller_events import (
    PersonEvent,
    PlayerEnded,
    PlayerFailed,
    PlayerPrimed,
    PlayerResumed,
    PlayerStalled,
)
from tests.cli.player.hands import Diary
from tests.cli.player.origin import Origin


class VideoServer(Origin):
    """Serves one file over HTTP with ranges, as far as ``gate`` lets it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._bytes = path.read_bytes()
        self.gate = len(self._bytes)
        """Bytes of the file that may go out so far."""
        self.answers = True

    @property
    def url(self) -> str:
        return self.url_of("film.mp4")

    @property
    def size(self) -> int:
        return len(self._bytes)

    @property
    def size_of_header(self) -> int:
        """Bytes before the first of picture and sound."""
        return self._bytes.index(b"mdat") + 4

    async def answer(self, request: bytes, writer: asyncio.StreamWriter) -> None:
        while not self.answers:  # noqa: ASYNC110 a test turns it in its own time
            await asyncio.sleep(0.05)
        found = re.search(rb"range: bytes=(\d+)-", request, re.IGNORECASE)
        start = int(found[1]) if found else 0
        head = (
            f"HTTP/1.1 206 Partial Content\r\nContent-Type: video/mp4\r\nAccept-Ranges: bytes\r\n"
            f"Content-Length: {self.size - start}\r\nContent-Range: bytes {start}-{self.size - 1}/{self.size}\r\n"
            "Connection: close\r\n\r\n"
        )
        writer.write(head.encode())
        while start < self.size:
            allowed = min(self.gate, start + 16384)
            if start < allowed:
                writer.write(self._bytes[start:allowed])
                await writer.drain()
                start = allowed
            else:
                await asyncio.sleep(0.02)


@pytest.fixture
async def server(media: dict[str, Path]) -> AsyncIterator[VideoServer]:
    server = VideoServer(media["streamed"])
    await server.start()
    yield server
    await server.stop()


async def test_media_from_a_server_primes(player: MpvPlayer, diary: Diary, server: VideoServer):
    """A URL primes like a file does."""
    player.load(server.url, 20.0)
    primed = await diary.next(PlayerPrimed)

    assert primed.position == pytest.approx(20.0)
    assert primed.duration == pytest.approx(60, abs=0.1)


async def test_a_silent_server_is_given_up(
    player: MpvPlayer, diary: Diary, server: VideoServer, monkeypatch: pytest.MonkeyPatch
):
    """A server that accepts and says nothing is reported as a failure after the set time, and once."""
    monkeypatch.setattr(loading, "GIVEN_UP_AFTER", 1.5)
    server.answers = False
    player.load(server.url, 0.0)
    failed = await diary.next(PlayerFailed)

    assert "in time" in failed.message
    assert await diary.settled() == [failed]


async def test_a_slow_server_is_waited_for(
    player: MpvPlayer, diary: Diary, server: VideoServer, monkeypatch: pytest.MonkeyPatch
):
    """While the cache fills, however slowly, the load goes on beyond the time after which silence would end it."""
    monkeypatch.setattr(loading, "GIVEN_UP_AFTER", 3.0)
    monkeypatch.setattr(loading, "LOOKED_AFTER_EVERY", 0.2)
    a_tenth_of_a_second = server.size // 600
    server.gate = server.size_of_header + 3 * a_tenth_of_a_second
    player.load(server.url, 0.0)
    # mpv wants a second in store: at this pace that takes five.
    for _ in range(25):
        await asyncio.sleep(0.2)
        server.gate += a_tenth_of_a_second // 4
        assert diary.entries == []
    server.gate = server.size
    primed = await diary.next(PlayerPrimed)

    assert primed.position == 0
    assert diary.of(PlayerFailed) == []


async def test_running_dry_is_told_and_so_is_its_end(player: MpvPlayer, diary: Diary, server: VideoServer):
    """When the server falls behind while playing, the stall is told once, its end once, and nobody is said to pause."""
    server.gate = server.size // 6
    player.load(server.url, 0.0)
    await diary.next(PlayerPrimed)
    player.set_rate(4.0, keep_pitch=True, session_rate=4.0)
    player.unpause()
    await diary.next(PlayerStalled)
    assert await player.sample() is None
    server.gate = server.size
    await diary.next(PlayerResumed)
    player.pause()

    assert not [event for event in diary.entries if isinstance(event, PersonEvent | PlayerEnded)]
    assert len(diary.of(PlayerStalled)) == len(diary.of(PlayerResumed)) == 1
