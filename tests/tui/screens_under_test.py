"""The application under test: fed by hand, with a clock that stands still and a deck that only notes what is done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from syncwatch_cli.tui.app import WatchApp
from syncwatch_cli.tui.bridge import Bridge
from syncwatch_core.errors import AppError
from tests.tui.made_up import LOCAL, Event, beginning


class Deck:
    """Notes what is done, and answers it with ``refusal`` where there is one."""

    def __init__(self) -> None:
        self.done: list[tuple[Any, ...]] = []
        self.refusal: AppError | None = None

    def __getattr__(self, name: str) -> Callable[..., Future[None]]:
        def act(*arguments: Any, **named: Any) -> Future[None]:
            self.done.append((name, *arguments, *named.values()))
            answer: Future[None] = Future()
            if self.refusal is None:
                answer.set_result(None)
            else:
                answer.set_exception(self.refusal)
            return answer

        return act


class Evening(WatchApp):
    """The application, with the made-up evening in it."""

    def __init__(self, *events: Event, **session: Any) -> None:
        self.now = LOCAL
        bridge = Bridge(lambda: self.now)
        self.deck = Deck()
        bridge.at_hand(self.deck)  # type: ignore[arg-type]
        for event, payload in [*beginning(**session), *events]:
            bridge.emit(event, payload)
        super().__init__(bridge)

    def hear(self, event: str, **payload: Any) -> None:
        """The runtime tells this, and it is drawn at once, calm or not."""
        self.bridge.emit(event, payload)
        self.take_news()
