"""Texts in columns."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from syncwatch_cli.tui.cells import fitted, marked


@pytest.mark.parametrize(
    ("text", "shown"),
    [("Ada", "Ada  "), ("Nosfe", "Nosfe"), ("Nosferatu", "Nosf…"), ("漢字漢字", "漢字…"), ("", "     ")],
)
def test_fitted(text: str, shown: str) -> None:
    """A text takes the cells of its column, and one that was cut ends in an ellipsis."""
    assert (fitted(text, 5), cell_len(fitted(text, 5))) == (shown, 5)


@pytest.mark.parametrize(
    ("name", "marks", "shown"),
    [
        ("Ada", " (you)", "Ada (you)   "),
        ("Nosferatu", " (you)", "Nosfe… (you)"),
        ("漢字漢字漢字", " (you)", "漢字… (you) "),
        ("Nosferatu", "", "Nosferatu   "),
        ("Nosferatu", " (you, muted)", "No… (you, m…"),
    ],
)
def test_marked(name: str, marks: str, shown: str) -> None:
    """Of a long name and its marks the name is cut, as long as anything of it is left."""
    assert (marked(name, marks, 12), cell_len(marked(name, marks, 12))) == (shown, 12)
