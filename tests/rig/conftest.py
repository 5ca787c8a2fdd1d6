"""What the tests of the rig share: a short video, and servers to put a bad network before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from benchmarks.delay_proxy import DelayProxy
from benchmarks.link import Link
from benchmarks.lone_mpv import lone_mpv
from benchmarks.media import sample_video
from benchmarks.readings import Reading

VIDEO_SECONDS = 30


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_video(VIDEO_SECONDS, tmp_path_factory.mktemp("video"), block=VIDEO_SECONDS)


@pytest.fixture
def playing_mpv(video: Path) -> Iterator[Path]:
    with lone_mpv(video) as ipc:
        yield ipc


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
        writer.write_eof()
    except OSError:
        pass
    finally:
        writer.close()


EchoThrough = Callable[..., AbstractAsyncContextManager[DelayProxy]]


@asynccontextmanager
async def open_echo_through(link: Link, seed: int = 0) -> AsyncIterator[DelayProxy]:
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server, DelayProxy("127.0.0.1", server.sockets[0].getsockname()[1], link, seed=seed) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def echo_through() -> EchoThrough:
    """An echo server behind a proxy with the given link."""
    return open_echo_through


def made_reading(player: str = "p0", tick: int = 1, **given: object) -> Reading:
    """A reading of a playing mpv whose clock is the observer's, read at second ``tick``, at position ``tick``."""
    at = float(tick)
    values: dict[str, object] = {
        "tick": tick, "player": player, "asked_at": at, "clock": at, "answered_at": at, "before": at, "after": at,
        "audio_pts": at, "time_pos": at, "paused": False, "idle": False, "speed": 1.0, "seeks": 0, "pauses": 0,
    }  # fmt: skip
    return Reading(**{**values, **given})  # type: ignore[arg-type]


@pytest.fixture
def reading() -> Callable[..., Reading]:
    return made_reading
