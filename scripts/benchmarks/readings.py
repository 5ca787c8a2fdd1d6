"""What the observer writes down: raw readings of players, one CSV row each, nothing yet concluded from them."""

from __future__ import annotations

import csv
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Reading:
    """One player, asked once.

    ``asked_at`` and ``answered_at`` are on the observer's CLOCK_MONOTONIC and bracket ``clock``, read from mpv;
    ``before`` and ``after`` are on mpv's clock and bracket the reading of ``audio_pts``. All in seconds.
    """

    tick: int
    """Number of the round in which all players were asked."""
    player: str
    asked_at: float
    clock: float
    answered_at: float
    before: float
    after: float
    audio_pts: float | None
    """What is heard now, s of media; None where mpv has none."""
    time_pos: float | None
    """PTS of the frame shown (paused) or queued (playing), s of media."""
    paused: bool
    idle: bool
    """mpv's ``core-idle``: not really playing, for whatever reason."""
    speed: float
    seeks: int
    """Seeks that mpv has told of since the observer came."""
    pauses: int
    """Pauses that mpv has told of since the observer came."""

    @property
    def window(self) -> float:
        """Within how many seconds the position was read."""
        return self.after - self.before

    @classmethod
    def from_row(cls, row: dict[str, str]) -> Self:
        """The reading that a CSV row holds."""
        return cls(
            tick=int(row["tick"]),
            player=row["player"],
            asked_at=float(row["asked_at"]),
            clock=float(row["clock"]),
            answered_at=float(row["answered_at"]),
            before=float(row["before"]),
            after=float(row["after"]),
            audio_pts=float(row["audio_pts"]) if row["audio_pts"] else None,
            time_pos=float(row["time_pos"]) if row["time_pos"] else None,
            paused=row["paused"] == "1",
            idle=row["idle"] == "1",
            speed=float(row["speed"]),
            seeks=int(row["seeks"]),
            pauses=int(row["pauses"]),
        )

    def row(self) -> list[object]:
        """The reading as a CSV row."""
        cells: list[object] = []
        for value in astuple(self):
            if value is None:
                cells.append("")
            elif isinstance(value, bool):
                cells.append(int(value))
            else:
                cells.append(f"{value:.7f}" if isinstance(value, float) else value)
        return cells


HEADER = [field.name for field in fields(Reading)]


def read_readings(path: Path) -> Iterator[Reading]:
    """All readings of a CSV file, in the order in which they were taken."""
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            yield Reading.from_row(row)


def write_readings(path: Path, readings: Iterable[Reading]) -> None:
    """Write a whole CSV file."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(reading.row() for reading in readings)
