"""The demo, with its two real players, in a hurry."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def desk(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody without a screen, for whom temporary files go into a place of their own."""
    away = ("DISPLAY", "WAYLAND_DISPLAY")
    environment = {
        name: value for name, value in os.environ.items() if name not in away and not name.startswith("SYNCWATCH_")
    }
    (tmp_path / "tmp").mkdir()
    return environment | {
        "SYNCWATCH_CONFIG": str(tmp_path / "none.toml"),
        "SYNCWATCH_STATE_DIR": str(tmp_path / "state"),
        "TMPDIR": str(tmp_path / "tmp"),
    }


def test_the_demo_shows_two_players_together(desk: dict[str, str], tmp_path: Path) -> None:
    """Two players play, pause on one frame, seek and go on through a dark line; then nothing is left behind."""
    command = [sys.executable, "-m", "syncwatch_cli.main", "demo", "--seconds", "5", "--json"]
    ran = subprocess.run(command, env=desk, capture_output=True, text=True, timeout=120, check=False)
    events = [json.loads(line) for line in ran.stdout.splitlines()]
    said = " ".join(each["text"] for each in events if each["event"] == "chat-message")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert {each["displayName"] for each in events if each["event"] == "chat-message"} == {"SyncWatch"}
    assert events[-1] == {"event": "left", "reason": "the host ended it"}
    assert re.search(r"both stand on frame \d+\.", said)
    assert re.search(r"nobody has lost a frame: .*(ahead|behind) ± ", said)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_demo_without_mpv(desk: dict[str, str]) -> None:
    """Without mpv it says how to get it, and starts nothing."""
    command = [sys.executable, "-m", "syncwatch_cli.main", "demo"]
    environment = desk | {"SYNCWATCH_MPV": "/nowhere/mpv"}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)

    assert (ran.returncode, ran.stdout) == (4, "")
    assert "hint:" in ran.stderr
