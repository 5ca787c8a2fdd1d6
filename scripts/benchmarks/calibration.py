"""Tries of the instruments: a rig that sees what is not there, or does not see what is, measures nothing.

The null test watches one player with two observers, who must agree.
The positive control tells one client that its sound device is 20 ms late, and the rig must see just that shift.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from contextlib import AsyncExitStack
from dataclasses import replace
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from benchmarks.figures import steady
from benchmarks.link import Link
from benchmarks.lone_mpv import lone_mpv
from benchmarks.media import film_of
from benchmarks.processes import Speaker, instrument, private_environment
from benchmarks.readings import read_readings
from benchmarks.scenario import hold
from benchmarks.skew import WIDEST_WINDOW, Sample, moments, placed, spread

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.settings import Settings

NULL_LIMIT_MS = 0.3
"""What two observers of one player may differ by; a tenth of what is promised of the players."""

SHIFT = 0.020
"""s that one client is told to be off."""

SHIFT_LIMIT_MS = 0.5
"""How well the shift must be seen."""

NEAR = 0.2
"""s; readings of two observers that are farther apart in time say nothing about each other."""

WARM_UP = 1.0
"""s of play before a lone player is watched."""


async def null_test(seconds: float, folder: Path, file: Path | None = None) -> dict[str, Any]:
    """Two observers on one player for ``seconds``; raises ``RigError``."""
    video = await film_of(file, seconds + 10.0)
    outs = [folder / "first.csv", folder / "second.csv"]
    with lone_mpv(video) as ipc:
        await asyncio.sleep(WARM_UP)
        async with AsyncExitStack() as observers:
            for out in outs:
                command = [*instrument("mpv_observer"), "--out", str(out), f"only={ipc}"]
                observer = await Speaker.start(out.stem, command, folder, private_environment(folder / "home"))
                observers.push_async_callback(observer.stop, by_signal=False)
                await observer.heard("observing", within=10.0)
            await asyncio.sleep(seconds)
    first, second = (placed(read_readings(out)) for out in outs)
    differences = disagreement(first, second)
    seen = spread([abs(difference) for difference in differences], 1000)
    passed = seen["p99"] is not None and seen["p99"] < NULL_LIMIT_MS
    return {"test": "null", "passed": passed, "limitMs": NULL_LIMIT_MS, "disagreementMs": seen,
            "biasMs": round(fmean(differences) * 1000, 4) if differences else None,
            "samples": len(differences)}  # fmt: skip


def disagreement(first: Sequence[Sample], second: Sequence[Sample]) -> list[float]:
    """By how much the first observer sees the player ahead of where the second sees it, s, at each of its readings."""
    believed = [sample for sample in second if _believed(sample)]
    times = [sample.at for sample in believed]
    differences = []
    for sample in first:
        place = bisect_left(times, sample.at)
        near = min(believed[max(0, place - 1) : place + 1], key=lambda other: abs(other.at - sample.at), default=None)
        if near is not None and _believed(sample) and abs(near.at - sample.at) <= NEAR:
            differences.append(sample.position_at(sample.at) - near.position_at(sample.at))
    return differences


def _believed(sample: Sample) -> bool:
    return sample.playing and sample.reading.window <= WIDEST_WINDOW


async def positive_control(settings: Settings, folder: Path) -> dict[str, Any]:
    """Two clients, the second told of a device delay; raises ``RigError``.

    The path is a quiet one, so that what is left is the shift and not the network.
    """
    quiet = replace(settings, players=2, link=Link(rtt=0.02), commands=0, device_delay=SHIFT)
    record = await hold(quiet, 0, folder)
    everyone = moments(record.samples, record.players)
    inside = [m for m in everyone if m.complete and record.steady[0] <= m.at <= record.steady[1]]
    # A device that is late by 20 ms is helped by a player that is ahead by as much.
    shifts = [moment.positions[record.players[1]] - moment.positions[record.players[0]] for moment in inside]
    seen_ms = round(median(shifts) * 1000, 3) if shifts else None
    passed = seen_ms is not None and abs(seen_ms - SHIFT * 1000) <= SHIFT_LIMIT_MS
    return {"test": "positive-control", "passed": passed, "expectedMs": SHIFT * 1000, "limitMs": SHIFT_LIMIT_MS,
            "seenMs": seen_ms, "steady": steady(record, everyone)}  # fmt: skip
