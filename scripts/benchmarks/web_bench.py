"""``scripts/bench web``: how tightly the browser's page is kept, beside mpv and beside another page.

The real page in Chromium is joined to a real server through the delay proxy, and so is a real mpv; both are read from
outside, on one clock. The players of other sites are measured by their stand-ins (``--only coarse``).
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from benchmarks import web_coarse
from benchmarks.link import Link
from benchmarks.running import run, run_folders
from benchmarks.sync_bench import summary, versions
from benchmarks.web_figures import FRAMES, START, STEADY, pair, within
from benchmarks.web_stage import hold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PAIRS = {"pageAndMpv": ("page", "mpv"), "pageAndPage": ("page", "other")}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; exits 1 where a target is not kept."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench web", description=(__doc__ or "").partition(": ")[2].splitlines()[0],
        epilog="Prints one JSON object.",
    )  # fmt: skip
    parser.add_argument("--rtt", type=float, default=0.1, metavar="S", help="each one's round trip (default: 0.1)")
    parser.add_argument("--jitter", type=float, default=0.01, metavar="S", help="mean, each way (default: 0.01)")
    parser.add_argument("--seconds", type=float, default=60.0, metavar="S", help="of steady play (default: 60)")
    parser.add_argument("--commands", type=int, default=5, metavar="K", help="trials of pause and play (default: 5)")
    parser.add_argument("--runs", type=int, default=1, metavar="R", help="whole runs, each with a seed of its own")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("video", "coarse"), help="measure this only; default: both")
    parser.add_argument("--keep", action="store_true", help="keep the folder with every process's log")
    typed = parser.parse_args(arguments)

    async def measure(folder: Path) -> dict[str, Any]:
        return await measured(folder, typed)

    run("web", measure, keep=typed.keep)


async def measured(folder: Path, typed: argparse.Namespace) -> dict[str, Any]:
    """The figures of what was asked for; raises ``RigError``."""
    result: dict[str, Any] = {"parameters": _described(typed), "versions": versions()}
    passed = []
    if typed.only != "coarse":
        runs = [await _video(below, typed, number) for number, below in run_folders(folder, typed.runs)]
        result["video"] = runs[0] if len(runs) == 1 else {"summary": summary(runs), "runs": runs}
        passed += [within(each[name]) for each in runs for name in PAIRS]
    if typed.only != "video":
        result["coarse"] = await web_coarse.hold(folder, max(typed.seconds, web_coarse.SETTLES + 15.0))
        passed.append(web_coarse.within(result["coarse"]))
    return {**result, "passed": all(passed)}


async def _video(folder: Path, typed: argparse.Namespace, number: int) -> dict[str, Any]:
    link = Link(typed.rtt, typed.jitter)
    seed = f"{typed.seed}/{number}"
    seen = await hold(folder, link, seconds=typed.seconds, commands=typed.commands, seed=seed)
    figures = {name: pair(seen.readings[one], seen.readings[other], seen.spans) for name, (one, other) in PAIRS.items()}
    return {**figures, "loadAverage": round(seen.load_average, 2)}


def _described(typed: argparse.Namespace) -> dict[str, Any]:
    names = ("rtt", "jitter", "seconds", "commands", "runs", "seed")
    targets = {"steadyP95Ms": STEADY * 1000, "startP95Ms": START * 1000, "pausedFrames": FRAMES}
    targets["coarseP95Ms"] = web_coarse.TARGET * 1000
    return {**{name: getattr(typed, name) for name in names}, "targets": targets}


if __name__ == "__main__":
    main()
