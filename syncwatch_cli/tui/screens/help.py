"""Help for what has the focus: a word on it, and its keys as they are bound now, read from the widget itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.table import Table
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.widgets import Label, Static

from syncwatch_cli.tui.help_text import Helpable, HelpText


@dataclass(frozen=True, slots=True)
class Key:
    """One action and what does it."""

    keys: str
    """As a person reads them, such as ``→ or l``."""
    words: str
    name: str
    """The binding's id, by which ``[keymap]`` in the config file gives it another key; empty if it has none."""


@dataclass(frozen=True, slots=True)
class KeysOf:
    """The keys of one part of the screen."""

    title: str
    words: str
    keys: tuple[Key, ...]


def keys_in_force(screen: Screen[object]) -> list[KeysOf]:
    """The keys that do something now: of what has the focus first, and then of all that it is in."""
    parts: dict[int, tuple[DOMNode, dict[str, list[str]], dict[str, Binding]]] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if binding.id is None or not (binding.description or binding.tooltip):
            continue  # a toolkit's own way of moving about, which is as everywhere else
        _, keys, bindings = parts.setdefault(id(active.node), (active.node, {}, {}))
        keys.setdefault(binding.action, []).append(screen.app.get_key_display(binding.with_key(key, None)))
        bindings.setdefault(binding.action, binding)
    order = [id(node) for node in (screen.focused or screen).ancestors_with_self]
    return [
        _keys_of(*parts[node]) for node in sorted(parts, key=lambda node: order.index(node) if node in order else 99)
    ]


def _keys_of(node: DOMNode, keys: dict[str, list[str]], bindings: dict[str, Binding]) -> KeysOf:
    told = node.help if isinstance(node, Helpable) else None
    if told is None:
        name = {"App": "Everywhere", "Screen": "This screen"}
        kind = next((name[each.__name__] for each in type(node).__mro__ if each.__name__ in name), type(node).__name__)
        told = HelpText(node.border_title or kind if hasattr(node, "border_title") else kind, "")
    return KeysOf(
        told.title,
        told.words,
        tuple(
            Key(" or ".join(dict.fromkeys(keys[action])), binding.tooltip or binding.description, binding.id or "")
            for action, binding in bindings.items()
        ),
    )


class HelpScreen(ModalScreen[None]):
    """The help, above what it is about."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen #page { width: 76; max-width: 96%; height: auto; max-height: 96%; border: round $primary;
        background: $surface; padding: 0 1; }
    HelpScreen .title { text-style: bold; color: $text-primary; margin-top: 1; }
    HelpScreen .words { margin-bottom: 1; width: 100%; }
    HelpScreen .foot { margin-top: 1; width: 100%; color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,question_mark,q", "dismiss", "Close the help", id="close-help"),
        Binding("up", "page('scroll_up')", show=False, id="help-up"),
        Binding("down", "page('scroll_down')", show=False, id="help-down"),
    ]

    def __init__(self, about: Screen[object]) -> None:
        super().__init__()
        # What has the focus is asked now: the help takes the focus to itself.
        self._parts = keys_in_force(about)

    def compose(self) -> ComposeResult:
        """Each part with its words and its keys."""
        with VerticalScroll(id="page") as page:
            page.border_title = "Help"
            page.border_subtitle = "esc closes it"
            for part in self._parts:
                yield Label(part.title, classes="title", markup=False)
                if part.words:
                    yield Label(part.words, classes="words", markup=False)
                yield Static(_drawn(part.keys))
            yield Label(
                'Other keys: lines such as  name = "key"  in the table [keymap] of the config file, '
                "with the names that stand here. syncwatch config path tells where it is.",
                classes="foot",
                markup=False,
            )

    def action_page(self, movement: str) -> None:
        """Move the page."""
        getattr(self.query_one("#page", VerticalScroll), movement)()


def _drawn(keys: tuple[Key, ...]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False, expand=True)
    table.add_column(width=18, no_wrap=True)
    table.add_column(ratio=1)
    table.add_column(style="dim", no_wrap=True, justify="right")
    for key in keys:
        table.add_row(key.keys, key.words, key.name)
    return table
