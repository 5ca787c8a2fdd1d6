"""The chapters of what mpv plays, told once it stands ready, when they change, and when it goes."""

from __future__ import annotations

import math
from collections.abc import Callable

from syncwatch_cli.player.connection import Answer, IpcConnection
from syncwatch_cli.player.interface import Chapter, PlayerChapters

OBSERVER = 106
"""By which mpv's word of a change is known."""
PROPERTY = "chapter-list"
_NAMELESS = "(unnamed)"
"""What mpv's reader of Matroska calls a chapter that has no name."""
AT_MOST = 500
"""Chapters that are told; a choice, since a file says how many it has."""


class Chapters:
    """Tells ``listener`` whenever other chapters hold."""

    def __init__(self, connection: IpcConnection, listener: Callable[[PlayerChapters], None]) -> None:
        self._connection = connection
        self._listener = listener
        self._told: tuple[Chapter, ...] = ()
        self._is_listening = False

    def begin(self) -> None:
        """Listen to mpv."""
        self._connection.post(["observe_property", OBSERVER, PROPERTY])

    def media_came(self) -> None:
        """Media of ours stands ready."""
        self._is_listening = True
        # Of two files with the same chapters mpv announces no change.
        self._connection.ask([["get_property", PROPERTY]], self._answered)

    def media_went(self) -> None:
        """Nothing of ours is shown."""
        self._is_listening = False
        self._tell(())

    def observed(self, value: object) -> None:
        """Mpv announces others."""
        if self._is_listening:
            self._tell(chapters_of(value))

    def _answered(self, answers: list[Answer]) -> None:
        self.observed(answers[0].value)

    def _tell(self, chapters: tuple[Chapter, ...]) -> None:
        if chapters != self._told:
            self._told = chapters
            self._listener(PlayerChapters(chapters))


def chapters_of(told: object) -> tuple[Chapter, ...]:
    """Mpv's ``chapter-list``, in the order of the media; what can't be one is passed over."""
    found = [_chapter(each) for each in told[:AT_MOST]] if isinstance(told, list) else []
    return tuple(sorted((each for each in found if each is not None), key=lambda each: each.position))


def _chapter(told: object) -> Chapter | None:
    if not isinstance(told, dict):
        return None
    position, title = told.get("time"), told.get("title")
    if isinstance(position, bool) or not isinstance(position, int | float) or not math.isfinite(position):
        return None
    return Chapter(title if isinstance(title, str) and title != _NAMELESS else "", max(0.0, float(position)))
