"""Somebody else in the session: a ``join`` in a process of its own, with a player of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

GONE_WITHIN = 5.0
"""Seconds in which it has left, with its player."""


class Companion:
    """``async with Companion(...) as ada``: there from the first line to the last."""

    def __init__(self, name: str, link: str, film: Path, mpv_args: Sequence[str], state: Path) -> None:
        self._command = [
            *(sys.executable, "-P", "-m", "syncwatch_cli.main", "join", link),
            *("--no-tui", "--json", "--name", name, "--file", str(film)),
            *(f"--mpv-arg={argument}" for argument in mpv_args),
        ]
        self._environment = os.environ | {"SYNCWATCH_STATE_DIR": str(state)}
        self._process: asyncio.subprocess.Process | None = None
        self._listening: list[asyncio.Task[None]] = []
        self.last_words: deque[str] = deque(maxlen=3)

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            # ^C is for us; we end it.
            start_new_session=True,
        )
        assert self._process.stdout is not None  # noqa: S101 it has pipes
        assert self._process.stderr is not None  # noqa: S101 it has pipes
        self._listening = [
            asyncio.ensure_future(_read(self._process.stdout, None)),
            asyncio.ensure_future(_read(self._process.stderr, self.last_words)),
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None  # noqa: S101 it was entered
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), GONE_WITHIN)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await asyncio.gather(*self._listening)

    async def gone(self) -> str:
        """Wait until it has ended; gives its last words."""
        assert self._process is not None  # noqa: S101 it was entered
        await self._process.wait()
        await asyncio.gather(*self._listening)
        return " ".join(self.last_words)


async def _read(stream: asyncio.StreamReader, into: deque[str] | None) -> None:
    while chunk := await stream.read(65536):
        if into is not None:
            into.extend(line for line in chunk.decode(errors="replace").splitlines() if line)
