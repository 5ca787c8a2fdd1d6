"""Pause: what we last wrote, and what differs from it: a person's act, or mpv's own at the end of the media.

A step by one frame is a play of some 30 ms, of which mpv announces both ends, one, or none. Its command is known before
either; what it comes to is told as a seek, once no further step follows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from syncwatch_cli.player.connection import Answer, IpcConnection
from syncwatch_cli.player.fresh_answers import FreshAnswers
from syncwatch_core.controller_events import (
    PersonEvent,
    PersonPaused,
    PersonPlayed,
    PersonSetOut,
    PersonSought,
    PersonStayed,
    PlayerEnded,
    PlayerEvent,
)

FRAMES_QUEUED = 0.12
"""Seconds by which mpv's position may already be ahead when it tells where it began to play."""

STEPS_APART = 0.15
"""Seconds after a step by one frame until it is made and no further one follows; keys repeat every 25 to 40 ms."""

LONGEST_STEP = 0.5
"""Seconds after a step in which mpv must stand again, or it is playing."""


class PauseWatch:
    """Writes pause, and tells a person's own from ours."""

    def __init__(self, connection: IpcConnection, report: Callable[[PlayerEvent | PersonEvent], None]) -> None:
        self._connection = connection
        self._report = report
        self._loop = asyncio.get_running_loop()
        properties = ("pause", "eof-reached", "seeking", "time-pos")
        self._answers = FreshAnswers(connection, properties, self._stands, wanted=lambda: self._listening)
        self._listening = False
        self._stepped_at: float | None = None
        """By the loop's clock, s; None where no step is under way."""
        self._step_told_at: float | None = None
        self.paused = True
        """What mpv holds as far as we know."""
        self.stands_at: float | None = None
        """Where the media stands while paused, s; None while it plays or is not known."""

    def listen(self, *, paused_at: float) -> None:
        """From now on, with mpv paused on the frame at ``paused_at``, tell what the person does."""
        self._listening = True
        self.paused = True
        self.stands_at = paused_at

    def stop_listening(self) -> None:
        """No media of ours is shown: whatever happens to pause is nothing to tell."""
        self._listening = False
        self._stepped_at = None

    def write(self, *, paused: bool) -> None:
        """Pause or play, in a single write."""
        self._connection.post(["set_property", "pause", paused])
        self._answers.wrote()
        self.paused = paused
        self.stands_at = None
        if self._stepped_at is not None:
            self._stepped_at = None
            self._report(PersonStayed())
        if paused:
            self._answers.ask()

    def observed(self, paused: object) -> None:
        """Mpv announced a change of ``pause``."""
        if isinstance(paused, bool) and paused != self.paused:
            self._answers.ask()

    def steps(self, at: float) -> None:
        """At that local instant somebody asked mpv for a step by one frame, which it is about to make."""
        if not self._listening or not self.paused:
            # While it plays a step is a pause.
            return
        if self._stepped_at is None:
            self._report(PersonSetOut(at=at))
            self._loop.call_later(STEPS_APART, self._look_at_steps)
        self._stepped_at, self._step_told_at = self._loop.time(), at

    def _look_at_steps(self) -> None:
        if self._stepped_at is not None:
            wait = self._stepped_at + STEPS_APART - self._loop.time()
            if wait > 0:
                self._loop.call_later(wait, self._look_at_steps)
            else:
                self._answers.ask()

    def _stands(self, answers: list[Answer]) -> None:
        pause, at_end, seeking, position = answers
        if not isinstance(pause.value, bool) or position.number is None:
            return
        if self._stepped_at is not None:
            self._judge_steps(position.number, paused=pause.value)
            return
        changed = pause.value != self.paused
        self.paused = pause.value
        if changed:
            self._tell(position.number, at_end=at_end.value is True)
        elif seeking.value is not True:
            self.stands_at = position.number if self.paused else None

    def _judge_steps(self, position: float, *, paused: bool) -> None:
        assert self._stepped_at is not None  # noqa: S101
        since = self._loop.time() - self._stepped_at
        if since < STEPS_APART:
            return
        if paused:
            self._stepped_at, self.stands_at = None, position
            self._report(PersonSought(position, at=self._step_told_at, exact=False))
        elif since < LONGEST_STEP:
            self._loop.call_later(STEPS_APART, self._look_at_steps)
        else:
            # Somebody let it play from the frame that they had stepped to.
            self._stepped_at = None
            self._report(PersonStayed())
            self._answers.ask()

    def _tell(self, position: float, *, at_end: bool) -> None:
        stood_at, self.stands_at = self.stands_at, position if self.paused else None
        if not self.paused:
            began_there = stood_at is not None and 0 <= position - stood_at <= FRAMES_QUEUED
            self._report(PersonPlayed(stood_at if stood_at is not None and began_there else position))
        elif at_end:
            self._report(PlayerEnded(position))
        else:
            self._report(PersonPaused(position))
