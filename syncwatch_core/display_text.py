"""Text that somebody else wrote, made safe to show on a terminal, on a player's screen and in a log."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")

_INVISIBLE = frozenset("\u00ad\u180e\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\ufff9\ufffa\ufffb")
"""Characters of no width that no script needs: with them one name could be written in many ways that look alike."""

_NEVER_SHOWN = frozenset({"Cc", "Cs", "Co"})
"""Categories of control characters, lone surrogates and private use; what is unassigned may be next year's emoji."""

_SHORT = 32
"""Characters of what is likely to come again: emoji and names."""

_NOTHING_TO_SEE = frozenset({"Cf", "Mn", "Me", "Zs"})
"""Categories of what only shapes the characters beside it."""


def clean_text(text: str) -> str:
    """One line without control characters and without overrides of the writing direction; empty if nothing shows.

    Escape sequences lose their escape byte, so what is left of them is shown as harmless letters.
    Joiners within emoji and marks on letters stay.
    """
    if text.isascii() and text.isalnum():
        # Most names are no more than that.
        return text
    return _cleaned_again(text) if len(text) <= _SHORT else _cleaned(text)


def _cleaned(text: str) -> str:
    kept = "".join(" " if character.isspace() else character for character in text if _is_kept(character))
    if all(unicodedata.category(character) in _NOTHING_TO_SEE for character in kept):
        return ""
    return " ".join(kept.split())


_cleaned_again = lru_cache(maxsize=1000)(_cleaned)
"""The same, remembered: reactions are a few emoji over and over, and each character is looked up in tables."""


def folded(name: str) -> str:
    """What two names have in common that people can't tell apart when they say or read them."""
    return unicodedata.normalize("NFKC", name).casefold()


def _is_kept(character: str) -> bool:
    if character.isspace():
        return True
    if character in _BIDI_CONTROLS or character in _INVISIBLE:
        return False
    return unicodedata.category(character) not in _NEVER_SHOWN
