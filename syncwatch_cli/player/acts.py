"""What is done at the player, on its way from the watches to who is told: in its order, and with whose doing it was.

A pause while a seek still lands is told after it: told before, it would have the player called back from the seek.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from syncwatch_cli.player.hand_watch import HandWatch
from syncwatch_core.controller_events import (
    PersonChangedRate,
    PersonEvent,
    PersonPaused,
    PersonPlayed,
    PersonSetOut,
    PersonSought,
    PersonStayed,
    PlayerEvent,
)

Told = PlayerEvent | PersonEvent
Done = TypeVar("Done", bound=PersonPaused | PersonPlayed | PersonSought | PersonChangedRate)


class Acts:
    """Hands on to ``tell`` what the watches report. ``clock`` is the participant's own, s."""

    def __init__(self, tell: Callable[[Told], None], hands: HandWatch, clock: Callable[[], float]) -> None:
        self._tell = tell
        self._hands = hands
        self._clock = clock
        self._on_the_way = False
        self._later: deque[PersonPaused | PersonPlayed] = deque()

    def take(self, event: Told) -> None:
        """A watch has found this out."""
        match event:
            case PersonPaused() | PersonPlayed() if self._on_the_way:
                self._later.append(replace(event, at=self._clock()))
            case PersonPaused() | PersonPlayed():
                self._tell(self._signed(event, media_keys=True))
            case PersonChangedRate():
                self._tell(self._signed(event, media_keys=False))
            case PersonSetOut():
                self._on_the_way = True
                self._tell(event)
            case PersonSought(position):
                self._tell(self._signed(event, media_keys=False))
                self._arrived(position)
            case PersonStayed():
                self._tell(event)
                self._arrived(None)
            case _:
                self._tell(event)

    def carried_off(self, position: float) -> None:
        """The media itself went to ``position``, s, and goes on nowhere else: no hand was there, and yet all follow."""
        self._tell(PersonSought(position, at=self._clock()))
        self._arrived(position)

    def forget(self) -> None:
        """The media is another, or none."""
        self._on_the_way = False
        self._later.clear()

    def _arrived(self, position: float | None) -> None:
        self._on_the_way = False
        while self._later:
            act = self._later.popleft()
            act = act if position is None else replace(act, position=position)
            self._tell(self._signed(act, media_keys=True))

    def _signed(self, act: Done, *, media_keys: bool) -> Done:
        at = self._clock() if act.at is None else act.at
        return replace(act, by_script=not self._hands.was_there(at, media_keys=media_keys))
