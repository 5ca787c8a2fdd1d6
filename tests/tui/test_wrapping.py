"""Where long lines break."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from syncwatch_cli.tui.wrapping import INDENT, broken


def rows(text: str, width: int) -> list[str]:
    return [text[start:end] for start, end in broken(text, width)]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("", 10, [""]),
        ("short", 10, ["short"]),
        ("one two three", 8, ["one two", "three"]),
        ("abcdefghijkl", 5, ["abcde", "fgh", "ijk", "l"]),
        ("一二三四五", 6, ["一二三", "四五"]),
        ("a 一二三四五六", 6, ["a", "一二", "三四", "五六"]),
        ("ab", 0, ["a", "b"]),
    ],
)
def test_lines_break_where_they_have_to(text: str, width: int, expected: list[str]):
    """A line breaks at spaces, or within a word that is longer than a row, by the cells that characters take."""
    assert rows(text, width) == expected


@given(st.text(alphabet="ab 一👍é", max_size=200), st.integers(4, 40))
def test_no_row_is_too_wide_and_nothing_is_lost(text: str, width: int):
    """Whatever the line, its rows fit, and together they hold all of it but the spaces at the breaks."""
    parts = rows(text, width)

    assert all(cell_len(part) <= width - (INDENT if place else 0) for place, part in enumerate(parts))
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")
