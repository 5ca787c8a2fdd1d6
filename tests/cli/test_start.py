"""The way in: with nothing typed the lobby at a terminal, and the help anywhere else."""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.terminal_timing import shown_after
from tests.patience import PATIENCE

COMMAND = [sys.executable, "-m", "syncwatch_cli.start"]


def test_the_lobby_at_a_terminal() -> None:
    """At a terminal the lobby comes up, which offers to join by a code."""
    assert shown_after(COMMAND, "Join by", os.environ, PATIENCE) > 0


def test_the_first_screen_is_light(tmp_path: Path) -> None:
    """The lobby is there without the command line, an event loop's network libraries, yt-dlp or a database."""
    listing = tmp_path / "modules"
    heavy = ("typer", "aiohttp", "socketio", "sqlalchemy", "yt_dlp", "msgspec", "pydantic", "syncwatch_cli.main")
    program = (
        "import sys\n"
        "from syncwatch_cli import diagnostics, start\n"
        "from syncwatch_cli.commands import lobby\n"
        "from syncwatch_cli.tui import lobby_app\n"
        f"open({str(listing)!r}, 'w').write(' '.join(name for name in {heavy!r} if name in sys.modules))\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=PATIENCE)

    assert listing.read_text() == ""


def test_help_elsewhere() -> None:
    """Without a terminal the help is printed as words, and the exit code is that of usage."""
    ran = subprocess.run(COMMAND, capture_output=True, text=True, check=False, timeout=PATIENCE)

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("Usage: syncwatch ")


def test_commands_and_shells() -> None:
    """What was typed goes to the command line, and a shell that asks is answered."""
    assert subprocess.run([*COMMAND, "--version"], capture_output=True, check=False).stdout.startswith(b"syncwatch ")
    asked = subprocess.run(COMMAND, capture_output=True, check=False, env=os.environ | {"_SYNCWATCH_COMPLETE": "bash"})
    assert b"\nstatus\t" in asked.stdout
