"""``kick``: remove somebody."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from syncwatch_cli import options
from syncwatch_cli.options import Shared
from syncwatch_cli.target import find_target
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError, ErrorCode

Name = Annotated[str, typer.Argument(metavar="NAME", help="Their name, or their participantId.")]


Ban = Annotated[bool, typer.Option("--ban", help="For good: they can't come back.")]


def kick(shared: Shared, code: options.Code, name: Name, ban: Ban = False) -> None:
    """Remove somebody from the session."""
    target = find_target(shared, code)
    api = target.api()
    participant_id = _named(api.session(target.code)["participants"], name)
    api.delete(f"/sessions/{target.code}/participants/{participant_id}{'?ban=1' if ban else ''}")


def _named(participants: list[dict[str, Any]], name: str) -> str:
    """Whose id or name this is; raises ``AppError`` (not-found) for nobody's, (usage) for that of several."""
    found = [each for each in participants if name == each["participantId"]] or [
        each for each in participants if each["displayName"].strip().casefold() == name.strip().casefold()
    ]
    if not found:
        here = ", ".join(clean_text(each["displayName"]) for each in participants)
        hint = f"these are: {here}" if here else "nobody is in the session; syncwatch end CODE ends it"
        raise AppError(ErrorCode.NOT_FOUND, f"nobody of the name {clean_text(name)!r} is here", hint)
    if len(found) > 1:
        ids = ", ".join(each["participantId"] for each in found)
        raise AppError(ErrorCode.USAGE, f"{len(found)} people here have the name {name!r}", f"name one by id: {ids}")
    return str(found[0]["participantId"])
