"""``queue``: what is watched next."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from syncwatch_cli import options, output
from syncwatch_cli.commands.load import MediaTitle
from syncwatch_cli.media.sources import parse_source
from syncwatch_cli.options import Shared
from syncwatch_cli.target import Target, find_target
from syncwatch_core.errors import AppError, ErrorCode

Item = Annotated[str, typer.Argument(metavar="ITEM", help="Its place in the queue, from 1, or its itemId.")]
Place = Annotated[int, typer.Argument(metavar="PLACE", min=1, help="The place that it moves to, from 1.")]


def add(shared: Shared, code: options.Code, source: options.SourceArgument, title: MediaTitle = None) -> None:
    """Add a URL or a file to the end of the queue."""
    media = parse_source(source).as_media()
    if title is not None:
        media["title"] = title
    _command(shared, find_target(shared, code), "queue-add", **media)


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


def show(shared: Shared, code: options.Code) -> None:
    """Print the queue."""
    _print(shared, _queue(find_target(shared, code)), always=True)


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
