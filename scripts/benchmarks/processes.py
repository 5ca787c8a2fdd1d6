"""The processes of a run: each prints JSON lines, and each line is kept with the instant of its arrival."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LAST_WORDS = 2000
"""Characters of a process's stderr that are shown when it fails."""

FAREWELL = 5.0
"""s that a process has to end in order."""

LONGEST_LINE = 1 << 20
"""Bytes; a session object is one line."""


OWN_PORTS = range(12_000, 22_000)
"""Below those that the system hands out for connections (Linux: from 32,768 on), so that none of these takes it before
the server does; so are the ports 10,000 above them, which a Redis Cluster takes too.
"""
_CHANCE = random.SystemRandom()

SCRIPTS = Path(__file__).resolve().parents[1]
"""Where the rig's own processes find their rooms."""


class RigError(Exception):
    """A run that could not be held: a process that did not do its part."""


@dataclass(slots=True)
class Line:
    """One JSON line of a process."""

    at: float
    """When it came, CLOCK_MONOTONIC, s."""
    event: dict[str, Any]


@dataclass(slots=True)
class Speaker:
    """A process that reports JSON lines on stdout; its stderr goes to ``log``."""

    name: str
    process: asyncio.subprocess.Process
    started_at: float
    log: Path
    lines: list[Line] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _mute: bool = False
    _reader: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, name: str, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Self:
        """Start ``command``, logging below ``folder``; raises ``RigError`` where there is no such program."""
        log = folder / f"{name}.log"
        started_at = asyncio.get_running_loop().time()
        pipe = asyncio.subprocess.PIPE
        try:
            with log.open("wb") as stderr:
                process = await asyncio.create_subprocess_exec(
                    *command, stdin=pipe, stdout=pipe, stderr=stderr, env=environment, limit=LONGEST_LINE
                )
        except OSError as error:
            message = f"{name} did not start: {error}"
            raise RigError(message) from error
        speaker = cls(name, process, started_at, log)
        speaker._reader = asyncio.create_task(speaker._read())
        return speaker

    async def heard(self, event: str, *, within: float, after: float = 0.0) -> Line:
        """The first line of that event after ``after``; raises ``RigError`` with its last words if none comes."""
        line = self._find(event, after)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while line is None and not self._mute:
                    self._news.clear()
                    await self._news.wait()
                    line = self._find(event, after)
        if line is not None:
            return line
        message = f"{self.name} did not report {event!r} within {within:g} s\n{self.last_words()}"
        raise RigError(message)

    def last_words(self) -> str:
        """The end of what it printed on stderr."""
        return self.log.read_text(errors="replace")[-LAST_WORDS:].strip()

    async def order(self, order: Mapping[str, object]) -> None:
        """Send one JSON line to its stdin."""
        assert self.process.stdin is not None  # noqa: S101 - started with a pipe
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        await self.process.stdin.drain()

    async def stop(self, *, by_signal: bool) -> None:
        """End it: by SIGTERM, or by closing its stdin; a process that will not is killed."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            if by_signal:
                self.process.terminate()
        try:
            async with asyncio.timeout(FAREWELL):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
        if self._reader is not None:
            await self._reader

    def _find(self, event: str, after: float) -> Line | None:
        return next((line for line in self.lines if line.at > after and line.event.get("event") == event), None)

    async def _read(self) -> None:
        assert self.process.stdout is not None  # noqa: S101 - started with a pipe
        try:
            async for text in self.process.stdout:
                at = asyncio.get_running_loop().time()
                with contextlib.suppress(json.JSONDecodeError):
                    self.lines.append(Line(at, json.loads(text)))
                self._news.set()
        finally:
            self._mute = True
            self._news.set()


async def ask(name: str, command: Sequence[str], environment: Mapping[str, str]) -> dict[str, Any]:
    """The JSON object that a one-shot command prints; raises ``RigError`` with its stderr where it fails."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=environment
    )
    out, err = await process.communicate()
    if process.returncode != 0:
        message = (
            f"{name} failed with exit code {process.returncode}\n{err.decode(errors='replace')[-LAST_WORDS:].strip()}"
        )
        raise RigError(message)
    answer: dict[str, Any] = json.loads(out)
    return answer


def own_syncwatch() -> tuple[str, ...]:
    """The command of the checkout: the one that its virtual environment holds."""
    return (str(Path(sys.executable).with_name("syncwatch")),)


def instrument(room: str) -> list[str]:
    """The command of one of the rig's own processes."""
    return [sys.executable, "-m", f"benchmarks.{room}"]


def private_environment(home: Path, **extra: str) -> dict[str, str]:
    """An environment with a home of its own, and without anybody's settings or web proxies."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not (name.startswith(("SYNCWATCH_", "XDG_")) or name.lower().endswith("_proxy"))
    }
    home.mkdir(parents=True, exist_ok=True)
    runtime = home / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    rooms = [str(SCRIPTS), *filter(None, [os.environ.get("PYTHONPATH")])]
    extra.setdefault("PYTHONPATH", os.pathsep.join(rooms))
    places = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "STATE", "DATA", "CACHE")}
    return {**kept, "HOME": str(home), "XDG_RUNTIME_DIR": str(runtime), **places, **extra}


def free_port() -> int:
    """A port that was free just now, for a server that must be told one, or is to come back on it."""
    while True:
        port = _CHANCE.choice(OWN_PORTS)
        with socket.socket() as asked, contextlib.suppress(OSError):
            asked.bind(("127.0.0.1", port))
            return port
