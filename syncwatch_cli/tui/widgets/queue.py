"""The queue: what is watched next, put into another order by keys or by dragging, and a line to add something."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Input

from syncwatch_cli import figures
from syncwatch_cli.session_table import media_name
from syncwatch_cli.tui.cells import fitted
from syncwatch_cli.tui.evening import Evening
from syncwatch_cli.tui.help_text import HelpText

_REPEATS = {"one": "repeats what plays", "all": "begins anew at its end"}
"""What is said of a session's ``repeat``."""


class QueuePanel(Vertical):
    """The queue of the evening; what the person wants of it is posted as ``Add``, ``Remove``, ``Move`` and ``Next``."""

    DEFAULT_CSS = """
    QueuePanel { height: 1fr; }
    QueuePanel Input { height: 1; border: none; padding: 0; }
    """

    class Add(Message):
        """Add this: a URL or a file."""

        def __init__(self, source: str) -> None:
            super().__init__()
            self.source = source

    class Remove(Message):
        """Take this item out."""

        def __init__(self, item_id: str) -> None:
            super().__init__()
            self.item_id = item_id

    class Move(Message):
        """Put this item at a place, counted from 0."""

        def __init__(self, item_id: str, index: int) -> None:
            super().__init__()
            self.item_id = item_id
            self.index = index

    class Next(Message):
        """Go on to the first item now."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 Textual's own name
        super().__init__(id=id)
        self.border_title = "Queue"

    def compose(self) -> ComposeResult:
        """The items, and the line to add one."""
        yield QueueList()
        yield QueueInput()

    def show(self, evening: Evening) -> None:
        """Draw the queue as it is now."""
        count = len(evening.queue)
        self.border_title = f"Queue · {count}" if count else "Queue"
        self.border_subtitle = _REPEATS.get(evening.repeat, "")
        self.query_one(QueueList).show_items(evening.queue, evening.names)

    def add(self) -> None:
        """Put the cursor where one adds."""
        self.screen.set_focus(self.query_one(Input))

    @on(Input.Submitted)
    def _add(self, event: Input.Submitted) -> None:
        event.stop()
        source = event.value.strip()
        event.input.clear()
        if source:
            self.post_message(self.Add(source))


class QueueInput(Input):
    """Where one adds to the queue."""

    help = HelpText("Add to the queue", "A URL, or a file that everybody has. Enter adds it at the end.")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back to the queue", show=False, id="stop-adding"),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder="Add a URL or a file", compact=True, select_on_focus=False)

    def action_leave(self) -> None:
        """Back to the items."""
        self.screen.set_focus(self.screen.query_one(QueueList))


class QueueList(ScrollView, can_focus=True, inherit_bindings=False):
    """The items, one a row; only those in sight are drawn."""

    help = HelpText("Queue", "What is watched next, from the top. Drag an item to another place, or move it by keys.")
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"queue--cursor", "queue--dragged", "queue--quiet"}
    DEFAULT_CSS = """
    QueueList { height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1;
        & > .queue--quiet { color: $text-muted; }
        & > .queue--cursor { text-style: underline; }
        & > .queue--dragged { color: $text-accent; text-style: bold reverse; }
        &:focus > .queue--cursor { color: $block-cursor-foreground; background: $block-cursor-background;
            text-style: none; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor(-1)", "The item above", show=False, id="queue-up"),
        Binding("down", "cursor(1)", "The item below", show=False, id="queue-down"),
        Binding("pageup", "cursor(-10)", "Ten items up", show=False, id="queue-page-up"),
        Binding("pagedown", "cursor(10)", "Ten items down", show=False, id="queue-page-down"),
        Binding("home", "cursor(-9999)", "The first item", show=False, id="queue-first"),
        Binding("end", "cursor(9999)", "The last item", show=False, id="queue-last"),
        Binding("shift+up,K", "move(-1)", "Move it up", show=False, id="queue-move-up"),
        Binding("shift+down,J", "move(1)", "Move it down", show=False, id="queue-move-down"),
        Binding("enter", "to_top", "Move it to the top", show=False, id="queue-move-to-top"),
        Binding("delete,x", "remove", "Take it out", show=False, id="queue-remove"),
        Binding("a", "add", "Add something", show=False, id="queue-add"),
        Binding("n", "next", "Go on to the first item", show=False, id="queue-next"),
    ]
    cursor = reactive(0)
    """The item that keys mean, by its place."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[dict[str, Any]] = []
        self._names: dict[str, str] = {}
        self._dragged: str | None = None
        """The item that is held by the mouse."""

    # --- what is shown -------------------------------------------------------------------------------

    def show_items(self, items: list[dict[str, Any]], names: dict[str, str]) -> None:
        """Show these; the cursor stays on its item wherever that goes."""
        under_cursor = self._item_id
        self._items, self._names = items, names
        places = {item["itemId"]: place for place, item in enumerate(items)}
        self.virtual_size = Size(self.size.width, len(items))
        self.cursor = places.get(under_cursor or "", min(self.cursor, max(0, len(items) - 1)))
        self.refresh()

    @property
    def _item_id(self) -> str | None:
        return self._items[self.cursor]["itemId"] if self.cursor < len(self._items) else None

    def watch_cursor(self) -> None:
        """Keep it in sight."""
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + height > 0:
            self.scroll_to(y=self.cursor - height + 1, animate=False)
        self.refresh()

    # --- what one does -------------------------------------------------------------------------------

    def action_cursor(self, by: int) -> None:
        """Go so many items down."""
        self.cursor = min(max(0, self.cursor + by), max(0, len(self._items) - 1))

    def action_move(self, by: int) -> None:
        """Move the item under the cursor so many places down."""
        self._move(self._item_id, self.cursor + by)

    def action_to_top(self) -> None:
        """Make the item under the cursor the next one."""
        self._move(self._item_id, 0)

    def _move(self, item_id: str | None, index: int) -> None:
        places = {item["itemId"]: place for place, item in enumerate(self._items)}
        if item_id is not None and 0 <= index < len(self._items) and places.get(item_id, index) != index:
            self.post_message(QueuePanel.Move(item_id, index))

    def action_remove(self) -> None:
        """Take out the item under the cursor."""
        if self._item_id is not None:
            self.post_message(QueuePanel.Remove(self._item_id))

    def action_add(self) -> None:
        """Go where one adds."""
        self.screen.set_focus(self.screen.query_one(QueueInput))

    def action_next(self) -> None:
        """Go on to the first item."""
        self.post_message(QueuePanel.Next())

    # --- the mouse -----------------------------------------------------------------------------------

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of an item."""
        at = self._place_at(event)
        if at is not None and event.button == 1:
            self.cursor = at
            self._dragged = self._item_id
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show where it would go."""
        at = self._place_at(event)
        if self._dragged is not None and at is not None:
            self.cursor = at

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go of it: that is its new place."""
        if self._dragged is None:
            return
        at, dragged, self._dragged = self._place_at(event), self._dragged, None
        self.release_mouse()
        self._move(dragged, self.cursor if at is None else at)
        self.refresh()

    def _place_at(self, event: events.MouseEvent) -> int | None:
        place = event.y + self.scroll_offset.y
        return place if 0 <= place < len(self._items) else None

    # --- drawing -------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Draw one item in sight."""
        width = self.scrollable_content_region.width
        place = y + self.scroll_offset.y
        if not self._items and place == 0:
            quiet = self.get_component_rich_style("queue--quiet")
            words = f"{self._mark} empty: a adds something"
            return Strip([Segment(words, quiet)]).adjust_cell_length(width, self.rich_style)
        if place >= len(self._items):
            return Strip.blank(width, self.rich_style)
        item, style = self._items[place], self.rich_style
        mark = " "
        if place == self.cursor:
            style, mark = self.get_component_rich_style("queue--cursor"), self._mark
        if item["itemId"] == self._dragged:
            style, mark = self.get_component_rich_style("queue--dragged"), "↕"
        return Strip([Segment(self._row(mark, place, item, width), style)]).adjust_cell_length(width, style)

    @property
    def _mark(self) -> str:
        """What stands before the item that keys mean, where they mean one: not its colour alone."""
        return "›" if self.has_focus else " "

    def on_focus(self) -> None:
        """Show it."""
        self.refresh()

    def on_blur(self) -> None:
        """Take it away."""
        self.refresh()

    def _row(self, mark: str, place: int, item: dict[str, Any], width: int) -> str:
        """The item in as many cells: which place, what, how long, by whom."""
        by = self._names.get(item["addedBy"] or "", "")
        end = "  ".join(part for part in (by, figures.position(item["duration"])) if part)
        head = f"{mark}{place + 1:>3} "
        room = width - cell_len(head) - cell_len(end) - 1
        return f"{head}{fitted(media_name(item), max(1, room))} {end}"
