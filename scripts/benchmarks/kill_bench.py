"""``scripts/bench kill``: ``kill -9`` of the server under a stream of commands, again and again.

Nothing that was acknowledged may be lost, players play on while the server is away, and soon after its restart
everybody is connected and in sync. Whether players play, and how far they are apart, is read from the players
themselves.
"""

from __future__ import annotations

import argparse
import asyncio
import math
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from benchmarks import running
from benchmarks.command_stream import CommandStream
from benchmarks.kill_stage import KillStage
from benchmarks.media import sample_video
from benchmarks.processes import RigError
from benchmarks.readings import read_readings
from benchmarks.settings import TOGETHER, add_shared, program_of
from benchmarks.skew import Moment, moments, placed, spread
from benchmarks.sync_bench import versions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BACK_WITHIN = 3.0
"""s from the restart until all are connected and in sync. The README promises it."""

STREAMING = (0.8, 2.5)
"""s of commands before a kill."""

AWAY = (0.5, 2.0)
"""s from a kill until the server is started again; what it takes to start comes on top."""

FINISHING = 1.0
"""s after a kill in which a player may still be on the way to where the last seek was to go."""

STAYING = 0.5
"""s for which all must stay together before they count as together."""

LOOKED_ON = 4.0
"""s after a restart in which the players are looked at."""

MOVES_WITHIN = 0.25
"""s by which a player that plays on may differ from the clock over a whole outage; nudges take less."""

SEEKS_FROM, SEEK_STEP = 20.0, 2.5
"""s: where the first seek goes, and how much further each next one; no two go to the same place."""


@dataclass(slots=True)
class Kill:
    """One kill; instants on CLOCK_MONOTONIC, s."""

    began_at: float
    killed_at: float
    restarted_at: float
    """When the server said that it listens again."""
    all_connected_at: float | None
    ended_at: float
    lost: list[str]
    counts: dict[str, int]
    was_playing: bool
    """Whether the session played when the server died."""


@dataclass(slots=True)
class Run:
    """All kills of a run, and what the observer saw."""

    players: list[str]
    kills: list[Kill] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)


async def hold(program: tuple[str, ...], folder: Path, kills: int, players: int, seed: int) -> Run:
    """Kill and restart ``kills`` times; raises ``RigError``."""
    file = await asyncio.to_thread(sample_video, 300)
    run = Run([f"p{number}" for number in range(players)])
    stage = await KillStage.set(program, folder, file.resolve(), players, seed)
    try:
        random = Random(f"{seed}/kills")  # noqa: S311 - repeatable, not secret
        positions = iter(range(10**6))
        held: list[str] = []
        for number in range(kills):
            seeks = [SEEKS_FROM + SEEK_STEP * (next(positions) % 80) for _ in range(8)]
            kill, held = await one_kill(stage, random, f"kill {number}", seeks, held)
            run.kills.append(kill)
    finally:
        await stage.clear()
    run.moments = moments(placed(read_readings(stage.readings)), run.players)
    return run


async def one_kill(
    stage: KillStage, random: Random, label: str, seeks: list[float], held: list[str]
) -> tuple[Kill, list[str]]:
    """One round, and the queue as it stands after it."""
    clock = asyncio.get_running_loop().time
    began_at = clock()
    stream = CommandStream(stage.url, stage.code, stage.token, label, seeks, held)
    stream.start()
    await asyncio.sleep(random.uniform(*STREAMING))
    killed_at = await stage.kill_server()
    await asyncio.to_thread(stream.join)
    if stream.fault is not None:
        message = f"the server refused a command: {stream.fault}"
        raise RigError(message)
    await asyncio.sleep(random.uniform(*AWAY))
    restarted_at = await stage.start_server()
    session = await stage.session()
    connected_at = await stage.all_back()
    await asyncio.sleep(max(0.0, restarted_at + LOOKED_ON - clock()))
    playing = bool(session["playback"]["isPlaying"])
    lost, counts = stream.known.lost(session), stream.known.counts
    kill = Kill(began_at, killed_at, restarted_at, connected_at, clock(), lost, counts, playing)
    return kill, [item["title"] for item in session["queue"]]


# --- figures -------------------------------------------------------------------------------------------


def figures(run: Run) -> dict[str, Any]:
    """What came of it, as a JSON-able object."""
    connected = [kill.all_connected_at - kill.restarted_at for kill in run.kills if kill.all_connected_at]
    together = [at - kill.restarted_at for kill in run.kills if (at := together_at(run, kill)) is not None]
    back = [
        max(at, kill.all_connected_at) - kill.restarted_at
        for kill in run.kills
        if kill.all_connected_at and (at := together_at(run, kill)) is not None
    ]
    lost = [words for kill in run.kills for words in kill.lost]
    stood = [f"{player} in kill {number}" for number, kill in enumerate(run.kills) for player in stood_still(run, kill)]
    totals: dict[str, int] = {}
    for kill in run.kills:
        totals = {event: totals.get(event, 0) + kill.counts.get(event, 0) for event in totals | kill.counts}
    in_time = len(back) == len(run.kills) and max(back, default=math.inf) <= BACK_WITHIN
    return {
        "kills": len(run.kills),
        "acknowledged": totals,
        "lost": len(lost),
        "lostCommands": lost,
        "outageSeconds": spread([kill.restarted_at - kill.killed_at for kill in run.kills]),
        "playersThatStoodStill": stood,
        "allConnectedSeconds": spread(connected),
        "allWithin10MsSeconds": spread(together),
        "backAndInSyncSeconds": spread(back),
        "neverBack": len(run.kills) - len(back),
        "targetSeconds": BACK_WITHIN,
        "passed": not lost and not stood and in_time,
    }


def together_at(run: Run, kill: Kill) -> float | None:
    """From when on all were within 10 ms of each other after the restart, to stay; None if they never were."""
    began_at: float | None = None
    for moment in run.moments:
        if not kill.restarted_at <= moment.at <= kill.ended_at:
            continue
        if moment.complete and moment.worst_pair <= TOGETHER:
            began_at = moment.at if began_at is None else began_at
            if moment.at - began_at >= STAYING:
                return began_at
        elif moment.complete or not all(sample.playing for sample in moment.samples.values()):
            began_at = None
    return None


def stood_still(run: Run, kill: Kill) -> list[str]:
    """Players that did not play on while the server was away."""
    if not kill.was_playing:
        return []
    away = [moment for moment in run.moments if kill.killed_at + FINISHING <= moment.at <= kill.restarted_at]
    return [player for player in run.players if not _played_on(player, away)]


def _played_on(player: str, away: Sequence[Moment]) -> bool:
    believed = [moment for moment in away if player in moment.positions]
    if len(believed) < 2:  # noqa: PLR2004 - a beginning and an end
        return len(away) < 2  # noqa: PLR2004 - too short to say
    first, last = believed[0], believed[-1]
    moved = last.positions[player] - first.positions[player]
    return abs(moved - (last.at - first.at)) <= MOVES_WITHIN


# --- the command line ----------------------------------------------------------------------------------


def main() -> None:
    """Measure, print the result, and exit 1 where it is not as promised."""
    made = argparse.ArgumentParser(
        prog="scripts/bench kill", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--kills", type=int, default=20, metavar="N")
    made.add_argument("--players", type=int, default=3, metavar="N")
    add_shared(made, "--seed", "--keep", "--syncwatch")
    typed = made.parse_args()
    if typed.kills < 1 or typed.players < 2:  # noqa: PLR2004 - in sync with whom
        made.error("at least one kill and two players")
    running.run("kill", lambda folder: measure(typed, folder), keep=typed.keep)


async def measure(typed: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The result of all kills; raises ``RigError``."""
    run = await hold(program_of(typed), folder, typed.kills, typed.players, typed.seed)
    parameters = {"kills": typed.kills, "players": typed.players, "seed": typed.seed}
    return {"parameters": parameters, "versions": versions(), **figures(run)}


if __name__ == "__main__":
    main()
