"""What can be done about one participant, to choose by key or by mouse."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from syncwatch_cli.tui.help_text import HelpText

CHOICES = {
    "hand-over": ("h", "Hand the session over to them"),
    "controller": ("c", "Make them controller: they may steer"),
    "viewer": ("v", "Make them viewer: they only watch"),
    "kick": ("k", "Remove them"),
    "ban": ("b", "Remove them for good"),
    "mute": ("m", "Hide their chat from me, or show it again"),
}
"""What can be done, its key in the table, and its words."""


class PersonMenu(ModalScreen[str | None]):
    """Gives one of ``CHOICES``, or None."""

    help = HelpText("What can be done", "Only the host gives roles and removes people; anybody may hide chat.")
    DEFAULT_CSS = """
    PersonMenu { align: center middle; }
    PersonMenu OptionList:focus { border: round $primary; }
    PersonMenu OptionList { width: 50; max-width: 94%; height: auto; border: round $primary; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "choose('')", "Leave it", id="person-leave"),
        *(
            Binding(key, f"choose('{what}')", words, show=False, id=f"person-{what}")
            for what, (key, words) in CHOICES.items()
        ),
    ]

    def __init__(self, name: str) -> None:
        super().__init__()
        self._person = name

    def compose(self) -> ComposeResult:
        """The choices."""
        options = [
            Option(Content.assemble((f" {key}  ", "bold"), words), id=what) for what, (key, words) in CHOICES.items()
        ]
        menu = OptionList(*options)
        menu.border_title = Content(self._person)
        yield menu

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.action_choose(event.option_id or "")

    def action_choose(self, what: str) -> None:
        """Choose it, once."""
        if self.is_current:
            self.dismiss(what or None)
