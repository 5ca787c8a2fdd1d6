"""What stands on the screen of an application under test, as text."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from textual.app import App
from textual.pilot import Pilot

from tests.patience import PATIENCE

Compare = Callable[[Pilot[Any], str], Awaitable[None]]
"""Compares the screen with the picture of that name."""

STILL_FOR = 3
"""Looks at the screen in a row that find no change, until it is taken to be at rest."""

_A = TypeVar("_A")
_B = TypeVar("_B")


def rows(app: App[Any]) -> list[str]:
    """The rows of the screen, without blanks at their ends."""
    # No public name gives what is drawn but as a picture.
    strips = app.screen._compositor.render_strips()  # noqa: SLF001
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


async def at_rest(pilot: Pilot[Any]) -> list[str]:
    """The rows of the screen once they no longer change: what is mounted late, such as the foot, has come by then."""
    shown, looks = rows(pilot.app), 0
    async with asyncio.timeout(PATIENCE):
        while looks < STILL_FOR:
            await pilot.pause(0.03)
            before, shown = shown, rows(pilot.app)
            looks = looks + 1 if shown == before else 0
    return shown


def noting(calls: list[_A], act: Callable[[_A], _B]) -> Callable[[_A], _B]:
    """The same, with each call noted."""

    def noted(given: _A) -> _B:
        calls.append(given)
        return act(given)

    return noted
