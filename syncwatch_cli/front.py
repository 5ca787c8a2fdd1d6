"""What a person or a program has before them while a session goes on: the full screen, a status line, or JSON lines."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from syncwatch_cli import diagnostics, output

if TYPE_CHECKING:
    from syncwatch_cli.deck import Deck
    from syncwatch_cli.screens import Screen

_T = TypeVar("_T")


class Front(Protocol):
    """Runs a session, and shows it."""

    @property
    def at_hand(self) -> Callable[[Deck], None] | None:
        """Takes the deck, where a person can act from here."""

    def run(self, main: Coroutine[Any, Any, _T]) -> _T:
        """Run it to its end; raises what it raises, and ``KeyboardInterrupt`` after ^C, SIGTERM or a closed terminal.

        Only for as long as ``screen`` is open is there anything to see.
        """

    def screen(self, link: str | None) -> AbstractAsyncContextManager[Screen]:
        """The screen for the runtime; ``link`` is the one to show to the person, for their friends."""


def front_for(*, no_tui: bool, use_json: bool) -> Front:
    """The full screen on a terminal that can show it, unless it isn't wanted; else what a plain terminal shows."""
    if no_tui or use_json or not _is_full_terminal():
        return Plain(use_json=use_json)
    from syncwatch_cli.tui.stage import Stage

    return Stage()


def _is_full_terminal() -> bool:
    return diagnostics.is_terminal() and output.is_terminal() and os.environ.get("TERM", "") not in ("", "dumb")


class Plain:
    """Lines on stdout or stderr."""

    at_hand = None

    def __init__(self, *, use_json: bool) -> None:
        self._use_json = use_json

    def run(self, main: Coroutine[Any, Any, _T]) -> _T:
        """Run it in the main thread."""
        from syncwatch_cli import live

        return live.run(main)

    @asynccontextmanager
    async def screen(self, link: str | None) -> AsyncIterator[Screen]:  # noqa: ARG002 it was told before
        """JSON lines, or the status line."""
        from syncwatch_cli.screens import screen_for

        with screen_for(use_json=self._use_json) as screen:
            yield screen
