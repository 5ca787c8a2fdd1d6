"""``scripts/bench peer``: Syncplay, unmodified, through the same rig as ``scripts/bench sync``.

The same film in the same mpv, behind the same networks, watched by the same observer.
"""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING, Any

from benchmarks.running import run, run_folders
from benchmarks.settings import PATH, Settings, add_shared, link_of
from benchmarks.sync_bench import keep, result_of
from benchmarks.syncplay_figures import figures
from benchmarks.syncplay_scenario import hold
from benchmarks.syncplay_setup import Installation, installed
from benchmarks.syncplay_stage import peer_settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def main() -> None:
    """Measure and print the result; exit 1 where a run could not be held."""
    made = parser()
    typed = made.parse_args()
    try:
        settings = from_typed(typed)
    except ValueError as error:
        made.error(str(error))
    if settings.players < 2 or settings.runs < 1:  # noqa: PLR2004 - a pair
        made.error("at least two players and one run")
    run("peer", lambda folder: measure(settings, folder, gathered=typed.gather), keep=settings.keep)


async def measure(settings: Settings, folder: Path, *, gathered: bool) -> dict[str, Any]:
    """The result of all runs; raises ``RigError``."""
    syncplay = await asyncio.to_thread(installed)
    runs = []
    for number, below in run_folders(folder, settings.runs):
        record = await hold(syncplay, settings, number, below, gathered=gathered)
        runs.append(figures(record))
        keep(settings, record, f"Skew of Syncplay {syncplay.version}")
    return peer_result(syncplay, settings, runs, gathered=gathered)


def peer_result(
    syncplay: Installation, settings: Settings, runs: Sequence[dict[str, Any]], *, gathered: bool
) -> dict[str, Any]:
    """What ``scripts/bench sync`` prints of its runs, under the name of whom they are of."""
    result = result_of(settings, runs)
    result["parameters"] |= {"gathered": gathered}
    return {"peer": {"name": "Syncplay", "version": syncplay.version}, "peerSettings": peer_settings(), **result}


def parser() -> argparse.ArgumentParser:
    """The command line of ``scripts/bench peer``."""
    made = argparse.ArgumentParser(
        prog="scripts/bench peer",
        description="How tightly Syncplay keeps real players together, in the rig of scripts/bench sync.",
        epilog="Prints one JSON object. Syncplay is set up in .dev/ at first use.",
    )
    add_shared(made, "--players", *PATH, "--seconds", "--commands", "--seed", "--runs", "--dac-skew")
    made.add_argument(
        "--gather", action="store_true", help="all come before the film begins; default: the others join in the middle"
    )
    add_shared(made, "--file", "--plot", "--csv", "--keep")
    return made


def from_typed(typed: argparse.Namespace) -> Settings:
    """The settings that were typed; raises ``ValueError`` for what no network can do."""
    return Settings(
        players=typed.players, link=link_of(typed),
        seconds=typed.seconds, seed=typed.seed, runs=typed.runs, commands=typed.commands,
        clock_offset=0.0, clock_skew=0.0, dac_skew=typed.dac_skew,
        file=typed.file, plot=typed.plot, csv=typed.csv, keep=typed.keep,
    )  # fmt: skip


if __name__ == "__main__":
    main()
