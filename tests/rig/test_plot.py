"""The picture of a run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.plot import draw
from benchmarks.readings import Reading
from benchmarks.skew import moments, placed
from benchmarks.steering import Command

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("rounds", [0, 1, 50])
def test_a_png_is_drawn(rounds: int, reading: Callable[..., Reading], tmp_path: Path):
    """A picture is drawn of however much was seen, gaps and commands included."""
    rows = [
        reading(player, tick, audio_pts=tick + ahead, paused=20 < tick < 30)
        for tick in range(rounds)
        for player, ahead in (("p0", 0.0), ("p1", 0.003))
    ]
    commands = [Command("video-pause", 20.5, 20.5, None, {}), Command("video-seek", 30.5, 30.6, 100.0, {})]
    out = tmp_path / "skew.png"

    draw(out, moments(placed(rows), ["p0", "p1"]), ["p0", "p1"], commands, (2.0, 18.0))

    assert out.read_bytes().startswith(PNG)
