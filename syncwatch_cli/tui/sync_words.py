"""How well in sync, in words, signs and figures: nothing here is told by a colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from syncwatch_cli import figures
from syncwatch_cli.member_state import state_of
from syncwatch_cli.tui.evening import Evening
from syncwatch_cli.tui.evening_parts import OwnStatus, Person
from syncwatch_core.follower import OUT_OF_SYNC

Level = Literal["good", "fair", "bad", "idle"]
"""How it stands, for the colour that goes with the words."""

UNSURE_BEYOND = 0.025
"""Seconds of uncertainty beyond which being in sync means little: a frame at 40 a second. A choice."""

MARK = "▄"
"""What stands for being on the mark in ``sparkline``."""

_STEPS = ((0.025, 3), (0.005, 2), (0.001, 1))
"""Seconds of drift from which a bar is so many steps off the mark; 25 ms is out of sync (``follower``)."""

_BARS = "▁▂▃▄▅▆▇"


@dataclass(frozen=True, slots=True)
class Quality:
    """How one's own player stands, for the head of the screen."""

    level: Level
    words: str


def signed(drift: float | None, uncertainty: float | None = None) -> str:
    """Drift with its sign and how far it may be off, as ``+0.4 ms ± 0.3``; a dash where it isn't measured."""
    if drift is None:
        return "–"
    if abs(drift) >= 1:
        return f"{drift:+.2f} s" if uncertainty is None else f"{drift:+.2f} s ± {uncertainty:.2f}"
    shown = f"{drift * 1000:+.1f} ms"
    return shown if uncertainty is None else f"{shown} ± {uncertainty * 1000:.1f}"


def sparkline(drifts: Sequence[float | None], width: int) -> str:
    """The last drifts as bars: ``▄`` is within a millisecond, higher is ahead, lower behind; a gap is not measured."""
    return "".join(map(_bar, list(drifts)[-width:])).rjust(width)


def _bar(drift: float | None) -> str:
    if drift is None:
        return " "
    steps = next((steps for beyond, steps in _STEPS if abs(drift) >= beyond), 0)
    middle = _BARS.index(MARK)
    return _BARS[middle + steps if drift > 0 else middle - steps]


def drift_level(drift: float | None) -> Level:
    """How a drift is to be taken."""
    if drift is None:
        return "idle"
    return "bad" if abs(drift) >= OUT_OF_SYNC else "good"


def state_in_words(person: Person, *, waited_for: bool) -> str:
    """What a participant does; a mark stands before who is waited for, or has said that they are ready."""
    mark = "⏳ " if waited_for else "✓ " if person.ready else ""
    return mark + state_of(person.state, connected=person.connected)


def quality_of(evening: Evening) -> Quality:
    """How one's own player stands in the session, in words."""
    if evening.over is not None:
        return Quality("idle", "the session is over")
    if not evening.connected:
        return Quality("bad", evening.lost_words or "connecting")
    own = evening.own
    if own.drift is None:
        return Quality("idle", f"connected, {_in_words(own)}")
    figure = f"{signed(own.drift, own.uncertainty)}"
    if abs(own.drift) >= OUT_OF_SYNC:
        return Quality("bad", f"catching up: {figure}")
    if own.uncertainty is not None and own.uncertainty > UNSURE_BEYOND:
        return Quality("fair", f"in sync, roughly: {figure}")
    return Quality("good", f"in sync: {figure}")


def _in_words(own: OwnStatus) -> str:
    if own.uncertainty is None:
        return f"{own.state}; no clock yet"
    return f"{own.state}; clock ± {figures.span(own.uncertainty)}"
