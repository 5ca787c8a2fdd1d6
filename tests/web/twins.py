"""The page's modules of web/sync, asked by Python: the same questions as their twins in ``syncwatch_core``."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WEB = HERE.parents[1] / "server" / "syncwatch_server" / "web"
VECTORS = HERE.parent / "vectors"

Ask = Callable[[str, Iterable[Any]], list[Any]]
"""A task of ask_twins.mjs, and its cases; gives a result for each."""


def vectors(name: str) -> Any:
    """A table that both languages are held to."""
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def as_modules(folder: Path) -> Path:
    """A copy of the page's modules in a folder where Node knows them as modules."""
    for name in ("sync", "players"):
        shutil.copytree(WEB / name, folder / name)
    (folder / "package.json").write_text('{"type": "module"}')
    return folder


def run_node(script: Path, folder: Path, question: object) -> Any:
    """What a script answers, asked by JSON on its stdin; it is given the folder of the modules."""
    command = ["node", str(script), str(folder)]
    ran = subprocess.run(command, input=json.dumps(question), capture_output=True, text=True, check=False, timeout=30)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def asking(folder: Path) -> Ask:
    """How to ask the modules, copied to ``folder``."""
    modules = as_modules(folder) / "sync"

    def ask(task: str, cases: Iterable[Any]) -> list[Any]:
        answers: list[Any] = run_node(HERE / "ask_twins.mjs", modules, {"task": task, "cases": list(cases)})
        return answers

    return ask
