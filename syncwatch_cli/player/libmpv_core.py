"""The libmpv that we start: loaded by python-mpv, made to behave as mpv the program does, watched, and ended.

The library comes without the person's configuration, keys and controls; all of them are turned on.
It reads their mpv.conf while it starts, above whatever was set before, so what must stand is set once more afterwards.
Whatever takes time runs on a thread of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from syncwatch_cli.player.engine_options import ENGINE_OPTIONS, written
from syncwatch_cli.player.install_hint import libmpv_install_hint, python_mpv_install_hint
from syncwatch_cli.player.process import private_socket
from syncwatch_core.errors import AppError, ErrorCode

WAYS_OF_THE_PROGRAM: Mapping[str, object] = {
    "config": True,
    "input-default-bindings": True,
    "input-vo-keyboard": True,
    "input-media-keys": True,
    "osc": True,
    # python-mpv turns the covers of sound files off.
    "audio-display": "embedded-first",
}
"""What mpv has by default and libmpv has not; the person's mpv.conf stands above."""

OWN_OPTIONS: Mapping[str, object] = {
    "force-window": True,
    # The terminal is ours, its keys and its screen.
    "terminal": False,
    "input-terminal": False,
}

ENDED_WITHIN = 3.0
"""Seconds libmpv has for closing its window; one that hangs longer ends with us."""
LOOKED_EVERY = 0.005
"""Seconds between two looks whether it has ended."""


class LibmpvCore:
    """One libmpv of ours. ``start_libmpv`` makes it."""

    def __init__(self, handle: Any, ipc_socket: str, folder: Path, log: deque[str]) -> None:
        self._handle = handle
        self.ipc_socket = ipc_socket
        """The path on which it listens, for us and for other programs."""
        self._folder = folder
        self._log = log
        self._ended: asyncio.Event | None = None

    @property
    def pid(self) -> int:
        """Our own."""
        return os.getpid()

    @property
    def has_exited(self) -> bool:
        """Whether it has stopped: told to by a key, its window, a script, or us."""
        return bool(self._handle.core_shutdown)

    @property
    def exited_cleanly(self) -> bool:
        """As ``has_exited``: a crash of libmpv would be our own."""
        return self.has_exited

    async def exited(self, within: float) -> bool:
        """Wait until it has stopped; False if it still runs after ``within`` seconds."""
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + within
        while not self.has_exited and loop.time() < give_up_at:  # noqa: ASYNC110 what is looked at is a thread of its own
            await asyncio.sleep(LOOKED_EVERY)
        return self.has_exited

    def end_in_words(self) -> str:
        """How it ended, with its last words."""
        how = "libmpv ended" if self.has_exited else "libmpv no longer answers"
        words = " / ".join(self._log)[-400:]
        return f"{how}: {words}" if words else how

    def kill(self) -> None:
        """There is no way to end it by force."""

    async def stop(self) -> None:
        """End it, its window included; one that hangs is left behind."""
        if self._ended is None:
            self._ended = asyncio.Event()
            loop, ended = asyncio.get_running_loop(), self._ended

            def end() -> None:
                self._handle.terminate()
                # Nobody waits any more for one that took too long.
                with contextlib.suppress(RuntimeError):
                    loop.call_soon_threadsafe(ended.set)

            threading.Thread(target=end, name="libmpv-end", daemon=True).start()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), ENDED_WITHIN)

    def clear_away(self) -> None:
        """Remove the socket that it leaves behind."""
        if not self.ipc_socket.startswith("\\\\"):
            Path(self.ipc_socket).unlink(missing_ok=True)
        shutil.rmtree(self._folder, ignore_errors=True)


async def start_libmpv(
    *, extra_args: Sequence[str] = (), ipc_socket: str | None = None, title: str | None = None
) -> LibmpvCore:
    """Start a libmpv that listens at ``ipc_socket`` or at a private path.

    ``extra_args`` are the person's own options, written as for mpv; what the engine needs stands above them.
    Raises ``AppError``: player-missing without libmpv or python-mpv, usage for an option that libmpv doesn't take.
    """
    persons = dict(map(option_of, extra_args))
    # mkdtemp makes it with mode 0700: whoever may write to the socket may run programs as us.
    folder = Path(tempfile.mkdtemp(prefix="syncwatch-mpv-"))
    path = ipc_socket or private_socket(folder)
    # "$>": what follows is text, with nothing in it to expand.
    ours = {**ENGINE_OPTIONS, **OWN_OPTIONS, "input-ipc-server": path, **({"title": f"$>{title}"} if title else {})}
    log: deque[str] = deque(maxlen=20)
    try:
        handle = await asyncio.to_thread(_make_handle, persons, ours, log)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return LibmpvCore(handle, path, folder, log)


def option_of(argument: str) -> tuple[str, str]:
    """Name and value of ``--name=value``, ``--name`` or ``--no-name``; raises ``AppError`` (usage) for no option."""
    name, has_value, value = argument.removeprefix("--").removeprefix("-").partition("=")
    if not argument.startswith("-") or not name:
        raise AppError(ErrorCode.USAGE, f"{argument!r} is not an option of mpv", "write --mpv-arg=--OPTION=VALUE")
    if has_value:
        return name, value
    return (name.removeprefix("no-"), "no") if name.startswith("no-") else (name, "yes")


def _make_handle(persons: Mapping[str, str], ours: Mapping[str, object], log: deque[str]) -> Any:
    """A running libmpv; on a thread of its own, since it takes a while."""
    mpv = python_mpv()
    before = {**WAYS_OF_THE_PROGRAM, **persons, **ours}
    try:
        handle = mpv.MPV(
            log_handler=lambda _level, prefix, text: log.append(f"[{prefix}] {text.strip()}"),
            loglevel="warn",
            **{name: written(value) for name, value in before.items()},
        )
    except (AttributeError, TypeError, ValueError, SystemError) as refused:
        raise _refusal(refused) from refused
    for name, value in {**persons, **ours}.items():
        # What holds only from the start, such as config-dir, was set before.
        with contextlib.suppress(AttributeError, TypeError, ValueError, SystemError):
            handle[name] = written(value)
    return handle


def _refusal(refused: Exception) -> AppError:
    """What python-mpv raises for an option: its words, mpv's number, and what was called with what."""
    match refused.args:
        case (str(words), int(), (_, bytes(name), *_)):
            option = name.decode("utf-8", "replace")
            return AppError(
                ErrorCode.USAGE,
                f"libmpv doesn't take --{option}: {words}",
                "a list is written whole here, as in --mpv-arg=--vf=hflip; --player mpv takes all that mpv does",
            )
    return AppError(ErrorCode.PLAYER_DIED, f"libmpv could not be started: {refused}")


def python_mpv() -> Any:
    """python-mpv, which loads libmpv; raises ``AppError`` (player-missing) with the mend where either lacks."""
    try:
        import mpv
    except ImportError as missing:
        words = "--player libmpv needs the Python package mpv"
        raise AppError(ErrorCode.PLAYER_MISSING, words, python_mpv_install_hint()) from missing
    except (OSError, RuntimeError) as missing:
        words = "libmpv is not installed" if isinstance(missing, OSError) else f"libmpv is too old: {missing}"
        raise AppError(ErrorCode.PLAYER_MISSING, words, libmpv_install_hint()) from missing
    return mpv
