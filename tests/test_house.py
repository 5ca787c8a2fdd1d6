"""What holds for the house as a whole: who loads what, what the wheel holds, how scripts start, the names of things."""

from __future__ import annotations

import ast
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from syncwatch_core import __version__

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = [ROOT / "syncwatch_core", ROOT / "syncwatch_cli", ROOT / "server" / "syncwatch_server"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What the command said, once it has ended."""
    return subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False
    )


# --- who loads what ---

HEAVY = {"aiohttp", "alembic", "engineio", "socketio", "sqlalchemy", "structlog", "textual", "uvloop", "yt_dlp"}
"""What takes so long to import that only a command that uses it may."""

COMMAND_THEN_MODULES = """
import sys
from syncwatch_cli.main import main
listing = sys.argv.pop(1)
try:
    code = main() or 0
except SystemExit as ending:
    code = ending.code or 0
with open(listing, "w") as file:
    print(code, *{name.partition(".")[0] for name in sys.modules}, file=file)
"""

ONE_SHOT = [
    "create",
    "play ABC-DEF",
    "pause ABC-DEF",
    "seek ABC-DEF 1:30",
    "rate ABC-DEF 1.5",
    "load ABC-DEF https://example.org/film.mp4",
    "chat ABC-DEF hello",
    "status ABC-DEF",
    "events ABC-DEF",
    "kick ABC-DEF Bo",
    "end ABC-DEF",
]


@pytest.fixture
def no_server() -> Iterator[str]:
    """The URL of a port that is taken, and at which nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def loaded_by(arguments: list[str], folder: Path) -> tuple[int, set[str]]:
    """The exit code of ``syncwatch ARGUMENTS``, and the packages that it had loaded by then."""
    listing = folder / "modules"
    homes = {name: str(folder) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")}
    said = run(sys.executable, "-c", COMMAND_THEN_MODULES, listing, *arguments, **homes)
    assert listing.exists(), said.stderr
    code, *modules = listing.read_text().split()
    return int(code), set(modules)


def test_the_core_loads_nothing_that_does_io():
    """Importing all of the core loads neither asyncio nor socket, logging or subprocess, nor either side."""
    modules = [f"syncwatch_core.{path.stem}" for path in PACKAGES[0].glob("*.py")]
    program = f"import sys, {', '.join(modules)}\nprint(*sys.modules)".replace(
        "syncwatch_core.__init__", "syncwatch_core"
    )
    # Without the variable by which a measured test run measures its subprocesses too: that loads much by itself.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    said = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)

    banned = {"asyncio", "socket", "logging", "subprocess", "selectors", "syncwatch_cli", "syncwatch_server"}
    assert "syncwatch_core.timeline" in said.stdout.split()
    assert not banned & set(said.stdout.split())


@pytest.mark.parametrize("command", ["", "host", "join", "serve", "status"])
def test_help_is_light(command: str, tmp_path: Path):
    """Help of the whole and of each command loads neither the server nor any of its libraries."""
    code, modules = loaded_by([*command.split(), "--help"], tmp_path)

    assert code == 0
    assert "typer" in modules
    assert not (HEAVY | {"syncwatch_server"}) & modules


@pytest.mark.parametrize("command", ONE_SHOT)
def test_one_shot_commands_are_light(command: str, tmp_path: Path, no_server: str):
    """A command that asks the server once and ends does so with the standard library."""
    code, modules = loaded_by([*command.split(), "--server", no_server], tmp_path)

    assert code == 3  # it came as far as asking
    assert not (HEAVY | {"syncwatch_server"}) & modules


# --- the wheel and the locks ---


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    return next(folder.glob("syncwatch-*.whl"))


def test_the_wheel_holds_the_three_packages_whole(wheel: Path):
    """Every file of the three packages, migrations and type markers included, is in the wheel, and nothing else."""
    files = [path.relative_to(package.parent) for package in PACKAGES for path in package.rglob("*") if path.is_file()]
    made_by_tools = re.compile(r"__pycache__|\.\w+_cache")
    expected = {str(path) for path in files if not made_by_tools.search(str(path))}

    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name and ".data/" not in name}
    assert held == expected
    assert {f"{package.name}/py.typed" for package in PACKAGES} <= held


def test_the_wheel_brings_the_command(wheel: Path):
    """The wheel has the version of the core, and its command is the client's way in."""
    archive = zipfile.ZipFile(wheel)
    folder = f"syncwatch-{__version__}.dist-info"

    assert "syncwatch = syncwatch_cli.start:main" in archive.read(f"{folder}/entry_points.txt").decode().splitlines()


def test_the_wheel_brings_the_manual_and_the_completions(wheel: Path):
    """The manual page and the shells' scripts are where man and the shells look, below the place of installation."""
    folder = f"syncwatch-{__version__}.data/data/share"
    held = {name.removeprefix(f"{folder}/") for name in zipfile.ZipFile(wheel).namelist() if ".data/" in name}
    shells = {"bash-completion/completions/syncwatch", "zsh/site-functions/_syncwatch"}

    assert held == {"man/man1/syncwatch.1", "fish/vendor_completions.d/syncwatch.fish", *shells}


def test_the_packages_import_from_the_wheel_alone(wheel: Path):
    """All three packages are found in the wheel under their own names."""
    names = ", ".join(package.name for package in PACKAGES)
    program = f"import sys; sys.path.insert(0, sys.argv[1]); import {names}; print(*(p.__file__ for p in ({names})))"
    said = run(sys.executable, "-c", program, wheel)

    assert [Path(place).parent.parent for place in said.stdout.split()] == [wheel] * 3


def pins(lock: str) -> dict[str, str]:
    """The version of each package in a lock file."""
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", (ROOT / "requirements" / lock).read_text(), re.MULTILINE))


@pytest.mark.parametrize(
    ("lock", "groups"), [("run.txt", ["build"]), ("dev.txt", ["build", "test", "check"])], ids=["run", "dev"]
)
def test_the_locks_fit_the_dependencies(lock: str, groups: list[str]):
    """Each dependency is locked at a version that it allows."""
    grouped = [text for group in groups for text in PROJECT["dependency-groups"][group]]
    locked = pins(lock)

    for requirement in map(Requirement, [*PROJECT["project"]["dependencies"], *grouped]):
        assert locked.get(requirement.name.lower(), "none") in requirement.specifier, requirement


def test_what_is_tested_is_what_runs():
    """The tests run with the very versions that the command gets."""
    assert pins("run.txt").items() <= pins("dev.txt").items()


# --- the scripts ---


def test_the_start_script_adds_no_word_of_its_own(tmp_path: Path):
    """Once everything is there, scripts/syncwatch is the command, from any folder and through links."""
    run(ROOT / "scripts" / "setup", "run")
    (tmp_path / "first").symlink_to(ROOT / "scripts" / "syncwatch")
    (tmp_path / "second").symlink_to("first")
    said = subprocess.run([tmp_path / "second", "--version"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (said.returncode, said.stderr) == (0, "")
    assert __version__ in said.stdout


def test_an_unknown_system_is_told_what_to_install(tmp_path: Path):
    """Where no package manager is known, the words name what is missing, stdout is empty and the exit code is 2."""
    said = run(ROOT / "scripts" / "need", "mpv", "venv", PATH=str(tmp_path))

    assert (said.returncode, said.stdout) == (2, "")
    assert "install mpv venv (Python 3.11 or later, with its venv and ensurepip)" in said.stderr


def test_an_old_python_is_told_from_a_new_one(tmp_path: Path):
    """Where Python is older than 3.11, the words say so, and the exit code is 2."""
    scripts, programs = tmp_path / "scripts", tmp_path / "programs"
    scripts.mkdir()
    programs.mkdir()
    shutil.copy(ROOT / "scripts" / "setup", scripts)
    (programs / "dirname").symlink_to(shutil.which("dirname") or "")
    (programs / "python3").write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit 0\nexit 1\n')
    (programs / "python3").chmod(0o755)
    said = run(scripts / "setup", "run", PATH=str(programs))

    assert (said.returncode, said.stdout) == (2, "")
    assert "Python 3.11 or later is needed, and this is Python 3.9.2" in said.stderr


# --- words ---

NAMES_OF_OTHERS = {("server/syncwatch_server/realtime/direct_response.py", "feed_data")}
"""Names that others call ours by: aiohttp hands what it read to a method of that name."""

BANNED_WORD = re.compile(r"(^|_)(delta|diff|lag|data|info|helpers?|utils?)$")


def names_in(path: Path) -> Iterator[str]:
    """Every name that a file gives to something."""
    yield path.stem
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def test_names_say_what_they_name():
    """Nothing is called delta, diff, lag, data, info, helper or utils, nor ends so."""
    files = [path for package in PACKAGES for path in package.rglob("*.py")]
    named = [(str(path.relative_to(ROOT)), name) for path in files for name in names_in(path)]
    snake_case = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

    assert len(named) > len(files)
    banned = {each for each in named if BANNED_WORD.search(snake_case.sub("_", each[1]).lower())}
    assert banned == NAMES_OF_OTHERS
