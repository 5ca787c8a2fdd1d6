"""An mpv that is up before the session is joined, and shows itself only once it is.

Starting takes mpv as long as connecting takes us, so the two are done at once; and an mpv that can't be started,
or is too old, is found out before anybody else hears of us.
Until ``start`` it has no window: of a join that is refused nothing flashes up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from syncwatch_cli.player.interface import PlayerListener
from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_cli.player.opening import OpenMpv, open_own
from syncwatch_cli.player.process import MpvProcess
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError, ErrorCode


class MpvAhead(MpvPlayer):
    """An ``MpvPlayer`` with a ``prepare``; ``started`` is its process, where that runs already."""

    def __init__(
        self,
        listener: PlayerListener,
        clock: Callable[[], float],
        *,
        started: MpvProcess | None = None,
        mpv_path: str | None = None,
        extra_args: Sequence[str] = (),
        ipc_socket: str | None = None,
        title: str | None = None,
        chat_key: str | None = None,
    ) -> None:
        super().__init__(
            listener,
            clock,
            mpv_path=mpv_path,
            extra_args=extra_args,
            ipc_socket=ipc_socket,
            title=title,
            chat_key=chat_key,
        )
        self._started = started
        self._prepared: OpenMpv | None = None

    async def prepare(self) -> None:
        """Have mpv up, without a window; raises ``AppError`` (player-missing, player-died, usage)."""
        started, self._started = self._started, None
        self._prepared = await open_own(
            self._mpv_path,
            self._extra_args,
            self._asked_socket,
            None,
            self._clock,
            self._on_event,
            self._on_lost,
            started=started,
            hidden=True,
        )

    async def close(self) -> None:
        """End it, whether or not it came to be started."""
        if self._prepared is not None:
            await self._prepared.leave()
        await super().close()

    async def _open_mpv(self) -> OpenMpv:
        if self._prepared is None:
            await self.prepare()
        prepared, self._prepared = self._prepared, None
        assert prepared is not None  # noqa: S101 just prepared
        own = prepared.own
        assert own is not None  # noqa: S101 we started it
        if own.has_exited or not prepared.connection.is_open:
            await prepared.leave()
            words = f"the player was gone before the session was joined: {own.end_in_words()}"
            raise AppError(ErrorCode.PLAYER_DIED, words)
        title = [["set_property", "title", f"$>{clean_text(self._title)}"]] if self._title else []
        prepared.connection.post(*title, ["set_property", "force-window", True])
        return prepared
