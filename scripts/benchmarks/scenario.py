"""One run from beginning to end: everybody comes, plays steadily, then follows commands."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Protocol

from benchmarks.media import film_of
from benchmarks.readings import read_readings
from benchmarks.settings import SETTLING, Settings
from benchmarks.skew import Sample, placed
from benchmarks.stage import Arrival, Stage

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.processes import Line, Speaker
    from benchmarks.steering import Command

QUICK = 25.0
"""Rounds a second while a command is followed: its result is known to 40 ms, always too long rather than too short.

Twice as many were tried: on two cores they disturb the very starts that are looked at (docs/sync-accuracy.md)."""

STEADY = 10.0
"""Rounds a second otherwise."""

NEWCOMER = 5.0
"""s given to each client that comes while the others play."""

LONGEST = 5.0
"""s given to each command."""

STANDING = 2.0
"""s of pause before each play."""


class Commanded(Protocol):
    """A stage, whoever's players stand on it."""

    async def command(self, event: str, position: float | None = None) -> Command:
        """Give a command to all; ``position`` in s of media. Raises ``RigError``."""


@dataclass(slots=True)
class Record:
    """What one run left behind; instants on CLOCK_MONOTONIC, s."""

    players: list[str]
    samples: list[Sample] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    steady: tuple[float, float] = (0.0, 0.0)
    """Begin and end of the time in which nobody did anything."""
    status: dict[str, list[Line]] = field(default_factory=dict)
    """Player -> the status lines of its client."""
    load_average: list[float] = field(default_factory=list)
    observer: dict[str, object] = field(default_factory=dict)
    """What the observing cost."""


def duration_needed(settings: Settings) -> float:
    """How long the video must be, s."""
    return film_needed(settings, (settings.players + 1) * (NEWCOMER + 5.0))


def film_needed(settings: Settings, coming: float) -> float:
    """How long a video must be, s, of which ``coming`` may have gone by until all are there."""
    followed = settings.commands * (2 * LONGEST + STANDING)
    return coming + SETTLING + settings.seconds + followed + 60.0


async def hold(settings: Settings, run: int, folder: Path) -> Record:
    """Hold one run, its logs and readings below ``folder``; raises ``RigError``."""
    film_seconds = duration_needed(settings)
    file = await film_of(settings.file, film_seconds)
    stage = await Stage.set(settings.syncwatch, folder, file.resolve(), f"{settings.seed}/{run}")
    oddities = settings.oddities(run)
    record = Record([f"p{number}" for number in range(settings.players)])
    try:
        await stage.admit(record.players[0], oddities[0])
        await stage.all_primed()
        await give(stage, record, "video-play")
        await asyncio.sleep(NEWCOMER)
        await stage.sampled_at(QUICK)
        for name, odd in zip(record.players[1:], oddities[1:], strict=True):
            await stage.admit(name, odd)
            await asyncio.sleep(NEWCOMER)
        await stage.sampled_at(STEADY)
        await asyncio.sleep(SETTLING)
        await steady_play(record, settings.seconds)
        await stage.sampled_at(QUICK)
        await trials(stage, record, settings, run, film_seconds)
    finally:
        await stage.clear()
    record.arrivals = stage.arrivals
    collect(record, stage.readings, stage.observer)
    record.status = {client.name: status_lines(client) for client in stage.clients}
    return record


def status_lines(client: Speaker) -> list[Line]:
    """What a client said of itself."""
    return [line for line in client.lines if line.event.get("event") == "status"]


async def steady_play(record: Record, seconds: float) -> None:
    """Let the players play for so long, and write down when that was and how busy the machine was."""
    clock = asyncio.get_running_loop().time
    began_at = clock()
    loads = [os.getloadavg()[0]]
    while (left := began_at + seconds - clock()) > 0:
        await asyncio.sleep(min(left, 10.0))
        loads.append(os.getloadavg()[0])
    record.steady = (began_at, clock())
    record.load_average = [round(load, 2) for load in loads]


async def give(stage: Commanded, record: Record, event: str, position: float | None = None) -> None:
    """Give one command, and write it down."""
    record.commands.append(await stage.command(event, position))


async def trials(stage: Commanded, record: Record, settings: Settings, run: int, film_seconds: float) -> None:
    """Pause, play and seek anywhere in a film of that length, as often as was asked for."""
    random = Random(f"{settings.seed}/{run}/trials")  # noqa: S311 - repeatable, not secret
    room = film_seconds - LONGEST - 10.0
    for _ in range(settings.commands):
        await give(stage, record, "video-pause")
        await asyncio.sleep(STANDING)
        await give(stage, record, "video-play")
        await asyncio.sleep(LONGEST)
        await give(stage, record, "video-seek", round(random.uniform(10.0, room), 3))
        await asyncio.sleep(LONGEST)


def collect(record: Record, readings: Path, observer: Speaker) -> None:
    """Take into the record what the observer saw, and what the observing cost; it must have ended."""
    record.samples = placed(read_readings(readings))
    record.observer = next((line.event for line in observer.lines if line.event.get("event") == "stopped"), {})
