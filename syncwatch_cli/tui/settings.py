"""How the person wants the terminal interface: its colours, kept from one evening to the next, and its keys."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from textual.app import App
from textual.theme import BUILTIN_THEMES, Theme

from syncwatch_cli import config, config_file, diagnostics
from syncwatch_cli.tui import keymap
from syncwatch_core.errors import AppError, ErrorCode


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """Colours and keys, checked."""

    theme: str | None = None
    """A theme of Textual's; None: its default."""
    keys: dict[str, str] = field(default_factory=dict)
    """Keys by the name of the action."""

    @classmethod
    def read(cls, settings: config.Config) -> ViewSettings:
        """What the person has set; raises ``AppError`` (usage) for a theme or a key that there isn't."""
        theme, keys = settings.get("theme"), settings.get("keymap")
        if theme.value is not None:
            check_theme(theme.value, theme.source)
        return cls(theme.value, keymap.checked(keys.value, keys.source))

    def apply(self, app: App[Any]) -> None:
        """Dress the application, and keep the theme that is chosen in it from here on; call it from ``on_mount``."""
        if self.theme is not None:
            app.theme = self.theme
        app.set_keymap(self.keys)
        app.theme_changed_signal.subscribe(app, lambda theme: _keep(app, theme))


def check_theme(name: str, where: str) -> None:
    """Raise ``AppError`` (usage) for a theme that there isn't; ``where``: what sets it."""
    if name not in BUILTIN_THEMES:
        known = ", ".join(sorted(BUILTIN_THEMES))
        raise AppError(ErrorCode.USAGE, f"{where} sets the theme {name!r}, which there isn't", f"there are {known}")


def _keep(app: App[Any], theme: Theme) -> None:
    if theme.name == config.load().get("theme").value:
        return
    try:
        config_file.change(config.config_path(), config.SETTINGS["theme"], theme.name)
    except AppError as fault:
        app.notify(f"The theme holds for now only: {fault.message}", severity="warning", markup=False)


@contextmanager
def colors_as_wanted() -> Iterator[None]:
    """``--no-color`` means to Textual what the variable does, which it reads when it is made."""
    before = os.environ.get("NO_COLOR")
    if not diagnostics.manner.color:
        os.environ["NO_COLOR"] = "1"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("NO_COLOR", None)
        else:
            os.environ["NO_COLOR"] = before
