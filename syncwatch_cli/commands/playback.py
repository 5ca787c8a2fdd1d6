"""What ``play``, ``pause``, ``seek``, ``rate`` and ``load`` have in common."""

from __future__ import annotations

from typing import Any

from syncwatch_cli import output
from syncwatch_cli.options import Shared
from syncwatch_cli.target import Target, find_target


def command_playback(shared: Shared, code: str | Target, event: str, **payload: Any) -> None:
    """Give the session a command; with ``--json`` print the playback that is in force after it."""
    target = code if isinstance(code, Target) else find_target(shared, code)
    answer = target.api().command(target.code, event, **payload)
    if shared.use_json:
        output.json_object(answer["playback"])
