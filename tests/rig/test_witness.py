"""A witness's sights held against the observer's moments."""

from __future__ import annotations

import csv
import math
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.picture_bench import PICTURE
from benchmarks.processes import RigError
from benchmarks.readings import Reading
from benchmarks.scenario import Record
from benchmarks.skew import Moment, moments, placed
from benchmarks.sound_bench import SOUND
from benchmarks.witness import Comparison, Sight, compared, disagreements, figures, write_comparisons
from benchmarks.witness_bench import Evidence, Witness, figures_of, from_typed, parser
from benchmarks.witness_plot import draw

BENCH = Path(__file__).parents[2] / "scripts" / "bench"
PLAYERS = ["p0", "p1"]


@pytest.fixture
def everyone(reading: Callable[..., Reading]) -> list[Moment]:
    """Ten seconds of two players, the second 3 ms ahead; at second 5 it stands."""
    rows = [
        reading(player, tick, audio_pts=tick + ahead, paused=player == "p1" and tick == 5)
        for tick in range(10)
        for player, ahead in (("p0", 0.0), ("p1", 0.003))
    ]
    return moments(placed(rows), PLAYERS)


def sight(at: float, ahead: float | None) -> Sight:
    """p1 seen ``ahead`` of p0; None where it was not recognised. Both are off by the same 40 ms."""
    positions = {"p0": at - 0.04} | ({} if ahead is None else {"p1": at - 0.04 + ahead})
    return Sight(at, positions)


def test_what_the_witness_adds_to_all_alike_falls_out(everyone: list[Moment]):
    """A witness that sees everybody late by the same time agrees with the observer."""
    (found,) = compared([sight(2.0, 0.003)], everyone, PLAYERS, span=0.5)

    assert (found.witnessed, found.observed) == pytest.approx((0.003, 0.003))


@pytest.mark.parametrize(
    ("at", "ahead", "why"),
    [(2.0, None, "not recognised"), (2.5, 0.0, "no reading nearby"), (5.0, 0.0, "a player that stood")],
)
def test_only_what_both_know_is_compared(everyone: list[Moment], at: float, ahead: float | None, why: str):
    """Where one of the methods knows nothing there is no comparison."""
    assert compared([sight(at, ahead)], everyone, PLAYERS, span=0.2) == [], why


def test_the_observer_is_averaged_around_a_sight(everyone: list[Moment]):
    """The observer's part is the mean of its readings around the sight."""
    (found,) = compared([sight(2.5, 0.0)], everyone, PLAYERS, span=1.0)

    assert found.observed == pytest.approx(0.003)


def test_figures_are_of_the_time_asked_for(everyone: list[Moment]):
    """Only what was seen in the time asked for counts, and what was left out is told."""
    sights = [sight(1.0, 9.0), *(sight(float(at), 0.004) for at in range(2, 8)), sight(8.0, None), sight(9.0, 9.0)]

    told = figures(sights, everyone, PLAYERS, 0.2, (2.0, 8.0))

    assert told["samples"] == {"sights": 7, "complete": 6, "compared": 5}
    assert told["witness"]["worstPairMs"]["max"] == pytest.approx(4.0)
    assert told["observer"]["worstPairMs"]["p50"] == pytest.approx(3.0)
    assert told["witness"]["aheadMs"] == {"p1": pytest.approx(4.0)}
    assert told["differenceMs"]["mean"] == pytest.approx(1.0)


def test_nothing_seen_is_none(everyone: list[Moment]):
    """Of nothing there are no figures, and no error."""
    told = figures([], everyone, PLAYERS, 0.2, (2.0, 8.0))

    assert told["differenceMs"] == {"mean": None, "sd": None, "p95": None, "max": None}
    assert told["witness"]["aheadMs"] == {"p1": None}


def test_a_run_that_nobody_saw_is_an_error():
    """A witness that never recognised all players at once has no figures to give."""
    with pytest.raises(RigError, match="never recognised"):
        figures_of(Evidence(Record(PLAYERS), [sight(1.0, None)], span=0.2))


def test_differences_keep_their_sign_in_the_mean_only():
    """The mean difference is signed, p95 and the maximum are sizes."""
    both = [Comparison(float(at), "p1", seen, 0.001) for at, seen in enumerate([0.0, 0.001, 0.002, -0.003])]

    assert disagreements(both) == {"mean": -1.0, "sd": 1.871, "p95": 3.55, "max": 4.0}


def test_the_worst_pair_of_one_is_unknown():
    """A player alone is not apart from anybody."""
    assert math.isnan(Sight(0.0, {"p0": 1.0}).worst_pair)


@pytest.mark.parametrize("count", [0, 1, 60])
def test_both_methods_are_drawn_and_kept(count: int, tmp_path: Path):
    """A picture and a CSV file are made of however much was compared."""
    both = [Comparison(100.0 + at, "p1", at * 1e-4, at * 1e-4 - 2e-4) for at in range(count)]

    draw(tmp_path / "both.png", both, (110.0, 150.0))
    write_comparisons(tmp_path / "both.csv", both)

    assert (tmp_path / "both.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    with (tmp_path / "both.csv").open(newline="") as file:
        rows = [[row["at"], row["player"], row["witnessed"], row["observed"]] for row in csv.DictReader(file)]
    assert rows == [[f"{c.at:.6f}", "p1", f"{c.witnessed:.7f}", f"{c.observed:.7f}"] for c in both]


@pytest.mark.parametrize("witness", [SOUND, PICTURE], ids=["sound", "picture"])
def test_typed_options_are_the_parameters_of_the_result(witness: Witness):
    """What was typed is what the result says was measured, and nothing that was not."""
    typed = ["--players=3", "--rtt=0.1", "--jitter=0.01", "--seconds=9", "--settling=4"]
    told = from_typed(parser(witness).parse_args(typed)).described()

    assert [told[name] for name in ("players", "rtt", "jitter", "seconds")] == [3, 0.1, 0.01, 9]
    assert told["settlingExcluded"] == 4
    assert "commands" not in told


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["sound", "--help"], 0),
        (["picture", "--help"], 0),
        (["sound", "--players", "1"], 2),
        (["picture", "--players", "5"], 2),
        (["sound", "--rtt", "-1"], 2),
        (["picture", "--null-test", "--positive-control"], 2),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], code: int):
    """``scripts/bench`` leads to both witnesses, and wrong usage is exit code 2."""
    told = subprocess.run([str(BENCH), *arguments], cwd="/", capture_output=True, text=True, check=False)

    assert told.returncode == code
    assert f"scripts/bench {arguments[0]}" in (told.stdout if code == 0 else told.stderr)
