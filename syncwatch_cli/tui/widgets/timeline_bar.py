"""The timeline as a bar: where all are, to be clicked and dragged to go elsewhere."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from syncwatch_cli.tui.help_text import HelpText

_DONE, _HEAD, _TO_COME = "━", "●", "─"
_DONE_CHAPTER, _CHAPTER_TO_COME = "┿", "┼"
"""Where a chapter begins."""


class TimelineBar(Widget, can_focus=True):
    """A bar from the beginning of the media to its end; empty where the media has no known end."""

    help = HelpText(
        "Timeline",
        "Where everybody is, with a mark where each chapter begins. A click goes there for everybody, and so does "
        "dragging it, once the button is let go.",
    )
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    TimelineBar { height: 1; width: 1fr; color: $foreground-muted; pointer: pointer; }
    TimelineBar:focus { color: $foreground; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = set()

    class Sought(Message):
        """The person wants everybody to be at ``position``, s of media."""

        def __init__(self, position: float) -> None:
            super().__init__()
            self.position = position

    class Aimed(Message):
        """The person is dragging and would go to ``position``, s of media; None: they are done."""

        def __init__(self, position: float | None) -> None:
            super().__init__()
            self.position = position

    def __init__(self) -> None:
        super().__init__()
        self._position: float | None = None
        self._duration: float | None = None
        self._aimed: float | None = None
        self._chapters: tuple[float, ...] = ()
        self._drawn: tuple[int | None, tuple[float, ...], int] = (None, (), 0)

    def show_position(self, position: float | None, duration: float | None, chapters: tuple[float, ...] = ()) -> None:
        """Show where all are, and where ``chapters`` begin; all in seconds of media."""
        self._position, self._duration, self._chapters = position, duration, chapters
        if (self._head, chapters, self.size.width) != self._drawn:
            self.refresh()

    @property
    def _head(self) -> int | None:
        """The cell in which the position is, from 0; None where there is nothing to show."""
        position = self._position if self._aimed is None else self._aimed
        if position is None or not self._duration:
            return None
        return self._cell_of(position, self._duration)

    def _cell_of(self, position: float, duration: float) -> int:
        return min(self._last_cell, round(position / duration * self._last_cell))

    @property
    def _last_cell(self) -> int:
        return max(1, self.size.width - 1)

    def _position_at(self, cell: int) -> float | None:
        """Where the cell stands for, s of media."""
        if not self._duration:
            return None
        return min(max(cell, 0), self._last_cell) / self._last_cell * self._duration

    def render(self) -> Content:
        """The bar."""
        head = self._head
        self._drawn = (head, self._chapters, self.size.width)
        if head is None:
            return Content.assemble((_TO_COME * self.size.width, "$foreground-disabled"))
        done, to_come = [_DONE] * head, [_TO_COME] * (self.size.width - head - 1)
        # The beginning itself needs no mark.
        for cell in {self._cell_of(each, self._duration or each) for each in self._chapters if each > 0}:
            if cell < head:
                done[cell] = _DONE_CHAPTER
            elif head < cell < self.size.width:
                to_come[cell - head - 1] = _CHAPTER_TO_COME
        return Content.assemble(
            ("".join(done), "$primary"), (_HEAD, "bold $primary"), ("".join(to_come), "$foreground-disabled")
        )

    # --- the mouse -----------------------------------------------------------------------------------

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of it."""
        if event.button == 1 and self._duration:
            self.capture_mouse()
            self._aim(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag it."""
        if self._aimed is not None:
            self._aim(event.x)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go of it: everybody goes there."""
        if self._aimed is None:
            return
        self._aim(event.x)
        position, self._aimed = self._aimed, None
        self.release_mouse()
        self.post_message(self.Aimed(None))
        # Shown at once; the session's own word follows.
        self._position = position
        self.refresh()
        self.post_message(self.Sought(position))

    def _aim(self, cell: int) -> None:
        position = self._position_at(cell)
        if position is not None and position != self._aimed:
            self._aimed = position
            self.post_message(self.Aimed(position))
            self.refresh()
