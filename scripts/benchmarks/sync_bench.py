"""``scripts/bench sync``: runs what was asked for and prints one JSON object."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks import plot
from benchmarks.calibration import null_test, positive_control
from benchmarks.figures import figures
from benchmarks.readings import write_readings
from benchmarks.running import run, run_folders
from benchmarks.scenario import Record, hold
from benchmarks.settings import Settings, from_typed, parser
from benchmarks.skew import moments

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from pathlib import Path


def main() -> None:
    """Measure, print the result, and exit 1 where a run could not be held or a test of the rig did not pass."""
    made = parser()
    typed = made.parse_args()
    try:
        settings = from_typed(typed)
    except ValueError as error:
        made.error(str(error))
    if settings.players < 1 or settings.runs < 1:
        made.error("at least one player and one run")
    run("bench", lambda folder: measure(settings, typed, folder), keep=settings.keep)


async def measure(settings: Settings, typed: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The result of what was asked for, a test of the rig or its runs; raises ``RigError``."""
    if typed.null_test:
        return {**await null_test(settings.seconds, folder, settings.file), "versions": versions()}
    if typed.positive_control:
        return {**await positive_control(settings, folder), "versions": versions()}
    runs = []
    for number, below in run_folders(folder, settings.runs):
        record = await hold(settings, number, below)
        runs.append(figures(record))
        keep(settings, record, "Skew")
    return result_of(settings, runs)


def keep(settings: Settings, record: Record, title: str) -> None:
    """Write the raw readings and the picture, entitled ``title``, where they were asked for."""
    if settings.csv:
        write_readings(settings.csv, (sample.reading for sample in record.samples))
    if settings.plot:
        link = settings.link
        words = f"{settings.players} players, RTT {link.rtt * 1000:g} ms, jitter {link.jitter * 1000:g} ms"
        everyone = moments(record.samples, record.players)
        plot.draw(settings.plot, everyone, record.players, record.commands, record.steady, f"{title}: {words}")


def result_of(settings: Settings, runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The figures of one run as they are; of several, each, and the median and the spread of every number."""
    head = {"parameters": settings.described(), "versions": versions()}
    if len(runs) == 1:
        return {**head, **runs[0]}
    return {**head, "summary": summary(runs), "runs": list(runs)}


def summary(runs: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Median, lowest and highest over the runs of each figure that all runs have, by its dotted name."""
    flat = [dict(_numbers(run)) for run in runs]
    shared = [name for name in flat[0] if all(name in other for other in flat)]
    values = {name: [run[name] for run in flat] for name in shared}
    return {name: {"median": median(all_of), "min": min(all_of), "max": max(all_of)} for name, all_of in values.items()}


def _numbers(figure: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    for name, value in figure.items():
        if isinstance(value, dict):
            yield from _numbers(value, f"{prefix}{name}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield prefix + name, value


def versions() -> dict[str, object]:
    """What was measured with."""
    return {
        "syncwatch": _installed("syncwatch"),
        "python": platform.python_version(),
        "mpv": _first_line("mpv", "--version"),
        "ffmpeg": _first_line("ffmpeg", "-version"),
        "system": f"{platform.system()} {platform.release()}",
        "processors": os.cpu_count(),
    }


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _first_line(*command: str) -> str | None:
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return None
    return told.partition("\n")[0].partition(" Copyright")[0] or None


if __name__ == "__main__":
    main()
