"""What is offered for the word under the cursor, read off the commands themselves."""

import os
import subprocess
import sys
from typing import Any

import pytest
import typer

from syncwatch_cli import completing, remembered
from syncwatch_cli.main import app

ROOT = typer.main.get_command(app)


def offered(line: str) -> list[str]:
    """The values that are offered at the end of a line; ``files`` where the shell finds them itself."""
    kind, *lines = completing.answer(ROOT, line.split(" "))
    return ["<files>"] if kind == "files" else [each.partition("\t")[0] for each in lines]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("sta", ["status"]),
        ("--json sta", ["status"]),
        ("--server http://x sta", ["status"]),
        ("queue s", ["shuffle"]),
        ("queue repeat ABC-DEF ", ["off", "one", "all"]),
        ("update --control ", ["everyone", "host"]),
        ("update --control h", ["host"]),
        ("update --control=h", ["--control=host"]),
        ("update ABC-DEF --buffer-wait ", ["wait", "go-on"]),
        ("update ABC-DEF --pin-audio ", ["no"]),
        ("join ABC-DEF --player ", ["mpv", "libmpv", "none"]),
        ("join --quality ", ["best", "audio"]),
        ("join --cookies-from-browser fire", ["firefox"]),
        ("join ABC-DEF --mpv ", ["<files>"]),
        ("join ABC-DEF --password-file=", ["<files>"]),
        ("join ABC-DEF --name ", []),
        ("host ", ["<files>"]),
        ("load ABC-DEF ", ["<files>"]),
        ("queue add ABC-DEF one.mkv ", ["<files>"]),
        ("config set corr", ["correction"]),
        ("config set correction ", ["on", "off"]),
        ("config set name ", []),
        ("completion ", ["bash", "zsh", "fish"]),
        ("nonsense ", []),
        ("queue nonsense ", []),
        ("chat ABC-DEF -- --j", []),
        ("seek ABC-DEF -1", []),
    ],
)
def test_offers(line: str, values: list[str]) -> None:
    """Commands, options, and for a value what its name in the help says that it may be."""
    assert offered(line) == values


def test_codes_are_offered_the_latest_first() -> None:
    """Codes used here are offered with their server, also to who types them small and without the dash."""
    remembered.remember("7KD-93F", server="http://127.0.0.1:8765")
    remembered.remember("7KX-000", server="https://watch.example.org")

    assert completing.answer(ROOT, ["status", ""]) == [
        "words",
        "7KX-000\ton watch.example.org",
        "7KD-93F\ton 127.0.0.1:8765",
    ]
    assert offered("pause 7kd9") == ["7KD-93F"]


def test_options_are_explained_once() -> None:
    """Options are offered with their help, and those that stand there already are not, but for repeatable ones."""
    assert "--title\tAnother title; '' takes it away" in completing.answer(ROOT, ["update", "--ti"])
    assert offered("join ABC-DEF --view-only --view") == []
    assert offered("join ABC-DEF --mpv-arg=--fs --mpv-a") == ["--mpv-arg"]
    assert offered("join --correction --no-corr") == []


def test_options_come_where_nothing_else_can() -> None:
    """After the last argument a Tab shows the options, since nothing else may follow."""
    assert "--json" in offered("status ABC-DEF ")


def test_a_shell_s_question_is_light() -> None:
    """To complete a code takes neither an event loop nor a network library, a terminal interface or a database."""
    remembered.remember("7KD-93F", server="http://127.0.0.1:8765")
    script = (
        "import atexit, sys\n"
        "heavy = ('asyncio', 'aiohttp', 'http.client', 'socketio', 'sqlalchemy', 'textual', 'yt_dlp', 'msgspec',"
        " 'rich', 'pydantic')\n"
        "atexit.register(lambda: print('imported:', [name for name in heavy if name in sys.modules]))\n"
        "from syncwatch_cli.main import main\n"
        "main()\n"
    )
    asked = [sys.executable, "-c", script, "status", "7k"]
    ran = subprocess.run(
        asked, capture_output=True, text=True, check=True, timeout=60, env=os.environ | {"_SYNCWATCH_COMPLETE": "bash"}
    )

    assert ran.stdout.splitlines() == ["words", "7KD-93F\ton 127.0.0.1:8765", "imported: []"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts(syncwatch: Any, shell: str) -> None:
    """`completion SHELL` prints the shell's script; with --json it is an object."""
    assert "_SYNCWATCH_COMPLETE" in syncwatch("completion", shell).out
    assert f'"shell": "{shell}"' in syncwatch("completion", shell, "--json").out
