"""A line of chat as it is typed in the player: its letters, where the next one goes, and what each key does to it.

Pure: it knows neither mpv nor the session. A letter here is what people take for one: with its marks, joiners and
modifiers it comes and goes as a whole.
"""

from __future__ import annotations

import unicodedata

from syncwatch_core.display_text import clean_text

LONGEST_LINE = 500
"""Characters, as the session takes them. docs/contract.md, 3."""
REMEMBERED = 20
"""Lines that the up key brings back. A choice."""

_JOINER = "\u200d"
_FLAGS = range(0x1F1E6, 0x1F200)
"""The letters of which two together are one flag."""
_SKIN_TONES = range(0x1F3FB, 0x1F400)


class ChatLine:
    """One line at a time, and those that were said before."""

    def __init__(self) -> None:
        self.text = ""
        self.cursor = 0
        """Where the next letter goes: the number of characters before it."""
        self._said: list[str] = []
        self._back = 0
        """How many lines back in what was said; 0 is the line that is new."""
        self._draft = ""

    def clear(self) -> None:
        """Begin anew."""
        self.text, self.cursor, self._back = "", 0, 0

    def insert(self, text: str) -> None:
        """Put ``text`` in at the cursor, as far as there is room; a pasted paragraph becomes one line."""
        kept = text if text == " " else _kept(text)
        kept = kept[: LONGEST_LINE - len(self.text)]
        self.text = self.text[: self.cursor] + kept + self.text[self.cursor :]
        self.cursor += len(kept)

    def finish(self) -> str:
        """What was typed, cleaned; it is remembered, and the next line is empty."""
        text = clean_text(self.text)
        if text and self._said[-1:] != [text]:
            self._said = [*self._said, text][-REMEMBERED:]
        self.clear()
        return text

    def press(self, key: str) -> None:
        """Do what an editing key does; ``key`` is called as mpv calls it. Others do nothing."""
        places = {
            "LEFT": self._letter_before(),
            "RIGHT": self._letter_after(),
            "HOME": 0,
            "END": len(self.text),
            "Ctrl+a": 0,
            "Ctrl+e": len(self.text),
            "Ctrl+LEFT": self._word_before(),
            "Ctrl+RIGHT": self._word_after(),
        }
        cuts = {
            "BS": self._letter_before(),
            "Shift+BS": self._letter_before(),
            "DEL": self._letter_after(),
            "Ctrl+BS": self._word_before(),
            "Ctrl+w": self._word_before(),
            "Ctrl+DEL": self._word_after(),
            "Ctrl+u": 0,
            "Ctrl+k": len(self.text),
        }
        if key in places:
            self.cursor = places[key]
        elif key in cuts:
            self._cut(cuts[key])
        elif key in {"UP", "DOWN"}:
            self._go_back(1 if key == "UP" else -1)

    # Within.

    def _cut(self, place: int) -> None:
        first, last = sorted((place, self.cursor))
        self.text, self.cursor = self.text[:first] + self.text[last:], first

    def _go_back(self, steps: int) -> None:
        back = min(max(0, self._back + steps), len(self._said))
        if back == self._back:
            return
        if self._back == 0:
            self._draft = self.text
        self._back = back
        self.text = self._draft if back == 0 else self._said[-back]
        self.cursor = len(self.text)

    def _letter_before(self) -> int:
        place = max(0, self.cursor - 1)
        while place > 0 and not self._is_between_letters(place):
            place -= 1
        return place

    def _letter_after(self) -> int:
        place = min(len(self.text), self.cursor + 1)
        while place < len(self.text) and not self._is_between_letters(place):
            place += 1
        return place

    def _word_before(self) -> int:
        before = self.text[: self.cursor].rstrip()
        return before.rfind(" ") + 1

    def _word_after(self) -> int:
        rest = self.text[self.cursor :]
        gap = len(rest) - len(rest.lstrip())
        end = rest.find(" ", gap)
        return len(self.text) if end < 0 else self.cursor + end

    def _is_between_letters(self, place: int) -> bool:
        """Whether one letter ends and the next begins before the character at ``place``."""
        before, after = self.text[place - 1], self.text[place]
        if _JOINER in {before, after} or unicodedata.category(after) in {"Mn", "Me", "Mc"}:
            return False
        if ord(after) in _FLAGS and ord(before) in _FLAGS:
            flags = len(self.text[:place]) - len(self.text[:place].rstrip("".join(map(chr, _FLAGS))))
            return flags % 2 == 0
        return ord(after) not in _SKIN_TONES


def _kept(text: str) -> str:
    """What of ``text`` a line may hold; marks and joiners that come one key at a time stay."""
    kept = (" " if letter.isspace() else letter for letter in text)
    return "".join(letter for letter in kept if letter in {" ", _JOINER} or clean_text(f"a{letter}") != "a")
