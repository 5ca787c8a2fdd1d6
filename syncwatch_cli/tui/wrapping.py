"""Where long lines break, in cells of a terminal; pure, and quick enough for ten thousand lines at once."""

from __future__ import annotations

from rich.cells import cached_cell_len, get_character_cell_size

INDENT = 2
"""Cells by which what does not fit into the first row is moved to the right."""


def broken(text: str, width: int) -> list[tuple[int, int]]:
    """The rows of a line, each as the range of its characters; at least one, none wider than ``width`` cells.

    Rows after the first have ``INDENT`` cells less. Breaks are at spaces, or within a word that is longer than a row.
    """
    if len(text) <= width and (text.isascii() or cached_cell_len(text) <= width):
        return [(0, len(text))]
    rows: list[tuple[int, int]] = []
    start, room = 0, max(1, width)
    while start < len(text):
        end = _fitting(text, start, room)
        if end < len(text) and (space := text.rfind(" ", start, end + 1)) > start:
            rows.append((start, space))
            start = space + 1
        else:
            rows.append((start, end))
            start = end
        room = max(1, width - INDENT)
    return rows or [(0, 0)]


def _fitting(text: str, start: int, room: int) -> int:
    """Where the row that begins at ``start`` has to end; it takes one character at least."""
    used = 0
    for at in range(start, len(text)):
        used += get_character_cell_size(text[at])
        if used > room and at > start:
            return at
    return len(text)
