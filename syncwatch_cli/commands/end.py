"""``end``: end a session."""

from __future__ import annotations

from syncwatch_cli import options, remembered
from syncwatch_cli.options import Shared
from syncwatch_cli.target import find_target


def end(shared: Shared, code: options.Code) -> None:
    """End the session for everybody."""
    target = find_target(shared, code)
    target.api().delete(f"/sessions/{target.code}")
    remembered.forget(target.code)
