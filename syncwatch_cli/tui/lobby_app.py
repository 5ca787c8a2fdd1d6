"""The lobby as an application of its own: it ends with what the person chose, before the session begins.

What the first screen does not need is imported after it: the ways to ask servers and the network, and other screens.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import Screen

from syncwatch_cli import config, remembered
from syncwatch_cli.neighbours import Neighbourhood
from syncwatch_cli.remembered import Remembered
from syncwatch_cli.session_table import media_name
from syncwatch_cli.tui import commands
from syncwatch_cli.tui.choices import Choice
from syncwatch_cli.tui.screens.lobby import LobbyScreen
from syncwatch_cli.tui.settings import ViewSettings, colors_as_wanted
from syncwatch_cli.tui.terminal_gone import forgiving
from syncwatch_core.errors import AppError, ErrorCode

SHOWN = 20
"""Sessions in which one was, at most; the older ones are joined by their codes all the same."""

ASKED = 8
"""Of how many of them a server is asked how they stand; an anonymous asker has 100 requests in 15 minutes."""


class LobbyApp(App[Choice]):
    """Gives what the person chose, or None if that is to go."""

    TITLE = "SyncWatch"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,question_mark", "show_help", "Help", id="help", key_display="f1"),
        Binding("ctrl+q", "quit", "Quit", id="quit", priority=True),
    ]

    def __init__(self, *, said: str | None = None, interfaces: Sequence[str] | None = None) -> None:
        """``interfaces``: where to look for sessions; everywhere if None. Raises ``AppError`` (usage)."""
        super().__init__()
        self.was_stopped = False
        """Whether it ended because this process is to end."""
        settings = config.load()
        self._view = ViewSettings.read(settings)
        self._recent = remembered.recent(SHOWN)
        self._lobby = LobbyScreen(announce=settings.get("announce").value, said=said)
        self._neighbourhood = Neighbourhood(self._lobby.neighbours_are, interfaces=interfaces)

    def get_driver_class(self) -> type[Driver]:
        """The system's, for a terminal that may be closed at any time."""
        return forgiving(super().get_driver_class())

    def get_default_screen(self) -> Screen[Any]:
        """The lobby itself."""
        return self._lobby

    def on_mount(self) -> None:
        """Show the sessions in which one was; then ask how they stand, and look around."""
        self._view.apply(self)
        for name in ("SIGTERM", "SIGHUP"):
            # Windows has neither loop handlers nor SIGHUP.
            with suppress(AttributeError, NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(getattr(signal, name), self._stop)
        self._lobby.recent_are(self._recent)
        self.call_after_refresh(self._look_around)

    async def _look_around(self) -> None:
        for code, known in self._recent[:ASKED]:
            if known.server is not None:
                self._in_background(partial(state_of, code, known), partial(self._lobby.state_is, code))
        try:
            await self._neighbourhood.open()
        except OSError:
            self._lobby.no_network()

    async def on_unmount(self) -> None:
        """Look no more."""
        await self._neighbourhood.close()

    def _stop(self) -> None:
        """Give the terminal back: this process is asked to end."""
        self.was_stopped = True
        self.exit()

    def on_lobby_screen_forget(self, event: LobbyScreen.Forget) -> None:
        """Forget a code."""
        remembered.forget(event.code)

    def action_show_help(self) -> None:
        """Help for what has the focus."""
        from syncwatch_cli.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the command palette has."""
        return commands.palette(self, screen)

    def _in_background(self, ask: Callable[[], str], tell: Callable[[str], None]) -> None:
        """Ask in a thread that holds nobody up: not the lobby, nor its end."""

        def run() -> None:
            words = ask()
            if self.is_running:
                self.call_from_thread(tell, words)

        threading.Thread(target=run, daemon=True).start()


def state_of(code: str, known: Remembered) -> str:
    """How a session stands, in words; blocks.

    No token is shown for it: the address may be somebody else's by now, who is not to be told who one is.
    """
    from syncwatch_cli.http_api import Api

    try:
        session = Api(known.server or "").session(code)
    except AppError as refusal:
        words = {
            ErrorCode.SERVER_UNREACHABLE: "its server does not answer",
            ErrorCode.NOT_FOUND: "it is over",
            ErrorCode.ENDED: "it is over",
            ErrorCode.WRONG_PASSWORD: "it goes on, with a password",
        }
        return words.get(refusal.code, "")
    if session["state"] == "ended":
        return "it is over"
    count = sum(1 for each in session["participants"] if each["connected"])
    here = {0: "nobody there", 1: "one there"}.get(count, f"{count} there")
    return f"{here} · {media_name(session['media'])}"


def open_lobby(said: str | None = None) -> Choice | None:
    """Show the lobby until something is chosen there; None: to go.

    Raises ``KeyboardInterrupt`` after a polite kill or a closed terminal.
    """
    with colors_as_wanted():
        app = LobbyApp(said=said)
    choice = app.run()
    if app.was_stopped:
        raise KeyboardInterrupt
    return choice
