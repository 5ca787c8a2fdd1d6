"""Coming to a connected mpv: one that we have started, or one that runs already and is given back as it was.

A failure to start is explained with mpv's own last words; a version that is too old is named.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from syncwatch_cli.player.connection import ConnectionLostError, EventListener, IpcConnection, open_connection
from syncwatch_cli.player.engine_options import ENGINE_OPTIONS, LEFT_AS_THEY_ARE
from syncwatch_cli.player.process import MpvProcess, check_version, find_mpv, start_mpv, version_words
from syncwatch_core.errors import AppError, ErrorCode

SOCKET_WITHIN = 10.0
"""Seconds mpv has for opening its socket; 0.1 s is usual."""
LOOKED_EVERY = 0.005
"""Seconds between two looks whether the socket is there."""
RESTORED_WITHIN = 1.0
"""Seconds an attached mpv has for taking back its options."""


class StartFailedError(Exception):
    """An mpv that we started didn't come up; how it ended, in words. It is cleared away."""


class OwnMpv(Protocol):
    """An mpv that we started: a process, or the library within ours."""

    ipc_socket: str
    """The path on which it listens."""

    @property
    def pid(self) -> int:
        """The process in which it runs."""

    @property
    def has_exited(self) -> bool:
        """Whether it has ended."""

    @property
    def exited_cleanly(self) -> bool:
        """Whether it ended because it was told to."""

    async def exited(self, within: float) -> bool:
        """Wait until it has ended; False if it still runs after ``within`` seconds."""

    def end_in_words(self) -> str:
        """How it ended, with its last words."""

    def kill(self) -> None:
        """End it at once, where that can be done."""

    async def stop(self) -> None:
        """Wait for one that was told to quit, and help it along; may be called again."""

    def clear_away(self) -> None:
        """Remove what one that has ended leaves behind."""


@dataclass(frozen=True, slots=True)
class OpenMpv:
    """A connected mpv."""

    connection: IpcConnection
    ipc_socket: str
    own: OwnMpv | None
    """None if we attached to it."""
    former_options: Mapping[str, object] = field(default_factory=dict)
    """What an attached mpv gets back."""

    async def leave(self) -> None:
        """End an mpv of ours; give an attached one its options back."""
        if self.own is not None:
            self.connection.post(["quit"])
            await self.own.stop()
            self.own.clear_away()
        elif self.connection.is_open:
            restoring = [["set_property", name, value] for name, value in self.former_options.items()]
            with contextlib.suppress(TimeoutError, ConnectionLostError):
                await asyncio.wait_for(asyncio.gather(*self.connection.request(*restoring)), RESTORED_WITHIN)
        self.connection.close()
        # asyncio closes the socket in the loop's next turn, which must not be its last.
        await asyncio.sleep(0)


async def open_own(
    mpv_path: str | None,
    extra_args: Sequence[str],
    ipc_socket: str | None,
    title: str | None,
    clock: Callable[[], float],
    on_event: EventListener,
    on_lost: Callable[[], None],
    *,
    started: MpvProcess | None = None,
    hidden: bool = False,
) -> OpenMpv:
    """Start mpv, unless it is ``started`` already, and connect to it; ``hidden``: without a window at first.

    Raises ``AppError`` (player-missing, player-died, usage).
    """
    if ipc_socket is not None:
        await refuse_taken(ipc_socket, clock)
    program = find_mpv(mpv_path)
    process = started or start_mpv(program, extra_args=extra_args, ipc_socket=ipc_socket, title=title, hidden=hidden)
    try:
        return await connect_to_started(process, program, clock, on_event, on_lost)
    except StartFailedError as failed:
        check_version(await version_words(program), program)
        raise AppError(
            ErrorCode.PLAYER_DIED,
            f"mpv could not be started: {failed}",
            "try the same options with mpv itself",
        ) from failed


async def connect_to_started(
    own: OwnMpv, name: str, clock: Callable[[], float], on_event: EventListener, on_lost: Callable[[], None]
) -> OpenMpv:
    """Connect to an mpv that we have just started; if that fails it is ended and cleared away.

    Raises ``StartFailedError``, or ``AppError`` (player-missing) if it is too old; ``name`` is its name there.
    """
    try:
        connection = await _connect_once_it_listens(own, clock, on_event, on_lost)
        await _check_running_version(connection, name)
    except (ConnectionLostError, TimeoutError) as lost:
        await own.stop()
        words = own.end_in_words()
        own.clear_away()
        raise StartFailedError(words) from lost
    except BaseException:
        own.kill()
        await own.stop()
        own.clear_away()
        raise
    return OpenMpv(connection, own.ipc_socket, own)


async def open_attached(
    path: str, clock: Callable[[], float], on_event: EventListener, on_lost: Callable[[], None]
) -> OpenMpv:
    """Connect to the mpv that listens at ``path`` and set what the engine needs.

    Raises ``AppError`` (player-missing) if none listens there, or one that is too old.
    """
    hint = f"start it with: mpv --idle --input-ipc-server={path}"
    try:
        connection = await open_connection(path, clock, on_event, on_lost)
    except OSError as refused:
        raise AppError(ErrorCode.PLAYER_MISSING, f"no mpv listens at {path}", hint) from refused
    try:
        await _check_running_version(connection, f"the mpv at {path}")
        former = await _set_engine_options(connection)
    except (ConnectionLostError, TimeoutError) as lost:
        connection.close()
        raise AppError(ErrorCode.PLAYER_MISSING, f"what listens at {path} doesn't answer as mpv does", hint) from lost
    except AppError:
        connection.close()
        raise
    return OpenMpv(connection, path, None, former)


async def _connect_once_it_listens(
    own: OwnMpv, clock: Callable[[], float], on_event: EventListener, on_lost: Callable[[], None]
) -> IpcConnection:
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + SOCKET_WITHIN
    while loop.time() < give_up_at:
        try:
            return await open_connection(own.ipc_socket, clock, on_event, on_lost)
        except OSError:
            if own.has_exited:
                raise ConnectionLostError("mpv ended before it opened its socket") from None
        await asyncio.sleep(LOOKED_EVERY)
    raise TimeoutError


async def _check_running_version(connection: IpcConnection, program: str) -> None:
    [asked] = connection.request(["get_property", "mpv-version"])
    answer = await asyncio.wait_for(asked, SOCKET_WITHIN)
    check_version(str(answer.value), program)


async def _set_engine_options(connection: IpcConnection) -> dict[str, object]:
    """Set the engine's options; the values that they had before."""
    reading = connection.request(*[["get_property", name] for name in ENGINE_OPTIONS])
    writing = connection.request(*[["set_property", name, value] for name, value in ENGINE_OPTIONS.items()])
    answers = await asyncio.wait_for(asyncio.gather(*reading), SOCKET_WITHIN)
    await asyncio.wait_for(asyncio.gather(*writing), SOCKET_WITHIN)
    return {
        name: answer.value
        for name, answer in zip(ENGINE_OPTIONS, answers, strict=True)
        if answer.error is None and name not in LEFT_AS_THEY_ARE
    }


async def refuse_taken(path: str, clock: Callable[[], float]) -> None:
    """Raise ``AppError`` (usage) if a program listens at ``path`` already: mpv would take it away from it."""
    try:
        connection = await open_connection(path, clock, lambda _event, _at: None, lambda: None)
    except OSError:
        return
    connection.close()
    raise AppError(ErrorCode.USAGE, f"a program listens at {path} already", f"to drive that mpv, use --attach {path}")
