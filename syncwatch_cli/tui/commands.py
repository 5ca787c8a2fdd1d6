"""The command palette: what can be done now, each as ``group: Action``.

The entries of a part of the screen are the actions of its key bindings, so that the palette, the footer and the help
can't tell different tales; what is the same everywhere is named here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from textual.app import App, SystemCommand
from textual.screen import Screen

from syncwatch_cli.tui.help_text import Helpable

_MOVES = ("cursor", "scroll", "page", "react(", "first", "last")
"""Actions that only make sense as keys."""


def palette(app: App[Any], screen: Screen[Any]) -> Iterable[SystemCommand]:
    """What can be done now, on this screen and everywhere."""
    yield from _bound(app, screen)
    yield SystemCommand("view: Change the theme", "Other colours, kept for the next time", app.action_change_theme)
    yield SystemCommand(
        "view: Save a picture",
        "Save what is on the screen as an SVG file",
        # The palette itself is not to be in the picture.
        lambda: app.set_timer(0.1, app.deliver_screenshot),
    )


def _bound(app: App[Any], screen: Screen[Any]) -> Iterable[SystemCommand]:
    """The actions that have a key now, each once, by the part of the screen that has them."""
    seen: set[tuple[int, str]] = set()
    for key, active in screen.active_bindings.items():
        # What has no name of ours is a toolkit's own way of moving about.
        node, binding = active.node, active.binding
        is_named = binding.id is not None and bool(binding.description)
        if not is_named or not active.enabled or (id(node), binding.action) in seen:
            continue
        if binding.action.startswith(_MOVES):
            continue
        seen.add((id(node), binding.action))
        told = getattr(node, "help", None)
        group = told.title.lower().removeprefix("the ") if isinstance(node, Helpable) and told else "app"
        words = binding.tooltip or f"{binding.description}, by the key {app.get_key_display(binding.with_key(key))}"
        yield SystemCommand(f"{group}: {binding.description}", words, partial(_run, app, binding.action, node))


async def _run(app: App[Any], action: str, node: Any) -> None:
    await app.run_action(action, node)
