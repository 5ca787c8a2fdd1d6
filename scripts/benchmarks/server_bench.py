"""``scripts/bench server``: what our server costs under load, beside Node's Socket.IO and Syncplay's in one run."""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from benchmarks.processes import ask, instrument
from benchmarks.running import run, say
from benchmarks.server_fleet import FLEETS
from benchmarks.server_load import Load
from benchmarks.server_plot import draw
from benchmarks.server_scenarios import Scenario, judged, scenarios
from benchmarks.server_stage import SERVERS, Server, more_files, versions
from benchmarks.server_syncplay import syncplay

ALL_SERVERS: dict[str, Callable[[Path], AbstractAsyncContextManager[Server]]] = {
    **SERVERS,
    **FLEETS,
    "syncplay": syncplay,
}

LOADERS = {"syncplay": "server_syncplay"}
"""Server -> the room that loads it, where it isn't the one for Socket.IO."""


def main() -> None:
    """Measure and print; exit 1 where a server could not be measured, whether or not the targets are met."""
    made = parser()
    typed = made.parse_args()
    if typed.runs < 1 or typed.seconds <= 0:
        made.error("at least one run of some seconds")
    more_files()
    run("server", lambda folder: measure(typed, folder), keep=typed.keep)


async def measure(typed: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """All scenarios, the servers in turn in each, and the medians over the runs."""
    asked = scenarios(typed)
    before = os.getloadavg()[0]
    runs: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for scenario in asked:
        of = runs[scenario.name] = {name: [] for name in scenario.servers}
        for number in range(typed.runs):
            # The one that came first comes last the next time: neither has the quieter machine.
            order = scenario.servers if number % 2 == 0 else tuple(reversed(scenario.servers))
            for name in order:
                below = folder / f"{scenario.name}-{number}-{name}"
                below.mkdir()
                figures = await _measured(name, scenario, typed.seconds, below)
                of[name].append(figures)
                say(f"bench: {scenario.name}, run {number}, {name}: {_in_short(figures)}")
    results = {scenario: {name: medians(all_of) for name, all_of in of.items()} for scenario, of in runs.items()}
    if typed.plot:
        draw(typed.plot, results)
    return {
        "parameters": {name: value for name, value in vars(typed).items() if name not in {"plot", "keep"}},
        "machine": {"cores": os.cpu_count(), "loadBefore": round(before, 2)},
        "versions": await versions(),
        "targets": judged(results),
        "medians": results,
        "runs": runs,
    }


async def _measured(name: str, scenario: Scenario, seconds: float, folder: Path) -> dict[str, Any]:
    async with ALL_SERVERS[name](folder) as up:
        load = Load(url=up.url, pid=up.pid, redis=up.redis, seconds=seconds, **scenario.load)
        loader = instrument(LOADERS.get(name, "server_load"))
        return await ask("the load", [*loader, load.as_json()], dict(os.environ))


def medians(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The median of each figure."""
    return {name: _median([each[name] for each in runs]) for name in runs[0]}


def _median(values: list[Any]) -> Any:
    there = [value for value in values if value is not None]
    if not there:
        return None
    if isinstance(there[0], dict):
        return medians(there)
    return round(statistics.median(there), 3)


def _in_short(figures: dict[str, Any]) -> str:
    each = figures.get("cpuPerDeliveryUs")
    cost = "" if each is None else f"{each:.1f} µs a delivery, "
    return f"{cost}{figures['serverCpuShare']:.1%} of a core, the load itself {figures['ownCpuShare']:.1%}"


def parser() -> argparse.ArgumentParser:
    """The command line of ``scripts/bench server``."""
    made = argparse.ArgumentParser(
        prog="scripts/bench server",
        description="What our server costs under load, beside others doing the same, all on loopback.",
        epilog="Prints one JSON object: targets, medians and runs. docs/capacity.md says how to read it.",
    )
    made.add_argument(
        "--only", action="append", metavar="SCENARIO",
        help="sessions, evening, durable, large, small, workers, foreign or idle (repeatable; default: all)",
    )  # fmt: skip
    made.add_argument("--runs", type=int, default=5, metavar="N", help="of each, alternating (default: %(default)s)")
    made.add_argument("--seconds", type=float, default=10.0, help="under load, of each run (default: %(default)g)")
    made.add_argument("--clients", type=int, default=1000, metavar="N", help="in sessions (default: %(default)s)")
    made.add_argument(
        "--participants", type=int, default=5000, metavar="N", help="in evening, four a session (default: %(default)s)"
    )
    made.add_argument(
        "--event", choices=("reaction", "chat-message", "video-seek"), default="reaction",
        help="what is sent in sessions; Node's server stores neither chat nor seeks (default: %(default)s)",
    )  # fmt: skip
    made.add_argument(
        "--deliveries", type=float, default=20000.0, metavar="N", help="a second, in sessions (default: %(default)g)"
    )
    made.add_argument(
        "--commands", type=float, default=10.0, metavar="N", help="seeks a second, in evening (default: %(default)g)"
    )
    made.add_argument(
        "--syncplay", type=int, nargs="*", default=[20, 100, 400, 1000], metavar="USERS",
        help="how many, beside Syncplay's server (default: 20 100 400 1000)",
    )  # fmt: skip
    made.add_argument("--plot", type=Path, metavar="PNG", help="draw the medians side by side")
    made.add_argument("--keep", action="store_true", help="keep the servers' logs")
    return made


if __name__ == "__main__":
    main()
