"""What the tests of figures share: made-up readings whose truth is known, and commands in a run that never was."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.readings import Reading
from benchmarks.steering import Command

MakeReading = Callable[..., Reading]
Where = Callable[[float], float | None]
"""Observer's time -> position while playing, None while standing."""


def readings(make: MakeReading, until: float, rate: int = 10, /, **where: Where) -> list[Reading]:
    """Rounds from 0 on, ``rate`` a second, in which each player stands where its function says, or on frame 1.0."""
    rows = []
    for tick in range(int(until * rate)):
        at = tick / rate
        for player, position_at in where.items():
            position = position_at(at)
            rows.append(
                make(
                    player, tick, asked_at=at, clock=at, answered_at=at, before=at, after=at, audio_pts=position,
                    paused=position is None, time_pos=1.0 if position is None else position,
                )
            )  # fmt: skip
    return rows


def command(event: str, sent_at: float, position: float | None = None) -> Command:
    """A command that was applied as it was sent, of which no playback is known."""
    return Command(event, sent_at, sent_at, position, {})
