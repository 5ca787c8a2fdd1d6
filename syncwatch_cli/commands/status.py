"""``status``: how a session stands."""

from __future__ import annotations

from syncwatch_cli import options, output
from syncwatch_cli.options import Shared
from syncwatch_cli.target import find_target


def status(shared: Shared, code: options.Code) -> None:
    """Show where it stands, who is here, and their drift."""
    target = find_target(shared, code)
    session = target.api().session(target.code)
    if shared.use_json:
        output.json_object(session)
        return
    from syncwatch_cli import session_table

    output.drawn(*session_table.drawn(session), color=not shared.no_color)
