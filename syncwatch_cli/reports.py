"""What is said of how things stand: to the session as ``status``, to the screen, and on the player's own picture."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from syncwatch_cli.screens import Screen
from syncwatch_core import messages as wire
from syncwatch_core.controller_view import ControllerView

STATUS_LINE_EVERY = 1.0
"""Seconds between two ``status`` lines. docs/contract.md, 2."""

TEXT_LIMIT = 300
"""Characters of a title or of the words for a failure, as the wire takes them."""


class Reports:
    """Says how things stand; ``view`` tells it, and ``show`` puts words on the player's picture."""

    def __init__(self, screen: Screen, view: Callable[[], ControllerView], show: Callable[[str], None]) -> None:
        self._screen = screen
        self._view = view
        self._show = show
        self.buffered_for: float | None = None
        """Seconds of media that the player has ahead; None where that is not known."""
        self.title: str | None = None
        """The media's, as its site has it."""
        self.failure: str | None = None
        """Why the player can't play the media; None while it can, or tries."""
        self._was_in_sync = False

    def status(self, state: wire.ParticipantState) -> wire.Status:
        """What the session is told."""
        view = self._view()
        return wire.Status(
            state=state,
            current_time=None if view.position is None else max(0.0, view.position),
            drift=view.drift,
            uncertainty=view.uncertainty,
            rtt=None if view.rtt is None else max(0.0, view.rtt),
            jitter=None if view.jitter is None else max(0.0, view.jitter),
            seek_cost=view.seek_cost,
            buffered_for=self.buffered_for,
            duration=view.duration,
            live=view.live,
            media_id=view.media_id,
            title=self.title[:TEXT_LIMIT] if self.title else None,
            failure=self.failure[:TEXT_LIMIT] if self.failure else None,
        )

    @property
    def state(self) -> wire.ParticipantState:
        """How the player stands."""
        return self._view().state

    async def go_on(self) -> None:
        """Show the screen a ``status`` once a second, for ever."""
        while True:
            view = self._view()
            self._screen.emit(
                "status",
                {
                    "state": view.state,
                    "currentTime": view.position,
                    "drift": view.drift,
                    "uncertainty": view.uncertainty,
                    "rtt": view.rtt,
                    "offset": view.offset,
                },
            )
            await asyncio.sleep(STATUS_LINE_EVERY)

    def stands(self, view: ControllerView) -> None:
        """Something has happened: say so if it brought the player into sync."""
        if view.in_sync and not self._was_in_sync:
            self._screen.emit("synced", {"drift": view.drift or 0.0, "uncertainty": view.uncertainty})
        self._was_in_sync = view.in_sync

    def notice(self, code: str, message: str) -> None:
        """Say something of our own, as if the session had said it."""
        self._screen.emit("notice", {"code": code, "message": message, "participantId": None})
        self._show(message)

    def ask(self, question: str) -> bool:
        """Ask the person; blocks."""
        return self._screen.ask(question)
