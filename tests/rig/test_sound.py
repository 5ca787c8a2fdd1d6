"""Players heard: real players on a real sound server, recorded."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks.link import Link
from benchmarks.processes import RigError, own_syncwatch
from benchmarks.pulse import Recording, open_pulse
from benchmarks.sound_bench import measure, null_test
from benchmarks.witness_bench import figures_of
from benchmarks.witness_film import SAMPLE_RATE
from benchmarks.witness_stage import WitnessSettings

TOGETHER_MS = 100.0
AGREEING_MS = 50.0
"""Generous: the tests try the instrument, on a machine that may be busy."""


def test_the_chunk_with_the_least_delay_sets_the_recordings_clock():
    """A chunk that comes late does not move the instant at which the recording began."""
    recording = Recording(2)
    chunk = np.zeros((SAMPLE_RATE // 10, 2), dtype="<i2").tobytes()
    for at in (10.13, 10.45, 10.33, 10.44):
        recording.take(chunk, at)

    assert recording.began_at == pytest.approx(10.03)


def test_channels_are_told_apart():
    """Each channel of a recording is its own, scaled to one."""
    recording = Recording(2)
    recording.take(np.array([[0, 16384], [-32768, 8192]], dtype="<i2").tobytes(), 1.0)

    assert recording.samples.tolist() == [[0.0, 0.5], [-1.0, 0.25]]


def test_a_sound_server_that_does_not_come_up_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Without a sound server there is no run, and the reason is told."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RigError, match="PulseAudio did not start"), open_pulse(tmp_path, ["p0"]):
        pass


async def test_one_player_on_two_channels_sounds_at_one_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The null test: the same sound on two channels is heard at the same sample."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    told = await null_test(2.0, tmp_path)

    assert told["passed"]
    assert told["samples"] > 0


async def test_two_players_are_heard_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Two real clients are heard at about the same time, and the observer agrees."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    settings = WitnessSettings(players=2, link=Link(rtt=0.02), seconds=3.0, settling=2.0, syncwatch=own_syncwatch())

    evidence = await measure(settings, 0, tmp_path)
    told = figures_of(evidence)["steady"]

    assert told["samples"]["compared"] > 0
    assert told["witness"]["worstPairMs"]["p50"] < TOGETHER_MS
    assert told["differenceMs"]["mean"] == pytest.approx(0.0, abs=AGREEING_MS)
    assert all(math.isfinite(position) for sight in evidence.sights for position in sight.positions.values())
