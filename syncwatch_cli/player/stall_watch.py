"""Running out of buffered media: told once it lasts, and once it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from syncwatch_core.controller_events import PlayerEvent, PlayerResumed, PlayerStalled

TOLD_AFTER = 0.1
"""Seconds: mpv says after every seek that it waits for its cache, most often for a few milliseconds."""


class StallWatch:
    """Follows mpv's ``paused-for-cache``."""

    def __init__(self, report: Callable[[PlayerEvent], None]) -> None:
        self._report = report
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._told = False

    @property
    def is_stalled(self) -> bool:
        """Whether mpv waits for media, for a moment or for longer."""
        return self._told or self._timer is not None

    def observed(self, waits: object) -> None:
        """Mpv announced a change of ``paused-for-cache``."""
        if waits is True:
            if not self.is_stalled:
                self._timer = self._loop.call_later(TOLD_AFTER, self._tell)
            return
        told = self._told
        self.forget()
        if told:
            self._report(PlayerResumed())

    def forget(self) -> None:
        """The media is another, or none."""
        self._told = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tell(self) -> None:
        self._timer = None
        self._told = True
        self._report(PlayerStalled())
