"""Which keys do what: the names of all actions, and the person's own keys for them, checked before anything is drawn.

Every binding of the terminal interface has an id; ``[keymap]`` in the config file gives ids other keys.
A wrong name or key is an error in words, since a key that does nothing is found out at the worst moment.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import Keys, key_to_character

from syncwatch_cli import tui
from syncwatch_core.errors import AppError, ErrorCode

_MODIFIERS = frozenset({"ctrl", "alt", "shift", "super", "meta", "hyper"})

_NAMED = frozenset(str(key.value) for key in Keys)

_HOW = "a key is a character, a name such as f5, space, left or page_down, or one of these after ctrl+, alt+ or shift+"


@cache
def bindings() -> dict[type[DOMNode], tuple[Binding, ...]]:
    """The bindings of every widget, screen and application of ours, each with one key, by the class that has them."""
    for module in pkgutil.walk_packages(tui.__path__, f"{tui.__name__}."):
        importlib.import_module(module.name)
    return {
        kind: tuple(Binding.make_bindings(kind.__dict__.get("BINDINGS", ())))
        for kind in _heirs(DOMNode)
        if kind.__module__.startswith(f"{tui.__name__}.")
    }


def checked(keymap: Mapping[str, str], where: str) -> dict[str, str]:
    """The keymap, if every action in it is one of ours and every key is a key; raises ``AppError`` (usage).

    ``where``: what sets it, for the words.
    """
    if not keymap:
        return {}
    known = {binding.id for each in bindings().values() for binding in each if binding.id}
    for action, keys in keymap.items():
        if action not in known:
            near = difflib.get_close_matches(action, known, n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else "F1 in the view shows the names of what it does"
            raise AppError(ErrorCode.USAGE, f"{where} sets a key for {action!r}, which is no action", hint)
        for key in keys.split(","):
            if not _is_key(key.strip()):
                raise AppError(ErrorCode.USAGE, f"{where} gives {action} the key {key.strip()!r}, which is none", _HOW)
    _check_apart(keymap, where)
    return {action: ",".join(key.strip() for key in keys.split(",")) for action, keys in keymap.items()}


def _check_apart(keymap: Mapping[str, str], where: str) -> None:
    """See that no part of the screen has one key for two actions."""
    for each in bindings().values():
        taken: dict[str, str] = {}
        for action, keys in _in_force(each, keymap):
            for key in keys:
                other = taken.setdefault(key, action)
                if other != action and not keymap.keys().isdisjoint((other, action)):
                    raise AppError(
                        ErrorCode.USAGE,
                        f"{where} leaves the key {key} to both {other} and {action}",
                        "give one of them another key",
                    )


def _in_force(each: tuple[Binding, ...], keymap: Mapping[str, str]) -> Iterator[tuple[str, set[str]]]:
    for binding in each:
        own = keymap.get(binding.id or "", binding.key)
        yield binding.id or binding.action, {_long_name(key.strip()) for key in own.split(",")}


def _is_key(key: str) -> bool:
    *modifiers, last = key.split("+") if key != "+" else [key]
    return _MODIFIERS.issuperset(modifiers) and (last in _NAMED or key_to_character(last) is not None)


def _long_name(key: str) -> str:
    """A key as bindings have it: ``question_mark`` for ``?``."""
    return next(iter(Binding.make_bindings([(key, "none", "")]))).key


def _heirs(kind: type[DOMNode]) -> Iterator[type[DOMNode]]:
    for heir in kind.__subclasses__():
        yield heir
        yield from _heirs(heir)
