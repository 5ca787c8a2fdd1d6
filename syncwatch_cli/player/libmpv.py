"""``--player libmpv``: mpv as a library within our own process, with a window of its own, where there is no program.

It is spoken to over its JSON IPC socket like the other, so one set of rules tells a person's act from ours in both,
and other programs can attach to it. The library's own calls would be slower here: its answers come on a thread that
has to wait for Python's lock (a batch of ten readings: 1.0 ms against 0.6, p95 2.3 against 1.0; measured, 0.35.1),
and its plain calls hold the event loop for up to 34 ms around a seek.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from syncwatch_cli.player.interface import PlayerListener
from syncwatch_cli.player.libmpv_core import start_libmpv
from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_cli.player.opening import OpenMpv, StartFailedError, connect_to_started, refuse_taken
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError, ErrorCode


class LibmpvPlayer(MpvPlayer):
    """An mpv within this process; the arguments are those of ``MpvPlayer``."""

    def __init__(
        self,
        listener: PlayerListener,
        clock: Callable[[], float],
        *,
        extra_args: Sequence[str] = (),
        ipc_socket: str | None = None,
        title: str | None = None,
        chat_key: str | None = None,
    ) -> None:
        super().__init__(listener, clock, extra_args=extra_args, ipc_socket=ipc_socket, title=title, chat_key=chat_key)

    async def _open_mpv(self) -> OpenMpv:
        if self._asked_socket is not None:
            await refuse_taken(self._asked_socket, self._clock)
        title = clean_text(self._title) if self._title else None
        core = await start_libmpv(extra_args=self._extra_args, ipc_socket=self._asked_socket, title=title)
        try:
            return await connect_to_started(core, "libmpv", self._clock, self._on_event, self._on_lost)
        except StartFailedError as failed:
            raise AppError(
                ErrorCode.PLAYER_DIED,
                f"libmpv could not be started: {failed}",
                "try the same options with mpv itself; without an mpv.conf of your own: --mpv-arg=--no-config",
            ) from failed
