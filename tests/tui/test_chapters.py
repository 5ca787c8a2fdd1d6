"""Chapters on the evening's screen: marked on the timeline, named, and gone to by keys."""

from __future__ import annotations

import asyncio

from textual.pilot import Pilot

from syncwatch_cli.tui.widgets.timeline_bar import TimelineBar
from tests.tui.made_up import LOCAL
from tests.tui.on_screen import at_rest
from tests.tui.screens_under_test import Evening

CHAPTERS = [
    {"title": "The\x1b[2J start", "time": 0.0},
    {"title": "", "time": 610.0},
    {"title": "The flight", "time": 2700.0},
]


async def screen_with_chapters(pilot: Pilot[None], app: Evening) -> str:
    app.hear("chapters", chapters=CHAPTERS)
    return "\n".join(await at_rest(pilot))


async def test_the_chapter_is_named() -> None:
    """The chapter in which all are is named beside the figures, by its number where it has no name."""
    app = Evening()
    async with app.run_test(size=(80, 24)) as pilot:
        first = await screen_with_chapters(pilot, app)
        app.now = LOCAL + 20
        second = await screen_with_chapters(pilot, app)
        app.hear("chapters", chapters=[])
        none = "\n".join(await at_rest(pilot))

    assert "10:00 / 1:30:00  The[2J start" in first
    assert "10:20 / 1:30:00  chapter 2  Bob plays" in second
    assert "chapter" not in none.lower()


async def test_the_timeline_marks_them() -> None:
    """Each chapter but the beginning has its mark on the bar, where the bar's own positions are."""
    app = Evening()
    async with app.run_test(size=(83, 24)) as pilot:
        app.now = LOCAL + 60
        shown = await screen_with_chapters(pilot, app)
        bar = app.screen.query_one(TimelineBar)
        row = shown.splitlines()[bar.region.y]
        marked = row[bar.region.x + 40]

    assert row.strip() == "━" * 9 + "┿●" + "─" * 29 + "┼" + "─" * 40
    assert marked == "┼"


async def test_keys_go_to_them() -> None:
    """Page up goes to the next chapter, page down to the one before or to where this begins; without any it is said."""
    app = Evening()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("pageup")
        await pilot.pause()
        said = [notice.message for notice in app._notifications]  # noqa: SLF001 no public name gives what is shown
        await screen_with_chapters(pilot, app)
        for seconds, key in ((0, "pageup"), (0, "pagedown"), (12, "pagedown"), (30, "pagedown"), (30, "pageup")):
            app.now = LOCAL + seconds
            await pilot.press(key)
        app.now = LOCAL + 3000
        await pilot.press("pageup")
        await asyncio.sleep(0)

    assert said == ["What plays has no chapters."]
    assert app.deck.done == [("seek_to", there) for there in (610.0, 0.0, 0.0, 610.0, 2700.0)]
