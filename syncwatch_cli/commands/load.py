"""``load``: watch something else."""

from __future__ import annotations

from typing import Annotated

import typer

from syncwatch_cli import options, output
from syncwatch_cli.media.links.expanding import WholeList, first_and_rest, queue_all
from syncwatch_cli.options import Shared
from syncwatch_cli.target import find_target

MediaTitle = Annotated[str | None, typer.Option("--title", metavar="TEXT", help="What it is called.")]


def load(
    shared: Shared,
    code: options.Code,
    source: options.SourceArgument,
    title: MediaTitle = None,
    whole_list: WholeList = False,
    cookies_from_browser: options.CookiesFromBrowser = None,
) -> None:
    """Load a URL or a file, for everybody.

    Everybody then stands paused at its beginning.
    Of a playlist the first video is loaded, and the others are queued.
    """
    media, rest = first_and_rest(source, whole_list=whole_list, cookies_from_browser=cookies_from_browser)
    if title is not None:
        media["title"] = title
    target = find_target(shared, code)
    api = target.api()
    answer = api.command(target.code, "video-load", **media)
    queue_all(rest, lambda payload: api.command(target.code, "queue-add", **payload))
    if shared.use_json:
        output.json_object(answer["playback"])
