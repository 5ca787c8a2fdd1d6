"""``pause``: let everybody pause."""

from __future__ import annotations

from syncwatch_cli import options
from syncwatch_cli.commands.playback import command_playback
from syncwatch_cli.options import Shared


def pause(shared: Shared, code: options.Code) -> None:
    """Pause, for everybody, where it stands."""
    command_playback(shared, code, "video-pause")
