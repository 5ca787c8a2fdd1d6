"""The measurement of how long one waits for a command."""

import json
import math

import pytest

from benchmarks import startup_bench
from benchmarks.startup_rows import Row, result


def row(name: str, *times: float, against: str | None = None, limit: float | None = None) -> Row:
    return Row(name, [name], against, limit, times=list(times))


def test_the_median_counts():
    """One slow start among many changes nothing; what was never started has no time."""
    assert row("help", 0.2, 0.9, 0.21).median == 0.21
    assert math.isnan(row("help").median)


@pytest.mark.parametrize(("took", "holds"), [(0.27, True), (0.29, False)])
def test_limits_are_ratios(took: float, holds: bool):
    """A row that is held against another is limited by the ratio of their medians."""
    told = result([row("typer", 0.2), row("help", took, against="typer", limit=1.4)])

    assert told["passed"] is holds
    assert told["rows"][1]["ratio"] == round(took / 0.2, 2)
    assert told["rows"][0]["holds"] is None


@pytest.mark.parametrize(("took", "holds"), [(1.9, True), (2.1, False)])
def test_limits_are_seconds(took: float, holds: bool):
    """A row that stands for itself is limited in seconds."""
    assert result([row("join", took, limit=2.0)])["passed"] is holds


def test_it_measures_the_real_thing(capsys: pytest.CaptureFixture[str]):
    """Each command is started in earnest, `join` with a real mpv up to its first moment in sync, and told as JSON."""
    with pytest.raises(SystemExit):
        startup_bench.main(["--rounds", "1", "--joins", "1"])
    told = json.loads(capsys.readouterr().out)

    assert [each["name"] for each in told["rows"]] == [
        *("typer", "help", "status", "completion", "textual", "lobby", "join")
    ]
    assert all(each["runs"] == 1 and each["medianMs"] > 0 for each in told["rows"])
