"""The invitation: a code that phones can read, on every size of terminal, and the link given to the clipboard."""

from __future__ import annotations

import pytest
import segno
from textual.app import App

from syncwatch_cli.tui.screens.invite import InviteScreen, qr_lines
from tests.tui.on_screen import Compare, at_rest

LINK = "http://192.168.178.23:8765/s/ABC-DEF"
LONG = f"https://watch.{'x' * 60}.example.org/s/ABC-DEF"


class Party(App[None]):
    """A screen with an invitation above it."""

    def __init__(self, link: str, note: str = "") -> None:
        super().__init__()
        self._invite = InviteScreen(link, "ABC-DEF", note=note)

    def on_mount(self) -> None:
        self.push_screen(self._invite)


def modules(lines: list[str]) -> list[list[bool]]:
    """Which modules are dark, read from half blocks as a camera would."""
    halves = {"█": (False, False), "▀": (False, True), "▄": (True, False), " ": (True, True)}
    return [[halves[block][half] for block in line] for line in lines for half in (0, 1)]


@pytest.mark.parametrize("link", [LINK, LONG, "http://h/s/ABC-DEF"])
@pytest.mark.parametrize("size", [(200, 60), (45, 24)])
def test_half_blocks_are_the_code(link: str, size: tuple[int, int]) -> None:
    """Read back from the half blocks, the code is module for module the one of the link, with light all around it."""
    lines = qr_lines(link, *size)
    assert lines is not None
    read = modules(lines)
    expected = [[bool(module) for module in row] for row in segno.make(link, error="l", micro=False).matrix]
    border = (len(read[0]) - len(expected)) // 2

    assert border >= 1
    assert [row[border:-border] for row in read[border : border + len(expected)]] == expected
    assert not any(any(row) for row in (*read[:border], *read[border + len(expected) :]))


def test_the_white_around_it_gives_way_first() -> None:
    """On less room the code keeps its modules and loses quiet zone; on too little there is none."""
    tall = qr_lines(LINK, 200, 60)
    fit = qr_lines(LINK, 45, 16)

    assert (len(tall or ()), len(fit or ())) == (19, 16)
    assert qr_lines(LINK, 45, 12) is None
    assert qr_lines(LINK, 20, 60) is None


@pytest.mark.parametrize("link", [LINK, LONG])
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_it_fits(link: str, size: tuple[int, int], is_as_before: Compare) -> None:
    """At every size the whole code, the letters, the link and the words are on the screen."""
    app = Party(link)
    async with app.run_test(size=size) as pilot:
        shown = await at_rest(pilot)
        await is_as_before(pilot, f"invite-{'long-' if link == LONG else ''}{size[0]}x{size[1]}")
        drawn = qr_lines(link, size[0] - 35, size[1] - 2)

    flowed = "".join("".join(row.split("│")[1:-1]).strip(" █▀▄") for row in shown).replace(" ", "")
    assert drawn is not None
    assert all(any(line in row for row in shown) for line in drawn)
    assert "ABC-DEF" in flowed
    assert link in flowed


async def test_the_link_is_whole() -> None:
    """A link as they usually are stands in one row of an ordinary terminal, to be read out or marked."""
    app = Party(LINK)
    async with app.run_test(size=(80, 24)) as pilot:
        assert any(LINK in row for row in await at_rest(pilot))


async def test_the_link_is_given_to_the_clipboard() -> None:
    """Opening it copies the link and says so; after something else was copied, c copies it again."""
    app = Party(LINK)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        first = app.clipboard
        app.copy_to_clipboard("else")
        await pilot.press("c")
        shown = "\n".join(await at_rest(pilot))
        await pilot.press("escape")
        await pilot.pause()
        closed = not isinstance(app.screen, InviteScreen)

    assert (first, app.clipboard, closed) == (LINK, LINK, True)
    assert "terminal's clipboard" in shown


async def test_a_tiny_terminal_has_the_link_and_no_code() -> None:
    """Where no code fits it is left out with a word on it, and letters and link are still there."""
    app = Party(LINK, note="Only this network can follow it.")
    async with app.run_test(size=(40, 20)) as pilot:
        shown = "\n".join(await at_rest(pilot))

    assert "ABC-DEF" in shown
    assert "too small" in shown
    assert "Only this network" in shown
    assert "█" not in shown


@pytest.mark.parametrize("theme", ["textual-light", "textual-dark", "nord"])
async def test_the_code_is_dark_on_light_in_every_theme(theme: str) -> None:
    """Phones want dark modules on a light ground; no theme turns that about."""
    app = Party(LINK)
    async with app.run_test(size=(80, 24)) as pilot:
        app.theme = theme
        await pilot.pause()
        style = app.screen.query_one("#qr").rich_style

    assert style.color is not None
    assert style.bgcolor is not None
    assert (style.color.name, style.bgcolor.name) == ("#ffffff", "#000000")
