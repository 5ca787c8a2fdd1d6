"""``chat``: say something to everybody."""

from __future__ import annotations

from typing import Annotated

import typer

from syncwatch_cli import options
from syncwatch_cli.options import Shared
from syncwatch_cli.target import find_target

Text = Annotated[str, typer.Argument(metavar="TEXT", help="What to say, up to 500 characters.")]


def chat(shared: Shared, code: options.Code, text: Text) -> None:
    """Say something to everybody in the session."""
    target = find_target(shared, code)
    target.api().post(f"/sessions/{target.code}/chat", {"text": text})
