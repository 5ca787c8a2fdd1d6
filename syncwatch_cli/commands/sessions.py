"""``sessions``: those that somebody announces on this network, and those in which one was."""

from __future__ import annotations

from typing import Any

from syncwatch_cli import output, remembered
from syncwatch_cli.options import Shared
from syncwatch_core.display_text import clean_text

LISTENED = 1.5
"""Seconds in which others can answer; a network's answers come within the first, those that were lost within two."""

SHOWN = 20
"""Sessions in which one was, at most."""


def sessions(shared: Shared) -> None:
    """List the sessions announced on this network, and those in which you were."""
    import asyncio
    from dataclasses import asdict

    from syncwatch_cli.neighbours import look_around

    near = asyncio.run(look_around(LISTENED))
    were = remembered.recent(SHOWN)
    if shared.use_json:
        output.json_object({"announced": [_plain(asdict(each)) for each in near], "remembered": _remembered(were)})
        return
    for each in near:
        output.text(f"{each.code}  {each.in_words()}  {each.link}")
    for code, known in were:
        words = (clean_text(known.title or ""), known.link or known.server or "")
        output.text("  ".join(part for part in (code, *words) if part))


def _plain(announced: dict[str, Any]) -> dict[str, Any]:
    return {"hasPassword" if name == "has_password" else name: value for name, value in announced.items()}


def _remembered(were: list[tuple[str, remembered.Remembered]]) -> list[dict[str, Any]]:
    """What may be told of them; tokens may not."""
    return [
        {"code": code, "server": known.server, "link": known.link, "title": known.title, "usedAt": known.used_at}
        for code, known in were
    ]
