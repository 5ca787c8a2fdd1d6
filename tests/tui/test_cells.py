"""Texts in columns."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from syncwatch_cli.tui.cells import fitted


@pytest.mark.parametrize(
    ("text", "shown"),
    [("Ada", "Ada  "), ("Nosfe", "Nosfe"), ("Nosferatu", "Nosf…"), ("漢字漢字", "漢字…"), ("", "     ")],
)
def test_fitted(text: str, shown: str) -> None:
    """A text takes the cells of its column, and one that was cut ends in an ellipsis."""
    assert (fitted(text, 5), cell_len(fitted(text, 5))) == (shown, 5)
