"""The chat, the log and the lines that they are made of, driven by keys and mouse."""

from __future__ import annotations

from typing import Any

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.message import Message

from syncwatch_cli.tui.evening import Evening
from syncwatch_cli.tui.widgets.chat import EMOJI, LONGEST_LINE, ChatHistory, ChatInput, ChatPanel, Reactions
from syncwatch_cli.tui.widgets.line_view import LineView
from syncwatch_cli.tui.widgets.log import LogPanel
from tests.tui.on_screen import noting

pytestmark = pytest.mark.usefixtures("at_greenwich")


class Talk(App[None]):
    """A chat and a log, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.evening = Evening()
        self.evening.take("joined", {"code": "ABC-DEF", "participantId": "me"}, 0.0)
        self.evening.take("participants", {"changed": [person("me", "Ada"), person("bo", "Bob")], "left": []}, 0.0)
        self.heard: list[Message] = []
        self._said = 0

    def compose(self) -> ComposeResult:
        yield ChatPanel()
        yield LogPanel()

    def said(self, *texts: str, by: str = "bo", at: float = 72_000.0) -> None:
        """Somebody said this."""
        for text in texts:
            self._said += 1
            line = {"messageId": str(self._said), "participantId": by, "text": text, "sentAt": at}
            name = {"bo": "Bob", "me": "Ada"}[by]
            self.evening.take("chat-message", {**line, "displayName": name}, 0.0)
        self.show()

    def show(self) -> None:
        self.query_one(ChatPanel).show(self.evening)
        self.query_one(LogPanel).show(self.evening)

    def on_chat_panel_said(self, event: ChatPanel.Said) -> None:
        self.heard.append(event)

    def on_chat_panel_reacted(self, event: ChatPanel.Reacted) -> None:
        self.heard.append(event)


def person(participant_id: str, name: str) -> dict[str, Any]:
    figures = dict.fromkeys(("currentTime", "drift", "uncertainty", "rtt"))
    there = {"connected": True, "ready": False, "state": "paused", "platform": "mpv", "role": "controller"}
    return {"participantId": participant_id, "displayName": name, **there, **figures}


def in_sight(view: LineView) -> list[str]:
    """The rows that are drawn, without what is empty."""
    rows = [view.render_line(y).text.rstrip() for y in range(view.size.height)]
    return [row for row in rows if row]


async def test_lines_stand_in_order_and_name_who_spoke():
    """Each line has its time, its speaker and its text, and one that names me has a mark, not only a colour."""
    app = Talk()
    async with app.run_test(size=(60, 20)) as pilot:
        app.said("hello", "Ada: look!")
        app.said("yes", by="me")
        await pilot.pause()

        rows = in_sight(app.query_one(ChatHistory))

    assert rows == [" 20:00 Bob: hello", "@20:00 Bob: Ada: look!", " 20:00 Ada: yes"]


async def test_the_newest_line_is_in_sight_and_a_long_one_is_whole():
    """The chat follows what is said, and breaks long lines instead of cutting them."""
    app = Talk()
    async with app.run_test(size=(30, 20)) as pilot:
        app.said(*(f"line {number}" for number in range(100)), "word " * 12)
        await pilot.pause()

        rows = in_sight(app.query_one(ChatHistory))

    assert " 20:00 Bob: line 99" in rows
    assert " ".join(" ".join(rows).split()).endswith("Bob: " + "word " * 11 + "word")


async def test_who_reads_older_lines_is_left_in_peace():
    """New lines move nothing under the eyes of who has scrolled up; they are counted until the end is in sight."""
    app = Talk()
    async with app.run_test(size=(60, 20)) as pilot:
        app.said(*(f"line {number}" for number in range(100)))
        await pilot.pause()
        history = app.query_one(ChatHistory)
        history.focus()
        await pilot.press("home")
        await pilot.pause()
        before = in_sight(history)
        app.said("news", "more news")
        await pilot.pause()
        after, told = in_sight(history), app.query_one(ChatPanel).border_subtitle
        await pilot.press("end")
        await pilot.pause()
        at_end, told_then = in_sight(history), app.query_one(ChatPanel).border_subtitle

    assert before == after
    assert told == "2 new lines below · end"
    assert (at_end[-1], told_then) == (" 20:00 Bob: more news", "")


async def test_ten_thousand_lines_are_drawn_as_few(monkeypatch: pytest.MonkeyPatch):
    """With all of the chat there, scrolling draws the rows in sight, and of a new line only itself is broken."""
    app = Talk()
    async with app.run_test(size=(60, 20)) as pilot:
        app.said(*(f"line {number}" for number in range(10_000)))
        await pilot.pause()
        history = app.query_one(ChatHistory)
        drawn: list[int] = []
        written: list[object] = []
        monkeypatch.setattr(history, "render_line", noting(drawn, history.render_line))
        history.write = noting(written, history.write)
        history.focus()
        await pilot.press("pageup")
        await pilot.pause(0.3)
        scrolled, height = len(drawn), history.size.height
        app.said("the last")
        await pilot.pause()

    assert len(app.evening.chat) == 10_000
    assert 0 < scrolled < 40 * height
    assert len(written) == 1


async def test_lines_are_broken_anew_for_another_width():
    """A narrower terminal breaks what a wide one showed in a row, and the newest line stays in sight."""
    app = Talk()
    async with app.run_test(size=(100, 24)) as pilot:
        app.said(*(f"{number} " + "word " * 12 for number in range(30)))
        await pilot.pause()
        history = app.query_one(ChatHistory)
        wide = history.virtual_size.height
        await pilot.resize_terminal(40, 24)
        await pilot.pause()
        await pilot.pause()

        assert history.virtual_size.height > wide
        assert history.is_at_end


async def test_what_is_written_is_said_once():
    """Enter says the line and empties the input; an empty one says nothing; a name that is begun is offered."""
    app = Talk()
    async with app.run_test(size=(60, 20)) as pilot:
        app.show()
        app.query_one(ChatPanel).write()
        await pilot.press(*"hi @bo")
        await pilot.pause()
        await pilot.press("right", "enter", "enter")
        await pilot.pause()

        assert [event.text for event in app.heard if isinstance(event, ChatPanel.Said)] == ["hi @bob"]
        assert app.query_one(ChatInput).value == ""


async def test_all_that_is_pasted_is_in_the_line():
    """Several pasted lines become one; what is too long is refused in words, and what was written stays."""
    app = Talk()
    async with app.run_test(size=(80, 24)) as pilot:
        line = app.query_one(ChatInput)
        line.focus()
        await pilot.press(*"see: ")
        line.post_message(events.Paste("one\ntwo\r\nthree"))
        await pilot.pause()
        pasted = line.value
        line.post_message(events.Paste("x" * 5000))
        await pilot.pause()
        said = [notice.message for notice in app._notifications]  # noqa: SLF001 no public name gives what is shown

    assert (pasted, line.value) == ("see: one two three", "see: one two three")
    assert said == [f"A line has at most {LONGEST_LINE} characters; nothing was pasted."]


async def test_an_emoji_is_a_digit_or_a_click_away():
    """A digit and a click each show their emoji to all, and what others show stands beside the row."""
    app = Talk()
    async with app.run_test(size=(80, 20)) as pilot:
        app.evening.take("reaction", {"participantId": "bo", "emoji": "🎉"}, 0.0)
        app.show()
        app.query_one(ChatPanel).react()
        await pilot.press("2")
        await pilot.click(Reactions, offset=(1, 0))
        await pilot.pause()
        row = str(app.query_one(Reactions).render())

    assert [event.emoji for event in app.heard if isinstance(event, ChatPanel.Reacted)] == [EMOJI[1], EMOJI[0]]
    assert row.endswith("Bob 🎉")


async def test_who_is_muted_is_not_read():
    """A muted person's lines are gone from the chat, and are there again when they are heard again."""
    app = Talk()
    async with app.run_test(size=(60, 20)) as pilot:
        app.said("noise")
        app.said("mine", by="me")
        app.evening.mute("bo")
        app.show()
        await pilot.pause()
        muted = in_sight(app.query_one(ChatHistory))
        app.evening.mute("bo")
        app.show()
        await pilot.pause()
        heard = in_sight(app.query_one(ChatHistory))

    assert muted == [" 20:00 Ada: mine"]
    assert heard == [" 20:00 Bob: noise", " 20:00 Ada: mine"]


async def test_the_log_tells_what_happened_and_when():
    """The log has the events of the session in words, with the second at which they happened."""
    app = Talk()
    async with app.run_test(size=(60, 20)) as pilot:
        app.evening.note("Bob pauses", 72_001.0)
        app.show()
        await pilot.pause()
        rows = in_sight(app.query_one("LogLines", LineView))

    assert rows[-1] == "20:00:01 Bob pauses"
