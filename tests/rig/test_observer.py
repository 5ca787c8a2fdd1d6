"""The observer on a real mpv."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.calibration import disagreement, null_test
from benchmarks.mpv_observer import Observer
from benchmarks.readings import Reading, read_readings, write_readings
from benchmarks.skew import placed


def watch(ipc: Path, rounds: int, told: list[dict[str, Any]] | None = None) -> list[Reading]:
    observer = Observer(io.StringIO(), (told if told is not None else []).append)
    observer.add("p0", str(ipc))
    readings = []
    for _ in range(rounds):
        readings += observer.round()
        time.sleep(0.05)
    for tap in observer.taps:
        tap.connection.close()
    return readings


def playing(ipc: Path) -> list[Reading]:
    """Readings once the player plays; it is given as long as it needs to start."""
    for _ in range(100):
        readings = watch(ipc, 20)
        if all(sample.playing for sample in placed(readings)):
            return readings
    raise AssertionError("mpv never played")


def test_a_playing_mpv_moves_with_the_clock(playing_mpv: Path):
    """Read twice, a player's position has moved by the time that passed on the observer's own clock."""
    samples = [sample for sample in placed(playing(playing_mpv)) if sample.reading.window < 0.002]
    first, last = samples[0], samples[-1]

    assert first.position_at(last.at) == pytest.approx(last.position_at(last.at), abs=0.02)


def test_each_reading_is_bracketed(playing_mpv: Path):
    """The position is read between two readings of mpv's clock, and the exchange between two of ours."""
    assert all(r.before <= r.after and r.asked_at <= r.answered_at for r in playing(playing_mpv))


def test_a_paused_mpv_shows_a_frame_and_is_not_playing(playing_mpv: Path):
    """A paused player is seen paused, with the frame that it shows, and the pause is counted."""
    playing(playing_mpv)
    observer = Observer(io.StringIO(), lambda _event: None)
    observer.add("p0", str(playing_mpv))
    observer.round()
    tell(playing_mpv, "set_property", "pause", True)
    tell(playing_mpv, "seek", 5.0, "absolute+exact")
    reading = next(r for _ in range(200) for r in observer.round() if r.seeks and r.time_pos and r.time_pos < 5.1)
    for tap in observer.taps:
        tap.connection.close()

    assert reading.paused
    assert reading.pauses == 1
    assert reading.time_pos == pytest.approx(5.0, abs=0.05)


def test_a_player_that_ends_is_told_of_and_forgotten(video: Path):
    """When a player goes the observer says so and watches on."""
    from benchmarks.lone_mpv import lone_mpv

    told: list[dict[str, Any]] = []
    observer = Observer(io.StringIO(), told.append)
    with lone_mpv(video) as ipc:
        observer.add("p0", str(ipc))
        observer.round()
    observer.round()

    assert [event["event"] for event in told] == ["observing", "gone"]
    assert observer.round() == []


def test_a_socket_that_is_not_there_is_told_of(tmp_path: Path):
    """An observer that cannot reach a player says so instead of failing."""
    told: list[dict[str, Any]] = []
    Observer(io.StringIO(), told.append).add("p0", str(tmp_path / "none"))

    assert told[0]["event"] == "gone"


def test_the_process_watches_whom_it_is_told_to(playing_mpv: Path, tmp_path: Path):
    """As a process the observer takes players and its rate by stdin and leaves a CSV file when stdin ends."""
    out = tmp_path / "readings.csv"
    command = [sys.executable, "-m", "benchmarks.mpv_observer", "--out", str(out)]
    orders = {"add": {"name": "late", "socket": str(playing_mpv)}, "rate": 50}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"PYTHONPATH": ":".join(sys.path)}
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(orders).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline()) == {"event": "observing", "player": "late"}
        time.sleep(0.5)
        process.stdin.close()
        stopped = json.loads(process.stdout.readline())

    readings = list(read_readings(out))
    assert readings
    assert {reading.player for reading in readings} == {"late"}
    assert stopped["event"] == "stopped"


def test_readings_survive_the_file(tmp_path: Path, reading: Any):
    """What was written to CSV is read back as it was, to a tenth of a microsecond."""
    readings = [reading(), reading("p1", 2, audio_pts=None, time_pos=None, paused=True, seeks=4, speed=1.000123)]
    write_readings(tmp_path / "r.csv", readings)

    assert list(read_readings(tmp_path / "r.csv")) == readings


async def test_two_observers_of_one_player_are_compared(video: Path, tmp_path: Path):
    """The null test watches one player with two observers and reports by how much they disagree."""
    seen = await null_test(1.0, tmp_path, video)

    assert seen["samples"] > 0
    assert 0 <= seen["disagreementMs"]["p50"] <= seen["disagreementMs"]["max"]


def test_disagreement_is_signed_and_carried_by_speed(reading: Any):
    """An observer who sees the player 1 ms ahead of the other disagrees by just that, whenever each looked."""
    first = placed([reading(tick=1, audio_pts=1.001)])
    second = placed(
        [reading(tick=1, asked_at=1.05, clock=1.05, answered_at=1.05, before=1.05, after=1.05, audio_pts=1.05)]
    )

    assert disagreement(first, second) == pytest.approx([0.001])


def test_readings_far_apart_say_nothing_of_each_other(reading: Any):
    """Two observers are compared only where both looked at about the same time."""
    assert disagreement(placed([reading(tick=1)]), placed([reading(tick=2)])) == []


def tell(ipc: Path, *command: object) -> None:
    import socket

    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(ipc))
        connection.sendall(json.dumps({"command": command}).encode() + b"\n")
        connection.recv(4096)
