"""One worker: yt-dlp in a process of its own, asked one thing at a time, killed where nobody wants its answer."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections import deque
from contextlib import suppress

import msgspec

from syncwatch_cli.media.links.resolver_rows import DIED, Answer, Fault, Request

MODULE = "syncwatch_cli.media.links.resolver_worker"

LONGEST_ANSWER = 64 * 1024 * 1024
"""Bytes of one line; a list of 10,000 videos has some 2 MB."""

ANSWERS_AT_MOST = 20
"""Requests after which a worker is replaced: extractors keep things on their classes, such as Dailymotion's token."""

FRESH_FOR = 1800.0
"""Seconds after which one that has been used is replaced; such a token lasts for hours, not for days."""

LAST_WORDS_WITHIN = 1.0
"""Seconds that a worker which ended without an answer has for telling why."""


class ResolverProcess:
    """A worker that runs; made by ``start``."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._started = time.monotonic()
        self._answered = 0
        self._is_over = False
        self._last_words: deque[str] = deque(maxlen=5)
        self._listening = asyncio.ensure_future(self._listen())
        self.version: str | None = None
        """yt-dlp's; None until it has said so."""

    @classmethod
    async def start(cls, cookies_from_browser: str | None) -> ResolverProcess:
        """Begin one; it imports yt-dlp while nobody waits for it."""
        # -P: the folder that the person happens to be in holds no modules of ours.
        command = [sys.executable, "-P", "-m", MODULE]
        if cookies_from_browser is not None:
            command.append(f"--cookies-from-browser={cookies_from_browser}")
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=LONGEST_ANSWER,
            # ^C on the terminal is for us; and what it starts in its turn, such as a JavaScript runtime, ends with it.
            start_new_session=True,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """The process in which it runs."""
        return self._process.pid

    @property
    def is_used(self) -> bool:
        """Whether it has answered before."""
        return self._answered > 0

    @property
    def is_fit(self) -> bool:
        """Whether it may be asked again."""
        if self._is_over or self._process.returncode is not None or self._answered >= ANSWERS_AT_MOST:
            return False
        return self._answered == 0 or time.monotonic() - self._started < FRESH_FOR

    async def ask(self, request: Request) -> Answer:
        """The answer to ``request``; a fault of kind ``Died`` if it ends without one."""
        assert self._process.stdin is not None  # noqa: S101 it was started with pipes
        if self.version is None:
            first = await self._next_answer()
            if first.version is None:
                self._is_over = True
                return first
            self.version = first.version
        with suppress(ConnectionError):
            self._process.stdin.write(msgspec.json.encode(request) + b"\n")
            await self._process.stdin.drain()
        answer = await self._next_answer()
        self._answered += 1
        return answer

    async def stop(self) -> None:
        """End it at once, with all that it has started."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                if sys.platform == "win32":
                    self._process.kill()
                else:
                    os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        await self._listening
        if self._process.stdin is not None:
            self._process.stdin.close()
            with suppress(ConnectionError):
                await self._process.stdin.wait_closed()

    async def _next_answer(self) -> Answer:
        assert self._process.stdout is not None  # noqa: S101 it was started with pipes
        try:
            line = await self._process.stdout.readline()
            if line.endswith(b"\n"):
                return msgspec.json.decode(line, type=Answer)
        except (ValueError, ConnectionError):
            # Longer than the longest answer, or none at all.
            self._last_words.append("its answer is not readable")
        self._is_over = True
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._listening), LAST_WORDS_WITHIN)
        return Answer(fault=Fault(DIED, " ".join(self._last_words) or "yt-dlp ended without an answer"))

    async def _listen(self) -> None:
        """Keep its last words, for when it dies; a full pipe would stop it."""
        assert self._process.stderr is not None  # noqa: S101 it was started with pipes
        while chunk := await self._process.stderr.read(65536):
            self._last_words.extend(chunk.decode(errors="replace").splitlines())
