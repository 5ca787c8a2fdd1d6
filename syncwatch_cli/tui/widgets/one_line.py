"""One line of text that is drawn anew only when it has become another."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

Piece = str | tuple[str, str]
"""Words, and the style that they are drawn in where it is not the line's own."""


class OneLine(Widget):
    """A line of pieces; what doesn't fit is cut off with an ellipsis."""

    DEFAULT_CSS = """
    OneLine { height: 1; width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }
    """
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 Textual's own name
        super().__init__(id=id)
        self._pieces: tuple[Piece, ...] = ()

    def write(self, *pieces: Piece) -> None:
        """Show these."""
        if pieces != self._pieces:
            width, self._pieces = self._width, pieces
            self.refresh(layout=self.styles.auto_dimensions and self._width != width)

    @property
    def _width(self) -> int:
        return sum(cell_len(each if isinstance(each, str) else each[0]) for each in self._pieces)

    def render(self) -> Content:
        """The line."""
        return Content.assemble(*self._pieces)
