"""``scripts/bench chaos``, four turns of it: each kind of fault once, with a smaller crowd."""

from __future__ import annotations

from pathlib import Path

from benchmarks.chaos_bench import figures, hold


async def test_four_faults_under_commands(tmp_path: Path) -> None:
    """A node, Redis and PostgreSQL die and a node is cut off: nothing acknowledged is lost, and all end in sync."""
    told = figures(*await hold(tmp_path, turns=4, clients=30, seed=7))

    assert told["lostCommands"] == []
    assert told["lostRevisions"] == []
    assert told["conflictingTimelines"] == []
    assert told["storedTwice"] == 0
    # How soon is the bench's to say: other tests run beside this one.
    assert all(turn["inSyncAfter"] is not None for turn in told["turns"])
    assert told["acknowledged"] > 0
