"""``scripts/bench startup``: how long one waits for a command, beside the smallest programs of the same libraries.

The commands take turns, so that what else the machine does meanwhile falls on all of them alike; medians are told.
``join`` is timed from its start to the first moment at which its player is in sync with a film that plays already,
by a direct URL on loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import AsyncExitStack, ExitStack
from typing import TYPE_CHECKING, Any

from benchmarks.media import sample_video
from benchmarks.processes import RigError, Speaker, ask, own_syncwatch, private_environment
from benchmarks.range_server import served
from benchmarks.running import run
from benchmarks.startup_rows import SMALLEST_TEXTUAL, SMALLEST_TYPER, Row, result
from benchmarks.terminal_timing import shown_after

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

START_LIMIT = 30.0
"""s that anything may take before the run is given up."""

FILM = 60.0
"""s of film; more than all joins take together."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; exits 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(prog="scripts/bench startup", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15, metavar="N", help="of each command (default: %(default)s)")
    parser.add_argument("--joins", type=int, default=5, metavar="N", help="of join; 0: none (default: %(default)s)")
    typed = parser.parse_args(arguments)

    async def measure(folder: Path) -> dict[str, Any]:
        return await measured(folder, typed.rounds, typed.joins)

    run("startup", measure, keep=False)


async def measured(folder: Path, rounds: int, joins: int) -> dict[str, Any]:
    """The figures of so many rounds; raises ``RigError``."""
    async with AsyncExitStack() as exits:
        environment = private_environment(folder / "home", SYNCWATCH_RATE_LIMIT="off", SYNCWATCH_FETCH_METADATA="off")
        command = [*own_syncwatch(), "serve", "--port", "0", "--json"]
        server = await Speaker.start("server", command, folder, environment)
        exits.push_async_callback(server.stop, by_signal=True)
        url = str((await server.heard("listening", within=START_LIMIT)).event["url"])
        code = await _session(url, None, environment)
        rows = _short(folder, code, url)
        for number in range(rounds):
            # Nobody always comes after the same one.
            for row in rows[number % len(rows) :] + rows[: number % len(rows)]:
                row.times.append(await _timed(row, environment))
        if joins:
            rows.append(await _joins(folder, url, environment, joins))
        return result(rows)


def _short(folder: Path, code: str, url: str) -> list[Row]:
    """Commands that are timed from their start to their end, or to the first screen."""
    bare, smallest = folder / "bare.py", folder / "smallest.py"
    bare.write_text(SMALLEST_TYPER)
    smallest.write_text(SMALLEST_TEXTUAL)
    syncwatch = own_syncwatch()
    asking = {"_SYNCWATCH_COMPLETE": "bash"}
    return [
        Row("typer", [sys.executable, str(bare), "--help"]),
        Row("help", [*syncwatch, "--help"], "typer", 1.4),
        Row("status", [*syncwatch, "status", code, "--json", "--server", url], "typer", 2.0),
        Row("completion", [*syncwatch, "status", ""], "typer", 1.4, environment=asking),
        Row("textual", [sys.executable, str(smallest)], shows="the first screen"),
        Row("lobby", [*syncwatch], "textual", 1.5, shows="Join by"),
    ]


async def _timed(row: Row, environment: dict[str, str]) -> float:
    if row.shows is not None:
        return await asyncio.to_thread(shown_after, row.command, row.shows, environment, START_LIMIT)
    loop = asyncio.get_running_loop()
    pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    began_at = loop.time()
    process = await asyncio.create_subprocess_exec(
        *row.command, stdin=nowhere, stdout=pipe, stderr=pipe, env=environment | row.environment
    )
    _, err = await process.communicate()
    took = loop.time() - began_at
    if process.returncode != 0:
        raise RigError(f"{row.name} failed with exit code {process.returncode}\n{err.decode(errors='replace').strip()}")
    return took


async def _session(url: str, source: str | None, environment: dict[str, str]) -> str:
    created = await ask(
        "create", [*own_syncwatch(), "create", *([source] if source else []), "--server", url, "--json"], environment
    )
    return str(created["code"])


async def _joins(folder: Path, url: str, environment: dict[str, str], joins: int) -> Row:
    """``join`` until it is in sync with a film that plays."""
    film = await asyncio.to_thread(sample_video, FILM, block=60)
    with ExitStack() as exits:
        code = await _session(url, exits.enter_context(served(film)), environment)
        await ask("play", [*own_syncwatch(), "play", code, "--server", url, "--json"], environment)
        silent = ["--mpv-arg=--vo=null", "--mpv-arg=--ao=null"]
        row = Row("join", [*own_syncwatch(), "join", code, "--server", url, "--no-tui", "--json", *silent], limit=2.0)
        for number in range(joins):
            client = await Speaker.start(f"join-{number}", row.command, folder, environment)
            try:
                synced = await client.heard("synced", within=START_LIMIT)
                row.times.append(synced.at - client.started_at)
            finally:
                await client.stop(by_signal=True)
        return row


if __name__ == "__main__":
    main()
