"""How some properties of mpv stand, asked for so that what we write is never taken for somebody else's doing.

A property change that mpv announces may be old news by the time it arrives, and two changes in a row may be announced
as none. So an announcement only raises the question, mpv's answer to ``get_property`` decides it, an answer that is
older than a write of ours is asked for anew, and each write asks once more a little later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from syncwatch_cli.player.connection import Answer, IpcConnection

ASKED_AGAIN_AFTER = 0.1
"""Seconds after a write until mpv is asked whether it still holds; at the end of the media mpv undoes a play."""


class FreshAnswers:
    """Asks for ``properties``, one question at a time and only while ``wanted``; ``take`` hears the answers.

    They come in the order of the properties. ``again_after``: seconds after a write until they are asked for once more.
    """

    def __init__(
        self,
        connection: IpcConnection,
        properties: Sequence[str],
        take: Callable[[list[Answer]], None],
        *,
        wanted: Callable[[], bool],
        again_after: float = ASKED_AGAIN_AFTER,
    ) -> None:
        self._connection = connection
        self._questions = [["get_property", name] for name in properties]
        self._take = take
        self._wanted = wanted
        self._again_after = again_after
        self._loop = asyncio.get_running_loop()
        self._again: asyncio.TimerHandle | None = None
        self._age = 0
        self._is_asking = False

    def ask(self) -> None:
        """Something may have changed."""
        if self._is_asking or not self._wanted() or not self._connection.is_open:
            return
        self._is_asking = True
        self._connection.ask(self._questions, partial(self._answered, self._age))

    def outdate(self) -> None:
        """Whatever is on its way says nothing of how things are now."""
        self._age += 1

    def wrote(self) -> None:
        """We have just written some of it."""
        self.outdate()
        if self._again is not None:
            self._again.cancel()
        self._again = self._loop.call_later(self._again_after, self.ask)

    def _answered(self, age: int, answers: list[Answer]) -> None:
        self._is_asking = False
        if age != self._age:
            self.ask()
        elif self._wanted():
            self._take(answers)
