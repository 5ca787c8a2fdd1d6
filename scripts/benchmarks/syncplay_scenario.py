"""One run of Syncplay from beginning to end, in the same steps as a run of ``scripts/bench sync``."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING

from benchmarks.media import sample_video
from benchmarks.processes import RigError
from benchmarks.readings import read_readings
from benchmarks.scenario import LONGEST, QUICK, STANDING, STEADY, Record, steady_play
from benchmarks.settings import SETTLING
from benchmarks.skew import placed
from benchmarks.syncplay_stage import SyncplayStage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.settings import Oddities, Settings
    from benchmarks.syncplay_setup import Installation

NEWCOMER = 10.0
"""s given to each client that comes while the others play; Syncplay takes longer than SyncWatch."""

CONNECTING = 4.0
"""s given to the first client between its player's start and the first command.

Syncplay believes nothing that a player says in the first second of a file (its MPV_NEWFILE_IGNORE_TIME).
"""

BEGINNINGS = 5
"""Attempts at a play."""

TAKEN_BACK = 1.0
"""s within which Syncplay takes a play back that it doesn't want; it looks at the player ten times a second."""


def duration_needed(settings: Settings) -> float:
    """How long the video must be, s."""
    coming = settings.players * (NEWCOMER + 5.0)
    trials = settings.commands * (2 * LONGEST + STANDING)
    return coming + SETTLING + settings.seconds + trials + 60.0


async def hold(syncplay: Installation, settings: Settings, run: int, folder: Path, *, gathered: bool = False) -> Record:
    """Hold one run, its logs and readings below ``folder``; raises ``RigError``.

    ``gathered``: everybody is there before the film begins, and nobody joins in the middle.
    """
    file = settings.file
    if file is None:
        file = await asyncio.to_thread(sample_video, duration_needed(settings))
    stage = await SyncplayStage.set(syncplay, folder, file.resolve(), f"{settings.seed}/{run}")
    record = Record([f"p{number}" for number in range(settings.players)])
    try:
        await (_gather if gathered else _arrive)(stage, record, settings.oddities(run))
        await stage.sampled_at(STEADY)
        await asyncio.sleep(SETTLING)
        await steady_play(record, settings.seconds)
        await stage.sampled_at(QUICK)
        await _trials(stage, record, settings, run)
    finally:
        await stage.clear()
    record.arrivals = stage.arrivals
    record.samples = placed(read_readings(stage.readings))
    record.observer = next((line.event for line in stage.observer.lines if line.event.get("event") == "stopped"), {})
    return record


async def _arrive(stage: SyncplayStage, record: Record, oddities: Sequence[Oddities]) -> None:
    """One begins the film, the others come one by one while it plays: as in ``scripts/bench sync``."""
    await stage.admit(record.players[0], oddities[0])
    await asyncio.sleep(CONNECTING)
    await _begin(stage, record)
    await asyncio.sleep(NEWCOMER)
    await stage.sampled_at(QUICK)
    for name, odd in zip(record.players[1:], oddities[1:], strict=True):
        await stage.admit(name, odd)
        await asyncio.sleep(NEWCOMER)
        if await _stands(stage, record):
            # Syncplay 1.7 sends everybody back to the beginning, and stops the film, when somebody comes.
            await _begin(stage, record)


async def _gather(stage: SyncplayStage, record: Record, oddities: Sequence[Oddities]) -> None:
    """All come while the film stands, then one begins it for all."""
    for name, odd in zip(record.players, oddities, strict=True):
        await stage.admit(name, odd)
    await asyncio.sleep(CONNECTING)
    await _begin(stage, record)
    await asyncio.sleep(NEWCOMER)


async def _begin(stage: SyncplayStage, record: Record) -> None:
    """Play until Syncplay lets it be: on a busy machine it may still be opening the film, and take the play back."""
    for _ in range(BEGINNINGS):
        await _command(stage, record, "video-play")
        await asyncio.sleep(TAKEN_BACK)
        if not await _stands(stage, record):
            return
    raise RigError(f"Syncplay took the play back {BEGINNINGS} times")


async def _stands(stage: SyncplayStage, record: Record) -> bool:
    return bool(await stage.hands[record.players[0]].ask("get_property", "pause"))


async def _trials(stage: SyncplayStage, record: Record, settings: Settings, run: int) -> None:
    random = Random(f"{settings.seed}/{run}/trials")  # noqa: S311 - repeatable, not secret
    room = duration_needed(settings) - LONGEST - 10.0
    for _ in range(settings.commands):
        await _command(stage, record, "video-pause")
        await asyncio.sleep(STANDING)
        await _command(stage, record, "video-play")
        await asyncio.sleep(LONGEST)
        await _command(stage, record, "video-seek", round(random.uniform(10.0, room), 3))
        await asyncio.sleep(LONGEST)


async def _command(stage: SyncplayStage, record: Record, event: str, position: float | None = None) -> None:
    record.commands.append(await stage.hands[record.players[0]].command(event, position))
