"""``queue``: what is watched next."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from syncwatch_cli import options, output
from syncwatch_cli.commands.load import MediaTitle
from syncwatch_cli.media.links.expanding import WholeList, expanded, queue_all
from syncwatch_cli.options import Shared
from syncwatch_cli.target import Target, find_target
from syncwatch_core.errors import AppError, ErrorCode

REPEATS = ("off", "one", "all")

Sources = Annotated[
    list[str],
    typer.Argument(metavar="SOURCE", help="URLs, playlists, or files that everybody has.", show_default=False),
]
Item = Annotated[str, typer.Argument(metavar="ITEM", help="Its place in the queue, from 1, or its itemId.")]
Place = Annotated[int, typer.Argument(metavar="PLACE", min=1, help="The place that it moves to, from 1.")]
First = Annotated[bool, typer.Option("--next", help="Before everything that is queued already.")]
Kind = Annotated[str, typer.Argument(metavar="off|one|all", help="What is repeated.")]
History = Annotated[bool, typer.Option("--history", help="What was watched before instead, the latest last.")]


def add(
    shared: Shared,
    code: options.Code,
    sources: Sources,
    title: MediaTitle = None,
    first: First = False,
    whole_list: WholeList = False,
    cookies_from_browser: options.CookiesFromBrowser = None,
) -> None:
    """Add URLs, files, or all videos of a playlist to the end of the queue."""
    media = expanded(sources, whole_list=whole_list, cookies_from_browser=cookies_from_browser)
    if title is not None:
        if len(media) > 1:
            raise AppError(ErrorCode.USAGE, "--title names one video, and these are more", "leave it out")
        media[0]["title"] = title
    target = find_target(shared, code)
    api = target.api()
    answer = queue_all(media, lambda payload: api.command(target.code, "queue-add", **payload), first=first)
    _print(shared, answer["queue"])


def remove(shared: Shared, code: options.Code, item: Item) -> None:
    """Take an item out of the queue."""
    target = find_target(shared, code)
    _command(shared, target, "queue-remove", itemId=_item_id(target, item))


def move(shared: Shared, code: options.Code, item: Item, place: Place) -> None:
    """Move an item to another place in the queue."""
    target = find_target(shared, code)
    _command(shared, target, "queue-move", itemId=_item_id(target, item), index=place - 1)


def go_on(shared: Shared, code: options.Code) -> None:
    """Go on to the first item of the queue, for everybody."""
    _command(shared, find_target(shared, code), "queue-next")


def shuffle(shared: Shared, code: options.Code) -> None:
    """Put the queue into another order, by lot."""
    _command(shared, find_target(shared, code), "queue-shuffle")


def repeat(shared: Shared, code: options.Code, kind: Kind) -> None:
    """Say what happens at the end of a video.

    off goes on with the queue, one plays the same again, all queues again what is over.
    """
    options.one_of("repeat", kind, REPEATS)
    _command(shared, find_target(shared, code), "queue-repeat", repeat=kind)


def show(shared: Shared, code: options.Code, history: History = False) -> None:
    """Print the queue, or what was watched before."""
    target = find_target(shared, code)
    if history:
        _print_history(shared, target.api().session(target.code)["history"])
    else:
        _print(shared, _queue(target), always=True)


def _command(shared: Shared, target: Target, event: str, **payload: Any) -> None:
    answer = target.api().command(target.code, event, **payload)
    _print(shared, answer["queue"])


def _queue(target: Target) -> list[dict[str, Any]]:
    answer = target.api().get(f"/sessions/{target.code}/queue")
    queue = answer["queue"] if isinstance(answer, dict) else answer
    assert isinstance(queue, list)  # noqa: S101 the contract
    return queue


def _print(shared: Shared, queue: list[dict[str, Any]], *, always: bool = False) -> None:
    if shared.use_json:
        output.json_object(queue)
    elif always:
        from syncwatch_cli.session_table import media_name

        for place, item in enumerate(queue, start=1):
            output.text(f"{place}  {media_name(item)}")


def _print_history(shared: Shared, history: list[dict[str, Any]]) -> None:
    if shared.use_json:
        output.json_object(history)
        return
    from syncwatch_cli.session_table import media_name
    from syncwatch_core.display_text import clean_text

    for item in history:
        why = f" ({clean_text(item['reason'])})" if item["reason"] else ""
        output.text(f"{item['outcome']:<7}  {media_name(item)}{why}")


def _item_id(target: Target, item: str) -> str:
    """The id of an item named by its place or by its id; a place is looked up in the queue as it is now."""
    queue = _queue(target)
    ids = [str(each["itemId"]) for each in queue]
    if item in ids:
        return item
    if item.isascii() and item.isdigit() and 1 <= int(item) <= len(ids):
        return ids[int(item) - 1]
    hint = "syncwatch queue list CODE numbers them"
    raise AppError(ErrorCode.NOT_FOUND, f"there is no item {item!r} in the queue", hint)
