"""Players seen: real windows on a real X server, filmed."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.link import Link
from benchmarks.media import FRAME_RATE
from benchmarks.picture_bench import measure, null_test
from benchmarks.picture_changes import Grab, changes, frames_apart, sights
from benchmarks.picture_screen import GRABS, open_screen
from benchmarks.processes import RigError, own_syncwatch
from benchmarks.witness_bench import figures_of
from benchmarks.witness_stage import WitnessSettings

PAIR = ["p0", "p1"]
TOGETHER_MS = 150.0
AGREEING_MS = 50.0
"""Generous: the tests try the instrument, on a machine that may be busy."""


def filmed(ahead: float, seconds: int = 5) -> list[Grab]:
    """What the camera sees of two players of which the second is ``ahead`` s ahead of the first."""
    times = [10.0 + number / GRABS for number in range(seconds * GRABS)]
    return [Grab(at, {"p0": int(at * FRAME_RATE), "p1": int((at + ahead) * FRAME_RATE)}) for at in times]


@pytest.mark.parametrize("ahead", [0.0, 0.0005, 0.003, -0.008, 0.020, 0.2083])
def test_averaged_changes_resolve_much_less_than_a_frame(ahead: float):
    """From grabs that each resolve a frame only, a skew is found to half a millisecond."""
    found = sights(filmed(ahead), PAIR)

    assert len(found) == 5
    for sight in found:
        assert sight.positions["p1"] - sight.positions["p0"] == pytest.approx(ahead, abs=0.0006)
        assert sight.positions["p0"] == pytest.approx(sight.at, abs=0.0006)


def test_a_change_lies_between_two_grabs():
    """A frame that is new in a grab appeared between that grab and the one before."""
    grabs = [Grab(1.00, {"p0": 7}), Grab(1.01, {"p0": 7}), Grab(1.02, {"p0": 8}), Grab(1.03, {"p0": 8})]

    ((at, frame),) = changes(grabs, "p0")

    assert at == pytest.approx(1.015)
    assert frame == 8


@pytest.mark.parametrize(
    "grabs",
    [
        [Grab(1.00, {"p0": 7}), Grab(1.05, {"p0": 8})],
        [Grab(1.00, {"p0": 7}), Grab(1.01, {}), Grab(1.02, {"p0": 8})],
        [Grab(1.00, {"p1": 7}), Grab(1.01, {"p1": 8})],
    ],
    ids=["the camera was held up", "a grab that could not be read", "another's window"],
)
def test_a_change_that_was_not_seen_is_not_believed(grabs: list[Grab]):
    """Where it is not certain when a frame appeared, it does not count."""
    assert list(changes(grabs, "p0")) == []


def test_a_second_with_few_changes_has_no_position():
    """A player that stood for most of a second has no position in it."""
    grabs = [Grab(10.0 + number / GRABS, {"p0": min(number // 4, 5)}) for number in range(GRABS)]

    assert sights(grabs, ["p0"]) == []


def test_frames_apart_are_counted_in_one_grab():
    """Shares are of the grabs in which both could be read, positive where the second is ahead."""
    pairs = [(5, 5), (5, 6), (6, 6), (9, 8)]
    grabs = [Grab(1.0, {"p0": first, "p1": second}) for first, second in pairs]

    assert frames_apart([*grabs, Grab(1.0, {"p0": 1})], *PAIR) == {"-1": 0.25, "0": 0.5, "1": 0.25}
    assert frames_apart([], *PAIR) == {}


def test_a_screen_that_does_not_come_up_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Without an X server there is no run, and the reason is told."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RigError, match="Xvfb did not start"), open_screen(2, tmp_path):
        pass


async def test_one_window_that_shows_a_film_twice_changes_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The null test: two pictures that one player draws are never seen a frame apart."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    told = await null_test(2.0, tmp_path)

    assert told["passed"]
    assert told["samples"] > 0


async def test_two_players_are_seen_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Two real clients' windows show about the same frames, and the observer agrees."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    settings = WitnessSettings(players=2, link=Link(rtt=0.02), seconds=4.0, settling=2.0, syncwatch=own_syncwatch())

    told = figures_of(await measure(settings, 0, tmp_path))

    assert told["steady"]["samples"]["compared"] > 0
    assert told["steady"]["witness"]["worstPairMs"]["p50"] < TOGETHER_MS
    assert told["steady"]["differenceMs"]["mean"] == pytest.approx(0.0, abs=AGREEING_MS)
    assert sum(told["framesApart"]["p1"].values()) == pytest.approx(1.0, abs=0.01)
