"""Who is here: a row for each, with what they do and how well they are in sync, and keys to act on one.

Only the rows in sight are drawn, and only where one has become another: two hundred people cost what twenty do.
"""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from syncwatch_cli import figures
from syncwatch_cli.tui.cells import fitted, marked
from syncwatch_cli.tui.evening import Evening
from syncwatch_cli.tui.evening_parts import Person
from syncwatch_cli.tui.help_text import HelpText
from syncwatch_cli.tui.sync_words import drift_level, signed, sparkline, state_in_words
from syncwatch_cli.tui.widgets.one_line import OneLine

SPARKLINE, LONGEST_SPARKLINE = 10, 40
"""Cells, where it is narrow and where there is room."""

_SHORTEST_NAME, _LONGEST_NAME = 10, 24
_GAP = "  "


class Row:
    """One participant as a row: the texts of its cells, and how they are to be taken."""

    __slots__ = ("cells", "is_waited_for", "level", "marks", "participant_id")

    def __init__(self, person: Person, evening: Evening) -> None:
        self.participant_id = person.participant_id
        self.is_waited_for = evening.is_waited_for(person)
        self.level = drift_level(person.drift)
        marks = ["you"] if person.participant_id == evening.own_id else []
        marks += ["muted"] if person.participant_id in evening.muted else []
        self.marks = f" ({', '.join(marks)})" if marks else ""
        self.cells = (
            person.name,
            person.role,
            state_in_words(person, waited_for=self.is_waited_for),
            signed(person.drift, person.uncertainty),
            figures.span(person.rtt),
            sparkline(person.drifts, LONGEST_SPARKLINE),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self._all == other._all

    def __hash__(self) -> int:
        return hash(self._all)

    @property
    def _all(self) -> tuple[object, ...]:
        return (self.participant_id, self.is_waited_for, self.level, self.marks, self.cells)


_BORDER_AND_HEADINGS = 2
"""Rows."""

_NAME, _ROLE, _STATE, _DRIFT, _RTT, _LATELY = range(6)
_FAINT = frozenset({_ROLE, _RTT, _LATELY})
HEADINGS = ("name", "role", "state", "drift", "rtt", "lately")
_WIDTHS = (0, 10, 12, 16, 8, SPARKLINE)
"""Cells of each column; the first has what is left."""
_FIRST_TO_GO = (_LATELY, _RTT, _ROLE)
"""Columns that are left out where it is narrow, in this order."""


def columns_of(width: int) -> dict[int, int]:
    """Which columns fit into so many cells, and how wide each is."""
    shown, taken = list(range(len(_WIDTHS))), 0
    for dropped in (*_FIRST_TO_GO, None):
        taken = sum(_WIDTHS[each] + len(_GAP) for each in shown if each)
        if width - taken >= _SHORTEST_NAME or dropped is None:
            break
        shown.remove(dropped)
    left = max(1, width - taken)
    if _LATELY not in shown:
        return {each: _WIDTHS[each] or left for each in shown}
    name = min(left, _LONGEST_NAME)
    lately = min(SPARKLINE + left - name, LONGEST_SPARKLINE)
    return {each: {_NAME: name, _LATELY: lately}.get(each, _WIDTHS[each]) for each in shown}


class ParticipantsPanel(Vertical):
    """The headings, and below them who is here."""

    DEFAULT_CSS = """
    ParticipantsPanel { height: 1fr; }
    ParticipantsPanel #headings { color: $foreground-muted; text-style: bold; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 Textual's own name
        super().__init__(id=id)
        self.border_title = "People"

    def compose(self) -> ComposeResult:
        """Headings and rows."""
        yield OneLine(id="headings")
        yield ParticipantsTable()

    def show(self, evening: Evening) -> None:
        """Draw who is here."""
        self.query_one(ParticipantsTable).show(evening)
        self.border_subtitle = f"{len(evening.people)} here"
        self.show_headings()
        self.fit()

    def fit(self) -> None:
        """Take no more rows than there are people, where others want the room below."""
        rows = self.query_one(ParticipantsTable).virtual_size.height + _BORDER_AND_HEADINGS
        self.styles.height = "1fr" if self.screen.has_class("-two-columns") else rows

    def show_headings(self) -> None:
        """Write the headings above their columns."""
        table = self.query_one(ParticipantsTable)
        columns = columns_of(table.row_width)
        headings = (
            _fitted(each, HEADINGS[each].rjust(width * (each == _LATELY)), width) for each, width in columns.items()
        )
        self.query_one("#headings", OneLine).write(" " + _GAP.join(headings))


class ParticipantsTable(ScrollView, can_focus=True):
    """The rows; the keys act on the one that is marked."""

    help = HelpText(
        "People",
        "Who is here, what they do, and how far each is from where all should be: + is ahead, - behind, ± how far that "
        "may be off. In the bars ▄ is within a millisecond, higher is ahead, lower behind. Who is waited for has a ⏳, "
        "who is ready a ✓.",
    )
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ParticipantsTable { height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    ParticipantsTable > .people--cursor { background: $block-cursor-blurred-background; }
    ParticipantsTable:focus > .people--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    ParticipantsTable > .people--waited { color: $text-warning; text-style: bold; }
    ParticipantsTable > .people--good { color: $text-success; }
    ParticipantsTable > .people--bad { color: $text-error; }
    ParticipantsTable > .people--faint { color: $text-muted; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "people--cursor",
        "people--waited",
        "people--good",
        "people--bad",
        "people--faint",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor(-1)", "The one above", show=False, id="people-up"),
        Binding("down", "cursor(1)", "The one below", show=False, id="people-down"),
        Binding("pageup", "cursor(-10)", "Ten up", show=False, id="people-page-up"),
        Binding("pagedown", "cursor(10)", "Ten down", show=False, id="people-page-down"),
        Binding("home", "cursor(-99999)", "The first one", show=False, id="people-first"),
        Binding("end", "cursor(99999)", "The last one", show=False, id="people-last"),
        Binding("enter", "act('menu')", "What can be done", show=False, id="people-menu"),
        Binding("h", "act('hand-over')", "Hand the session over", show=False, id="people-hand-over"),
        Binding("c", "act('controller')", "Make controller", show=False, id="people-controller"),
        Binding("v", "act('viewer')", "Make viewer", show=False, id="people-viewer"),
        Binding("k", "act('kick')", "Remove", show=False, id="people-kick"),
        Binding("b", "act('ban')", "Remove for good", show=False, id="people-ban"),
        Binding("m", "act('mute')", "Hide or show their chat", show=False, id="people-mute"),
    ]

    class Act(Message):
        """Something is to be done about a participant."""

        def __init__(self, what: str, participant_id: str) -> None:
            super().__init__()
            self.what = what
            self.participant_id = participant_id

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._cursor_id: str | None = None
        self.drawn = 0
        """Rows that were drawn so far."""

    # --- what is shown -------------------------------------------------------------------------------

    def show(self, evening: Evening) -> None:
        """Draw the rows in sight that have become others."""
        before, self._rows = self._rows, [Row(person, evening) for person in evening.in_order]
        if self._cursor_id not in evening.people:
            self._cursor_id = self._rows[0].participant_id if self._rows else None
        if len(before) != len(self._rows):
            self.virtual_size = Size(0, len(self._rows))
            self.refresh()
            return
        for at, (old, new) in enumerate(zip(before, self._rows, strict=True)):
            if old != new:
                self._refresh_row(at)

    @property
    def row_width(self) -> int:
        """Cells that a row has."""
        return max(1, self.scrollable_content_region.width - 1)

    @property
    def cursor(self) -> int:
        """The row that is marked, from 0."""
        ids = (at for at, row in enumerate(self._rows) if row.participant_id == self._cursor_id)
        return next(ids, 0)

    def on_resize(self, _: events.Resize) -> None:
        """The columns may be others now."""
        self.refresh()
        if isinstance(self.parent, ParticipantsPanel):
            self.parent.show_headings()
            self.parent.fit()

    def _refresh_row(self, at: int) -> None:
        y = at - self.scroll_offset.y
        if 0 <= y < self.scrollable_content_region.height:
            self.refresh_line(y)

    def render_line(self, y: int) -> Strip:
        """Draw one row in sight."""
        at = y + self.scroll_offset.y
        if at >= len(self._rows):
            return Strip.blank(self.size.width, self.rich_style)
        self.drawn += 1
        row = self._rows[at]
        base = self.rich_style
        if row.is_waited_for:
            base += self._color("people--waited")
        if is_marked := row.participant_id == self._cursor_id:
            base += self.get_component_rich_style("people--cursor", partial=True)
        segments = [Segment(" ", base)]
        for each, width in columns_of(self.row_width).items():
            style = base if is_marked or row.is_waited_for else base + self._style_of(each, row)
            segments.append(Segment(_cell(row, each, width), style))
            segments.append(Segment(_GAP, base))
        return Strip(segments[:-1]).adjust_cell_length(self.size.width, base)

    def _style_of(self, column: int, row: Row) -> Style:
        if column == _DRIFT and row.level in ("good", "bad"):
            return self._color(f"people--{row.level}")
        # Faint is part of what it stands on, so it can't be had apart from that.
        return self.get_component_rich_style("people--faint") if column in _FAINT else Style.null()

    def _color(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)

    # --- what is done --------------------------------------------------------------------------------

    def action_cursor(self, by: int) -> None:
        """Mark the row so many further down."""
        if self._rows:
            self._mark(min(max(0, self.cursor + by), len(self._rows) - 1))

    def _mark(self, at: int) -> None:
        before, self._cursor_id = self.cursor, self._rows[at].participant_id
        self._refresh_row(before)
        self._refresh_row(at)
        height = self.scrollable_content_region.height
        if at < self.scroll_offset.y:
            self.scroll_to(y=at, animate=False)
        elif at >= self.scroll_offset.y + height:
            self.scroll_to(y=at - height + 1, animate=False)

    def action_act(self, what: str) -> None:
        """Do something about who is marked."""
        if self._cursor_id is not None:
            self.post_message(self.Act(what, self._cursor_id))

    def on_click(self, event: events.Click) -> None:
        """Mark the row; a click on the one that is marked shows what can be done."""
        at = event.y + self.scroll_offset.y
        if at >= len(self._rows):
            return
        if at == self.cursor and self.has_focus and event.chain > 1:
            self.action_act("menu")
        else:
            self._mark(at)


def _cell(row: Row, column: int, width: int) -> str:
    text = row.cells[column]
    return marked(text, row.marks, width) if column == _NAME else _fitted(column, text, width)


def _fitted(column: int, text: str, width: int) -> str:
    if column == _LATELY:
        # The newest stand at its end, each in a cell.
        return text[-width:].rjust(width)
    return " " * (width - cell_len(text)) + text if column == _RTT and cell_len(text) < width else fitted(text, width)
