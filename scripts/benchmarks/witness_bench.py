"""What ``scripts/bench sound`` and ``scripts/bench picture`` have alike: their options, controls and results."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import running, witness_plot
from benchmarks.link import Link
from benchmarks.processes import RigError
from benchmarks.settings import PATH, add_shared, link_of, program_of
from benchmarks.skew import moments
from benchmarks.sync_bench import result_of, versions
from benchmarks.witness import Sight, compared, figures, write_comparisons
from benchmarks.witness_stage import SETTLING, WitnessSettings

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
    # A ValueError: the film would have more frames than its barcode can number.
    running.run(
        witness.name,
        lambda folder: examine(witness, settings, typed, folder),
        keep=settings.keep,
        more_faults=(ValueError,),
    )


async def examine(
    witness: Witness, settings: WitnessSettings, typed: argparse.Namespace, folder: Path
) -> dict[str, Any]:
    """The result of what was asked for; raises ``RigError``."""
    if typed.null_test:
        return {**await witness.null_test(settings.seconds, folder), "versions": versions()}
    if typed.positive_control:
        return {**await positive_control(witness, settings, folder), "versions": versions()}
    runs = []
    for number, below in running.run_folders(folder, settings.runs):
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
    made.add_argument("--players", type=int, default=2, metavar="N", help=f"2 to {witness.most_players}")
    add_shared(made, *PATH, "--seconds")
    made.add_argument("--settling", type=float, default=SETTLING, metavar="S", help="play before that, reported apart")
    add_shared(made, "--seed", "--runs")
    made.add_argument("--plot", type=Path, metavar="PNG", help="draw both methods over time (the last run's)")
    made.add_argument("--csv", type=Path, metavar="CSV", help="keep both methods' leads (the last run's)")
    add_shared(made, "--keep", "--syncwatch")
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
        players=typed.players, link=link_of(typed),
        seconds=typed.seconds, settling=typed.settling, seed=typed.seed, runs=typed.runs, commands=0,
        plot=typed.plot, csv=typed.csv, keep=typed.keep,
        syncwatch=program_of(typed),
    )  # fmt: skip
