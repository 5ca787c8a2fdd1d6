"""The names of the panels that share one place, of which one is shown; a click shows another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.message import Message

from syncwatch_cli.tui.widgets.one_line import OneLine, Piece


@dataclass(frozen=True, slots=True)
class Tab:
    """One panel: what shows it, and what it is called now."""

    name: str
    key: str
    title: str


class PanelStrip(OneLine):
    """One line of names; that of the panel in sight is marked."""

    DEFAULT_CSS = """
    PanelStrip { background: $panel; }
    """

    class Chosen(Message):
        """The person wants to see this panel."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self) -> None:
        super().__init__(id="strip")
        self._tabs: tuple[Tab, ...] = ()

    def show(self, tabs: Sequence[Tab], active: str) -> None:
        """Draw the names."""
        self._tabs = tuple(tabs)
        pieces: list[Piece] = []
        for tab in tabs:
            mark = "▸" if tab.name == active else " "
            style = "bold $primary" if tab.name == active else "$foreground-muted"
            pieces.append((f"{mark}{_words(tab)}  ", style))
        self.write(*pieces)

    def on_click(self, event: events.Click) -> None:
        """Show the panel whose name was clicked."""
        at = 0
        for tab in self._tabs:
            at += cell_len(_words(tab)) + 3
            if event.x < at:
                self.post_message(self.Chosen(tab.name))
                return


def _words(tab: Tab) -> str:
    return f"{tab.key} {tab.title}"
