"""``install-handler``: let the desktop open ``syncwatch://`` links with this program."""

from __future__ import annotations

from typing import Annotated

import typer

from syncwatch_cli import output
from syncwatch_cli.options import Shared

Remove = Annotated[bool, typer.Option("--remove", help="Take it away again.")]


def install_handler(shared: Shared, remove: Remove = False) -> None:
    """Let this desktop show SyncWatch among its programs and open syncwatch:// links with it.

    Prints the files that were written, or taken away.
    """
    from syncwatch_cli import desktop

    changed = desktop.remove() if remove else desktop.install()
    if shared.use_json:
        output.json_object([str(path) for path in changed])
        return
    for path in changed:
        output.text(str(path))
