"""What a shell offers for the word under the cursor: commands, options, and the values that these take.

The scripts in ``shells/`` start the program with ``_SYNCWATCH_COMPLETE`` set and the words typed so far as its
arguments, the last one being the word under the cursor, which may be empty.
It answers by lines: first ``words`` or ``files``, then what fits, each with its explanation after a tab.
Everything is read off the commands themselves, so what is added there is completed as soon as it is there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from syncwatch_cli.value_offers import Offer, explained, offers_for

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(slots=True)
class _Typed:
    """What stands before the cursor, as the commands understand it."""

    command: Any
    """The command so far."""
    arguments: list[str] = field(default_factory=list)
    """Its arguments, without the options."""
    used: set[str] = field(default_factory=set)
    """Names of the options that stand there already."""
    awaited: Any = None
    """The option whose value is typed now, or None."""
    text_only: bool = False
    """Whether ``--`` stands there: from there on nothing is an option."""
    is_known: bool = True
    """False where there is no such command."""

    def take(self, word: str) -> None:
        """Go on by one complete word."""
        if self.awaited is not None:
            self.awaited = None
        elif not self.text_only and word == "--":
            self.text_only = True
        elif not self.text_only and (option := _option(self.command, word.partition("=")[0])) is not None:
            self.used.add(option.name)
            self.awaited = option if _takes_value(option) and "=" not in word else None
        elif _is_group(self.command):
            inner = self.command.commands.get(word)
            self.is_known = self.is_known and inner is not None
            self.command, self.used = inner or self.command, set()
        else:
            self.arguments.append(word)


def answer(root: Any, words: Sequence[str]) -> list[str]:
    """The lines for a shell: what may stand in place of the last of ``words``."""
    *complete, current = words or [""]
    typed = _Typed(root)
    for word in complete:
        typed.take(word)
    found = _offers(typed, current) if typed.is_known else []
    if found is None:
        return ["files"]
    return ["words", *(offer.line for offer in found if _fits(offer.value, current))]


def _offers(typed: _Typed, current: str) -> list[Offer] | None:
    """What may stand there; None: a file."""
    if typed.awaited is not None:
        return offers_for(typed.awaited.metavar or "", typed.arguments)
    name, equals, _ = current.partition("=")
    if equals and not typed.text_only and (option := _option(typed.command, name)) is not None:
        values = offers_for(option.metavar or "", typed.arguments)
        return None if values is None else [Offer(f"{name}={each.value}", each.words) for each in values]
    if current.startswith("-") and not typed.text_only:
        return _option_offers(typed)
    if _is_group(typed.command):
        return [Offer(name, explained(command.help)) for name, command in typed.command.commands.items()]
    argument = _argument(typed)
    if argument is None:
        return [] if typed.text_only else _option_offers(typed)
    return offers_for(argument.metavar or "", typed.arguments)


def _option_offers(typed: _Typed) -> list[Offer]:
    return [
        Offer(flag, explained(option.help))
        for option in _options(typed.command)
        if option.multiple or option.name not in typed.used
        for flag in (*option.opts, *option.secondary_opts)
        if flag.startswith("--")
    ]


def _fits(value: str, current: str) -> bool:
    """Whether it begins as typed; codes are typed in small letters and without the dash as well."""
    return value.startswith(current) or (_bare(value).startswith(_bare(current)) and not current.startswith("-"))


def _bare(text: str) -> str:
    return text.upper().replace("-", "")


# --- what Typer's commands say of themselves ---------------------------------------------------------


def _is_group(command: Any) -> bool:
    return hasattr(command, "commands")


def _options(command: Any) -> list[Any]:
    return [each for each in command.params if each.param_type_name == "option" and not each.hidden]


def _option(command: Any, flag: str) -> Any:
    return next((each for each in _options(command) if flag in (*each.opts, *each.secondary_opts)), None)


def _takes_value(option: Any) -> bool:
    return not option.is_flag and not option.count


def _argument(typed: _Typed) -> Any:
    """The argument that is typed next, or None if there are enough."""
    arguments = [each for each in typed.command.params if each.param_type_name == "argument"]
    place = len(typed.arguments)
    if place < len(arguments):
        return arguments[place]
    return arguments[-1] if arguments and arguments[-1].nargs == -1 else None
