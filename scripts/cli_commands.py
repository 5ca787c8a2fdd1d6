"""The command line as its own commands describe it: what the pages about it are made from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import typer

from syncwatch_cli.main import app

_ASIDE = re.compile(r"\s+\[(default|env var): ([^\]]+)\]")
"""How a help text names a default and a variable."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """An option or an argument."""

    names: tuple[str, ...]
    """``--name``, or the name by which help calls an argument."""
    value: str | None
    """What an option takes; None for a switch."""
    words: str
    """What it does."""
    default: str | None
    variable: str | None
    """The environment variable that stands for it."""

    @property
    def written(self) -> str:
        """As it is typed: ``--name NAME``."""
        return ", ".join(self.names) + (f" {self.value}" if self.value else "")


@dataclass(frozen=True, slots=True)
class Command:
    """One command that does something."""

    path: str
    """``syncwatch queue add``."""
    words: str
    """Its help: sentences, and paragraphs between empty lines."""
    arguments: tuple[Parameter, ...]
    options: tuple[Parameter, ...]
    """Its own; the shared ones are those of ``Page``."""
    usage: str
    """``syncwatch queue add [OPTIONS] CODE SOURCE...``."""

    @property
    def summary(self) -> str:
        """The first paragraph, on one line."""
        return " ".join(self.words.partition("\n\n")[0].split())


@dataclass(frozen=True, slots=True)
class Page:
    """All of it."""

    summary: str
    shared: tuple[Parameter, ...]
    """The options that every command takes."""
    commands: tuple[Command, ...]


def page() -> Page:
    """The command line of this checkout."""
    root = typer.main.get_command(app)
    shared = _options(root)
    return Page(root.help or "", shared, tuple(_commands(root, "syncwatch", {each.names for each in shared})))


def _commands(group: Any, path: str, shared: set[tuple[str, ...]]) -> list[Command]:
    found = []
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            found += _commands(command, f"{path} {name}", shared)
        elif not command.hidden:
            found.append(_command(command, f"{path} {name}", shared))
    return found


def _command(command: Any, path: str, shared: set[tuple[str, ...]]) -> Command:
    raw = [each for each in command.params if each.param_type_name == "argument"]
    typed = [_placed(each) for each in raw]
    options = tuple(each for each in _options(command) if each.names not in shared)
    usage = " ".join([path, "[OPTIONS]", *typed])
    return Command(path, command.help or "", tuple(map(_parameter, raw)), options, usage)


def _placed(argument: Any) -> str:
    name = argument.metavar + ("..." if argument.nargs == -1 else "")
    return str(name) if argument.required else f"[{name}]"


def _options(command: Any) -> tuple[Parameter, ...]:
    everything = command.get_params(typer.Context(command))
    return tuple(_parameter(each) for each in everything if each.param_type_name == "option" and not each.hidden)


def _shown(default: object) -> str | None:
    """A default that Typer itself would show."""
    return str(default) if isinstance(default, str | int | float) and not isinstance(default, bool) else None


def _parameter(raw: Any) -> Parameter:
    is_option = raw.param_type_name == "option"
    names = (*raw.opts, *raw.secondary_opts) if is_option else (raw.metavar,)
    words = " ".join((raw.help or "").split())
    asides = dict(_ASIDE.findall(f" {words}"))
    takes = is_option and not raw.is_flag
    return Parameter(
        names,
        raw.metavar if takes else None,
        _ASIDE.sub("", words).strip(),
        asides.get("default") or _shown(raw.default),
        asides.get("env var"),
    )
