"""The head of the screen: which session it is, and how one stands in it, in words and figures."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from syncwatch_cli import figures, share_reports
from syncwatch_cli.tui.evening import Evening
from syncwatch_cli.tui.sync_words import Level, quality_of
from syncwatch_cli.tui.widgets.one_line import OneLine, Piece

STYLES: dict[Level, str] = {"good": "$text-success", "fair": "$text-warning", "bad": "bold $text-error", "idle": ""}
"""What goes with the words; none of it says more than they do."""

MARKS: dict[Level, str] = {"good": "✓", "fair": "~", "bad": "!", "idle": "·"}
"""The same for who sees no colours."""


class Connection(Horizontal):
    """One line: the session on the left, the quality of its sync on the right."""

    DEFAULT_CSS = """
    Connection { height: 1; padding: 0 1; background: $panel; }
    Connection #session { width: 1fr; }
    Connection #quality { width: auto; max-width: 85%; margin-left: 1; }
    """

    def compose(self) -> ComposeResult:
        """Which session, and how it stands."""
        yield OneLine(id="session")
        yield OneLine(id="quality")

    def show(self, evening: Evening) -> None:
        """Draw how things stand."""
        self.query_one("#session", OneLine).write(*_session(evening))
        quality = self.query_one("#quality", OneLine)
        quality.write(*_quality(evening))


def _session(evening: Evening) -> list[Piece]:
    title = f"  {evening.title}" if evening.title else ""
    here = len(evening.people)
    people = "1 person" if here == 1 else f"{here} people"
    marks = "".join(f" · {word}" for word in _rules(evening))
    # The title comes last: where there is no room for all, it is what one knows already.
    return [(evening.code or "SyncWatch", "bold $primary"), (f"  {people}{marks}", "$foreground-muted"), title]


def _rules(evening: Evening) -> list[str]:
    session = evening.session
    rules = ["locked"] if session.get("locked") else []
    rules += ["only the host steers"] if session.get("control") == "host" else []
    if evening.sharing is not None and (sending := share_reports.in_words(evening.sharing["readers"])):
        rules.append(sending)
    return rules


def _quality(evening: Evening) -> list[Piece]:
    quality = quality_of(evening)
    line: list[Piece] = [(f"{MARKS[quality.level]} {quality.words}", STYLES[quality.level])]
    if evening.connected and evening.own.rtt is not None:
        line.append((f"  rtt {figures.span(evening.own.rtt)}", "$foreground-muted"))
    return line
