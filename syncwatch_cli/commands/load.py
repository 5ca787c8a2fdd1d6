"""``load``: watch something else."""

from __future__ import annotations

from typing import Annotated

import typer

from syncwatch_cli import options
from syncwatch_cli.commands.playback import command_playback
from syncwatch_cli.media.sources import parse_source
from syncwatch_cli.options import Shared

MediaTitle = Annotated[str | None, typer.Option("--title", metavar="TEXT", help="What it is called.")]


def load(shared: Shared, code: options.Code, source: options.SourceArgument, title: MediaTitle = None) -> None:
    """Load a URL or a file, for everybody.

    Everybody then stands paused at its beginning.
    """
    media = parse_source(source).as_media()
    if title is not None:
        media["title"] = title
    command_playback(shared, code, "video-load", **media)
