"""The bridge between two threads: the runtime, which plays in step, and the application, which draws.

Drawing takes milliseconds at a time, and a start is to be met within one; so each has a thread and an event loop of
its own. Over the bridge go events one way, gathered until the application looks for them, and questions with their
answers. Neither side ever waits for the other, but for who asks a question.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from syncwatch_cli.event_words import in_words

if TYPE_CHECKING:
    from syncwatch_cli.deck import Deck

CALM = frozenset({"status", "participants", "share", "synced"})
"""Events that come again and again and hurry nobody: they are drawn with the next second."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event, as the runtime told of it."""

    event: str
    payload: dict[str, Any]
    at: float
    """The local instant, s."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the runtime's to the person."""

    words: str
    answer: Future[bool]


class Bridge:
    """What the two threads have in common; ``emit``, ``ask`` and ``at_hand`` are the runtime's side of it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """``clock`` is the participant's own, s."""
        self.clock = clock
        self.deck: Deck | None = None
        """What the person may do; None before there is a runtime."""
        self.opened = threading.Event()
        """Whether there is a session to show."""
        self.link: str | None = None
        """The one to show to the person, for their friends."""
        self.gone: Future[None] = Future()
        """Done once the terminal is given back, or was never taken."""
        self.last_words: str | None = None
        """Why it is over, in words; None while it is not."""
        self._told: deque[Told] = deque()
        self._lock = threading.Lock()
        self._look: Callable[[], None] | None = None
        self._put: Callable[[Question], None] | None = None
        self._close: Callable[[], None] | None = None
        self._is_looking = False
        self._is_over = False

    # --- the runtime's side ------------------------------------------------------------------------

    def close(self) -> None:
        """There is nothing more to show: the application ends, or never begins."""
        with self._lock:
            self._is_over = True
            close = self._close
        self.opened.set()
        if close is not None:
            close()

    def at_hand(self, deck: Deck) -> None:
        """Here is what the person may do."""
        self.deck = deck

    def emit(self, event: str, payload: dict[str, Any]) -> None:
        """Hand an event over; the application is woken where it matters to be quick."""
        self._told.append(Told(event, payload, self.clock()))
        if event == "session-ended" or (event == "left" and self.last_words is None):
            self.last_words = in_words(event, payload, {})
        if event in CALM:
            return
        with self._lock:
            look, self._is_looking = (None if self._is_looking else self._look), True
        if look is not None:
            look()
        # The first screen is not to be an empty one.
        if event == "session-joined":
            self.opened.set()

    def ask(self, question: str) -> bool:
        """Ask the person; blocks until they have answered, or there is nobody to ask any more."""
        answer: Future[bool] = Future()
        with self._lock:
            put = None if self._is_over else self._put
        if put is None:
            return False
        put(Question(question, answer))
        return answer.result()

    # --- the application's side ----------------------------------------------------------------------

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to show."""
        return self._is_over

    def attach(self, *, look: Callable[[], None], put: Callable[[Question], None], close: Callable[[], None]) -> None:
        """The application is there: each is called from the runtime's thread, and has to return at once."""
        with self._lock:
            self._look, self._put, self._close = look, put, close
            self._is_looking = True
            is_over = self._is_over
        look()
        if is_over:
            close()

    def detach(self) -> None:
        """The application is gone: nobody looks, and nobody can be asked."""
        with self._lock:
            self._look = self._put = self._close = None

    def events(self) -> list[Told]:
        """What was told since the last look, in its order."""
        with self._lock:
            self._is_looking = False
        told = []
        while self._told:
            told.append(self._told.popleft())
        return told
