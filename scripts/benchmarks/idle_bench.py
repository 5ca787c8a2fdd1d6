"""``scripts/bench idle``: what a ``join`` that only watches costs, beside the player that it drives.

Four people watch a film by a direct URL on loopback: one on the full screen, with a real mpv without a window, and
three who take part without a player. Nobody does anything. User and system time of the one's process are told, and
those of its mpv beside them.
"""

from __future__ import annotations

import argparse
import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from benchmarks.media import sample_video
from benchmarks.processes import Speaker, ask, own_syncwatch, private_environment
from benchmarks.range_server import served
from benchmarks.running import run
from benchmarks.server_load import children_of, cpu_of
from benchmarks.terminal_process import on_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

OTHERS = ("Bob", "Cyd", "Dan")
START_LIMIT = 30.0
"""s that anything may take before the run is given up."""
SETTLES = 5.0
"""s after it is in sync in which it is still busy with having come."""
LIMIT = 3.0
"""Percent of one core that the client may take."""
FILM = 120.0
"""s of film; more than it all takes."""
ROWS, COLUMNS = 40, 120


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; exits 1 where the limit is not kept."""
    parser = argparse.ArgumentParser(prog="scripts/bench idle", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0, metavar="S", help="of watching (default: %(default)s)")
    typed = parser.parse_args(arguments)
    run("idle", lambda folder: measured(folder, typed.seconds), keep=False)


async def measured(folder: Path, seconds: float) -> dict[str, Any]:
    """The figures of so many seconds; raises ``RigError``."""
    async with AsyncExitStack() as exits:
        environment = private_environment(folder / "home", SYNCWATCH_RATE_LIMIT="off", SYNCWATCH_FETCH_METADATA="off")
        server = await Speaker.start(
            "server", [*own_syncwatch(), "serve", "--port", "0", "--json"], folder, environment
        )
        exits.push_async_callback(server.stop, by_signal=True)
        url = str((await server.heard("listening", within=START_LIMIT)).event["url"])
        film = exits.enter_context(served(await asyncio.to_thread(sample_video, FILM, block=60)))
        created = await ask("create", [*own_syncwatch(), "create", film, "--server", url, "--json"], environment)
        join = [*own_syncwatch(), "join", str(created["code"]), "--server", url]
        for name in OTHERS:
            other = await Speaker.start(
                name, [*join, "--name", name, "--player", "none", "--json"], folder, _somebody(folder, name)
            )
            exits.push_async_callback(other.stop, by_signal=True)
            await other.heard("joined", within=START_LIMIT)
        silent = ["--mpv-arg=--vo=null", "--mpv-arg=--ao=null", "--name", "Ada"]
        ada = exits.enter_context(on_terminal([*join, *silent], environment, rows=ROWS, columns=COLUMNS))
        await asyncio.to_thread(ada.shows, "paused", START_LIMIT)
        await ask("play", [*own_syncwatch(), "play", str(created["code"]), "--server", url, "--json"], environment)
        await asyncio.to_thread(ada.shows, "in sync", START_LIMIT)
        await asyncio.sleep(SETTLES)
        return await _watched(ada.pid, seconds, lambda: len(ada.written))


def _somebody(folder: Path, name: str) -> dict[str, str]:
    return private_environment(folder / f"home of {name}")


async def _watched(pid: int, seconds: float, written: Callable[[], int]) -> dict[str, Any]:
    [player] = children_of(pid)
    clock = asyncio.get_running_loop().time
    began, all_before, players_before, written_before = clock(), cpu_of(pid), cpu_of(player), written()
    await asyncio.sleep(seconds)
    took, players = clock() - began, cpu_of(player) - players_before
    client = (cpu_of(pid) - all_before - players) / took * 100
    return {
        "seconds": round(took, 2),
        "participants": len(OTHERS) + 1,
        "clientPercent": round(client, 2),
        "mpvPercent": round(players / took * 100, 2),
        "drawnBytesPerSecond": round((written() - written_before) / took),
        "limit": LIMIT,
        "passed": client <= LIMIT,
    }


if __name__ == "__main__":
    main()
