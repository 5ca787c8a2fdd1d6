"""docs/cli.md and the manual page say what the commands are, all of it and nothing else."""

import re
import shlex
from pathlib import Path

import cli_docs
import cli_words
import pytest
import typer
from cli_commands import Command, page

from syncwatch_cli.config import SETTINGS
from syncwatch_cli.main import app

ROOT = Path(__file__).resolve().parents[2]
PAGE = page()
MARKDOWN = ROOT / "docs" / "cli.md"
MANUAL = ROOT / "packaging" / "syncwatch.1"
OUT_OF_DATE = "run scripts/cli-docs, and commit what it writes"


def read_by(folder: str) -> set[str]:
    """The variables that the program reads, by its source."""
    files = (ROOT / folder).rglob("*.py")
    return {name for file in files for name in re.findall(r"(?<!_)SYNCWATCH_[A-Z]+(?:_[A-Z]+)*", file.read_text())}


KNOWN = read_by("syncwatch_cli") | read_by("server") | {setting.variable for setting in SETTINGS.values()}
FOR_MEASUREMENTS = {"SYNCWATCH_CLOCK_ERROR", "SYNCWATCH_CLOCK_GIVEN"}
"""By which scripts/bench gives a computer another clock; they are nobody's setting."""


@pytest.mark.parametrize("file", [MARKDOWN, MANUAL], ids=lambda file: file.name)
def test_up_to_date(file: Path) -> None:
    """Both pages are what the commands of this checkout make of them."""
    assert file.read_text() == cli_docs.texts()[file], OUT_OF_DATE


@pytest.mark.parametrize("command", PAGE.commands, ids=lambda command: command.path)
def test_every_option_is_on_both_pages(command: Command) -> None:
    """Each command has its part on both pages, with each of its options and arguments in it."""
    markdown = MARKDOWN.read_text().split(f"\n## {command.path}\n")[1].partition("\n## ")[0]
    manual = MANUAL.read_text().split(f"\n.SS {command.usage.replace('-', chr(92) + '-')}\n")[1].partition("\n.S")[0]
    inner = typer.main.get_command(app)
    for name in command.path.split()[1:]:
        inner = inner.commands[name]  # type: ignore[attr-defined]
    own = [each for each in inner.params if not any(set(each.opts) & set(shared.names) for shared in PAGE.shared)]

    assert len(own) == len(command.options) + len(command.arguments)
    for flag in (flag for each in own if each.param_type_name == "option" for flag in each.opts):
        assert flag in markdown, OUT_OF_DATE
        assert flag.replace("-", "\\-") in manual, OUT_OF_DATE


@pytest.mark.parametrize("line", [line for line, _ in cli_words.EXAMPLES])
def test_examples_are_commands(line: str) -> None:
    """Each example is a command that there is, with options that it has."""
    name, *words = shlex.split(line)
    command = next(each for each in PAGE.commands if line.startswith(f"{each.path} "))
    flags = {flag for each in (*command.options, *PAGE.shared) for flag in each.names}

    assert name == "syncwatch"
    assert {word for word in words if word.startswith("--")} <= flags


def test_each_option_names_its_variable() -> None:
    """An option for which there is an environment variable names it in its help, and names no other."""
    options = [each for command in PAGE.commands for each in command.options] + list(PAGE.shared)
    for each in options:
        meant = {f"SYNCWATCH_{flag[2:].upper().replace('-', '_')}" for flag in each.names if flag.startswith("--")}
        assert not meant & KNOWN or each.variable in meant, f"{each.written} does not name {meant & KNOWN}"
        assert each.variable in KNOWN | {None, "NO_COLOR"}, each.written


def test_every_variable_is_named() -> None:
    """Each variable that is the client's is on both pages; those of the server alone are in docs/contract.md."""
    named = read_by("syncwatch_cli") - read_by("server") - FOR_MEASUREMENTS
    markdown, manual = MARKDOWN.read_text(), MANUAL.read_text()

    assert [name for name in named if name not in markdown or name not in manual] == []


def test_the_manual_page_is_troff() -> None:
    """The manual page holds the requests that it means, and no line of text that would be taken for one."""
    lines = MANUAL.read_text().splitlines()
    requests = {line.split()[0] for line in lines if line.startswith((".", "'"))}

    assert requests <= {'.\\"', ".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".BR"}
    assert [line for line in lines if not line] == []
