"""Texts in columns: as many cells wide as the column, and what is cut says so."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

LEAST_OF_A_TEXT = 3
"""Cells of a text that are shown before what marks it is cut. A choice."""


def marked(text: str, marks: str, width: int) -> str:
    """A text and what marks it, in exactly so many cells: where both have no room the text is cut, not its marks."""
    room = max(LEAST_OF_A_TEXT, width - cell_len(marks))
    return fitted((text if cell_len(text) <= room else fitted(text, room).rstrip()) + marks, width)


def fitted(text: str, width: int) -> str:
    """The text in exactly so many cells: filled with blanks, or cut off with an ellipsis."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    # Of a wide character that has no room for both its cells a blank would be left.
    return set_cell_size(set_cell_size(text, max(0, width - 1)).rstrip() + "…", width)
