"""A question to the person, above everything: yes or no, or a line to be typed."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label

from syncwatch_cli.tui.help_text import HelpText

_BOX = """
    {name} {{ align: center middle; }}
    {name} #box {{ width: 64; max-width: 94%; height: auto; padding: 1 2; }}
    {name} #box {{ border: round $primary; background: $surface; }}
    {name} Label {{ width: 1fr; }}
"""


class Question(ModalScreen[bool]):
    """Asks ``words``; anything but a yes is a no."""

    help = HelpText("A question", "y is yes; n, escape and enter on No are no.")
    DEFAULT_CSS = (
        _BOX.format(name="Question")
        + """
    Question #answers { height: auto; margin-top: 1; align-horizontal: right; }
    Question Button { margin-left: 2; }
    """
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", id="question-yes"),
        Binding("n,escape", "answer(False)", "No", id="question-no"),
    ]
    AUTO_FOCUS = "#no"

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def compose(self) -> ComposeResult:
        """The question and its two answers."""
        with Vertical(id="box"):
            yield Label(self._words, markup=False)
            with Horizontal(id="answers"):
                yield Button("Yes (y)", id="yes", variant="primary")
                yield Button("No (n)", id="no")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.action_answer(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:  # noqa: FBT001 bindings give it so
        """Answer, once."""
        if self.is_current:
            self.dismiss(yes)


class AskLine(ModalScreen[str | None]):
    """Asks for one line of text; None where the person thinks better of it."""

    help = HelpText("One line", "Enter takes what is written, escape leaves everything as it is.")
    DEFAULT_CSS = _BOX.format(name="AskLine")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave it", id="ask-leave"),
    ]

    def __init__(self, words: str, placeholder: str = "") -> None:
        super().__init__()
        self._words = words
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        """What is asked for, and where it is written."""
        with Vertical(id="box"):
            yield Label(self._words, markup=False)
            yield Input(placeholder=self._placeholder)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip() or None)

    def action_leave(self) -> None:
        """Take nothing."""
        self.dismiss(None)
