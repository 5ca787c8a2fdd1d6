"""``scripts/bench peer``: Syncplay, unmodified, through the same rig as ``scripts/bench sync``.

The same film in the same mpv, behind the same networks, watched by the same observer.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import plot
from benchmarks.link import Link
from benchmarks.processes import RigError
from benchmarks.readings import write_readings
from benchmarks.settings import Settings
from benchmarks.skew import moments
from benchmarks.sync_bench import EXIT_FAILED, result_of
from benchmarks.syncplay_figures import figures
from benchmarks.syncplay_scenario import hold
from benchmarks.syncplay_setup import Installation, installed
from benchmarks.syncplay_stage import peer_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.scenario import Record


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
    folder = Path(tempfile.mkdtemp(prefix="sw-peer-"))
    try:
        result = asyncio.run(measure(settings, folder, gathered=typed.gather))
    except (RigError, OSError, subprocess.CalledProcessError) as error:
        print(f"bench: error: {error}\n\nhint: every process's log is in {folder}", file=sys.stderr)
        sys.exit(EXIT_FAILED)
    except KeyboardInterrupt:
        sys.exit(130)
    if settings.keep:
        print(f"bench: the logs are in {folder}", file=sys.stderr)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(result, indent=2))


async def measure(settings: Settings, folder: Path, *, gathered: bool) -> dict[str, Any]:
    """The result of all runs; raises ``RigError``."""
    syncplay = await asyncio.to_thread(installed)
    runs = []
    for number in range(settings.runs):
        below = folder / f"run-{number}"
        below.mkdir()
        record = await hold(syncplay, settings, number, below, gathered=gathered)
        runs.append(figures(record))
        keep(syncplay, settings, record)
    return peer_result(syncplay, settings, runs, gathered=gathered)


def keep(syncplay: Installation, settings: Settings, record: Record) -> None:
    """Write the raw readings and the picture where they were asked for."""
    if settings.csv:
        write_readings(settings.csv, (sample.reading for sample in record.samples))
    if settings.plot:
        link = settings.link
        words = f"{settings.players} players, RTT {link.rtt * 1000:g} ms, jitter {link.jitter * 1000:g} ms"
        title = f"Skew of Syncplay {syncplay.version}: {words}"
        everyone = moments(record.samples, record.players)
        plot.draw(settings.plot, everyone, record.players, record.commands, record.steady, title)


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
    standard = Settings()
    made.add_argument("--players", type=int, default=standard.players, metavar="N")
    made.add_argument("--rtt", type=float, default=0.0, metavar="S", help="each client's round trip to the server")
    made.add_argument("--jitter", type=float, default=0.0, metavar="S", help="mean queueing delay added each way")
    made.add_argument("--stall", type=float, default=0.0, metavar="P", help="probability that a chunk is lost")
    made.add_argument(
        "--asymmetry", type=float, default=0.0, metavar="S", help="forward delay minus backward delay, by turns + and -"
    )
    made.add_argument("--seconds", type=float, default=standard.seconds, metavar="S", help="length of the steady play")
    made.add_argument("--commands", type=int, default=standard.commands, metavar="K", help="trials of play and of seek")
    made.add_argument("--seed", type=int, default=standard.seed)
    made.add_argument("--runs", type=int, default=1, metavar="R", help="whole runs, each with a seed of its own")
    made.add_argument(
        "--dac-skew", type=float, default=0.0, metavar="PPM", help="sound devices play fast by up to ±PPM"
    )
    made.add_argument(
        "--gather", action="store_true", help="all come before the film begins; default: the others join in the middle"
    )
    made.add_argument("--file", type=Path, metavar="VIDEO", help="default: a picture made by ffmpeg, kept in the cache")
    made.add_argument("--plot", type=Path, metavar="PNG", help="draw skew over time (the last run's)")
    made.add_argument("--csv", type=Path, metavar="CSV", help="keep the observer's raw readings (the last run's)")
    made.add_argument("--keep", action="store_true", help="keep the folder with every process's log")
    return made


def from_typed(typed: argparse.Namespace) -> Settings:
    """The settings that were typed; raises ``ValueError`` for what no network can do."""
    return Settings(
        players=typed.players, link=Link(typed.rtt, typed.jitter, typed.asymmetry, typed.stall),
        seconds=typed.seconds, seed=typed.seed, runs=typed.runs, commands=typed.commands,
        clock_offset=0.0, clock_skew=0.0, dac_skew=typed.dac_skew,
        file=typed.file, plot=typed.plot, csv=typed.csv, keep=typed.keep,
    )  # fmt: skip


if __name__ == "__main__":
    main()
