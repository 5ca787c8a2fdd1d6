"""Which audio and subtitle track is meant by a pin: a number, a language, or ``no``.

People's copies of a film differ, so a pin may name what a copy hasn't got; then nothing is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from syncwatch_core.languages import distance

Kind = Literal["audio", "subtitles"]

OFF = "no"
"""The pin that shuts a kind off, as players have it. Norwegian is ``nb``, ``nn`` or ``nor``."""

PIN_LIMIT = 35
"""Characters; what RFC 5646 asks of a field that holds a language tag."""

PIN_PATTERN = r"^(?:[1-9]\d{0,2}|[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,8})?(?![\s\S])"
"""A number as players count, from 1, or a language; empty for none. ``no`` has the form of a language.

The end is written so that Python and JavaScript read it alike.
"""


class Track(NamedTuple):
    """One track of a kind, as a player lists it."""

    number: int
    language: str | None
    is_special: bool = False
    """Whether it is not for everybody: forced subtitles, or a track for who hears or sees badly."""
    is_default: bool = False


def is_pin(pin: str) -> bool:
    """Whether it can be pinned: it names a track, or none."""
    return 0 < len(pin) <= PIN_LIMIT and re.search(PIN_PATTERN, pin) is not None


def tidied(pin: str) -> str:
    """The pin as it is kept: ``No`` is no language."""
    return OFF if pin.casefold() == OFF else pin


def chosen(pin: str, tracks: Sequence[Track]) -> int | None:
    """The number of the track that ``pin`` means, 0 for none at all; None where there is no such track."""
    if pin == OFF:
        return 0
    if pin.isdecimal():
        return next((track.number for track in tracks if track.number == int(pin)), None)
    fitting = [(found, track) for track in tracks if (found := distance(pin, track.language)) is not None]
    if not fitting:
        return None
    _, best = min(fitting, key=lambda one: (one[0], one[1].is_special, not one[1].is_default, one[1].number))
    return best.number


def in_words(kind: Kind, pin: str) -> str:
    """What a pin of that kind asks for, as people say it."""
    if pin == OFF:
        return "no sound" if kind == "audio" else "no subtitles"
    return f"{kind.removesuffix('s')} track {pin}" if pin.isdecimal() else f"{kind} in {pin!r}"
