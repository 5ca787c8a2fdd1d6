"""The command line of the rig and what it prints."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from benchmarks.settings import from_typed, parser
from benchmarks.sync_bench import result_of, summary

BENCH = Path(__file__).parents[2] / "scripts" / "bench"


def test_typed_options_are_the_parameters_of_the_result():
    """What was typed is what the result says was measured."""
    settings = from_typed(
        parser().parse_args(["--players=3", "--rtt=0.1", "--jitter=0.01", "--stall=0.02", "--seed=7"])
    )
    told = settings.described()

    assert [told[name] for name in ("players", "rtt", "jitter", "stall", "seed")] == [3, 0.1, 0.01, 0.02, 7]


def test_oddities_are_drawn_by_the_seed():
    """Equal seeds give the clients equal wrong clocks, the next run gives others."""
    settings = from_typed(parser().parse_args(["--dac-skew", "100"]))

    assert settings.oddities(0) == settings.oddities(0) != settings.oddities(1)


def test_asymmetry_changes_sides():
    """Neighbouring clients have opposite asymmetry, so that it drives them apart."""
    settings = from_typed(parser().parse_args(["--rtt", "0.1", "--asymmetry", "0.02", "--players", "3"]))

    assert [odd.link.asymmetry for odd in settings.oddities(0)] == [0.02, -0.02, 0.02]


def test_several_runs_are_summed_up():
    """Of several runs each number has its median and its lowest and highest; what a run lacks is left out."""
    runs = [{"steady": {"p95": value, "p99": None if value == 1 else value}} for value in (1, 5, 2)]

    assert summary(runs) == {"steady.p95": {"median": 2, "min": 1, "max": 5}}


def test_one_run_is_the_result_itself():
    """A single run's figures stand beside its parameters."""
    settings = from_typed(parser().parse_args([]))
    result = result_of(settings, [{"steady": 1}])

    assert {"parameters", "versions", "steady"} == set(result)


@pytest.mark.parametrize(("arguments", "code"), [(["sync", "--help"], 0), ([], 2), (["sync", "--rtt", "-1"], 2)])
def test_the_dispatcher_leads_to_its_rooms(arguments: list[str], code: int):
    """``scripts/bench`` finds its commands from any folder, and wrong usage is exit code 2."""
    told = subprocess.run([str(BENCH), *arguments], cwd="/", capture_output=True, text=True, check=False)

    assert told.returncode == code
    assert ("usage" in told.stdout) == (code == 0)
