"""What ``scripts/bench sound`` and ``scripts/bench picture`` have alike: their options, controls and results."""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import witness_plot
from benchmarks.link import Link
from benchmarks.processes import RigError, own_syncwatch
from benchmarks.skew import moments
from benchmarks.sync_bench import EXIT_FAILED, result_of, versions
from benchmarks.witness import Sight, compared, figures, write_comparisons
from benchmarks.witness_stage import WitnessSettings

if TYPE_CHECKING:
    from benchmarks.scenario import Record


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a witness has of one run."""

    record: Record
    sights: list[Sight]
    span: float
    """s around each sight from which the observer's readings are taken."""
    more: dict[str, Any] = field(default_factory=dict)
    """Figures that only this witness has."""


@dataclass(frozen=True, slots=True)
class Control:
    """A shift that is put in, and must be seen."""

    device_delay: float
    """s that the last client is told to be off by its sound device."""
    limit_ms: float
    """How well the shift must be seen."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A way of measuring players that does not ask them."""

    name: str
    description: str
    most_players: int
    measure: Callable[[WitnessSettings, int, Path], Awaitable[Evidence]]
    null_test: Callable[[float, Path], Awaitable[dict[str, Any]]]
    control: Control


def run(witness: Witness) -> None:
    """Measure, print the result, and exit 1 where a run could not be held or a test of the rig did not pass."""
    made = parser(witness)
    typed = made.parse_args()
    try:
        settings = from_typed(typed)
    except ValueError as error:
        made.error(str(error))
    if not 2 <= settings.players <= witness.most_players or settings.runs < 1:  # noqa: PLR2004 - a pair
        made.error(f"2 to {witness.most_players} players and at least one run")
    folder = Path(tempfile.mkdtemp(prefix=f"sw-{witness.name}-"))
    try:
        result = asyncio.run(examine(witness, settings, typed, folder))
    except (RigError, OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"bench: error: {error}\n\nhint: every process's log is in {folder}", file=sys.stderr)
        sys.exit(EXIT_FAILED)
    except KeyboardInterrupt:
        sys.exit(130)
    if settings.keep:
        print(f"bench: the logs are in {folder}", file=sys.stderr)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(result, indent=2))
    sys.exit(0 if result.get("passed", True) else EXIT_FAILED)


async def examine(
    witness: Witness, settings: WitnessSettings, typed: argparse.Namespace, folder: Path
) -> dict[str, Any]:
    """The result of what was asked for; raises ``RigError``."""
    if typed.null_test:
        return {**await witness.null_test(settings.seconds, folder), "versions": versions()}
    if typed.positive_control:
        return {**await positive_control(witness, settings, folder), "versions": versions()}
    runs = []
    for number in range(settings.runs):
        below = folder / f"run-{number}"
        below.mkdir()
        evidence = await witness.measure(settings, number, below)
        runs.append(figures_of(evidence))
        keep(witness, settings, evidence)
    return result_of(settings, runs)


async def positive_control(witness: Witness, settings: WitnessSettings, folder: Path) -> dict[str, Any]:
    """Two clients on a quiet path, the second told of a device delay; raises ``RigError``."""
    delay = witness.control.device_delay
    quiet = replace(settings, players=2, link=Link(rtt=0.02), device_delay=delay)
    evidence = await witness.measure(quiet, 0, folder)
    seen = figures_of(evidence)
    keep(witness, quiet, evidence)
    # A device that is late is helped by a player that is ahead by as much.
    ahead = seen["steady"]["witness"]["aheadMs"][evidence.record.players[1]]
    passed = ahead is not None and abs(ahead - delay * 1000) <= witness.control.limit_ms
    return {"test": "positive-control", "passed": passed, "expectedMs": round(delay * 1000, 3),
            "limitMs": witness.control.limit_ms, "seenMs": ahead, **seen}  # fmt: skip


def figures_of(evidence: Evidence) -> dict[str, Any]:
    """The figures of one run: of the seconds after the start, of steady play, and what else there is.

    Raises ``RigError`` where the witness never recognised all players at once.
    """
    record = evidence.record
    if not any(sight.complete(record.players) for sight in evidence.sights):
        raise RigError("the witness never recognised all players at once")
    everyone = moments(record.samples, record.players)
    started_at = record.commands[0].sent_at
    of_time = {"start": (started_at, record.steady[0]), "steady": record.steady}
    result: dict[str, Any] = {
        name: figures(evidence.sights, everyone, record.players, evidence.span, during)
        for name, during in of_time.items()
    }
    return {**result, **evidence.more, "loadAverage": record.load_average, "observer": record.observer}


def keep(witness: Witness, settings: WitnessSettings, evidence: Evidence) -> None:
    """Write the leads by both methods, and their picture, where they were asked for."""
    record = evidence.record
    both = compared(evidence.sights, moments(record.samples, record.players), record.players, evidence.span)
    if settings.csv:
        write_comparisons(settings.csv, both)
    if settings.plot:
        link = settings.link
        words = f"RTT {link.rtt * 1000:g} ms, jitter {link.jitter * 1000:g} ms"
        witness_plot.draw(settings.plot, both, record.steady, f"By {witness.name}: {settings.players} players, {words}")


def parser(witness: Witness) -> argparse.ArgumentParser:
    """The command line of one witness."""
    made = argparse.ArgumentParser(
        prog=f"scripts/bench {witness.name}", description=witness.description, epilog="Prints one JSON object."
    )
    standard = WitnessSettings()
    made.add_argument("--players", type=int, default=2, metavar="N", help=f"2 to {witness.most_players}")
    made.add_argument("--rtt", type=float, default=0.0, metavar="S", help="each client's round trip to the server")
    made.add_argument("--jitter", type=float, default=0.0, metavar="S", help="mean queueing delay added each way")
    made.add_argument("--stall", type=float, default=0.0, metavar="P", help="probability that a chunk is lost")
    made.add_argument(
        "--asymmetry", type=float, default=0.0, metavar="S", help="forward delay minus backward delay, by turns + and -"
    )
    made.add_argument("--seconds", type=float, default=standard.seconds, metavar="S", help="length of the steady play")
    made.add_argument(
        "--settling", type=float, default=standard.settling, metavar="S", help="play before that, reported apart"
    )
    made.add_argument("--seed", type=int, default=standard.seed)
    made.add_argument("--runs", type=int, default=1, metavar="R", help="whole runs, each with a seed of its own")
    made.add_argument("--plot", type=Path, metavar="PNG", help="draw both methods over time (the last run's)")
    made.add_argument("--csv", type=Path, metavar="CSV", help="keep both methods' leads (the last run's)")
    made.add_argument("--keep", action="store_true", help="keep the folder with every process's log")
    made.add_argument("--syncwatch", metavar="PROGRAM", help="what is measured; default: the checkout's own")
    control = made.add_mutually_exclusive_group()
    control.add_argument("--null-test", action="store_true", help="one player heard or seen twice must agree")
    control.add_argument(
        "--positive-control",
        action="store_true",
        help=f"a client told to be {witness.control.device_delay * 1000:.0f} ms off must be found so",
    )
    return made


def from_typed(typed: argparse.Namespace) -> WitnessSettings:
    """The settings that were typed; raises ``ValueError`` for what no network can do."""
    return WitnessSettings(
        players=typed.players, link=Link(typed.rtt, typed.jitter, typed.asymmetry, typed.stall),
        seconds=typed.seconds, settling=typed.settling, seed=typed.seed, runs=typed.runs, commands=0,
        plot=typed.plot, csv=typed.csv, keep=typed.keep,
        syncwatch=(typed.syncwatch,) if typed.syncwatch else own_syncwatch(),
    )  # fmt: skip
