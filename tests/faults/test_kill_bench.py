"""``scripts/bench kill``, three kills of it: nothing acknowledged is lost, and everybody comes back."""

from __future__ import annotations

from pathlib import Path

from benchmarks.kill_bench import figures, hold
from benchmarks.processes import own_syncwatch


async def test_three_kills_under_a_stream_of_commands(tmp_path: Path) -> None:
    """After each of three kills all that was acknowledged is there, all have played on, and all are back in sync."""
    run = await hold(own_syncwatch(), tmp_path, kills=3, players=3, seed=7)
    told = figures(run)

    assert told["lostCommands"] == []
    assert told["neverBack"] == 0
    assert told["playersThatStoodStill"] == []
    assert min(told["acknowledged"][event] for event in ("chat-message", "queue-add", "video-seek")) > 0
