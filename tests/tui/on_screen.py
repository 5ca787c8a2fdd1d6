"""What stands on the screen of an application under test, as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from textual.app import App

_A = TypeVar("_A")
_B = TypeVar("_B")


def rows(app: App[Any]) -> list[str]:
    """The rows of the screen, without blanks at their ends."""
    # No public name gives what is drawn but as a picture.
    strips = app.screen._compositor.render_strips()  # noqa: SLF001
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


def noting(calls: list[_A], act: Callable[[_A], _B]) -> Callable[[_A], _B]:
    """The same, with each call noted."""

    def noted(given: _A) -> _B:
        calls.append(given)
        return act(given)

    return noted
