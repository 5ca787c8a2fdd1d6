"""What every ``main`` of the rig does: holds what was asked for in a folder of its own, and prints what came of it."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.processes import RigError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from typing import NoReturn

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130
"""What a shell makes of SIGINT: 128 and its number."""

FAULTS = (RigError, OSError, subprocess.CalledProcessError)
"""Faults that are told in words; every other is the rig's own, and keeps its traceback."""


def run(
    name: str,
    measure: Callable[[Path], Coroutine[Any, Any, dict[str, Any]]],
    *,
    keep: bool,
    more_faults: tuple[type[Exception], ...] = (),
) -> NoReturn:
    """Measure, print the result as JSON, and exit; ``measure`` is given the folder for logs, called after ``name``.

    Exits 1 where nothing could be measured, where ``passed`` is false, or where ``failedRuns`` lists any.
    """
    faults: tuple[type[Exception], ...] = FAULTS + more_faults
    folder = Path(tempfile.mkdtemp(prefix=f"sw-{name}-"))
    try:
        result = asyncio.run(measure(folder))
    except faults as error:
        say(f"bench: error: {error}\n\nhint: every process's log is in {folder}")
        sys.exit(EXIT_FAILED)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    has_failed_runs = bool(result.get("failedRuns"))
    if keep or has_failed_runs:
        say(f"bench: the logs are in {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(result, indent=2))
    sys.exit(EXIT_FAILED if has_failed_runs or not result.get("passed", True) else 0)


def say(words: str) -> None:
    """Tell on stderr what goes on."""
    print(words, file=sys.stderr, flush=True)


def run_folders(folder: Path, runs: int) -> Iterator[tuple[int, Path]]:
    """The number of each run, and a folder for its logs."""
    for number in range(runs):
        below = folder / f"run-{number}"
        below.mkdir()
        yield number, below
