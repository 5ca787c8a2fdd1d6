r"""Words for mpv's on-screen display, which is drawn by libass: nothing in them may be taken for its commands.

libass reads ``{…}`` as commands and ``\N``, ``\n``, ``\h`` and ``\{`` as escapes. A brace that is escaped is drawn;
a backslash has no escape of its own, so a character without width behind it keeps it from meeting the next letter, as
mpv does itself (``mp.assdraw`` and console.lua). Checked in mpv 0.35.1 by what it measures of the drawn text.
"""

from __future__ import annotations

import unicodedata

from syncwatch_core.display_text import clean_text

WORD_JOINER = "\u2060"
"""Has no width."""
MARKS_AT_MOST = 3
"""Marks on one letter: no script needs more, and a heap of them would be drawn over the whole picture. A choice."""


def escaped(text: str) -> str:
    """``text``, cleaned, as libass draws it letter by letter; one line."""
    plain = _without_heaps(clean_text(text))
    return plain.replace("\\", "\\" + WORD_JOINER).replace("{", "\\{")


def width(text: str) -> int:
    """Columns that ``text`` takes, as on a terminal: a wide character takes two, a mark none."""
    return sum(map(_columns, text))


def cut(text: str, columns: int) -> str:
    """The beginning of ``text`` that takes at most so many columns, with an ellipsis where something is missing."""
    if width(text) <= columns:
        return text
    taken = 1
    for place, letter in enumerate(text):
        taken += _columns(letter)
        if taken > columns:
            return text[:place].rstrip() + "…"
    return text


def _columns(letter: str) -> int:
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1


def _without_heaps(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for letter in text:
        marks = marks + 1 if unicodedata.category(letter) in {"Mn", "Me"} else 0
        if marks <= MARKS_AT_MOST:
            kept.append(letter)
    return "".join(kept)
