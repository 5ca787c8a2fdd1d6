"""``scripts/bench table``: measures each row of the accuracy table and prints one JSON object."""

from __future__ import annotations

import asyncio
import os
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from benchmarks.processes import RigError
from benchmarks.running import run, say
from benchmarks.sync_bench import versions
from benchmarks.table_figures import table_figures
from benchmarks.table_output import draw_distribution, draw_run, keep_raw, markdown, name_of, steady_pairs
from benchmarks.table_run import hold
from benchmarks.table_settings import TableSettings, from_typed, parser
from benchmarks.table_targets import judged

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.table_record import TableRecord


def main() -> None:
    """Measure and print the table; exit 1 where a run could not be held, whether or not the targets are met."""
    try:
        settings = from_typed()
    except ValueError as error:
        parser().error(str(error))
    run("table", lambda folder: Table(settings, folder).measure(), keep=settings.keep)


class Table:
    """Holds run after run, and keeps of each what was asked for."""

    def __init__(self, settings: TableSettings, folder: Path) -> None:
        """Logs go below ``folder``."""
        self._settings = settings
        self._folder = folder
        self._runs: dict[float, list[dict[str, Any]]] = defaultdict(list)
        self._failed: list[dict[str, Any]] = []
        self._pairs: dict[float, dict[int, list[float]]] = defaultdict(dict)

    async def measure(self) -> dict[str, Any]:
        """All runs, the seeds in turn for each RTT, and the table over them."""
        began_at = time.monotonic()
        load = os.getloadavg()[0]
        for rtt in self._settings.rtts:
            for seed in self._settings.seeds:
                await self._run(rtt, seed)
            self._draw_all(rtt)
        of_rtt = {rtt: self._rows(rtt) for rtt in self._settings.rtts}
        if self._settings.markdown:
            self._settings.markdown.parent.mkdir(parents=True, exist_ok=True)
            self._settings.markdown.write_text(markdown(of_rtt))
        return {
            "parameters": self._settings.described(),
            "versions": versions(),
            "loadBefore": round(load, 2),
            "seconds": round(time.monotonic() - began_at),
            "table": [row for rows in of_rtt.values() for row in rows],
            "failedRuns": self._failed,
            "runs": [run for runs in self._runs.values() for run in runs],
        }

    def _rows(self, rtt: float) -> list[dict[str, Any]]:
        # Who is given a perfect clock is told to be certain, and can't be held to that.
        left_out = {"honesty"} if self._settings.floor else set()
        return [row for row in judged(rtt, self._runs[rtt]) if row["row"] not in left_out]

    async def _run(self, rtt: float, seed: int) -> None:
        name = name_of(rtt, seed)
        below = self._folder / name
        below.mkdir()
        began_at = time.monotonic()
        try:
            record = await hold(
                self._settings, rtt, seed, below, lambda words: say(f"bench: RTT {rtt:g} s, seed {seed}: {words}")
            )
        except RigError as error:
            # One run that could not be held must not cost an hour of others.
            say(f"bench: RTT {rtt:g} s, seed {seed} failed: {error}")
            self._failed.append({"rtt": rtt, "seed": seed, "error": str(error)})
            return
        seconds = round(time.monotonic() - began_at, 1)
        figures = await asyncio.to_thread(table_figures, record)
        self._runs[rtt].append({"rtt": rtt, "seed": seed, "wallSeconds": seconds, **figures})
        self._keep(rtt, seed, below, record)
        say(f"bench: RTT {rtt:g} s, seed {seed}: done in {seconds:g} s; {_in_short(figures)}")

    def _keep(self, rtt: float, seed: int, below: Path, record: TableRecord) -> None:
        settings, name = self._settings, name_of(rtt, seed)
        if settings.csv:
            keep_raw(settings.csv, name, below / "readings.csv", record)
        if settings.plot:
            self._pairs[rtt][seed] = steady_pairs(record)
            if seed == settings.seeds[0]:
                words = f"{settings.players} players, RTT {rtt * 1000:g} ms, seed {seed}"
                draw_run(settings.plot, name, record, f"Skew: {words}")

    def _draw_all(self, rtt: float) -> None:
        if self._settings.plot and any(self._pairs[rtt].values()):
            out = self._settings.plot / f"distribution-rtt-{rtt * 1000:g}ms.png"
            draw_distribution(out, self._pairs[rtt], f"Steady play: {self._settings.players} players, RTT {rtt:g} s")


def _in_short(figures: dict[str, Any]) -> str:
    skew = figures.get("steady", {}).get("worstPairMs")
    return "no steady play" if skew is None else f"skew p50 {skew['p50']}, p95 {skew['p95']}, p99 {skew['p99']} ms"


if __name__ == "__main__":
    main()
