"""A form for a new session: what to watch, what it is called, whether it has a password, whom it is announced to."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Button, Checkbox, Input, Label

from syncwatch_cli.tui.choices import HostThis
from syncwatch_cli.tui.help_text import HelpText


class NewSessionScreen(ModalScreen[HostThis | None]):
    """Asks for what a new session needs; all of it may be left out."""

    help = HelpText("New session", "Starts a session on this computer. Enter in any field starts it, Tab goes on.")
    DEFAULT_CSS = """
    NewSessionScreen { align: center middle; }
    NewSessionScreen #page { width: 76; max-width: 100%; height: auto; max-height: 100%; border: round $primary;
        background: $surface; padding: 0 1; }
    NewSessionScreen .words { color: $text-muted; }
    NewSessionScreen Horizontal { height: auto; align-horizontal: right; }
    NewSessionScreen Button { margin-left: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back to the lobby", id="close-new-session"),
        # Before the fields see them: who types ahead means the next field by what comes after.
        Binding("tab", "app.focus_next", "Next field", show=False, priority=True, id="next-field"),
        Binding("shift+tab", "app.focus_previous", "Field before", show=False, priority=True, id="field-before"),
    ]
    AUTO_FOCUS = ""

    def __init__(self, *, announce: bool) -> None:
        """``announce``: what the person has set."""
        super().__init__()
        self._announce = announce

    def compose(self) -> ComposeResult:
        """The fields, each with a word on it."""
        with VerticalScroll(id="page", can_focus=False) as page:
            page.border_title = "New session"
            yield Label("What to watch: a URL, or a file that everybody has")
            yield Input(id="source", suggester=Paths(), placeholder="can be loaded later, too", compact=True)
            yield Label("")
            yield Label("Title")
            yield Input(id="title", max_length=200, placeholder="none", compact=True)
            yield Label("")
            yield Label("Password")
            yield Input(id="password", password=True, placeholder="none", compact=True)
            yield Label("")
            yield MarkedCheckbox("Announce it on this network", self._announce, id="announce", compact=True)
            yield Label(
                "Everybody on the network is told its link, its title and your name.", classes="words", markup=False
            )
            with Horizontal():
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("Start", id="start", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Begin with the first field, before anything is drawn that invites to type."""
        self.set_focus(self.query_one("#source", Input))

    @on(Button.Pressed, "#start")
    @on(Input.Submitted)
    def _start(self) -> None:
        """All of it as typed; an empty field is none."""
        self.dismiss(
            HostThis(
                source=self._typed("source").strip() or None,
                title=self._typed("title").strip() or None,
                password=self._typed("password") or None,
                announce=self.query_one("#announce", Checkbox).value,
            )
        )

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)

    def _typed(self, field: str) -> str:
        return self.query_one(f"#{field}", Input).value


class MarkedCheckbox(Checkbox):
    """A box whose mark is there or not; Textual's own tells it by its colour alone."""

    BUTTON_INNER = " "

    def on_mount(self) -> None:
        """Begin with the mark as it is to be."""
        self.watch_value()

    def watch_value(self) -> None:
        """Set the mark, or take it away."""
        self.BUTTON_INNER = "X" if self.value else " "
        super().watch_value()


class Paths(Suggester):
    """Offers the first file or folder whose path begins as what is typed."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The path as typed, gone on with."""
        # A folder may be on a disk that sleeps, or on another computer.
        return await asyncio.to_thread(gone_on, value)


def gone_on(typed: str) -> str | None:
    """The first path that begins as what is typed; None for a URL and where there is none. Blocks."""
    if not typed or "://" in typed:
        return None
    folder, slash, begun = typed.rpartition("/")
    try:
        place = Path(folder + slash or ".").expanduser()
        near = sorted(each.name + "/" * each.is_dir() for each in place.iterdir() if each.name.startswith(begun))
    except (OSError, RuntimeError):
        return None
    shown = [name for name in near if begun or not name.startswith(".")]
    return f"{folder}{slash}{shown[0]}" if shown else None
