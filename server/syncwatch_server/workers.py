"""Several processes on one port: a parent that starts them, starts anew what dies, and stops them all together.

Each worker listens for itself (SO_REUSEPORT), and the system hands every connection to one of them. The parent only
holds the port and waits. A worker gets its settings on stdin, since they hold passwords that a command line would show;
when that closes, its parent is dead, and it stops by itself.
"""

from __future__ import annotations

import asyncio
import json
import pickle
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.fellow_workers import Place, bury
from syncwatch_server.listening import bound, url_of
from syncwatch_server.settings import ServerSettings

LISTENING = b"listening\n"
"""What a worker says once it accepts; else it says in one line of JSON why it can't: ``{code, message, hint}``."""

_AGAIN_AFTER, _AGAIN_AT_MOST = 0.5, 10.0
"""Seconds until a worker that died is started again; twice as many each time it dies soon after."""

_LIVED = 30.0
"""Seconds after which a death is no longer one soon after the start."""

_STOPS_WITHIN = 15.0
"""Seconds that a worker has to tell its clients and close, before it is killed."""


def require_a_fleet(settings: ServerSettings, workers: int) -> None:
    """Raise ``AppError`` (usage) unless that many processes can serve the same sessions."""
    if workers > 1 and settings.redis_url is None:
        raise AppError(
            ErrorCode.USAGE,
            "--workers above 1 needs Redis, by which they tell one another what happens",
            "name one with --redis-url redis://HOST, or leave it at 1",
        )
    if workers > 1 and settings.database_file is not None:
        raise AppError(
            ErrorCode.USAGE,
            "--workers above 1 needs PostgreSQL: a file of SQLite serves one process",
            "name a database with --database-url postgresql://USER:PASSWORD@HOST/DATABASE, or leave it at 1",
        )
    if workers > 1 and not hasattr(socket, "SO_REUSEPORT"):
        raise AppError(ErrorCode.USAGE, "--workers above 1 does not work on this system", "leave it at 1")


class Workers:
    """The processes that serve one port."""

    def __init__(self, settings: ServerSettings, count: int, note: Callable[[str], None]) -> None:
        """``note`` is told in words of what dies."""
        self._settings = settings
        self._count = count
        self._note = note
        self._running: dict[int, Process] = {}
        self._folder = Path()

    async def run(self, on_listening: Callable[[str], None]) -> None:
        """Serve until cancelled; ``on_listening`` is called with the URL once all accept.

        Raises ``AppError`` if the port can't be had, and what keeps a worker from beginning.
        """
        # Whoever has the port without sharing it is found out; the sharing itself would let anybody of this user in.
        with closing(bound(self._settings)) as probe:
            port: int = probe.getsockname()[1]
        settings = replace(self._settings, port=port)
        # They tell one another there what they count; it is this user's alone.
        folder = TemporaryDirectory(prefix="syncwatch-workers-", ignore_cleanup_errors=True)
        with closing(bound(settings, shared=True)), folder as name:
            self._folder = Path(name)
            try:
                # The first one alone: what is wrong is then said once.
                await self._start(settings, 1)
                await asyncio.gather(*(self._start(settings, number) for number in range(2, self._count + 1)))
                on_listening(url_of(settings, port))
                await asyncio.gather(*(self._keep_alive(settings, number) for number in range(1, self._count + 1)))
            finally:
                await asyncio.shield(self._stop())

    async def _start(self, settings: ServerSettings, number: int) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "syncwatch_server.worker", stdin=PIPE, stdout=PIPE
        )
        self._running[number] = process
        assert process.stdin is not None  # noqa: S101 a pipe
        assert process.stdout is not None  # noqa: S101 as above
        with suppress(BrokenPipeError, ConnectionResetError):
            process.stdin.write(pickle.dumps((settings, Place(self._folder, number))))
            await process.stdin.drain()
        told = await process.stdout.readline()
        if told != LISTENING:
            raise await _why(process, told)

    async def _keep_alive(self, settings: ServerSettings, number: int) -> None:
        loop, pause = asyncio.get_running_loop(), _AGAIN_AFTER
        while True:
            began = loop.time()
            code = await self._running[number].wait()
            self._note(f"worker {number} {_how(code)}; it is started again")
            bury(self._folder, number)
            pause = _AGAIN_AFTER if loop.time() > began + _LIVED else min(pause * 2, _AGAIN_AT_MOST)
            await asyncio.sleep(pause)
            with suppress(AppError):
                await self._start(settings, number)

    async def _stop(self) -> None:
        for process in self._running.values():
            with suppress(ProcessLookupError):
                process.terminate()
        waiting = [asyncio.ensure_future(process.wait()) for process in self._running.values()]
        if waiting:
            await asyncio.wait(waiting, timeout=_STOPS_WITHIN)
        for process in self._running.values():
            with suppress(ProcessLookupError):
                process.kill()


async def _why(process: Process, told: bytes) -> AppError:
    """Why a worker could not begin, as it ``told``; or how it ended, where it told nothing."""
    code = await process.wait()
    if not told:
        return AppError(ErrorCode.FAILED, f"a worker {_how(code)} before it served", "what it said is above")
    fault = json.loads(told)
    return AppError(ErrorCode(fault["code"]), fault["message"], fault["hint"])


def _how(code: int) -> str:
    if code >= 0:
        return f"ended with {code}"
    with suppress(ValueError):
        return f"was ended by {signal.Signals(-code).name}"
    return f"was ended by signal {-code}"
