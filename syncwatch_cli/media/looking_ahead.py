"""What comes next in the queue is looked up while what is watched now plays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from syncwatch_cli.media.finding import Finder
from syncwatch_cli.tasks import Tasks
from syncwatch_core import messages as wire


class LookingAhead:
    """Looks up the first item of the queue; ``is_loading`` tells that something else goes before."""

    def __init__(self, finder: Finder, tasks: Tasks, is_loading: Callable[[], bool]) -> None:
        self._finder = finder
        self._tasks = tasks
        self._is_loading = is_loading
        self._coming: wire.QueueItem | None = None
        self._looking: asyncio.Task[None] | None = None

    def queue_is(self, queue: tuple[wire.QueueItem, ...]) -> None:
        """The queue as it is now."""
        coming = queue[0] if queue else None
        is_other = (coming and coming.item_id) != (self._coming and self._coming.item_id)
        self._coming = coming
        if is_other:
            self.go_on()

    def go_on(self) -> None:
        """There may be time for it now."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        if self._coming is not None and not self._is_loading():
            self._looking = self._tasks.spawn(self._finder.look_ahead(self._coming))
