"""The application: draws the evening that the runtime tells of, and hands what the person does to the deck."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import CancelledError, Future
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.message import Message
from textual.screen import Screen

from syncwatch_cli import config
from syncwatch_cli.refusals import hint_for
from syncwatch_cli.tui import commands
from syncwatch_cli.tui.bridge import Bridge, Question
from syncwatch_cli.tui.doing import Do
from syncwatch_cli.tui.evening import Evening
from syncwatch_cli.tui.screens import question
from syncwatch_cli.tui.screens.help import HelpScreen
from syncwatch_cli.tui.screens.watch import WatchScreen
from syncwatch_cli.tui.settings import ViewSettings, colors_as_wanted
from syncwatch_cli.tui.terminal_gone import forgiving
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncwatch_cli.deck import Answer
    from syncwatch_core import messages as wire

DRAWN_EVERY = 1.0
"""Seconds between two drawings while nothing happens that can't wait."""

_SHOWN_ELSEWHERE = frozenset({"waiting", "going-on", "link-lost", "link-restored", "superseded"})
"""Notices that the screen shows for as long as they hold, or that are the last word."""


class News(Message):
    """The runtime has told something."""


class Asked(Message):
    """The runtime asks the person."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question


class Over(Message):
    """There is nothing more to show."""


class Answered(Message):
    """What was to be done is done, or was refused."""

    def __init__(self, answer: Answer, after: Callable[[wire.Done | AppError | None], None] | None) -> None:
        super().__init__()
        self.answer = answer
        self.after = after


class WatchApp(App[None]):
    """One session, from its first event to its last."""

    TITLE = "SyncWatch"
    CSS_PATH = Path(__file__).with_name("watch.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "Help", key_display="?", tooltip="Help for what has the focus", id="help"),
        Binding("ctrl+q", "quit", "Quit", tooltip="Leave the session", priority=True, id="quit"),
    ]

    def __init__(self, bridge: Bridge, settings: ViewSettings | None = None) -> None:
        super().__init__()
        self.bridge = bridge
        self._settings = settings or ViewSettings()
        self.evening = Evening(bridge.link)
        self.watch_screen = WatchScreen(self.evening, bridge.clock)
        self._unanswered: set[Question] = set()

    # --- its life ------------------------------------------------------------------------------------

    def get_driver_class(self) -> type[Driver]:
        """The system's, for a terminal that may be closed at any time."""
        return forgiving(super().get_driver_class())

    def get_default_screen(self) -> WatchScreen:
        """The evening."""
        return self.watch_screen

    def on_mount(self) -> None:
        """Begin to listen to the runtime."""
        self._settings.apply(self)
        # What is said in words meanwhile would be written over the screen.
        self.begin_capture_print(self, stdout=False, stderr=True)
        self.set_interval(DRAWN_EVERY, self.take_news)
        self.bridge.attach(
            look=lambda: self._tell(News()),
            put=lambda asked: self._tell(Asked(asked)),
            close=lambda: self._tell(Over()),
        )

    def on_unmount(self) -> None:
        """Nobody can be asked any more."""
        self.bridge.detach()
        for asked in self._unanswered:
            asked.answer.set_result(False)
        self._unanswered.clear()

    def _tell(self, message: Message) -> None:
        """Post a message, from whichever thread."""
        if not self.post_message(message) and isinstance(message, Asked):
            message.question.answer.set_result(False)

    # --- the runtime ---------------------------------------------------------------------------------

    def on_news(self, _: News) -> None:
        """Something that can't wait was told."""
        self.take_news()

    def take_news(self) -> None:
        """Take in what was told, and draw it."""
        for told in self.bridge.events():
            self.evening.take(told.event, told.payload, told.at)
            if told.event == "notice" and told.payload["code"] not in _SHOWN_ELSEWHERE:
                self.notify(clean_text(told.payload["message"]), markup=False)
        self.watch_screen.draw()

    def on_asked(self, event: Asked) -> None:
        """Put the question above everything."""
        asked = event.question
        self._unanswered.add(asked)

        def answered(yes: bool | None) -> None:  # noqa: FBT001 a screen's answer comes so
            if asked in self._unanswered:
                self._unanswered.discard(asked)
                asked.answer.set_result(bool(yes))

        self.push_screen(question.Question(clean_text(asked.words)), answered)

    def on_over(self, _: Over) -> None:
        """The session is left: give the terminal back."""
        self.exit()

    def on_print(self, event: events.Print) -> None:
        """What was said in words is kept in the log."""
        for line in event.text.splitlines():
            if words := clean_text(line):
                self.evening.note(words, self.bridge.clock())
        self.watch_screen.draw()

    # --- the person ----------------------------------------------------------------------------------

    def on_do(self, event: Do) -> None:
        """Hand it to the deck."""
        deck = self.bridge.deck
        if deck is not None:
            answer = event.act(deck)
            answer.add_done_callback(partial(self._answered, event.after))

    def _answered(
        self, after: Callable[[wire.Done | AppError | None], None] | None, answer: Future[wire.Done | None]
    ) -> None:
        self._tell(Answered(answer, after))

    def on_answered(self, event: Answered) -> None:
        """Show a refusal in its words."""
        came: wire.Done | AppError | None
        try:
            came = event.answer.result()
        except CancelledError:
            return
        except AppError as refusal:
            came = refusal
            self.show_refusal(refusal)
        if event.after is not None:
            event.after(came)

    def show_refusal(self, refusal: AppError) -> None:
        """Say why something was not done, and what may help."""
        hint = hint_for(refusal)
        words = clean_text(refusal.message)
        self.notify(f"{words}\n{clean_text(hint)}" if hint else words, severity="error", markup=False)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the command palette has."""
        return commands.palette(self, screen)

    def action_help(self) -> None:
        """Help for what has the focus."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    async def action_quit(self) -> None:
        """Leave the session; the player is closed and the terminal given back."""
        if self.bridge.deck is not None:
            self.bridge.deck.leave()
        self.exit()


def show(bridge: Bridge) -> None:
    """Run the application from the first word of the session until it is left, if there comes one.

    Raises ``AppError`` (usage) for settings that can't be.
    """
    settings = ViewSettings.read(config.load())
    bridge.opened.wait()
    if bridge.is_over:
        return
    with colors_as_wanted():
        app = WatchApp(bridge, settings)
    app.run()
