"""The mpv that we start: found, started with a private IPC socket, watched, and ended.

mpv ends with us, however we end: it holds one end of a socket pair whose other end is ours,
and quits when that closes (mpv's ``--input-ipc-client``; not on Windows, where a crash of ours leaves mpv open).
It runs in a session of its own, so that ^C in our terminal reaches us first.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from syncwatch_cli.player.engine_options import ENGINE_OPTIONS, START_OPTIONS, command_line
from syncwatch_cli.player.install_hint import install_hint, is_too_old
from syncwatch_core.errors import AppError, ErrorCode

QUIT_WITHIN = 2.0
"""Seconds mpv has for leaving by itself, before it is asked by a signal."""
TERMINATE_WITHIN = 1.0
"""Seconds mpv has after that, before it is killed."""

LOOKED_EVERY = 0.005
"""Seconds between two looks whether it has ended."""

EXIT_STATUS_OF_SIGNAL = 4
"""mpv's own, when SIGINT, SIGTERM or SIGHUP told it to quit."""


def find_mpv(named: str | None = None) -> str:
    """The path of mpv: the one that the person named, else the one on the PATH.

    Raises ``AppError`` (player-missing) with the command that installs it.
    """
    found = shutil.which(named or "mpv")
    if found is not None:
        return found
    if named is not None:
        raise AppError(ErrorCode.PLAYER_MISSING, f"there is no program at {named}", "check --mpv PATH")
    raise AppError(ErrorCode.PLAYER_MISSING, "mpv is not installed, or not on the PATH", install_hint())


def check_version(words: str, program: str) -> None:
    """Raise ``AppError`` (player-missing) if mpv's own ``words`` name a version that is too old."""
    if is_too_old(words):
        first_line = words.strip().partition("\n")[0].partition(" Copyright")[0]
        raise AppError(
            ErrorCode.PLAYER_MISSING,
            f"{program} is too old: it is {first_line}, and SyncWatch needs 0.35 or later",
            f"for a newer one, {install_hint()}",
        )


class MpvProcess:
    """One mpv of ours. ``start_mpv`` makes it."""

    def __init__(
        self, process: subprocess.Popen[bytes], ipc_socket: str, folder: Path, lifeline: socket.socket | None
    ) -> None:
        self._process = process
        self.ipc_socket = ipc_socket
        """The path on which mpv listens, for us and for other programs."""
        self._folder = folder
        self._lifeline = lifeline

    @property
    def pid(self) -> int:
        """The process id of mpv."""
        return self._process.pid

    @property
    def has_exited(self) -> bool:
        """Whether mpv has ended."""
        return self._process.poll() is not None

    @property
    def exited_cleanly(self) -> bool:
        """Whether mpv ended because it was told to, by its own commands or politely by a signal."""
        return self._process.poll() in {0, EXIT_STATUS_OF_SIGNAL}

    async def exited(self, within: float) -> bool:
        """Wait until mpv has ended; False if it still runs after ``within`` seconds."""
        give_up_at = time.monotonic() + within
        while not self.has_exited:
            if time.monotonic() >= give_up_at:
                return False
            await asyncio.sleep(LOOKED_EVERY)
        return True

    def end_in_words(self) -> str:
        """How mpv ended, with its last words."""
        code = self._process.poll()
        if code is None:
            how = "mpv no longer answers"
        elif code < 0:
            how = f"mpv was ended by {_signal_name(-code)}"
        else:
            how = f"mpv ended with exit status {code}"
        words = last_words(_log_path(self._folder))
        return f"{how}: {words}" if words else how

    def kill(self) -> None:
        """End mpv at once."""
        self._process.kill()

    def discard(self) -> None:
        """End an mpv that nobody took up, and clear it away; one that has ended stays ended."""
        self._process.kill()
        self._process.wait()
        self.clear_away()

    async def stop(self) -> None:
        """Wait for an mpv that was told to quit; help it along if it doesn't."""
        for within, ask_harder in ((QUIT_WITHIN, self._process.terminate), (TERMINATE_WITHIN, self._process.kill)):
            if await self.exited(within):
                break
            ask_harder()
        await self.exited(math.inf)

    def clear_away(self) -> None:
        """Remove what an mpv that has ended leaves behind: its socket, and the folder with its last words."""
        if self._lifeline is not None:
            self._lifeline.close()
        if not self.ipc_socket.startswith("\\\\"):
            Path(self.ipc_socket).unlink(missing_ok=True)
        shutil.rmtree(self._folder, ignore_errors=True)


def start_mpv(
    program: str,
    *,
    extra_args: Sequence[str] = (),
    ipc_socket: str | None = None,
    title: str | None = None,
    hidden: bool = False,
) -> MpvProcess:
    """Start ``program``, listening at ``ipc_socket`` or at a private path; it comes up while we do something else.

    ``extra_args`` are the person's own options for mpv; what the engine needs stands above them.
    ``hidden``: it opens no window until its ``force-window`` is set.
    Raises ``AppError``: player-missing if the program can't be run, usage for an argument that is no option.
    """
    for argument in extra_args:
        if not argument.startswith("-") or argument in {"-", "--"}:
            raise AppError(ErrorCode.USAGE, f"{argument!r} is not an option of mpv", "write --mpv-arg=--OPTION=VALUE")
    # mkdtemp makes it with mode 0700: whoever may write to the socket may run programs as us.
    folder = Path(tempfile.mkdtemp(prefix="syncwatch-mpv-"))
    path = ipc_socket or private_socket(folder)
    ours, theirs = _lifeline()
    arguments = [
        *extra_args,
        *command_line({**ENGINE_OPTIONS, **START_OPTIONS, **({"force-window": False} if hidden else {})}),
        f"--input-ipc-server={path}",
        *([f"--input-ipc-client=fd://{theirs.fileno()}"] if theirs else []),
        # "$>": what follows is text, with nothing in it to expand.
        *([f"--title=$>{title}"] if title else []),
    ]
    try:
        with _log_path(folder).open("wb") as log:
            process = subprocess.Popen(
                [program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[theirs.fileno()] if theirs else [],
                start_new_session=sys.platform != "win32",
            )
    except OSError as refused:
        shutil.rmtree(folder, ignore_errors=True)
        if ours is not None:
            ours.close()
        words = f"{program} can't be run: {refused.strerror}"
        raise AppError(ErrorCode.PLAYER_MISSING, words, install_hint()) from refused
    finally:
        if theirs is not None:
            theirs.close()
    return MpvProcess(process, path, folder, ours)


class ChosenPlayer(Protocol):
    """What the person chose, as typed or as settled."""

    @property
    def player(self) -> str:
        """Mpv, libmpv or none."""

    @property
    def attach(self) -> object:
        """The socket of an mpv that runs already."""

    @property
    def ipc_socket(self) -> object:
        """Where mpv shall listen."""


@contextlib.contextmanager
def started_ahead(chosen: ChosenPlayer, named: str | None, extra_args: Sequence[str]) -> Iterator[MpvProcess | None]:
    """An mpv that comes up, without a window, while the rest of us is still being imported; None where it must not.

    Whoever takes part with it ends it; it is ended here if nobody came to that. Raises as ``start_mpv`` does.
    """
    # A socket that was named is looked at first: another program may listen there.
    if chosen.player != "mpv" or chosen.attach or chosen.ipc_socket:
        yield None
        return
    process = start_mpv(find_mpv(named), extra_args=extra_args, hidden=True)
    try:
        yield process
    finally:
        process.discard()


async def version_words(program: str) -> str:
    """What ``program --version`` says; empty if it says nothing within 5 s."""
    process = await asyncio.create_subprocess_exec(
        program,
        "--no-config",
        "--version",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        words, _ = await asyncio.wait_for(process.communicate(), 5)
    except TimeoutError:
        process.kill()
        await process.wait()
        return ""
    return words.decode("utf-8", "replace")


def last_words(log: Path, most: int = 400) -> str:
    """The end of what mpv wrote, on one line of at most ``most`` characters."""
    try:
        written = log.read_bytes()[-4 * most :].decode("utf-8", "replace")
    except OSError:
        return ""
    return " / ".join(line.strip() for line in written.splitlines() if line.strip())[-most:]


def _log_path(folder: Path) -> Path:
    return folder / "mpv.log"


def private_socket(folder: Path) -> str:
    """Where an mpv of ours listens unless it is told where: in ``folder``, or at a pipe with a name of its own."""
    if sys.platform == "win32":
        return rf"\\.\pipe\syncwatch-mpv-{secrets.token_hex(8)}"
    return str(folder / "ipc")


def _lifeline() -> tuple[socket.socket | None, socket.socket | None]:
    """The pair that ties mpv's life to ours: our end and mpv's."""
    if os.name == "nt":
        return None, None
    ours, theirs = socket.socketpair()
    # Nobody reads what mpv would tell on this line, and an unread line would fill.
    ours.send(b'{"command":["disable_event","all"]}\n')
    return ours, theirs


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
