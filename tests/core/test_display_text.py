"""Text that somebody else wrote, made safe to show."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncwatch_core.display_text import clean_text, folded

FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("plain", "plain"),
        ("  two\t\n words \r\n", "two words"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x1b]0;title\x07", "]0;title"),
        ("bell\x07 null\x00 del\x7f c1\x9b31m", "bell null del c131m"),
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("\u2066isolated\u2069 \u200emark\u200f \u061c", "isolated mark"),
        ("half\ud800 a pair", "half a pair"),
        ("private\ue000 use", "private use"),
        ("soft\u00adhyphen\u200b \ufeffAnn\u2060", "softhyphen Ann"),
        ("line\u2028separator", "line separator"),
        ("次の映画を見る", "次の映画を見る"),
        ("مرحبا بالعالم", "مرحبا بالعالم"),
        ("שלום", "שלום"),
        (FAMILY, FAMILY),
        ("e\u0301", "e\u0301"),
        ("\U0001fae8", "\U0001fae8"),
    ],
)
def test_what_is_shown_is_one_harmless_line(written: str, shown: str):
    """Controls, escapes and direction overrides go; letters, marks, emoji and right-to-left words stay."""
    assert clean_text(written) == shown


@pytest.mark.parametrize("written", ["", " \n", "\x00", "\u200b\u200b", "\u200d", "\u0301", "\u202e\u2060", "\u00a0"])
def test_what_shows_nothing_is_empty(written: str):
    """Text of which nothing would be seen is empty."""
    assert clean_text(written) == ""


@given(written=st.text())
def test_cleaning_is_done_once(written: str):
    """What is clean stays as it is, on one line, without a control character."""
    shown = clean_text(written)

    assert clean_text(shown) == shown
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in shown)
    assert len(shown.splitlines()) <= 1


@pytest.mark.parametrize(
    ("one", "other"), [("Ann", "ANN"), ("Zoe\u0301", "Zo\u00e9"), ("\uff21nn", "Ann"), ("Straße", "STRASSE")]
)
def test_names_that_sound_alike_fold_alike(one: str, other: str):
    """Names that differ in case or in how their letters are encoded only are the same to people."""
    assert folded(one) == folded(other)


def test_different_names_fold_differently():
    """Names that people can tell apart stay apart."""
    assert folded("Ann") != folded("Anna")
