"""A run for a witness: everybody comes, play is commanded once, and then nobody does anything."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.scenario import Record, collect, give
from benchmarks.settings import Settings
from benchmarks.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.settings import Oddities

SETTLING = 20.0
"""s after the start that do not count as steady play.

A sound server's own report of its delay, from which players take theirs, is a millisecond off at first.
"""

COMING = 30.0
"""s of film beyond what is measured, for a slow machine."""


@dataclass(frozen=True, slots=True)
class WitnessSettings(Settings):
    """All parameters of a run with a witness."""

    settling: float = SETTLING

    def described(self) -> dict[str, object]:
        """The parameters as they stand in the result."""
        # Not super(): a dataclass with slots is another class than the one that this method was written in.
        everything = Settings.described(self) | {"settlingExcluded": self.settling}
        return {name: value for name, value in everything.items() if name not in {"commands", "dacSkewPpm", "file"}}

    @property
    def film_seconds(self) -> float:
        """How long the film must be, s."""
        return self.settling + self.seconds + COMING


@dataclass(frozen=True, slots=True)
class Outfit:
    """How the players are started so that the witness hears or sees them."""

    options: Mapping[str, tuple[str, ...]]
    """Player -> options for its mpv, which stand above those of the stage."""
    variables: Mapping[str, str]
    """Environment variables of all clients."""


class WitnessedStage(Stage):
    """A stage whose players can be heard or seen."""

    outfit = Outfit({}, {})

    def _join(self, name: str, odd: Oddities, url: str) -> list[str]:
        # Of an option that stands twice mpv takes the later.
        return [*super()._join(name, odd, url), *(f"--mpv-arg={option}" for option in self.outfit.options[name])]

    def _home(self, name: str, odd: Oddities) -> dict[str, str]:
        return {**super()._home(name, odd), **self.outfit.variables}


def names(settings: WitnessSettings) -> list[str]:
    """What the players are called."""
    return [f"p{number}" for number in range(settings.players)]


async def hold(settings: WitnessSettings, run: int, folder: Path, film: Path, outfit: Outfit) -> Record:
    """Hold one run, its logs and readings below ``folder``; raises ``RigError``."""
    record = Record(names(settings))
    clock = asyncio.get_running_loop().time
    stage = await WitnessedStage.set(settings.syncwatch, folder, film, f"{settings.seed}/{run}")
    stage.outfit = outfit
    try:
        for name, odd in zip(record.players, settings.oddities(run), strict=True):
            await stage.admit(name, odd)
        await stage.all_primed()
        await give(stage, record, "video-play")
        await asyncio.sleep(settings.settling)
        began_at = clock()
        record.load_average.append(round(os.getloadavg()[0], 2))
        await asyncio.sleep(settings.seconds)
        record.steady = (began_at, clock())
        record.load_average.append(round(os.getloadavg()[0], 2))
    finally:
        await stage.clear()
    collect(record, stage.readings, stage.observer)
    return record
