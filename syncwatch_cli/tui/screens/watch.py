"""The evening on one screen: what plays, who is here, what is said, what comes next, what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer

from syncwatch_cli.deck import Answer, Deck
from syncwatch_cli.tui.doing import Do
from syncwatch_cli.tui.evening import Evening
from syncwatch_cli.tui.evening_view import Part
from syncwatch_cli.tui.help_text import HelpText
from syncwatch_cli.tui.rates import next_rate
from syncwatch_cli.tui.screens.invite import InviteScreen
from syncwatch_cli.tui.screens.person_menu import PersonMenu
from syncwatch_cli.tui.screens.question import AskLine, Question
from syncwatch_cli.tui.widgets.chat import ChatPanel
from syncwatch_cli.tui.widgets.connection import Connection
from syncwatch_cli.tui.widgets.log import LogPanel
from syncwatch_cli.tui.widgets.now_playing import NowPlaying
from syncwatch_cli.tui.widgets.panel_strip import PanelStrip, Tab
from syncwatch_cli.tui.widgets.participants import ParticipantsPanel, ParticipantsTable
from syncwatch_cli.tui.widgets.queue import QueuePanel
from syncwatch_cli.tui.widgets.timeline_bar import TimelineBar

_DRAWN_FOR: dict[type[Widget], tuple[Part, ...]] = {
    ParticipantsPanel: ("people", "status"),
    ChatPanel: ("chat", "reactions", "people"),
    QueuePanel: ("queue",),
    LogPanel: ("log",),
    Connection: ("session", "people", "connection", "status"),
}
"""Which parts of the evening each widget shows."""


_TAKES_THE_CURSOR = {"chat": "ChatPanel Input", "queue": "QueueList", "log": "LogLines"}
"""What the keys go to in each panel."""


class WatchScreen(Screen[None]):
    """The one screen of a session."""

    help = HelpText(
        "The session",
        "What you do here is for everybody who watches, as it is in the player itself. "
        "Tab goes from part to part, and each part has keys of its own.",
    )
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-two-columns")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (40, "-high")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "play_or_pause", "Play/pause", tooltip="Play or pause, for everybody", id="play-or-pause"),
        Binding("left", "seek(-5)", "-5 s", tooltip="Five seconds back", id="seek-back"),
        Binding("right", "seek(5)", "+5 s", tooltip="Five seconds on", id="seek-on"),
        Binding("down", "seek(-60)", "-1 min", show=False, tooltip="A minute back", id="minute-back"),
        Binding("up", "seek(60)", "+1 min", show=False, tooltip="A minute on", id="minute-on"),
        Binding("pagedown", "chapter(-1)", "Chapter back", show=False, tooltip="The chapter before", id="chapter-back"),
        Binding("pageup", "chapter(1)", "Chapter on", show=False, tooltip="The next chapter", id="chapter-on"),
        Binding("left_square_bracket", "rate(-1)", "Slower", show=False, id="slower"),
        Binding("right_square_bracket", "rate(1)", "Faster", show=False, id="faster"),
        Binding("backspace", "normal_rate", "Normal speed", show=False, id="normal-speed"),
        Binding("n", "next", "Next", tooltip="Go on to the first item of the queue", show=False, id="next"),
        Binding("o", "open", "Open", tooltip="Watch another link or file", show=False, id="open"),
        Binding("t", "panel('chat')", "Chat", tooltip="Write to everybody", id="chat"),
        Binding("u", "panel('queue')", "Queue", show=False, id="queue"),
        Binding("l", "panel('log')", "Log", show=False, id="log"),
        Binding("p", "people", "People", show=False, id="people"),
        Binding("r", "react", "React", tooltip="Show an emoji", show=False, id="react"),
        Binding("y", "ready", "Ready", tooltip="Say that you are ready, or no longer", show=False, id="ready"),
        Binding("i", "invite", "Invite", tooltip="The link, and its QR code", id="invite"),
    ]

    def __init__(self, evening: Evening, clock: Callable[[], float]) -> None:
        super().__init__()
        self._evening = evening
        self._clock = clock
        self._panel = "chat"
        self._seen: dict[type[Widget], tuple[int, ...]] = {}
        self._chat_seen = 0
        self._is_there = False
        """Whether all its parts are there to be drawn."""

    def compose(self) -> ComposeResult:
        """Head, what plays, people, the panels, the keys."""
        yield Connection()
        yield NowPlaying()
        with Container(id="body"):
            yield ParticipantsPanel(id="people")
            with Container(id="talk"):
                yield PanelStrip()
                yield ChatPanel(id="chat")
                yield QueuePanel(id="queue")
                yield LogPanel(id="log")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Draw what is known so far."""
        self._is_there = True
        self._show_panel(self._panel)
        self.draw()

    # --- drawing -------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw what has changed since the last time."""
        if self._is_there:
            with suppress(NoMatches):  # while it is taken apart
                self._draw()

    def _draw(self) -> None:
        changes = self._evening.changes
        for kind, parts in _DRAWN_FOR.items():
            counts = tuple(changes[part] for part in parts)
            if self._seen.get(kind) != counts:
                self._seen[kind] = counts
                self._widget(kind).show(self._evening)
        self.query_one(NowPlaying).show(self._evening, self._clock())
        self._draw_strip()

    def _widget(self, kind: type[Widget]) -> ParticipantsPanel | ChatPanel | QueuePanel | LogPanel | Connection:
        widget = self.query_one(kind)
        assert isinstance(widget, ParticipantsPanel | ChatPanel | QueuePanel | LogPanel | Connection)  # noqa: S101
        return widget

    def _draw_strip(self) -> None:
        lines = len(self._evening.chat)
        if self._panel == "chat" or self._all_in_sight:
            self._chat_seen = lines
        unread = lines - self._chat_seen
        queued = len(self._evening.queue)
        tabs = (
            Tab("chat", "t", f"Chat ({unread} new)" if unread > 0 else "Chat"),
            Tab("queue", "u", f"Queue ({queued})" if queued else "Queue"),
            Tab("log", "l", "Log"),
        )
        self.query_one(PanelStrip).show(tabs, self._panel)

    @property
    def _all_in_sight(self) -> bool:
        """Whether there is room for all panels at once."""
        return self.has_class("-two-columns") and self.has_class("-high")

    def _show_panel(self, name: str) -> None:
        self._panel = name
        for panel in self._panels:
            panel.set_class(panel.id == name, "-chosen")
        self._draw_strip()

    @property
    def _panels(self) -> Iterable[Widget]:
        return (self.query_one(ChatPanel), self.query_one(QueuePanel), self.query_one(LogPanel))

    @on(PanelStrip.Chosen)
    def _chosen(self, event: PanelStrip.Chosen) -> None:
        self._show_panel(event.name)

    # --- playback ------------------------------------------------------------------------------------

    def _do(self, act: Callable[[Deck], Answer]) -> None:
        self.post_message(Do(act))

    def action_play_or_pause(self) -> None:
        """Pause what plays, else play."""
        self._do(lambda deck: deck.play_or_pause())

    def action_seek(self, seconds: float) -> None:
        """Go on, or back."""
        self._do(lambda deck: deck.seek_by(seconds))

    def action_chapter(self, step: Literal[-1, 1]) -> None:
        """Go to the beginning of a chapter."""
        here = self._evening.shown_position(self._clock())
        there = None if here is None else self._evening.chapter_beside(here, step)
        if there is not None:
            self._do(lambda deck: deck.seek_to(there))
        elif not self._evening.chapters:
            self.notify("What plays has no chapters.", markup=False)

    def action_rate(self, steps: int) -> None:
        """Faster, or slower."""
        rate = next_rate((self._evening.playback or {}).get("rate", 1.0), steps)
        self._do(lambda deck: deck.set_rate(rate))

    def action_normal_rate(self) -> None:
        """As it was made."""
        self._do(lambda deck: deck.set_rate(1.0))

    @on(TimelineBar.Sought)
    def _sought(self, event: TimelineBar.Sought) -> None:
        self._do(lambda deck: deck.seek_to(event.position))

    def action_next(self) -> None:
        """Go on to what is queued first."""
        self._do(lambda deck: deck.queue_next())

    def action_open(self) -> None:
        """Watch something else."""

        def opened(source: str | None) -> None:
            if source is not None:
                self._do(lambda deck: deck.load(source))

        self.app.push_screen(AskLine("What shall everybody watch?", "a link, or a file that everybody has"), opened)

    # --- the panels ----------------------------------------------------------------------------------

    def action_panel(self, name: str) -> None:
        """Show a panel, and put the cursor into it."""
        self._show_panel(name)
        # At once: what is typed next is meant for it.
        self.set_focus(self.query_one(_TAKES_THE_CURSOR[name]))

    def action_people(self) -> None:
        """Put the cursor on who is here."""
        self.set_focus(self.query_one(ParticipantsTable))

    def action_react(self) -> None:
        """Put the cursor on the emoji."""
        self._show_panel("chat")
        self.query_one(ChatPanel).react()

    def action_invite(self) -> None:
        """Show the link."""
        if self._evening.link:
            self.app.push_screen(InviteScreen(self._evening.link, self._evening.code))

    def action_ready(self) -> None:
        """Say that one is ready, or no longer."""
        me = self._evening.me
        self._do(lambda deck: deck.set_ready(ready=me is None or not me.ready))

    @on(ChatPanel.Said)
    def _said(self, event: ChatPanel.Said) -> None:
        self._do(lambda deck: deck.chat(event.text))

    @on(ChatPanel.Reacted)
    def _reacted(self, event: ChatPanel.Reacted) -> None:
        self._do(lambda deck: deck.react(event.emoji))

    @on(QueuePanel.Add)
    def _queue_add(self, event: QueuePanel.Add) -> None:
        self._do(lambda deck: deck.queue_add(event.source))

    @on(QueuePanel.Remove)
    def _queue_remove(self, event: QueuePanel.Remove) -> None:
        self._do(lambda deck: deck.queue_remove(event.item_id))

    @on(QueuePanel.Move)
    def _queue_move(self, event: QueuePanel.Move) -> None:
        self._do(lambda deck: deck.queue_move(event.item_id, event.index))

    @on(QueuePanel.Next)
    def _queue_next(self, _: QueuePanel.Next) -> None:
        self.action_next()

    # --- people --------------------------------------------------------------------------------------

    @on(ParticipantsTable.Act)
    def _about_somebody(self, event: ParticipantsTable.Act) -> None:
        self._act_on(event.what, event.participant_id)

    def _act_on(self, what: str | None, participant_id: str) -> None:
        """Do one of the menu's things about a participant."""
        person = self._evening.people.get(participant_id)
        if person is None or what is None:
            return
        name = person.name
        match what:
            case "menu":
                self.app.push_screen(PersonMenu(name), lambda chosen: self._act_on(chosen, participant_id))
            case "controller":
                self._do(lambda deck: deck.set_role(participant_id, "controller"))
            case "viewer":
                self._do(lambda deck: deck.set_role(participant_id, "viewer"))
            case "kick":
                self._do(lambda deck: deck.kick(participant_id))
            case "hand-over":
                words = f"Hand the session over to {name}? From then on they decide who may do what."
                self._ask(words, lambda deck: deck.set_role(participant_id, "host"))
            case "ban":
                words = f"Remove {name} for good? They can't come back with the same seat or from the same address."
                self._ask(words, lambda deck: deck.kick(participant_id, ban=True))
            case _:
                hidden = self._evening.mute(participant_id)
                self.notify(f"You {'no longer' if hidden else 'again'} read what {name} says.", markup=False)
                self.draw()

    def _ask(self, words: str, act: Callable[[Deck], Answer]) -> None:
        """Do it if the person says yes."""

        def answered(yes: bool | None) -> None:  # noqa: FBT001 a screen's answer comes so
            if yes:
                self._do(act)

        self.app.push_screen(Question(words), answered)
