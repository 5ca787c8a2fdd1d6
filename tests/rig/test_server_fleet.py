"""The load on a fleet: workers on one port, and a node beside another that is busy; small, and with the real thing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import server_fleet
from benchmarks.processes import ask, instrument, private_environment
from benchmarks.server_load import Load, children_of, cpu_of, resident

ROOT = Path(__file__).resolve().parents[2]


def test_workers_are_measured_against_one() -> None:
    """Two workers and one are loaded alike, and the cost of one in relation to the other is judged."""
    done = subprocess.run(
        [ROOT / "scripts" / "bench", "server", "--only", "workers-of-10", "--clients", "20", "--runs", "1",
         "--seconds", "1", "--deliveries", "220"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    medians = told["medians"]["workers-of-10"]

    assert set(medians) == {"one-worker", "two-workers"}
    for figures in medians.values():
        assert figures["delivered"] == pytest.approx(220, abs=33)
        assert figures["redisCpuShare"] is not None
    assert [row["beside"] for row in told["targets"]] == ["one-worker"]


async def test_people_elsewhere_play_while_a_node_is_loaded(tmp_path: Path) -> None:
    """A node is measured while another one of its fleet has sessions in which everybody plays."""
    async with server_fleet.FLEETS["node-beside-1000"].func(tmp_path, sessions=5) as up:
        load: dict[str, Any] = {"clients": 8, "size": 4, "event": "video-seek", "rate": 5.0, "evening": True}
        asked = Load(url=up.url, pid=up.pid, redis=up.redis, seconds=1.0, warm_up=0.5, **load)
        figures = await ask(
            "the load", [*instrument("server_load"), asked.as_json()], private_environment(tmp_path / "home")
        )

    assert figures["delivered"] > 0
    assert figures["ackMs"]["p50"] > 0


def test_children_are_counted_with_their_parent() -> None:
    """What a process's children use is its own: so a parent that only waits is not taken for a cheap server."""
    child = "import time; until = time.process_time() + 0.1\nwhile time.process_time() < until: pass\nprint(); input()"
    with subprocess.Popen([sys.executable, "-c", child], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert process.pid in children_of(os.getpid())
        assert cpu_of(os.getpid()) >= cpu_of(process.pid) > 0
        assert resident(os.getpid()) > resident(process.pid)
