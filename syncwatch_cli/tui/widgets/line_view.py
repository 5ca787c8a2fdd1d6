"""Lines that only grow at their end, of which only those in sight are drawn: the chat, and the log.

A line is broken into rows once, when it comes or when the width changes; a row is drawn when it is in sight.
So ten thousand lines cost as much to scroll as thirty.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, ClassVar, NamedTuple

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from syncwatch_cli.tui.wrapping import INDENT, broken


class Line(NamedTuple):
    """One line as it is drawn."""

    text: str
    spans: tuple[tuple[int, int, str], ...] = ()
    """Ranges of characters, in order and apart from one another, each with its component class."""


class _Row(NamedTuple):
    line: Line
    start: int
    end: int


class LineView(ScrollView, can_focus=True, inherit_bindings=False):
    """A view of ``items``; ``write`` makes of one of them the line that is drawn."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    LineView { height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", "One line up", show=False, id="lines-up"),
        Binding("down", "scroll_down", "One line down", show=False, id="lines-down"),
        Binding("pageup", "page_up", "One page up", show=False, id="lines-page-up"),
        Binding("pagedown", "page_down", "One page down", show=False, id="lines-page-down"),
        Binding("home", "scroll_home", "To the first line", show=False, id="lines-first"),
        Binding("end", "to_the_end", "To the newest line", show=False, id="lines-last"),
    ]

    class Below(Message):
        """So many lines have come below what is in sight; 0 once the newest one is in sight."""

        def __init__(self, view: LineView, lines: int) -> None:
            super().__init__()
            self.view = view
            self.lines = lines

        @property
        def control(self) -> LineView:
            """The view, for ``on``."""
            return self.view

    def __init__(self, write: Callable[[Any], Line], *, id: str | None = None) -> None:  # noqa: A002 Textual's own name
        super().__init__(id=id)
        self.write = write
        self._items: deque[Any] = deque()
        self._heights: deque[int] = deque()
        """Rows of each item."""
        self._rows: list[_Row] = []
        self._below = 0

    # --- what is shown -------------------------------------------------------------------------------

    def show_items(self, items: Sequence[Any]) -> None:
        """Show these; what was shown before is known again by identity, so only what is new is broken into rows."""
        gone = self._gone(items)
        if gone is None:
            self._begin_anew(items)
            return
        was_at_end = self.is_at_end
        new = list(islice(items, len(self._items) - gone, None))
        if not gone and not new:
            return
        self._drop(gone, keeps_place=not was_at_end)
        self._add(new)
        if was_at_end:
            self._follow()
        else:
            self._tell_below(self._below + len(new))
        self.refresh()

    def _gone(self, items: Sequence[Any]) -> int | None:
        """How many of the oldest are no longer there; None where more has changed than that, and at the end."""
        if not self._items or not items:
            return None
        first = items[0]
        gone = next((place for place, item in enumerate(self._items) if item is first), None)
        if gone is None:
            return None
        last = len(self._items) - gone - 1
        return gone if last < len(items) and items[last] is self._items[-1] else None

    def _begin_anew(self, items: Sequence[Any]) -> None:
        self._items.clear()
        self._heights.clear()
        self._rows.clear()
        self._add(items)
        self._follow()
        self.refresh()

    def _drop(self, count: int, *, keeps_place: bool) -> None:
        rows = 0
        for _ in range(count):
            self._items.popleft()
            rows += self._heights.popleft()
        if rows:
            del self._rows[:rows]
            if keeps_place:
                self.scroll_to(y=max(0, self.scroll_offset.y - rows), animate=False, force=True, immediate=True)

    def _add(self, items: Sequence[Any]) -> None:
        width = self._width
        for item in items:
            line = self.write(item)
            ranges = broken(line.text, width)
            self._items.append(item)
            self._heights.append(len(ranges))
            self._rows += [_Row(line, start, end) for start, end in ranges]
        self.virtual_size = Size(width, len(self._rows))

    # --- where one is --------------------------------------------------------------------------------

    @property
    def is_at_end(self) -> bool:
        """Whether the newest line is in sight, or will be once there is a place to show it."""
        return self._below == 0 and self.scroll_target_y >= self.max_scroll_y

    def _follow(self) -> None:
        self._tell_below(0)
        self.scroll_end(animate=False, force=True, immediate=True)

    def action_to_the_end(self) -> None:
        """Go to the newest line."""
        self._follow()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whoever scrolls down to the end has seen what came meanwhile."""
        super().watch_scroll_y(old_value, new_value)
        if self._below and new_value >= self.max_scroll_y:
            self._tell_below(0)

    def _tell_below(self, lines: int) -> None:
        if lines != self._below:
            self._below = lines
            self.post_message(self.Below(self, lines))

    # --- drawing -------------------------------------------------------------------------------------

    @property
    def _width(self) -> int:
        # Before the first layout nothing is known; the lines are broken again then.
        return self.scrollable_content_region.width or 80

    def on_resize(self, _: events.Resize) -> None:
        """Break the lines anew where the width has changed."""
        if self.virtual_size.width != self._width:
            at_end, items = self.is_at_end, list(self._items)
            self._items.clear()
            self._heights.clear()
            self._rows.clear()
            self._add(items)
            if at_end:
                self.call_after_refresh(self._follow)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one row in sight."""
        width = self.scrollable_content_region.width
        style = self.rich_style
        at = self.scroll_offset.y + y
        if at >= len(self._rows):
            return Strip.blank(width, style)
        row = self._rows[at]
        indent = [Segment(" " * INDENT, style)] if row.start else []
        return Strip([*indent, *self._segments(row)]).adjust_cell_length(width, style)

    def _segments(self, row: _Row) -> list[Segment]:
        line, at, plain = row.line, row.start, self.rich_style
        segments = []
        for begins, ends, name in line.spans:
            start, end = max(begins, row.start), min(ends, row.end)
            if start >= end:
                continue
            if start > at:
                segments.append(Segment(line.text[at:start], plain))
            segments.append(Segment(line.text[start:end], self.get_component_rich_style(name)))
            at = end
        segments.append(Segment(line.text[at : row.end], plain))
        return segments
