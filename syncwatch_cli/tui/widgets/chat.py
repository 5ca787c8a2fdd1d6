"""The chat: what was said, what can be answered by an emoji, and a line to say something."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input

from syncwatch_cli.tui.evening import Evening
from syncwatch_cli.tui.evening_parts import ChatLine, ShownReaction
from syncwatch_cli.tui.help_text import HelpText
from syncwatch_cli.tui.widgets.line_view import Line, LineView
from syncwatch_core.display_text import folded

LONGEST_LINE = 500
"""Characters. docs/contract.md, 3."""

EMOJI = ("👍", "😂", "😍", "😮", "😢", "👏")
"""What one can react with by a single key; each is two cells wide on every terminal."""

REACTION_SHOWN = 8.0
"""Seconds for which a reaction stands beside the row."""


class ChatPanel(Vertical):
    """The chat of the evening; what the person says and shows is posted as ``Said`` and ``Reacted``."""

    DEFAULT_CSS = """
    ChatPanel { height: 1fr; }
    ChatPanel Input { height: 1; border: none; padding: 0; }
    """

    class Said(Message):
        """The person says something to all."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Reacted(Message):
        """The person shows an emoji to all."""

        def __init__(self, emoji: str) -> None:
            super().__init__()
            self.emoji = emoji

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 Textual's own name
        super().__init__(id=id)
        self.border_title = "Chat"
        self._names = _Names()

    def compose(self) -> ComposeResult:
        """History, reactions, input."""
        yield ChatHistory()
        yield Reactions()
        yield ChatInput(self._names)

    def show(self, evening: Evening) -> None:
        """Draw what is new of the evening."""
        self._names.known = [person.name for person in evening.in_order if person.participant_id != evening.own_id]
        self.query_one(Reactions).show(evening.reactions)
        self.query_one(ChatHistory).show_items(evening.shown_chat)

    def write(self) -> None:
        """Put the cursor where one writes."""
        self.screen.set_focus(self.query_one(Input))

    def react(self) -> None:
        """Put the cursor on the emoji."""
        self.screen.set_focus(self.query_one(Reactions))

    @on(Input.Submitted)
    def _say(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        event.input.clear()
        if text:
            self.post_message(self.Said(text))
            self.query_one(ChatHistory).action_to_the_end()

    @on(LineView.Below)
    def _tell_new(self, event: LineView.Below) -> None:
        event.stop()
        lines = "line" if event.lines == 1 else "lines"
        self.border_subtitle = f"{event.lines} new {lines} below · end" if event.lines else ""


class ChatHistory(LineView):
    """What was said, the newest at the foot."""

    help = HelpText("Chat", "What everybody says. A line that names you begins with @.")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"chat--time", "chat--name", "chat--me", "chat--mention"}
    DEFAULT_CSS = """
    ChatHistory { & > .chat--time { color: $text-muted; } & > .chat--name { color: $text-primary; text-style: bold; }
        & > .chat--me { color: $text-secondary; text-style: bold; }
        & > .chat--mention { color: $text-accent; text-style: bold reverse; } }
    """

    def __init__(self) -> None:
        super().__init__(written)


def written(said: ChatLine) -> Line:
    """A line of chat as it is drawn: a mark for who is named in it, when, who, what."""
    mark = "@" if said.mentions_me else " "
    at = time.strftime("%H:%M", time.localtime(said.sent_at))
    head = f"{mark}{at} {said.name}: "
    name = "chat--me" if said.is_mine else "chat--name"
    when = (0, 6, "chat--mention" if said.mentions_me else "chat--time")
    return Line(head + said.text, (when, (7, len(head) - 1, name)))


class Reactions(Widget, can_focus=True):
    """A short row of emoji to click, or to choose by a digit; beside it who has just shown which."""

    help = HelpText("Reactions", "An emoji for everybody, shown for a moment; a digit chooses it, or a click.")
    DEFAULT_CSS = """
    Reactions { height: 1; &:focus { background: $block-cursor-background; color: $block-cursor-foreground; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(str(place), f"react({place})", f"Show {emoji}", show=False, id=f"react-{place}")
        for place, emoji in enumerate(EMOJI, 1)
    ]

    def __init__(self) -> None:
        super().__init__()
        self._shown: list[ShownReaction] = []
        self._latest: ShownReaction | None = None

    def show(self, reactions: Sequence[ShownReaction]) -> None:
        """Show those that have come since the last time, each for a moment."""
        new: list[ShownReaction] = []
        for reaction in reversed(reactions):
            if reaction is self._latest:
                break
            new.append(reaction)
        if new:
            self._latest = new[0]
            self._shown = new + self._shown
            self.set_timer(REACTION_SHOWN, lambda: self._take_away(len(new)))
            self.refresh()

    def _take_away(self, count: int) -> None:
        """The oldest have been shown for long enough."""
        del self._shown[-count:]
        self.refresh()

    def render(self) -> Text:
        """The row."""
        row = "".join(f"{place}{emoji} " for place, emoji in enumerate(EMOJI, 1))
        said = "  ".join(f"{each.name} {each.emoji}" for each in self._shown)
        return Text(f"{row} {said}", no_wrap=True, overflow="ellipsis")

    def action_react(self, place: int) -> None:
        """Show the emoji of this place, counted from 1."""
        self.post_message(ChatPanel.Reacted(EMOJI[place - 1]))

    def on_click(self, event: events.Click) -> None:
        """A click on an emoji shows it."""
        at = 0
        for place, emoji in enumerate(EMOJI, 1):
            at += cell_len(f"{place}{emoji} ")
            if event.x < at:
                self.action_react(place)
                return


class ChatInput(Input):
    """Where one writes."""

    help = HelpText(
        "Write to everybody",
        "Enter sends the line. Name somebody and they are shown that it is for them; → takes the name that is offered.",
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Stop writing", show=False, id="stop-writing"),
    ]

    def __init__(self, names: Suggester) -> None:
        super().__init__(
            placeholder="Say something", max_length=LONGEST_LINE, suggester=names, compact=True, select_on_focus=False
        )

    def on_paste(self, event: events.Paste) -> None:
        """Take all that is pasted into the one line; by itself an input takes the first line and drops the others."""
        event.prevent_default()
        event.stop()
        text = " ".join(event.text.splitlines())
        before = self.value
        self.replace(text, *self.selection)
        if text and self.value == before:
            self.notify(f"A line has at most {LONGEST_LINE} characters; nothing was pasted.", severity="warning")

    def action_leave(self) -> None:
        """Give the keys back to the rest of the screen; what was written stays."""
        self.screen.set_focus(None)


class _Names(Suggester):
    """Offers the names of who is here to whoever has begun one."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.known: list[str] = []

    async def get_suggestion(self, value: str) -> str | None:
        """The line with its last word made into a name."""
        before, space, begun = value.rpartition(" ")
        begun = begun.removeprefix("@")
        if not begun:
            return None
        for name in self.known:
            if folded(name).startswith(folded(begun)) and len(name) > len(begun):
                return f"{before}{space}{value[len(before) + len(space) :]}{name[len(begun) :]}"
        return None
