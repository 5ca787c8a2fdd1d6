"""The lobby: sessions that one was in, sessions on this network, a place for a code, and the way to a new one."""

from __future__ import annotations

import time
from typing import ClassVar

from rich.table import Table
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Input, Label, OptionList
from textual.widgets.option_list import Option

from syncwatch_cli.neighbours import Neighbour
from syncwatch_cli.remembered import Remembered
from syncwatch_cli.tui.choices import HostThis, JoinThis
from syncwatch_cli.tui.help_text import HelpText
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError
from syncwatch_core.join_code import parse_invite


class LobbyScreen(Screen[None]):
    """What one sees before a session, and after it; ``JoinThis`` and ``HostThis`` end the application it is in."""

    help = HelpText(
        "Lobby",
        "Join a session by its code or link, or one of those that are listed; or start a new one. "
        "Tab goes from the code to the list and back.",
    )
    DEFAULT_CSS = """
    LobbyScreen { layout: vertical; }
    LobbyScreen #page { height: 1fr; padding: 0 1; }
    LobbyScreen #name { text-style: bold; color: $text-primary; margin: 1 0; }
    LobbyScreen #said { color: $text-warning; margin-bottom: 1; display: none; }
    LobbyScreen #said.-there { display: block; }
    LobbyScreen #invite { margin-bottom: 1; }
    LobbyScreen #sessions { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "New session", id="lobby-new"),
        Binding("slash", "invite", "Enter a code", id="lobby-code"),
        Binding("delete", "forget", "Forget", tooltip="Forget a session that one was in", id="lobby-forget"),
    ]

    class Forget(Message):
        """The person wants this code forgotten."""

        def __init__(self, code: str) -> None:
            super().__init__()
            self.code = code

    def __init__(self, *, announce: bool, said: str | None = None) -> None:
        """``said``: how the last session ended, if not as one would think."""
        super().__init__()
        self._recent: list[tuple[str, Remembered]] = []
        self._states: dict[str, str] = {}
        self._neighbours: list[Neighbour] = []
        self._looks = True
        self._is_there = False
        self._announce = announce
        self._said = said

    def compose(self) -> ComposeResult:
        """What happened, a code, the sessions."""
        with Vertical(id="page"):
            yield Label("SyncWatch", id="name")
            yield Label(self._said or "", id="said", classes="-there" if self._said else "", markup=False)
            yield Label("Join by a code or a link")
            yield CodeInput(id="invite", placeholder="ABC-DEF", compact=True)
            yield SessionList(id="sessions", compact=True, markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Begin with the sessions: from there every key is as the foot of the screen says."""
        self._is_there = True
        self._draw()
        self.query_one("#sessions").focus()

    # --- told ----------------------------------------------------------------------------------------

    def state_is(self, code: str, words: str) -> None:
        """How a session stands in which one was."""
        self._states[code] = words
        self._draw()

    def recent_are(self, recent: list[tuple[str, Remembered]]) -> None:
        """In which sessions one was, the last one first."""
        self._recent = recent
        self._draw()

    def neighbours_are(self, neighbours: list[Neighbour]) -> None:
        """Who announces a session on this network."""
        self._neighbours = neighbours
        self._draw()

    def no_network(self) -> None:
        """There is no network to look on."""
        self._looks = False
        self._draw()

    # --- done ----------------------------------------------------------------------------------------

    def action_new(self) -> None:
        """Ask for what a new session needs."""
        # Most come to join.
        from syncwatch_cli.tui.screens.new_session import NewSessionScreen

        def begin(wanted: HostThis | None) -> None:
            if wanted is not None:
                self.app.exit(wanted)

        self.app.push_screen(NewSessionScreen(announce=self._announce), begin)

    def action_invite(self) -> None:
        """Go where one types a code."""
        self.set_focus(self.query_one("#invite"))

    def action_forget(self) -> None:
        """Forget the session that is chosen."""
        chosen = self.query_one("#sessions", OptionList).highlighted_option
        kind, _, code = ((chosen.id if chosen is not None else None) or "").partition(" ")
        if kind == "recent":
            self._recent = [each for each in self._recent if each[0] != code]
            self._draw()
            self.post_message(self.Forget(code))

    @on(Input.Submitted, "#invite")
    def _join_typed(self, event: Input.Submitted) -> None:
        try:
            parse_invite(event.value)
        except AppError as refusal:
            self.notify(f"{refusal.message}. {refusal.hint or ''}", severity="warning", markup=False)
            return
        self.app.exit(JoinThis(event.value.strip()))

    @on(OptionList.OptionSelected, "#sessions")
    def _join_listed(self, event: OptionList.OptionSelected) -> None:
        kind, _, invite = (event.option_id or "").partition(" ")
        if kind in ("near", "recent"):
            self.app.exit(JoinThis(invite))

    # --- drawn ---------------------------------------------------------------------------------------

    def _draw(self) -> None:
        if not self._is_there:
            return  # what is heard so far is drawn then
        listed = self.query_one("#sessions", OptionList)
        chosen = listed.highlighted_option
        listed.clear_options()
        listed.add_options(self._near())
        listed.add_options(self._before())
        if chosen is not None and chosen.id is not None and any(each.id == chosen.id for each in listed.options):
            listed.highlighted = listed.get_option_index(chosen.id)
        else:
            listed.action_first()

    def _near(self) -> list[Option]:
        here = [Option(_row(each.code, each.in_words(), ""), id=f"near {each.link}") for each in self._neighbours]
        nobody = "nobody announces one; host --announce does" if self._looks else "there is no network"
        return [_heading("On this network"), *(here or [_quiet(nobody)]), _quiet("")]

    def _before(self) -> list[Option]:
        near = {each.code for each in self._neighbours}
        were = [
            Option(_row(code, self._known_of(code, known), when(known.used_at, time.time())), id=f"recent {code}")
            for code, known in self._recent
            if code not in near
        ]
        return [_heading("Where I was"), *(were or [_quiet("nowhere yet")])]

    def _known_of(self, code: str, known: Remembered) -> str:
        return " · ".join(part for part in (clean_text(known.title or ""), self._states.get(code, "")) if part)


class CodeInput(Input):
    """Where one types a code."""

    help = HelpText("Join by a code or a link", "Case, dashes and spaces do not matter. Enter joins.")


class SessionList(OptionList, inherit_bindings=False):
    """The sessions one can join."""

    help = HelpText("Sessions", "Those that are announced on this network, and those in which one was.")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Join", tooltip="Join the session that is chosen", id="lobby-join"),
        Binding("up", "cursor_up", "The one above", show=False, id="lobby-up"),
        Binding("down", "cursor_down", "The one below", show=False, id="lobby-down"),
        Binding("pageup", "page_up", "A page up", show=False, id="lobby-page-up"),
        Binding("pagedown", "page_down", "A page down", show=False, id="lobby-page-down"),
        Binding("home", "first", "The first one", show=False, id="lobby-first"),
        Binding("end", "last", "The last one", show=False, id="lobby-last"),
    ]


def when(at: float, now: float) -> str:
    """An instant of the past in words, by this computer's calendar; both in s since the epoch."""
    then, today = time.localtime(at), time.localtime(now)
    if then[:3] == today[:3]:
        return time.strftime("today %H:%M", then)
    if then[:3] == time.localtime(now - 86_400)[:3]:
        return time.strftime("yesterday %H:%M", then)
    return time.strftime("%-d %b" if then.tm_year == today.tm_year else "%Y-%m-%d", then)


def _row(code: str, words: str, at: str) -> Table:
    row = Table.grid(padding=(0, 2, 0, 0), expand=True)
    row.add_column(width=7, no_wrap=True)
    row.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    row.add_column(no_wrap=True, justify="right")
    row.add_row(code, words, at)
    return row


def _heading(words: str) -> Option:
    return Option(words, disabled=True)


def _quiet(words: str) -> Option:
    return Option(f"  {words}" if words else "", disabled=True)
