"""Which lines stand on the player's picture, and for how long; instants are seconds."""

from __future__ import annotations

from syncwatch_cli.osd_lines import COLUMNS, GATHERED_FOR, HELD_AT_MOST, ROWS_AT_MOST, ROWS_OF_A_LINE, OsdLines
from syncwatch_cli.player.ass_text import width
from syncwatch_cli.player.interface import OsdLine

ONE, TWO = OsdLine("one"), OsdLine("two")
SOON = GATHERED_FOR


def test_several_things_at_once_come_up_as_one_text() -> None:
    """The first waits for a moment, and whatever comes meanwhile comes up with it."""
    lines = OsdLines()
    lines.say(ONE, 3.0, now=0.0)
    lines.say(TWO, 3.0, now=SOON - 0.01)

    assert lines.shown(SOON - 0.01) == ()
    assert lines.changes_at == SOON
    assert lines.shown(SOON) == (ONE, TWO)


def test_a_line_stays_for_its_time() -> None:
    """A line stays as long as it was given from when it came up, and then nothing is going to change."""
    lines = OsdLines()
    lines.say(ONE, 3.0, now=0.0)
    lines.shown(SOON)

    assert lines.shown(SOON + 2.9) == (ONE,)
    assert lines.changes_at == SOON + 3.0
    assert lines.shown(SOON + 3.0) == ()
    assert lines.changes_at is None


def test_what_is_said_anew_takes_the_place_of_what_it_was() -> None:
    """Under one key there is one line, the last, and it knows whether it is still to be seen."""
    lines = OsdLines()
    lines.say(ONE, 3.0, now=0.0, key="k")
    lines.say(TWO, 3.0, now=0.1, key="k")

    assert lines.shown(SOON) == (TWO,)
    assert lines.shows("k", 1.0)
    assert not lines.shows("k", 10.0)


def test_a_start_is_left_alone() -> None:
    """While the player starts the picture stays as it is; what was said meanwhile comes up afterwards, for its time."""
    lines = OsdLines()
    lines.say(ONE, 1.0, now=0.0)
    lines.shown(SOON)
    lines.hold(2.0, now=0.5)
    lines.say(TWO, 1.0, now=0.6)

    assert lines.shown(1.5) == (ONE,)
    assert lines.changes_at == 2.0
    assert lines.shown(2.0) == (TWO,)
    assert lines.shown(2.9) == (TWO,)


def test_a_start_far_off_holds_nothing_for_long() -> None:
    """However far off a start is said to be, words come up within some seconds."""
    lines = OsdLines()
    lines.hold(1e9, now=0.0)
    lines.say(ONE, 1.0, now=0.0)

    assert lines.shown(HELD_AT_MOST) == (ONE,)


def test_the_oldest_make_room() -> None:
    """Of a flood the last lines are to be seen, as many as fit."""
    lines = OsdLines()
    for each in range(100):
        lines.say(OsdLine(str(each)), 3.0, now=0.0)

    assert [line.text for line in lines.shown(SOON)] == [str(each) for each in range(100 - ROWS_AT_MOST, 100)]


def test_a_long_line_takes_more_rows_and_is_cut() -> None:
    """A line of several rows counts as so many, and none takes more than its share."""
    lines = OsdLines()
    lines.say(OsdLine("short"), 3.0, now=0.0)
    for _ in range(ROWS_AT_MOST // ROWS_OF_A_LINE):
        lines.say(OsdLine("x" * 500, "Ada " * 100), 3.0, now=0.0)
    shown = lines.shown(SOON)

    assert len(shown) == ROWS_AT_MOST // ROWS_OF_A_LINE
    assert all(width(line.name) + 2 + width(line.text) <= ROWS_OF_A_LINE * COLUMNS for line in shown)
    assert all(line.text.endswith("…") for line in shown)
