"""The log: what happened this evening, each with its time."""

from __future__ import annotations

import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from syncwatch_cli.tui.evening import Evening
from syncwatch_cli.tui.evening_parts import LogLine
from syncwatch_cli.tui.help_text import HelpText
from syncwatch_cli.tui.widgets.line_view import Line, LineView


class LogPanel(Vertical):
    """The log of the evening."""

    DEFAULT_CSS = """
    LogPanel { height: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 Textual's own name
        super().__init__(id=id)
        self.border_title = "Log"

    def compose(self) -> ComposeResult:
        """The lines."""
        yield LogLines()

    def show(self, evening: Evening) -> None:
        """Draw what is new of the evening."""
        self.query_one(LogLines).show_items(evening.log)


class LogLines(LineView):
    """What happened, the newest at the foot."""

    help = HelpText("Log", "Who came and went, who did what, and what the session said of itself.")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"log--time"}
    DEFAULT_CSS = "LogLines > .log--time { color: $text-muted; }"

    def __init__(self) -> None:
        super().__init__(written)


def written(happened: LogLine) -> Line:
    """A line of the log as it is drawn."""
    at = time.strftime("%H:%M:%S", time.localtime(happened.at))
    return Line(f"{at} {happened.text}", ((0, len(at), "log--time"),))
