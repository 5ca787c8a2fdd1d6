"""The options that every command shares, those that several commands have, and how a command comes to them.

A command is a function of its own arguments and of groups of options: ``Shared`` first, ``JoinFlags`` for some.
``with_options`` gives Typer the same function with each group spread into its options, so that the shared ones stand
in each command's help and may be typed before the command or after it.
"""

from __future__ import annotations

import functools
import inspect
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from syncwatch_cli import diagnostics, output
from syncwatch_core import __version__
from syncwatch_core.errors import AppError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Callable


def variable(name: str) -> str:
    """How a flag's help names its environment variable."""
    return f"  [env var: SYNCWATCH_{name}]"


def one_of(flag: str, value: str | None, allowed: tuple[str, ...]) -> None:
    """Raise ``AppError`` (usage) for a value of ``flag`` that is not ``allowed``; None: it was not typed."""
    if value is not None and value not in allowed:
        words = f"{', '.join(allowed[:-1])} or {allowed[-1]}"
        raise AppError(ErrorCode.USAGE, f"{flag} is {value!r}, which is not {words}")


def _show_version(asked: bool) -> None:  # noqa: FBT001 Typer calls it so
    if asked:
        output.text(f"syncwatch {__version__}")
        raise typer.Exit


# --- shared by all -----------------------------------------------------------------------------------

_SERVER_WORDS = "The server. Else: the one remembered for the code, the configured one, http://127.0.0.1:8765."
Server = Annotated[str | None, typer.Option("--server", metavar="URL", help=_SERVER_WORDS + variable("SERVER"))]
Token = Annotated[
    str | None,
    typer.Option(
        "--token",
        metavar="TOKEN",
        help="Who I am to the session. Else: the tokens remembered for the code." + variable("TOKEN"),
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, on stdout and for errors on stderr.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks and what goes over the wire.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colours.  [env var: NO_COLOR]")]
Version = Annotated[
    bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
]


@dataclass(frozen=True, slots=True)
class Shared:
    """The shared options as they were typed, before the command or after it; None and False where they were not."""

    server: Server = None
    token: Token = None
    use_json: Json = False
    debug: Debug = False
    no_color: NoColor = False
    version: Version = False


def root(context: typer.Context, shared: Shared) -> int | None:
    """Watch the same video at the same moment, each in their own mpv."""
    context.obj = shared
    if context.invoked_subcommand is None:
        from syncwatch_cli.commands import lobby

        if lobby.fits(shared):
            return lobby.stay(shared)
        diagnostics.note(context.get_help())
        return diagnostics.ExitCode.USAGE
    return None


def _merged(before: object, after: Shared) -> Shared:
    """What was typed before the command and after it; what stands later counts."""
    if not isinstance(before, Shared):
        return after
    return Shared(*(getattr(after, field.name) or getattr(before, field.name) for field in fields(Shared)))


# --- from groups of options to functions ---------------------------------------------------------------


def with_options(command: Callable[..., int | None]) -> Callable[..., int | None]:
    """The command as Typer shall see it: each argument that is a dataclass is spread into an option a field."""
    context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    groups: dict[str, Any] = {}
    flat: list[inspect.Parameter] = []
    for parameter in inspect.signature(command, eval_str=True).parameters.values():
        if is_dataclass(parameter.annotation):
            groups[parameter.name] = parameter.annotation
        elif parameter.annotation is not typer.Context:
            flat.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))
    for group in reversed(groups.values()):
        flat += _parameters(group)

    @functools.wraps(command)
    def run(context: typer.Context, **typed: Any) -> int | None:
        arguments = {
            name: group(**{field.name: typed.pop(field.name) for field in fields(group)})
            for name, group in groups.items()
        }
        shared = _merged(context.find_root().obj, arguments["shared"])
        first = {"context": context} if command is root else {}
        return command(**first, **(arguments | {"shared": shared}), **typed)

    run.__signature__ = inspect.Signature([context, *flat])  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in (context, *flat)}
    return run


def _parameters(group: type) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
        for field in fields(group)
    ]


# --- of several commands -----------------------------------------------------------------------------


Code = Annotated[str, typer.Argument(metavar="CODE", help="The session's code or join link.")]
SourceArgument = Annotated[str, typer.Argument(metavar="SOURCE", help="A URL, or a file that everybody has.")]
OptionalSource = Annotated[
    str | None, typer.Argument(metavar="SOURCE", help="What to watch: a URL, or a file that everybody has.")
]
Title = Annotated[str | None, typer.Option("--title", metavar="TEXT", help="What the session is called.")]
Control = Annotated[
    str | None,
    typer.Option("--control", metavar="everyone|host", help="Who may play, pause and seek.  [default: everyone]"),
]
Quality = Annotated[
    str | None,
    typer.Option(
        "--quality",
        metavar="HEIGHT|best|audio",
        help="Of what a site offers: the best, sound alone, or at most so many lines, such as 1080.  [default: best]"
        + variable("QUALITY"),
    ),
]
CookiesFromBrowser = Annotated[
    str | None,
    typer.Option(
        "--cookies-from-browser",
        metavar="BROWSER",
        help="Look links up as who I am in this browser: NAME[+KEYRING][:PROFILE][::CONTAINER], as in yt-dlp."
        + variable("COOKIES_FROM_BROWSER"),
    ),
]
AskPassword = Annotated[bool, typer.Option("--password", help="Ask for the session's password." + variable("PASSWORD"))]
PasswordFile = Annotated[
    str | None, typer.Option("--password-file", metavar="PATH", help="Read the session's password from a file.")
]
