"""packaging/syncwatch.1: the command line as a manual page, in the macros of man(7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cli_words
from cli_commands import Command, Page, Parameter

from syncwatch_cli.config import SETTINGS
from syncwatch_cli.diagnostics import EXIT_CODES_IN_WORDS
from syncwatch_core import __version__


def text(page: Page) -> str:
    """The whole page."""
    return "\n".join(_lines(page)) + "\n"


def _lines(page: Page) -> Iterator[str]:
    yield '.\\" Written by scripts/cli-docs from the commands themselves.'
    yield f'.TH SYNCWATCH 1 "" "syncwatch {__version__}" "User Commands"'
    yield ".SH NAME"
    yield f"syncwatch \\- {_plain(page.summary[:1].lower() + page.summary[1:].rstrip('.'))}"
    yield ".SH SYNOPSIS"
    yield ".B syncwatch"
    yield "[OPTIONS] COMMAND [ARGS]..."
    yield ".SH DESCRIPTION"
    yield _text(cli_words.STREAMS)
    yield ".PP"
    yield "Words in capitals stand for:"
    yield from _listed((name, words) for name, words in cli_words.VALUES)
    yield ".SH OPTIONS"
    yield "Every command takes these; they stand before it or after it."
    yield from _parameters(page.shared)
    yield ".SH COMMANDS"
    for command in page.commands:
        yield from _command(command)
    yield from _environment()
    yield ".SH EXIT STATUS"
    codes = EXIT_CODES_IN_WORDS.removeprefix("Exit codes: ").split(" · ")
    yield from _listed((code, words) for code, _, words in (each.partition(" ") for each in codes))
    yield ".SH EXAMPLES"
    for line, words in cli_words.EXAMPLES:
        yield from (".TP", f".B {_plain(line)}", _text(words))
    yield ".SH SEE ALSO"
    yield ".BR mpv (1),"
    yield ".BR yt\\-dlp (1)"


def _command(command: Command) -> Iterator[str]:
    yield f".SS {_plain(command.usage)}"
    for place, paragraph in enumerate(command.words.strip().split("\n\n")):
        if place:
            yield ".PP"
        yield _text(paragraph)
    yield from _parameters((*command.arguments, *command.options))


def _parameters(parameters: Iterable[Parameter]) -> Iterator[str]:
    for each in parameters:
        yield ".TP"
        yield f".B {_plain(each.written)}"
        asides = [f"Default: {each.default}."] if each.default else []
        asides += [f"Environment: {each.variable}."] if each.variable else []
        yield _text(" ".join([each.words, *asides]))


def _environment() -> Iterator[str]:
    yield ".SH ENVIRONMENT AND SETTINGS"
    yield _text(cli_words.PRECEDENCE)
    yield from _listed((f"{setting.variable}, {setting.key}", f"{setting.words}.") for setting in SETTINGS.values())
    yield from _listed(cli_words.VARIABLES)
    yield ".PP"
    yield _text(cli_words.SERVER_VARIABLES)


def _listed(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, words in pairs:
        yield from (".TP", f".B {_plain(name)}", _text(words))


def _text(words: str) -> str:
    """A paragraph, on as many lines as it has sentences, none of which looks like a request."""
    lines = " ".join(words.split()).replace(". ", ".\n").split("\n")
    return "\n".join(_plain(line) for line in lines)


def _plain(words: str) -> str:
    """Text that troff prints as it is."""
    # A minus is what can be typed, and an apostrophe too; troff would print their typographic kin.
    safe = words.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return f"\\&{safe}" if safe.startswith(".") else safe
