"""Every command and every option says what it does."""

import subprocess
import sys
from typing import Any

import pytest
import typer

from syncwatch_cli import main
from syncwatch_cli.diagnostics import EXIT_CODES_IN_WORDS

ROOT = typer.main.get_command(main.app)


def commands(command: Any = ROOT, path: tuple[str, ...] = ()):
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


ALL = list(commands())
PROMISED = {
    *("host", "join", "create", "play", "pause", "seek", "rate", "load", "chat", "kick", "update", "end", "status"),
    *("events", "resolve", "serve", "queue add", "queue remove", "queue move", "queue next", "queue list"),
    *("queue shuffle", "queue repeat", "completion", "doctor", "install-handler", "demo", "sessions"),
    *("config show", "config path", "config set", "config init"),
}


def test_every_command_is_there() -> None:
    """The commands are those that are promised, and no others."""
    assert {" ".join(path) for path, command in ALL if not hasattr(command, "commands")} == PROMISED


@pytest.mark.parametrize(("path", "command"), ALL, ids=lambda part: " ".join(part) if isinstance(part, tuple) else "")
def test_help(syncwatch: Any, path: tuple[str, ...], command: Any) -> None:
    """-h and --help of every command explain it and every one of its options and arguments, on stdout."""
    short, long = syncwatch(*path, "-h"), syncwatch(*path, "--help")

    assert (short.code, short.out) == (0, long.out)
    assert command.help
    assert [parameter.name for parameter in command.params if not getattr(parameter, "help", None)] == []


@pytest.mark.parametrize("command", [command for _, command in ALL[1:]], ids=lambda command: command.name)
def test_shared_options(command: Any) -> None:
    """Each command takes the shared options after its name, and the root takes them before it."""
    shared = {"--server", "--token", "--json", "--debug", "--no-color", "--version"}
    taken = {flag for parameter in command.params for flag in parameter.opts}

    assert hasattr(command, "commands") or shared <= taken
    assert shared <= {flag for parameter in ROOT.params for flag in parameter.opts}


def test_exit_codes_are_printed(syncwatch: Any) -> None:
    """The help names every exit code."""
    printed = " ".join(syncwatch("--help").out.split())

    assert EXIT_CODES_IN_WORDS in printed


@pytest.mark.parametrize("variable", ["SERVER", "TOKEN", "NAME", "PASSWORD", "MPV", "MPV_ARGS", "DEVICE_DELAY"])
def test_variables_are_named(syncwatch: Any, variable: str) -> None:
    """A flag that has an environment variable names it."""
    assert f"[env var: SYNCWATCH_{variable}]" in " ".join(syncwatch("join", "--help").out.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["join", "--help"],
        ["create", "--help"],
        ["create", "https://example.org/film.mp4"],
        ["status", "ABC-DEF"],
        ["play", "ABC-DEF"],
        ["seek", "ABC-DEF", "-10"],
        ["load", "ABC-DEF", "https://example.org/film.mp4"],
        ["pause", "ABC-DEF"],
        ["rate", "ABC-DEF", "1.5"],
        ["queue", "list", "ABC-DEF"],
        ["queue", "add", "ABC-DEF", "https://example.org/film.mp4"],
        ["queue", "move", "ABC-DEF", "1", "2"],
        ["chat", "ABC-DEF", "hello"],
        ["kick", "ABC-DEF", "Bo"],
        ["update", "ABC-DEF", "--lock"],
        ["events", "ABC-DEF"],
        ["end", "ABC-DEF"],
        ["completion", "zsh"],
        ["config", "set", "name", "Ada"],
        ["config", "show", "--json"],
        ["resolve", "--offline", "https://vimeo.com/76979871"],
        ["config", "path"],
    ],
)
def test_nothing_heavy_is_imported(arguments: list[str]) -> None:
    """A command pays only for what it uses: no event loop, server, TUI or extractor for one request or a help text."""
    script = (
        "import sys\n"
        "from syncwatch_cli import main\n"
        f"main.run({arguments!r})\n"
        "heavy = ('asyncio', 'aiohttp', 'socketio', 'sqlalchemy', 'textual', 'yt_dlp', 'msgspec', 'uvloop', 'rich',"
        " 'pydantic', 'requests', 'syncwatch_server')\n"
        "print('imported:', [name for name in heavy if name in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)

    assert ran.stdout.splitlines()[-1] == "imported: []"
