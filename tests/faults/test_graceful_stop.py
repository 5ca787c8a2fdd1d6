"""A node of a fleet is stopped in order: whoever was on it is told, goes to another one, and sees nothing of it."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.backends import Redis
from benchmarks.media import sample_video
from benchmarks.processes import free_port
from tests.e2e.conftest import TOGETHER
from tests.e2e.people import People, Running, eventually
from tests.e2e.two_guests import Pair, serve, two_guests
from tests.faults.front_door import FrontDoor
from tests.faults.player_witness import PlayerWitness

AFTERWARDS = 3.0
"""Seconds that are watched after everybody is on the other node: by then each has reported, and been corrected."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """Two nodes behind one door, which leads to the first as long as that takes anybody."""

    nodes: tuple[Running, Running]
    ports: tuple[int, int]
    door: FrontDoor


@pytest.fixture
def fleet(people: People, postgres_url: str, redis: Redis) -> Iterator[Fleet]:
    ports = free_port(), free_port()
    with closing(FrontDoor(ports)) as door:
        shared = ("--database-url", postgres_url, "--redis-url", redis.url, "--public-url", door.url)
        first, second = [serve(people(f"Keeper {port}"), port, *shared) for port in ports]
        yield Fleet((first, second), ports, door)


@pytest.fixture
def pair(people: People, fleet: Fleet, tmp_path: Path) -> Iterator[Pair]:
    """Two real clients with real players, both on the first node."""
    with two_guests(people, sample_video(60, tmp_path, block=60), fleet.door.url) as pair:
        yield pair


def test_nobody_sees_that_a_node_goes(people: People, fleet: Fleet, pair: Pair) -> None:
    """Both are told and come to the other node; no player pauses, seeks or starts anew, and none drifts away."""
    assert set(fleet.door.led_to) == {fleet.ports[0]}
    lines, marks = pair.lines(), [seat.mark for seat in pair.seats]
    with ExitStack() as exits:
        witnesses = [exits.enter_context(PlayerWitness(seat.heard("player-ready")["ipcSocket"])) for seat in pair.seats]
        fleet.nodes[0].signal(signal.SIGTERM)
        for seat, mark in zip(pair.seats, marks, strict=True):
            seat.heard("notice", code="going-down", after=mark)
            seat.heard("notice", code="link-restored", after=mark)
        assert fleet.nodes[0].ended() == 0
        time.sleep(AFTERWARDS)
        seen = [witness.disturbances for witness in witnesses]

    assert seen == [[], []]
    assert pair.lines() == pytest.approx(lines, abs=TOGETHER)
    assert pair.play_together()
    for seat, mark in zip(pair.seats, marks, strict=True):
        drifts = [abs(line["drift"]) for line in seat.lines[mark:] if line["event"] == "status" and line["drift"]]
        assert drifts
        assert max(drifts) < TOGETHER
    assert fleet.ports[1] in fleet.door.led_to

    ran = people("Ada").runs("status", f"{fleet.door.url}/s/{pair.code}", "--json")
    connected = {one["participantId"] for one in json.loads(ran.out)["participants"] if one["connected"]}
    assert connected == {seat.heard("joined")["participantId"] for seat in pair.seats}

    # The session is as alive as before: what one does the other sees.
    pair.players[0].presses("SPACE")
    eventually("both stand on one frame", pair.stand_together)
