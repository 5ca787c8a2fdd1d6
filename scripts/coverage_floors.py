"""Says how much of each part of the house the tests reach, and fails where that is below the part's floor.

Reads what ``scripts/test`` left in the folder that it is given:
``core*``, from the core's own tests alone, and ``rest*``, from all the others.
Floors are in lines; branches are shown, not held to.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coverage

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Floor:
    """At least ``percent`` of the lines under ``folder``, by the tests whose recordings match ``recordings``."""

    folder: str
    percent: float
    recordings: str
    words: str


FLOORS = (
    Floor("syncwatch_core/", 100, "core*", "by its own tests"),
    Floor("server/syncwatch_server/services/", 90, "*", "by all tests"),
    Floor("server/syncwatch_server/", 85, "*", "by all tests"),
    Floor("syncwatch_cli/", 85, "*", "by all tests"),
)


def report(recordings: list[Path], into: Path) -> dict[str, Any]:
    """Each source file's figures, by its path from the root, from these recordings together."""
    combined = coverage.Coverage(data_file=str(into.with_suffix(".sqlite")), config_file=str(ROOT / "pyproject.toml"))
    combined.combine([str(recording) for recording in recordings], strict=True, keep=True)
    # A copy that a test made of the source and ran may be gone by now.
    combined.json_report(outfile=str(into), include=[f"{ROOT}/*"])
    files: dict[str, Any] = json.loads(into.read_text())["files"]
    return files


def holds(floor: Floor, files: dict[str, Any]) -> bool:
    """Whether the floor holds; prints its line, and below the floor every file with the lines that nothing reached."""
    part = {name: figures for name, figures in files.items() if name.startswith(floor.folder)}
    totals = [figures["summary"] for figures in part.values()]
    lines: int = sum(total["num_statements"] for total in totals)
    covered: int = sum(total["covered_lines"] for total in totals)
    branches = sum(total["num_branches"] for total in totals)
    taken = sum(total["covered_branches"] for total in totals)
    if not lines:
        print(f"  FAILED  {floor.folder}: no line of it was even looked at")
        return False
    enough = 100 * covered >= floor.percent * lines
    branch_words = f", branches {100 * taken / branches:.1f} %" if branches else ""
    print(
        f"  {'ok    ' if enough else 'FAILED'}  {floor.folder} {floor.words}: "
        f"{100 * covered / lines:.1f} % of {lines} lines (floor {floor.percent:g} %){branch_words}"
    )
    if not enough:
        for name, figures in sorted(part.items()):
            if figures["missing_lines"]:
                print(f"          {name}, lines {ranges(figures['missing_lines'])}")
    return enough


def ranges(numbers: list[int]) -> str:
    """Line numbers as people write them.

    >>> ranges([1, 2, 3, 7])
    '1-3, 7'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def main(folder: Path) -> int:
    """Check every floor; the exit code is 1 if one does not hold."""
    print("coverage:")
    reports: dict[str, dict[str, Any]] = {}
    for recordings in {floor.recordings for floor in FLOORS}:
        found = sorted(path for path in folder.glob(recordings) if path.suffix not in {".json", ".sqlite"})
        if not found:
            print(f"  FAILED  there is no recording {folder / recordings}")
            return 1
        reports[recordings] = report(found, folder / f"{'core-alone' if recordings != '*' else 'all'}.json")
    return 0 if [holds(floor, reports[floor.recordings]) for floor in FLOORS] == [True] * len(FLOORS) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
