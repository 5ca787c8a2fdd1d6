"""``play``: let everybody play."""

from __future__ import annotations

from syncwatch_cli import options
from syncwatch_cli.commands.playback import command_playback
from syncwatch_cli.options import Shared


def play(shared: Shared, code: options.Code) -> None:
    """Play, for everybody, from where it stands."""
    command_playback(shared, code, "video-play")
