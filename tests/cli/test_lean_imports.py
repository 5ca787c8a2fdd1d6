"""What is left out of our imports."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from syncwatch_cli.lean_imports import without


def test_a_module_is_not_there_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Within, a module can't be imported; afterwards it can."""
    (tmp_path / "left_out_for_a_while.py").write_text("there = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    with without("left_out_for_a_while"), pytest.raises(ImportError):
        importlib.import_module("left_out_for_a_while")

    assert importlib.import_module("left_out_for_a_while").there


def test_a_module_that_is_there_stays():
    """What was imported before is left alone."""
    with without("sys"):
        import sys as still_there

    assert still_there is sys


def test_a_join_imports_no_second_transport():
    """Taking part brings in one HTTP library, and nothing of the server, the TUI or an extractor."""
    script = (
        "import sys\n"
        "from syncwatch_cli import main\n"
        "code = main.run(['join', 'http://127.0.0.1:9/s/ABC-DEF', '--player', 'none'])\n"
        "heavy = ('requests', 'websocket', 'sqlalchemy', 'textual', 'yt_dlp', 'pydantic', 'syncwatch_server')\n"
        "print(code, 'runtime' if 'aiohttp' in sys.modules else '', [name for name in heavy if name in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)

    assert ran.stdout.splitlines()[-1] == "3 runtime []"
