"""docs/cli.md: the command line as a page to read."""

from __future__ import annotations

from collections.abc import Iterable

import cli_words
from cli_commands import Command, Page, Parameter

from syncwatch_cli.config import SETTINGS
from syncwatch_cli.diagnostics import EXIT_CODES_IN_WORDS

HEAD = """\
# The command line

<!-- Written by scripts/cli-docs from the commands themselves; a test sees that it is up to date. -->
"""


def text(page: Page) -> str:
    """The whole page."""
    parts = [
        HEAD,
        page.summary,
        "\n".join(_examples()),
        _values(),
        cli_words.STREAMS,
        f"## Commands\n\n{_table(('command', 'what it does'), _index(page.commands))}",
        f"## Options of every command\n\nThey stand before the command or after it.\n\n{_parameters(page.shared)}",
        *map(_command, page.commands),
        f"## Settings\n\n{cli_words.PRECEDENCE}\n`syncwatch config init` writes a file that explains them all.\n\n"
        + _table(("setting", "variable", "what it does"), _settings()),
        "## Other variables\n\n" + _table(("variable", "what it does"), _rows(cli_words.VARIABLES)),
        cli_words.SERVER_VARIABLES,
        f"## Exit codes\n\n{_exit_codes()}",
        "## Completion\n\n" + _completion(),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _examples() -> Iterable[str]:
    width = max(len(line) for line, _ in cli_words.EXAMPLES)
    yield "```sh"
    for line, words in cli_words.EXAMPLES:
        yield f"{line:<{width}}  # {words}"
    yield "```"


def _values() -> str:
    return "\n".join(f"- `{name}`: {words}" for name, words in cli_words.VALUES)


def _index(commands: Iterable[Command]) -> Iterable[tuple[str, ...]]:
    for command in commands:
        anchor = command.path.replace(" ", "-")
        yield f"[`{command.path.removeprefix('syncwatch ')}`](#{anchor})", _cell(command.summary)


def _command(command: Command) -> str:
    parts = [f"## {command.path}", f"```\n{command.usage}\n```", _prose(command.words)]
    if command.arguments or command.options:
        parts.append(_parameters((*command.arguments, *command.options)))
    return "\n\n".join(parts)


def _prose(words: str) -> str:
    """Help text as Markdown: its lines as they are, what is special there escaped."""
    return words.strip().replace("<", "&lt;").replace("*", "\\*").replace("$", "\\$")


def _parameters(parameters: Iterable[Parameter]) -> str:
    rows = [
        (f"`{_bar(each.written)}`", _cell(each.words), _code(each.default), _code(each.variable)) for each in parameters
    ]
    return _table(("option", "what it does", "default", "variable"), rows)


def _settings() -> Iterable[tuple[str, ...]]:
    for setting in SETTINGS.values():
        yield f"`{setting.key}`", f"`{setting.variable}`", _cell(setting.words)


def _rows(pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[str, ...]]:
    return ((f"`{name}`", _cell(words)) for name, words in pairs)


def _exit_codes() -> str:
    codes = EXIT_CODES_IN_WORDS.removeprefix("Exit codes: ").split(" · ")
    return _table(("code", "means"), (tuple(each.split(" ", 1)) for each in codes))


def _completion() -> str:
    return (
        "`syncwatch completion SHELL` prints what a shell needs to complete commands, options, values,\n"
        "codes used here and files. Put one line into the shell's own start file:\n\n```sh\n"
        'eval "$(syncwatch completion bash)"     # ~/.bashrc\n'
        'eval "$(syncwatch completion zsh)"      # ~/.zshrc, after compinit\n'
        "syncwatch completion fish | source      # ~/.config/fish/config.fish\n```"
    )


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    kept = list(rows)
    used = [place for place, _ in enumerate(heads) if any(row[place] for row in kept)]
    lines = [[heads[place] for place in used], ["---"] * len(used), *([row[place] for place in used] for row in kept)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(words: str) -> str:
    return _bar(_prose(words))


def _bar(words: str) -> str:
    """With the bars that would end a cell escaped."""
    return words.replace("|", "\\|")


def _code(words: str | None) -> str:
    return f"`{_bar(words)}`" if words else ""
