"""``completion``: what a shell needs to complete commands, options and codes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from syncwatch_cli import options, output
from syncwatch_cli.options import Shared

SCRIPTS = {"bash": "syncwatch.bash", "zsh": "_syncwatch", "fish": "syncwatch.fish"}
"""The script of each shell, under the name by which the shell looks for it."""

Shell = Annotated[str, typer.Argument(metavar="|".join(SCRIPTS), help="The shell to complete in.")]


def completion(shared: Shared, shell: Shell) -> None:
    """Print the script by which a shell completes commands, options, codes and files.

    bash: eval "$(syncwatch completion bash)" in ~/.bashrc. zsh: the same with zsh in ~/.zshrc, after compinit.
    fish: syncwatch completion fish > ~/.config/fish/completions/syncwatch.fish
    """
    options.one_of("the shell", shell, tuple(SCRIPTS))
    script = (Path(__file__).parent.parent / "shells" / SCRIPTS[shell]).read_text(encoding="utf-8")
    if shared.use_json:
        output.json_object({"shell": shell, "script": script})
    else:
        output.text(script.rstrip("\n"))
