"""Words on mpv's picture: whatever others write is drawn letter by letter, and styles nothing."""

from __future__ import annotations

import pytest

from syncwatch_cli.player.ass_text import cut, escaped, width
from syncwatch_cli.player.interface import OsdLine
from syncwatch_cli.player.mpv import MpvPlayer
from syncwatch_cli.player.overlay import overlay_command
from tests.cli.player.eyes import Eyes, eyes_on
from tests.cli.player.hands import Diary

HOSTILE = {
    "a size": (r"{\fs300}x", "(/fs300)x"),
    "a place": (r"{\pos(0,700)}x", "(/pos(0,700))x"),
    "an end before its beginning": (r"}{\an9}x", ")(/an9)x"),
    "an escaped brace": (r"\{\fs300}x", "/(/fs300)x"),
    "two backslashes": (r"\\{\fs300}x", "//(/fs300)x"),
    "a drawing": (r"{\p1}m 0 0 l 900 0 900 900 0 900", "(/p1)m 0 0 l 900 0 900 900 0 900"),
    "line breaks of libass": (r"x\Nx\nx", "x/Nx/nx"),
    "a hard space": (r"x\hx", "x/hx"),
    "a backslash at the end": ("x\\", "x/"),
    "line breaks": ("x\nx\r\nx\u2028x", "x x x x"),
    "mpv's own escape bytes": ("x\udcfd{\\fs300}\udcfex", "x(/fs300)x"),
    "a property": ("${mpv-version}${osd-ass-cc/0}", "$(mpv-version)$(osd-ass-cc/0)"),
    "an escape sequence": ("\x1b[31mx\x07", "[31mx"),
    "an override of direction": ("\u202ex\u2066", "x"),
}
"""What a stranger may write, and letters of about the same size that mean nothing to anybody."""


async def extent(eyes: Eyes, drawn: str) -> dict[str, float]:
    """Where libass, within mpv, draws this; in a layer of our own."""
    answer = await eyes.does_named(
        overlay_command(rf"{{\an7\pos(26,96)\fs28\bord2}}{drawn}") | {"compute_bounds": True}
    )
    assert isinstance(answer.value, dict)
    return answer.value


@pytest.mark.parametrize("player_class", [MpvPlayer])
async def test_hostile_text_is_drawn_as_it_is_written(player: MpvPlayer):
    """No text that a stranger may write changes the size, the place or the number of rows of what is drawn."""
    async with eyes_on(player) as eyes:
        row = await extent(eyes, r"(/\{|")
        for what, (written, harmless) in HOSTILE.items():
            hostile = await extent(eyes, escaped(written))
            plain = await extent(eyes, escaped(harmless))

            assert hostile["x0"] == pytest.approx(plain["x0"], abs=4), what
            # A brace and a bracket differ by some of these units, and anything that worked by hundreds.
            assert hostile["x1"] == pytest.approx(plain["x1"], abs=15 + 12 * len(set("{}") & set(written))), what
            assert hostile["y1"] - row["y0"] < 1.4 * (row["y1"] - row["y0"]), what
            assert hostile["y0"] >= row["y0"] - 4, what


@pytest.mark.parametrize("player_class", [MpvPlayer])
async def test_a_heap_of_marks_stays_in_its_row(player: MpvPlayer):
    """Hundreds of marks on one letter are not drawn over the picture; the few that scripts need are."""
    async with eyes_on(player) as eyes:
        heaped = await extent(eyes, escaped("a" + "\u0301" * 300 + "b"))
        few = await extent(eyes, escaped("a" + "\u0301" * 3 + "b"))

    assert heaped == few
    assert escaped("Việt Nam ệ") == "Việt Nam ệ"


async def test_lines_come_and_go(player: MpvPlayer, diary: Diary):
    """Lines are drawn with the name of who says them, replaced by the next, and taken away; none is anybody's act."""
    async with eyes_on(player) as eyes:
        player.draw([OsdLine("Bob is here"), OsdLine("hello {you}", "Ada\n\\N")])
        await eyes.sees_row("Ada \\N: hello {you}")
        assert eyes.picture == ["Bob is here", "Ada \\N: hello {you}"]

        player.draw([])
        await eyes.sees_nothing()
        assert len(eyes.drawn) == 2

    assert diary.entries == []


@pytest.mark.parametrize("player_class", [MpvPlayer])
async def test_what_stands_already_is_not_drawn_again(player: MpvPlayer):
    """The same lines again are no command for mpv."""
    async with eyes_on(player) as eyes:
        for text in ("one", "one", "one", "two"):
            player.draw([OsdLine(text)])
        await eyes.sees_row("two")

        assert len(eyes.drawn) == 2


@pytest.mark.parametrize(
    ("text", "columns", "shown"),
    [
        ("short", 10, "short"),
        ("exactly ten", 11, "exactly ten"),
        ("one more than fits", 8, "one mor…"),
        ("日本語の字", 10, "日本語の字"),
        ("日本語の字", 8, "日本語…"),
        ("e\u0301" * 4, 4, "e\u0301" * 4),
        ("", 4, ""),
    ],
)
def test_what_is_too_long_is_cut(text: str, columns: int, shown: str):
    """Text is cut to a width, in which a wide letter counts twice and a mark not at all."""
    assert cut(text, columns) == shown
    assert width(shown) <= columns
