"""What is learned of a player: how late it starts."""

import pytest

from syncwatch_core.player_habits import EARLY_AT_MOST, LATE_AT_MOST, StartLatency


@pytest.mark.parametrize(
    ("starts", "learned"),
    [
        ([], 0.0),
        # a start that was a little late is not believed before others were too
        ([0.004], 0.0),
        ([0.004, 0.006], 0.002),
        ([0.004, 0.006, 0.005], 0.004),
        # a slow sound device is believed at once, and so is one that is early
        ([0.15], 0.15),
        ([-0.012], -0.012),
        # what is beyond reason is not
        ([3.0], LATE_AT_MOST),
        ([-1.0], -EARLY_AT_MOST),
        # one that a busy machine made late changes nothing
        ([0.001] * 4 + [0.030], 0.001),
        # but a new habit is taken on
        ([0.0] * 9 + [0.05] * 5, 0.05),
    ],
)
def test_how_late_a_player_starts(starts: list[float], learned: float):
    """The latency is the median of the last starts, whatever of it was made up for already."""
    latency = StartLatency()
    for start in starts:
        latency.learn(start - latency.of(keep_pitch=False), keep_pitch=False)

    assert latency.of(keep_pitch=False) == pytest.approx(learned)


def test_pitch_correction_has_a_latency_of_its_own():
    """What was learned without pitch correction says nothing of a start with it."""
    latency = StartLatency()
    latency.learn(0.1, keep_pitch=False)

    assert latency.of(keep_pitch=True) == 0.0
