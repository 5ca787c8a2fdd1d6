"""One run of Syncplay from beginning to end, in the same steps as a run of ``scripts/bench sync``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from benchmarks.media import film_of
from benchmarks.processes import RigError
from benchmarks.scenario import QUICK, STEADY, Record, collect, film_needed, give, steady_play, trials
from benchmarks.settings import SETTLING
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


async def hold(syncplay: Installation, settings: Settings, run: int, folder: Path, *, gathered: bool = False) -> Record:
    """Hold one run, its logs and readings below ``folder``; raises ``RigError``.

    ``gathered``: everybody is there before the film begins, and nobody joins in the middle.
    """
    film_seconds = film_needed(settings, settings.players * (NEWCOMER + 5.0))
    file = await film_of(settings.file, film_seconds)
    stage = await SyncplayStage.set(syncplay, folder, file.resolve(), f"{settings.seed}/{run}")
    record = Record([f"p{number}" for number in range(settings.players)])
    try:
        await (_gather if gathered else _arrive)(stage, record, settings.oddities(run))
        await stage.sampled_at(STEADY)
        await asyncio.sleep(SETTLING)
        await steady_play(record, settings.seconds)
        await stage.sampled_at(QUICK)
        await trials(stage, record, settings, run, film_seconds)
    finally:
        await stage.clear()
    record.arrivals = stage.arrivals
    collect(record, stage.readings, stage.observer)
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
        await give(stage, record, "video-play")
        await asyncio.sleep(TAKEN_BACK)
        if not await _stands(stage, record):
            return
    raise RigError(f"Syncplay took the play back {BEGINNINGS} times")


async def _stands(stage: SyncplayStage, record: Record) -> bool:
    return bool(await stage.hands[record.players[0]].ask("get_property", "pause"))
