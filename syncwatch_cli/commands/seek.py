"""``seek``: go elsewhere in the media."""

from __future__ import annotations

from typing import Annotated

import typer

from syncwatch_cli import options
from syncwatch_cli.commands.playback import command_playback
from syncwatch_cli.options import Shared
from syncwatch_cli.positions import parse_position
from syncwatch_cli.target import find_target

Where = Annotated[str, typer.Argument(metavar="POS", help="Seconds, mm:ss, h:mm:ss, or +10, -10.")]


def seek(shared: Shared, code: options.Code, where: Where) -> None:
    """Go to a position, for everybody, playing on if it played."""
    written = parse_position(where)
    target = find_target(shared, code)
    position = 0.0
    if written.relative:
        from syncwatch_cli.session_table import position_now

        position = position_now(target.api().session(target.code))
    command_playback(shared, target, "video-seek", currentTime=written.from_position(position))
