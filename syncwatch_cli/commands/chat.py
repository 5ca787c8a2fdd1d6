"""``chat``: say something to everybody."""

from __future__ import annotations

from typing import Annotated

import typer

from syncwatch_cli import options
from syncwatch_cli.options import Shared
from syncwatch_cli.target import find_target
from syncwatch_core.errors import AppError, ErrorCode

LONGEST = 500
"""Characters of a message. docs/contract.md, 3."""

Text = Annotated[str, typer.Argument(metavar="TEXT", help=f"What to say, up to {LONGEST} characters.")]


def chat(shared: Shared, code: options.Code, text: Text) -> None:
    """Say something to everybody in the session."""
    if not 1 <= len(text) <= LONGEST:
        raise AppError(ErrorCode.USAGE, f"a message has 1 to {LONGEST} characters, and this has {len(text)}")
    target = find_target(shared, code)
    target.api().post(f"/sessions/{target.code}/chat", {"text": text})
