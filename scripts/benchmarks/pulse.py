"""A sound server without a sound card: each player has a channel of its own, and all are recorded on one clock."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.processes import FAREWELL, RigError, private_environment
from benchmarks.witness_film import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from numpy.typing import NDArray

POSITIONS = ("front-left", "front-right", "rear-left", "rear-right")
"""The channels of the one sink, one a player."""

BOTH = "both"
"""The sink that plays one sound on the first two channels."""

PATIENCE = 15.0
"""s for the sound server to come up."""

_FULL_SCALE = 32768.0
_SAMPLE_BYTES = 2


@dataclass(frozen=True, slots=True)
class SoundServer:
    """A running PulseAudio of our own."""

    address: str
    """What ``PULSE_SERVER`` says to its clients."""
    channels: int
    environment: dict[str, str]


@contextmanager
def open_pulse(folder: Path, players: Sequence[str]) -> Iterator[SoundServer]:
    """A sound server with one sink for each player, named as it, and one named ``BOTH``.

    Raises ``RigError`` where it does not come up.
    """
    socket = folder / "pulse"
    log = folder / "pulse.log"
    environment = private_environment(folder / "pulse-home")
    positions = POSITIONS[: max(2, len(players))]
    options = ["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--log-target=stderr"]
    command = ["pulseaudio", *options, *(f"--load={module}" for module in _modules(socket, players, positions))]
    with log.open("wb") as stderr:
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=stderr, env=environment)
        except OSError as error:
            raise RigError(f"PulseAudio did not start: {error}") from error
    try:
        _await_socket(socket, process, log)
        yield SoundServer(f"unix:{socket}", len(positions), environment | {"PULSE_SERVER": f"unix:{socket}"})
    finally:
        process.terminate()
        process.wait()


def _modules(socket: Path, players: Sequence[str], positions: Sequence[str]) -> Iterator[str]:
    every = ",".join(positions)
    # Without norewinds the sink renders two seconds ahead, and an unpause may take as long to be heard.
    yield (
        f"module-null-sink sink_name=everybody rate={SAMPLE_RATE} format=s16le norewinds=1 "
        f"channels={len(positions)} channel_map={every}"
    )
    for player, position in zip(players, positions, strict=False):
        yield _remapped(player, "mono", position)
    yield _remapped(BOTH, "front-left,front-right", "front-left,front-right")
    # Last, so that every sink is there once somebody can connect.
    yield f"module-native-protocol-unix socket={socket} auth-anonymous=1"


def _remapped(name: str, own: str, of_master: str) -> str:
    channels = len(own.split(","))
    return (
        f"module-remap-sink sink_name={name} master=everybody remix=no "
        f"channels={channels} channel_map={own} master_channel_map={of_master}"
    )


def _await_socket(socket: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    gives_up_at = time.monotonic() + PATIENCE
    while not socket.exists():
        if process.poll() is not None or time.monotonic() > gives_up_at:
            raise RigError(f"PulseAudio did not come up\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.02)


@dataclass(slots=True)
class Recording:
    """What was played, all channels together."""

    channels: int
    _chunks: list[bytes] = field(default_factory=list)
    _frames: int = 0
    _began_at: float = float("inf")

    @property
    def began_at(self) -> float:
        """When the first sample was played, CLOCK_MONOTONIC, s; too late by what the recording itself takes."""
        return self._began_at

    @property
    def samples(self) -> NDArray[np.float32]:
        """All that was heard; shape (samples, channels), from -1.0 to 1.0."""
        heard = np.frombuffer(b"".join(self._chunks), dtype="<i2")
        whole = len(heard) // self.channels * self.channels
        return heard[:whole].reshape(-1, self.channels).astype(np.float32) / np.float32(_FULL_SCALE)

    def take(self, chunk: bytes, at: float) -> None:
        """Keep what came at the instant ``at``; the chunk that came with the least delay sets the clock."""
        self._chunks.append(chunk)
        self._frames += len(chunk) // (_SAMPLE_BYTES * self.channels)
        self._began_at = min(self._began_at, at - self._frames / SAMPLE_RATE)


@contextlib.asynccontextmanager
async def recorded(server: SoundServer) -> AsyncIterator[Recording]:
    """Record all channels while the block runs; raises ``RigError`` where nothing comes."""
    form = [f"--channels={server.channels}", f"--rate={SAMPLE_RATE}", "--format=s16le"]
    form.append(f"--channel-map={','.join(POSITIONS[: server.channels])}")
    command = ["parec", "--raw", "--device=everybody.monitor", "--latency-msec=20", *form]
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, env=server.environment
        )
    except OSError as error:
        raise RigError(f"parec did not start: {error}") from error
    recording = Recording(server.channels)
    coming = asyncio.Event()
    reader = asyncio.create_task(_read(process, recording, coming))
    try:
        async with asyncio.timeout(PATIENCE):
            await coming.wait()
        yield recording
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        async with asyncio.timeout(FAREWELL):
            await reader
            await process.wait()


async def _read(process: asyncio.subprocess.Process, recording: Recording, coming: asyncio.Event) -> None:
    assert process.stdout is not None  # noqa: S101 - started with a pipe
    # Whole frames at a time, so that a chunk's length says how much was played when it came.
    frame = _SAMPLE_BYTES * recording.channels
    rest = b""
    while chunk := await process.stdout.read(1 << 16):
        whole = len(rest + chunk) // frame * frame
        taken, rest = (rest + chunk)[:whole], (rest + chunk)[whole:]
        recording.take(taken, asyncio.get_running_loop().time())
        coming.set()
