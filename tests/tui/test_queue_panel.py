"""The queue as a list that is put into order by keys and by the mouse."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.message import Message

from syncwatch_cli.tui.evening import Evening
from syncwatch_cli.tui.widgets.chat import ChatHistory
from syncwatch_cli.tui.widgets.log import LogLines
from syncwatch_cli.tui.widgets.queue import QueueInput, QueueList, QueuePanel
from tests.tui.on_screen import noting


def item(number: int, *, title: str | None = None) -> dict[str, Any]:
    url = f"https://example.org/{number}.mp4"
    return {
        "itemId": f"i{number}",
        "url": url,
        "file": None,
        "title": title or f"Film {number}",
        "duration": 90.0 * number or None,
        "addedBy": "bo" if number % 2 else None,
    }


class Shelf(App[None]):
    """A queue, and nothing else."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.evening = Evening()
        self.evening.queue = [item(number) for number in range(count)]
        self.wanted: list[Message] = []

    def compose(self) -> ComposeResult:
        yield QueuePanel()

    def on_mount(self) -> None:
        self.show()
        self.query_one(QueueList).focus()

    def show(self) -> None:
        self.query_one(QueuePanel).show(self.evening)

    def on_queue_panel_move(self, event: QueuePanel.Move) -> None:
        self.wanted.append(event)

    def on_queue_panel_remove(self, event: QueuePanel.Remove) -> None:
        self.wanted.append(event)

    def on_queue_panel_add(self, event: QueuePanel.Add) -> None:
        self.wanted.append(event)

    def on_queue_panel_next(self, event: QueuePanel.Next) -> None:
        self.wanted.append(event)


def told(message: Message) -> tuple[object, ...]:
    return type(message).__name__, *(getattr(message, name, None) for name in ("item_id", "index", "source"))


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        (["shift+down"], [("Move", "i0", 1, None)]),
        (["down", "shift+up"], [("Move", "i1", 0, None)]),
        (["end", "enter"], [("Move", "i3", 0, None)]),
        (["down", "J"], [("Move", "i1", 2, None)]),
        (["shift+up"], []),
        (["end", "shift+down"], []),
        (["down", "delete"], [("Remove", "i1", None, None)]),
        (["n"], [("Next", None, None, None)]),
        (["a", *"x.mp4", "enter"], [("Add", None, None, "x.mp4")]),
        (["a", "enter", "escape", "x"], [("Remove", "i0", None, None)]),
    ],
)
async def test_keys_say_what_is_wanted(keys: list[str], wanted: list[tuple[object, ...]]):
    """Each key asks the session for one thing, and for nothing that can't be."""
    app = Shelf(4)
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()

        assert [told(each) for each in app.wanted] == wanted


def test_what_a_list_has_no_use_for_is_for_the_screen():
    """Left and right move nothing sideways in queue and chat: they stay what they are everywhere, a seek."""
    for kind in (QueueList, ChatHistory, LogLines):
        keys = kind._merged_bindings  # noqa: SLF001 no public name gives the keys of a class
        assert keys is not None
        assert not {"left", "right"} & keys.key_to_bindings.keys()


async def test_an_item_is_dragged_to_its_place():
    """Held with the mouse and let go of elsewhere, an item is moved there; a click alone only chooses it."""
    app = Shelf(5)
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.click(QueueList, offset=(5, 1))
        chosen = app.query_one(QueueList).cursor
        await pilot.mouse_down(QueueList, offset=(5, 1))
        await pilot.hover(QueueList, offset=(5, 3))
        held = app.query_one(QueueList).render_line(1).text
        await pilot.mouse_up(QueueList, offset=(5, 3))
        await pilot.pause()

        assert (chosen, held[0]) == (1, "↕")
        assert [told(each) for each in app.wanted] == [("Move", "i1", 3, None)]


async def test_the_cursor_stays_on_its_item():
    """When somebody else changes the queue, the keys go on meaning the item that they meant."""
    app = Shelf(4)
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("down", "down")
        app.evening.queue = [item(2), item(0), item(1), item(3)]
        app.show()
        moved = app.query_one(QueueList).cursor
        app.evening.queue = [item(0)]
        app.show()
        await pilot.pause()

        assert (moved, app.query_one(QueueList).cursor) == (0, 0)


async def test_a_row_says_which_what_who_and_how_long():
    """A row has its place, its name, who added it and how long it takes, in exactly the width that there is."""
    app = Shelf(2)
    app.evening.queue[1]["title"] = "映画" * 40
    app.evening.people.clear()
    app.evening.take("participants", {"changed": [PERSON], "left": []}, 0.0)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        await pilot.pause()
        rows = [app.query_one(QueueList).render_line(y) for y in range(2)]

    assert rows[0].text == "›  1 Film 0" + " " * 28 + "–"
    assert rows[1].text.startswith("   2 映画")
    assert rows[1].text.endswith("Bob  1:30")
    assert {row.cell_length for row in rows} == {40}


async def test_an_empty_queue_says_how_to_fill_it():
    """Nothing in the queue is said in words, with the key that adds something, and keys on it do no harm."""
    app = Shelf(0)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.press("down", "delete", "enter", "shift+up")
        await pilot.pause()

        assert app.query_one(QueueList).render_line(0).text.strip() == "› empty: a adds something"
        assert app.wanted == []
        await pilot.press("a")
        assert app.focused is app.query_one(QueueInput)


async def test_a_thousand_items_are_drawn_as_few(monkeypatch: pytest.MonkeyPatch):
    """Of a full queue only the rows in sight are drawn."""
    app = Shelf(1000)
    async with app.run_test(size=(60, 12)) as pilot:
        listed = app.query_one(QueueList)
        drawn: list[int] = []
        monkeypatch.setattr(listed, "render_line", noting(drawn, listed.render_line))
        await pilot.press("end")
        await pilot.pause()

        assert listed.cursor == 999
        assert len(drawn) < 100


PERSON = {
    "participantId": "bo",
    "displayName": "Bob",
    "role": "viewer",
    "platform": "mpv",
    "connected": True,
    "ready": False,
    "state": "paused",
    "currentTime": None,
    "drift": None,
    "uncertainty": None,
    "rtt": None,
}
