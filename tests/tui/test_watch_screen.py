"""The evening's screen, driven by keys and mouse: what it looks like, and what is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from textual import events
from textual.app import App
from textual.color import Color
from textual.pilot import Pilot
from textual.widgets import Input

from syncwatch_cli.tui.widgets.chat import ChatPanel
from syncwatch_cli.tui.widgets.participants import ParticipantsTable
from syncwatch_cli.tui.widgets.timeline_bar import TimelineBar
from syncwatch_core.errors import AppError, ErrorCode
from tests.patience import PATIENCE
from tests.tui.made_up import LOCAL, STATUS, chat, participant, playback
from tests.tui.on_screen import Compare, at_rest, rows
from tests.tui.screens_under_test import Evening

READABLE = 0.25
"""How much lighter or darker than its ground a letter is, of 1, at least: less than in the faint texts of themes."""
SIZES = [(80, 24), (120, 40), (200, 60)]

pytestmark = pytest.mark.usefixtures("at_greenwich")


def shown(app: App[Any]) -> str:
    return "\n".join(rows(app))


async def wait_for(holds: Callable[[], bool], pilot: Pilot[None]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await pilot.pause(0.01)


# --- what it looks like ------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_the_evening(size: tuple[int, int], is_as_before: Compare) -> None:
    """At each size all that matters is in sight: what plays, who is here, what was said, the keys."""
    app = Evening()
    async with app.run_test(size=size) as pilot:
        app.now = LOCAL + 60
        app.hear("notice", code="waiting", message="waiting for Cyd, who is buffering", participantId="cy")
        await is_as_before(pilot, f"evening-{size[0]}x{size[1]}")


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "nord", "solarized-light"])
async def test_people_can_be_read_in_every_theme(theme: str) -> None:
    """No column of a person's row is drawn in, or nearly in, the colour that it stands on."""
    app = Evening()
    async with app.run_test(size=(120, 40)) as pilot:
        app.theme = theme
        await pilot.pause()
        drawn = app.screen.query_one(ParticipantsTable).render_line(2)

    assert "controller" in drawn.text, drawn.text
    for segment in drawn:
        if segment.text.strip() and segment.style is not None:
            ink, ground = Color.from_rich_color(segment.style.color), Color.from_rich_color(segment.style.bgcolor)
            assert abs(ground.brightness - ink.brightness) > READABLE, segment


@pytest.mark.parametrize("size", SIZES)
async def test_the_connection_is_lost(size: tuple[int, int], is_as_before: Compare) -> None:
    """That the connection is lost stands at the head, in words."""
    app = Evening()
    async with app.run_test(size=size) as pilot:
        app.hear("notice", code="link-lost", message="the connection is lost; playing on", participantId=None)
        await is_as_before(pilot, f"lost-{size[0]}x{size[1]}")


async def test_without_a_connection_it_is_ones_own_player_that_is_shown() -> None:
    """While the connection is lost the screen shows where one's own player is, and what it does."""
    app = Evening()
    async with app.run_test(size=(80, 24)) as pilot:
        app.hear("notice", code="link-lost", message="the connection is lost", participantId=None)
        app.hear("status", **{**STATUS, "state": "paused", "currentTime": 75.0})

        await wait_for(lambda: "⏸ paused  Nosferatu" in shown(app) and "1:15 / 1:30:00" in shown(app), pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_is_loaded(size: tuple[int, int], is_as_before: Compare) -> None:
    """Without anything to watch the screen says how to open something."""
    nothing = playback(0, mediaId=None, isPlaying=False, cause={"event": "create-session", "participantId": None})
    app = Evening(media=None, playback=nothing, queue=[], chat=[])
    async with app.run_test(size=size) as pilot:
        await is_as_before(pilot, f"nothing-{size[0]}x{size[1]}")


async def test_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR nothing is coloured, and the words say it all the same."""
    monkeypatch.setenv("NO_COLOR", "1")
    app = Evening()
    async with app.run_test(size=(80, 24)) as pilot:
        text = "\n".join(await at_rest(pilot))

    assert app.no_color
    assert "✓ in sync: +0.6 ms ± 0.4" in text
    assert "-12.1 ms ± 0.3" in text


async def test_the_width_decides_what_is_told_of_people() -> None:
    """Where it is narrow name, state and drift stay; the rest comes with the room for it."""
    texts = []
    for width in (50, 80):
        app = Evening()
        async with app.run_test(size=(width, 24)) as pilot:
            texts.append("\n".join(await at_rest(pilot)))

    assert "-12.1 ms" in texts[0]
    assert "rtt" not in texts[0].splitlines()[5]
    assert "controller" in texts[1]
    assert "87.0 ms" in texts[1]


# --- what is done ------------------------------------------------------------------------------------


KEYS: dict[str, tuple[Any, ...] | None] = {
    "space": ("play_or_pause",),
    "left": ("seek_by", -5),
    "right": ("seek_by", 5),
    "up": ("seek_by", 60),
    "down": ("seek_by", -60),
    "[": ("set_rate", 0.9),
    "]": ("set_rate", 1.1),
    "backspace": ("set_rate", 1.0),
    "n": ("queue_next",),
    "y": ("set_ready", True),
    "t H i enter escape": ("chat", "Hi"),
    "r 1": ("react", "👍"),
    "p home down down v": ("set_role", "bo", "viewer"),
    "c": ("set_role", "bo", "controller"),
    "k": ("kick", "bo"),
    "b y": ("kick", "bo", True),
    "h y": ("set_role", "bo", "host"),
    "enter k": ("kick", "bo"),
    "b n": None,
    "h escape": None,
    "enter escape": None,
    "o a . m p 4 enter": ("load", "a.mp4"),
    "o escape": None,
    "u x": ("queue_remove", "q1"),
    "ctrl+q": ("leave",),
}
"""What each key does, one after the other; None where whoever was asked has thought better of it."""


async def test_keys() -> None:
    """Each key does its one thing, after a question where it can't be undone."""
    app = Evening()
    done = {}
    async with app.run_test(size=(80, 24)) as pilot:
        for keys in KEYS:
            app.deck.done.clear()
            await pilot.press(*keys.split())
            await pilot.pause()
            done[keys] = app.deck.done.copy()

    assert done == {keys: [act] if act else [] for keys, act in KEYS.items()}


async def test_keys_while_writing() -> None:
    """While somebody writes, the keys are letters; escape gives them their meaning back."""
    app = Evening()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("t", "n", "space", "n")
        written = app.screen.query_one("ChatPanel Input", Input).value
        await pilot.press("escape", "n")

    assert written == "n n"
    assert app.deck.done == [("queue_next",)]


async def test_the_timeline_by_mouse() -> None:
    """The timeline is clicked and dragged; only where it is let go everybody goes."""
    app = Evening()
    async with app.run_test(size=(83, 24)) as pilot:
        bar = app.screen.query_one(TimelineBar)
        await pilot.mouse_down(bar, offset=(0, 0))
        await pilot.hover(bar, offset=(40, 0))
        aimed = shown(app)
        await pilot.mouse_up(bar, offset=(40, 0))

    assert "→ 45:00" in aimed
    assert app.deck.done == [("seek_to", 2700.0)]


async def test_panels_by_mouse() -> None:
    """A click on its name brings a panel into sight."""
    app = Evening()
    async with app.run_test(size=(80, 24)) as pilot:
        strip = app.screen.query_one("#strip")
        await pilot.click(strip, offset=(rows(app)[strip.region.y].index("Log"), 0))

        await wait_for(lambda: "joined ABC-DEF" in shown(app), pilot)


async def test_muting_is_mine_alone() -> None:
    """Whose chat is muted is not told to the session."""
    app = Evening()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("p", "down", "down", "m")
        await wait_for(lambda: "Bob (muted)" in shown(app) and "good evening" not in shown(app), pilot)

    assert app.deck.done == []


async def test_a_refusal_is_shown() -> None:
    """What the session refuses is said in its words, with what may help."""
    app = Evening()
    app.deck.refusal = AppError(ErrorCode.FORBIDDEN, "only the host may do that", "ask the host")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("p", "down", "down", "k")

        await wait_for(lambda: "only the host may do that" in shown(app), pilot)


async def test_questions_of_the_runtime() -> None:
    """The runtime's question stands above everything, and is answered by a key."""
    app = Evening()
    async with app.run_test(size=(80, 24)) as pilot:
        waiting = asyncio.ensure_future(asyncio.to_thread(app.bridge.ask, "Play it?"))
        await wait_for(lambda: "Play it?" in shown(app), pilot)
        await pilot.press("y")

        assert await waiting


async def test_a_question_that_nobody_answers() -> None:
    """Where the application ends before the answer, that is a no."""
    app = Evening()
    async with app.run_test(size=(80, 24)) as pilot:
        waiting = asyncio.ensure_future(asyncio.to_thread(app.bridge.ask, "Play it?"))
        await wait_for(lambda: "Play it?" in shown(app), pilot)
        app.exit()

    assert not await waiting
    assert not app.bridge.ask("And now?")


async def test_the_end_of_the_session() -> None:
    """When the runtime is done the application ends by itself."""
    app = Evening()
    async with app.run_test(size=(80, 24)) as pilot:
        app.bridge.close()
        await wait_for(lambda: not app.is_running, pilot)


async def test_what_is_said_on_stderr() -> None:
    """Words to stderr meanwhile are kept in the log, not written over the screen."""
    app = Evening()
    async with app.run_test(size=(80, 24)) as pilot:
        app.post_message(events.Print("syncwatch: warning: the disk is full\n", stderr=True))
        await pilot.press("l")

        await wait_for(lambda: "warning: the disk is full" in shown(app), pilot)


# --- how much is drawn -------------------------------------------------------------------------------


async def test_two_hundred_people() -> None:
    """Of two hundred people only the rows in sight are drawn, and of these only the ones that have changed."""
    people = [participant(f"p{number}", f"Person {number:03}", drift=None) for number in range(200)]
    app = Evening(participants=[participant("me", "Mia"), *people])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        table = app.screen.query_one(ParticipantsTable)
        in_sight = table.size.height
        table.drawn = 0
        app.hear("participants", changed=[participant("p0", "Person 000", drift=0.5)], left=[])
        await pilot.pause()
        after_one = table.drawn
        table.drawn = 0
        app.hear("participants", changed=[participant("p199", "Person 199", drift=0.5)], left=[])
        await pilot.pause()
        after_none = table.drawn
        await pilot.press("p", "end")
        await wait_for(lambda: "Person 199" in shown(app), pilot)
        after_scrolling = table.drawn

        assert in_sight < 12
        assert (after_one, after_none) == (1, 0)
        assert after_scrolling <= 4 * in_sight


async def test_ten_thousand_lines() -> None:
    """With ten thousand lines of chat a new one is a matter of one line."""
    app = Evening(*[("chat-message", chat(number, f"line {number}")) for number in range(2, 10_000)])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.hear("chat-message", **chat(10_000, "the newest"))
        await wait_for(lambda: "the newest" in shown(app), pilot)

        assert len(app.evening.chat) == 10_000


async def test_nothing_new_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second in which nothing has happened draws no panel anew."""
    app = Evening()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shows: list[object] = []
        for kind in (ChatPanel, ParticipantsTable):
            monkeypatch.setattr(kind, "show", lambda self, _: shows.append(self))
        app.take_news()

        assert shows == []
