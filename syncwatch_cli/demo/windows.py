"""Two players side by side on the person's screen; without one, players that nobody sees."""

from __future__ import annotations

import os
import sys

SIZE = 47
"""Per cent of the screen's width that each window takes."""


def has_screen() -> bool:
    """Whether windows can be opened here."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def window(name: str, left: int) -> list[str]:
    """Mpv's arguments for the window of ``name``, whose left edge is ``left`` % of the free width from the screen's."""
    if not has_screen():
        return ["--vo=null", "--ao=null"]
    return [
        f"--geometry={SIZE}%+{left}%+35%",
        "--fs=no",
        "--force-window=yes",
        f"--title={name}",
        "--keepaspect-window=yes",
    ]
