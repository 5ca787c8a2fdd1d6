"""``rate``: play faster or slower."""

from __future__ import annotations

from typing import Annotated

import typer

from syncwatch_cli import options
from syncwatch_cli.commands.playback import command_playback
from syncwatch_cli.options import Shared
from syncwatch_core.errors import AppError, ErrorCode

SLOWEST, FASTEST = 0.25, 4.0

Rate = Annotated[str, typer.Argument(metavar="R", help="Media seconds a second, from 0.25 to 4.")]


def rate(shared: Shared, code: options.Code, rate: Rate) -> None:
    """Change the speed, for everybody."""
    try:
        wanted = float(rate)
    except ValueError:
        wanted = 0.0
    if not SLOWEST <= wanted <= FASTEST:
        raise AppError(ErrorCode.USAGE, f"{rate!r} is not a speed", "give a number from 0.25 to 4; 1 is as it was made")
    command_playback(shared, code, "video-rate", rate=wanted)
