"""A line of chat as it is typed: what each key does to it."""

from __future__ import annotations

import pytest

from syncwatch_cli.player.chat_line import LONGEST_LINE, REMEMBERED, ChatLine

FAMILY = "👩\u200d👩\u200d👧"
TONED = "👍🏽"
GERMANY, FRANCE = "🇩🇪", "🇫🇷"


def line(text: str, *keys: str) -> ChatLine:
    """A line with ``text`` in it, after these keys."""
    typed = ChatLine()
    typed.insert(text)
    for key in keys:
        typed.press(key)
    return typed


@pytest.mark.parametrize(
    ("text", "keys", "left", "cursor"),
    [
        ("abc", ["LEFT"], "abc", 2),
        ("abc", ["LEFT", "LEFT", "LEFT", "LEFT"], "abc", 0),
        ("abc", ["HOME", "RIGHT"], "abc", 1),
        ("abc", ["RIGHT"], "abc", 3),
        ("abc", ["HOME", "END"], "abc", 3),
        ("abc", ["Ctrl+a", "Ctrl+e", "Ctrl+a"], "abc", 0),
        ("abc", ["BS"], "ab", 2),
        ("abc", ["Shift+BS"], "ab", 2),
        ("abc", ["HOME", "BS"], "abc", 0),
        ("abc", ["HOME", "DEL"], "bc", 0),
        ("abc", ["DEL"], "abc", 3),
        ("one two", ["Ctrl+LEFT"], "one two", 4),
        ("one two ", ["Ctrl+LEFT", "Ctrl+LEFT"], "one two ", 0),
        ("one two", ["HOME", "Ctrl+RIGHT"], "one two", 3),
        ("one two", ["HOME", "Ctrl+RIGHT", "Ctrl+RIGHT"], "one two", 7),
        ("one two", ["Ctrl+w"], "one ", 4),
        ("one two ", ["Ctrl+BS"], "one ", 4),
        ("one two", ["HOME", "Ctrl+DEL"], " two", 0),
        ("one two", ["Ctrl+LEFT", "Ctrl+u"], "two", 0),
        ("one two", ["Ctrl+LEFT", "Ctrl+k"], "one ", 4),
        ("abc", ["F5"], "abc", 3),
        ("ae\u0301", ["BS"], "a", 1),
        ("ae\u0301", ["LEFT"], "ae\u0301", 1),
        (f"a{FAMILY}", ["BS"], "a", 1),
        (f"{FAMILY}a", ["HOME", "DEL"], "a", 0),
        (f"a{TONED}", ["BS"], "a", 1),
        (GERMANY + FRANCE, ["BS"], GERMANY, 2),
        (GERMANY + FRANCE, ["HOME", "RIGHT"], GERMANY + FRANCE, 2),
        ("日本", ["BS"], "日", 1),
    ],
)
def test_keys(text: str, keys: list[str], left: str, cursor: int):
    """Each key moves or cuts by what people take for one letter or one word."""
    typed = line(text, *keys)

    assert (typed.text, typed.cursor) == (left, cursor)


def test_letters_go_in_at_the_cursor():
    """What is typed goes in where the cursor stands, spaces and marks included."""
    typed = line("ac", "LEFT")
    for letter in ("b", " ", "e", "\u0301"):
        typed.insert(letter)

    assert typed.text == "ab e\u0301c"


@pytest.mark.parametrize(
    ("pasted", "inserted"),
    [("one\ntwo\r\n", "one two  "), ("\x1b[2Jx\x00", "[2Jx"), ("\u202eabc", "abc"), ("\udcfdx", "x"), (FAMILY, FAMILY)],
)
def test_what_is_pasted_becomes_one_line(pasted: str, inserted: str):
    """A paste loses its line breaks and all that could harm, and keeps its emoji."""
    assert line(pasted).text == inserted


def test_a_line_has_an_end():
    """There is room for as much as the session takes, and no more."""
    typed = line("x" * (LONGEST_LINE + 10))
    typed.insert("y")

    assert typed.text == "x" * LONGEST_LINE


def test_a_finished_line_is_clean_and_the_next_is_empty():
    """What was typed is given without the spaces around it, and the next line begins empty."""
    typed = line("  hello  there ")

    assert typed.finish() == "hello there"
    assert (typed.text, typed.cursor) == ("", 0)


def test_lines_that_were_said_come_back():
    """The up key brings back what was said, the down key what was being typed."""
    typed = line("first")
    typed.finish()
    typed.insert("second")
    typed.finish()
    typed.insert("draft")
    seen = []
    for key in ("UP", "UP", "UP", "DOWN", "DOWN", "DOWN"):
        typed.press(key)
        seen.append(typed.text)

    assert seen == ["second", "first", "first", "second", "draft", "draft"]


def test_nothing_is_remembered_twice_or_for_ever():
    """A line said twice is remembered once, an empty one not at all, and only the last of many."""
    typed = ChatLine()
    for text in ("", " ", *(str(each) for each in range(REMEMBERED + 5)), "same", "same"):
        typed.insert(text)
        typed.finish()
    said = []
    for _ in range(REMEMBERED + 5):
        typed.press("UP")
        said.append(typed.text)

    assert said[:2] == ["same", str(REMEMBERED + 4)]
    assert len(set(said)) == REMEMBERED
