"""``scripts/bench chaos``: three nodes, Redis and PostgreSQL under commands, with something dying in turn.

No acknowledged command may be lost, no two clients may ever hold different timelines of one revision, and soon after
each mend everybody is connected and holds what the database holds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

import aiohttp

from benchmarks import running
from benchmarks.chaos_client import ChaosClient, Evidence, command
from benchmarks.chaos_stage import NODES, ChaosStage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

IN_SYNC_WITHIN = 5.0
"""Seconds from the mend of whatever was broken."""

_GIVES_UP_AFTER = 60.0
"""Seconds after which somebody who is not in sync never will be."""

_COMMANDED_FOR = 1.5
"""Seconds of commands before each fault; they go on during it."""

_PAUSE = (0.4, 1.2)
"""Seconds between two commands of one client."""

_EVENTS = ("chat-message", "chat-message", "queue-add", "video-seek", "video-seek", "video-play", "video-pause")

_SESSION_OF = 10
"""Clients in a session; they are on all nodes."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One fault."""

    fault: str
    in_sync_after: float | None
    """Seconds after the mend; None if never."""


async def hold(folder: Path, *, turns: int, clients: int, seed: int) -> tuple[list[Turn], Evidence, dict[str, Any]]:
    """The whole run: each turn's end, what was promised and seen, and what the database holds at the end."""
    random, evidence, stage = Random(seed), Evidence(), ChaosStage(folder)  # noqa: S311 repeatable, not secret
    everybody: list[ChaosClient] = []
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        try:
            await stage.open()
            everybody += await _seat(stage, http, clients, evidence)
            faults = [stage.kill_node, stage.restart_redis, stage.restart_postgres, stage.cut_off]
            seen = []
            for number in range(turns):
                fault = faults[number % len(faults)]
                going = asyncio.Event()
                crowd = [
                    asyncio.create_task(_command(client, evidence, Random(random.random()), number, going))  # noqa: S311 as above
                    for client in everybody
                ]
                await asyncio.sleep(_COMMANDED_FOR)
                await fault(random.randrange(NODES))
                mended_at = asyncio.get_running_loop().time()
                going.set()
                await asyncio.gather(*crowd)
                seen.append(Turn(fault.__name__, await _in_sync(stage, everybody, mended_at)))
                running.say(f"chaos: {number + 1} of {turns}: {seen[-1]}")
            return seen, evidence, _stored(stage)
        finally:
            await asyncio.gather(*(client.stop() for client in everybody))
            await stage.close()


async def _seat(stage: ChaosStage, http: aiohttp.ClientSession, count: int, evidence: Evidence) -> list[ChaosClient]:
    urls = [node.url for node in stage.nodes]
    everybody = [ChaosClient(f"c{number}", urls, number % NODES, evidence) for number in range(count)]
    hosts = everybody[::_SESSION_OF]
    for host in hosts:
        host.start(http, "")
    async with asyncio.timeout(_GIVES_UP_AFTER):
        await asyncio.gather(*(host.seated() for host in hosts))
        for number, client in enumerate(everybody):
            if number % _SESSION_OF:
                client.start(http, hosts[number // _SESSION_OF].code)
        await asyncio.gather(*(client.seated() for client in everybody))
    return everybody


async def _command(client: ChaosClient, evidence: Evidence, random: Random, turn: int, going: asyncio.Event) -> None:
    number = turn * 1_000
    while not going.is_set():
        await asyncio.sleep(random.uniform(*_PAUSE))
        event = random.choice(_EVENTS)
        if not client.is_in:
            continue
        number += 1
        if event == "queue-add" and number % 10:
            event = "chat-message"
        await command(client, evidence, event, number)


async def _in_sync(stage: ChaosStage, everybody: list[ChaosClient], mended_at: float) -> float | None:
    """Seconds from the mend until every client has its seat and holds the timeline that its row has.

    Looked at from when the last command was answered, so that the timeline is the one that stays.
    """
    loop = asyncio.get_running_loop()
    while loop.time() < mended_at + _GIVES_UP_AFTER:
        if all(client.is_in for client in everybody):
            rows = await asyncio.to_thread(stage.rows, "SELECT code, stage FROM sessions")
            held = {row["code"]: json.loads(row["stage"])["playback"] for row in rows}
            if all(_same(client.playback, held[client.code]) for client in everybody):
                return round(loop.time() - mended_at, 2)
        await asyncio.sleep(0.1)
    return None


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one[part] == other[part] for part in ("revision", "currentTime", "isPlaying", "at"))


def _stored(stage: ChaosStage) -> dict[str, Any]:
    rows = stage.rows("SELECT session_id, stage, queue FROM sessions")
    return {
        "chats": [row["text"] for row in stage.rows("SELECT text FROM chat_messages")],
        "items": [item["title"] for row in rows for item in json.loads(row["queue"])],
        "revisions": {row["session_id"]: json.loads(row["stage"])["playback"]["revision"] for row in rows},
    }


def figures(seen: Sequence[Turn], evidence: Evidence, stored: dict[str, Any]) -> dict[str, Any]:
    """What came of it, for people and programs."""
    lost = sorted(evidence.chats - set(stored["chats"])) + sorted(evidence.items - set(stored["items"]))
    behind = [code for code, revision in evidence.revisions.items() if stored["revisions"][code] < revision]
    late = [turn.fault for turn in seen if turn.in_sync_after is None or turn.in_sync_after > IN_SYNC_WITHIN]
    return {
        "turns": [{"fault": turn.fault, "inSyncAfter": turn.in_sync_after} for turn in seen],
        "inSyncWithin": IN_SYNC_WITHIN,
        "acknowledged": evidence.acknowledged,
        "refused": dict(evidence.refused),
        "lostCommands": lost,
        "lostRevisions": behind,
        "storedTwice": len(stored["chats"]) - len(set(stored["chats"])),
        "timelines": len(evidence.timelines),
        "conflictingTimelines": sorted(evidence.conflicts),
        "late": late,
        "passed": not (lost or behind or evidence.conflicts or late),
    }


async def measure(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """A run by the options of the command line."""
    seen, evidence, stored = await hold(folder, turns=options.turns, clients=options.clients, seed=options.seed)
    return {"clients": options.clients, "nodes": NODES, "seed": options.seed} | figures(seen, evidence, stored)


def main() -> None:
    """Run by what was asked for."""
    parser = argparse.ArgumentParser(prog="scripts/bench chaos", description=__doc__)
    parser.add_argument("--turns", type=int, default=20, help="faults, in turn (default: 20)")
    parser.add_argument("--clients", type=int, default=100, help="clients that give commands (default: 100)")
    parser.add_argument("--seed", type=int, default=1, help="of what is random (default: 1)")
    parser.add_argument("--keep", action="store_true", help="keep the logs")
    options = parser.parse_args()
    running.run("chaos", lambda folder: measure(folder, options), keep=options.keep)


if __name__ == "__main__":
    main()
