"""The table over several runs: its targets, its settings, and how it is written down."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.processes import Line
from benchmarks.readings import Reading
from benchmarks.reference_clock import from_exchanges
from benchmarks.skew import placed
from benchmarks.stage import Arrival
from benchmarks.table_output import draw_distribution, draw_run, keep_raw, markdown, steady_pairs
from benchmarks.table_record import Newcomer, TableRecord
from benchmarks.table_settings import from_typed
from benchmarks.table_targets import ROWS, at_path, judged

PNG = b"\x89PNG\r\n\x1a\n"


def run_with(path: str, value: object) -> dict[str, Any]:
    """The figures of a run in which one number is known."""
    made: Any = value
    for name in reversed(path.split(".")):
        made = {name: made}
    result: dict[str, Any] = made
    return result


def cell_of(rtt: float, path: str, *values: object) -> dict[str, Any]:
    """The cell for that path, of runs with these values."""
    rows = judged(rtt, [run_with(path, value) for value in values])
    name = next(cell.name for row in ROWS for cell in row.cells if cell.path == path)
    return next(cell for row in rows for cell in row["cells"] if cell["name"] == name)


@pytest.mark.parametrize(
    ("rtt", "values", "measured", "target", "met"),
    [
        (0.02, (0.5, 9.0, 1.0), 1.0, 1, True),
        (0.02, (0.5, 9.0, 1.1), 1.1, 1, False),
        (0.3, (1.4,), 1.4, 1.5, True),
        (0.05, (1.4,), 1.4, None, None),
    ],
    ids=["the median counts", "missed", "another path", "a path without a target"],
)
def test_the_median_of_the_seeds_is_held_against_the_target(
    rtt: float, values: tuple[float, ...], measured: float, target: float | None, *, met: bool | None
):
    """A skew counts by its median over the seeds, beside its lowest and highest."""
    cell = cell_of(rtt, "steady.worstPairMs.p50", *values)

    assert (cell["measured"], cell["target"], cell["met"]) == (measured, target, met)
    assert (cell["min"], cell["max"], cell["values"]) == (min(values), max(values), list(values))


def test_what_must_not_happen_is_summed():
    """One pause in all seeds that ended on different frames misses the target."""
    cell = cell_of(0.1, "commands.pause.otherFrame", 0, 0, 1, 0, 0)

    assert (cell["measured"], cell["met"]) == (1, False)


@pytest.mark.parametrize(("shares", "met"), [((1.0, 0.998), True), ((1.0, 0.997), False)])
def test_shares_are_averaged_and_more_is_better(shares: tuple[float, ...], *, met: bool):
    """Honesty counts by the share of all status lines."""
    assert cell_of(0.1, "steady.honesty.withinUncertainty", *shares)["met"] is met


def test_rows_that_were_not_measured_are_left_out():
    """A run of one part gives the rows of that part."""
    rows = judged(0.1, [run_with("blackout.addedP99Ms", 0.2)])

    assert [row["row"] for row in rows] == ["blackout"]


@pytest.mark.parametrize(("found", "value"), [(None, None), (True, None), ({"p95": 1}, None), (1, 1)])
def test_only_numbers_are_figures(found: object, value: float | None):
    """What is unknown, or no number, is no figure."""
    assert at_path(run_with("join.failed", found), "join.failed") == value


def test_the_table_is_written_with_a_column_for_each_path():
    """Each cell has what was measured, its spread and its target; a missed one is bold."""
    of_rtt = {
        0.02: judged(0.02, [run_with("commands.play.allPlayingMs.p95", ms) for ms in (90.0, 95.0, 99.0)]),
        0.1: judged(0.1, [run_with("commands.play.allPlayingMs.p95", 191.0)]),
    }

    assert markdown(of_rtt).splitlines() == [
        "| | RTT 20 ms | RTT 100 ms |",
        "|---|---|---|",
        "| play command to all playing (ms) | p95 95 (90-99) / 100 | p95 **191** / 190 |",
    ]


def test_conditions_follow_from_the_round_trip():
    """Jitter is a tenth of the round trip each way; clocks and sound cards are off, and 1 % of the chunks stall."""
    settings = from_typed(["--rtt", "0.1,0.3", "--players", "3", "--joins", "2"])
    odds = settings.oddities(0.3, 1)

    assert settings.rtts == (0.1, 0.3)
    assert list(odds) == ["p0", "p1", "p2", "j0", "j1"]
    assert all((odd.link.rtt, odd.link.jitter, odd.link.stall) == (0.3, 0.03, 0.01) for odd in odds.values())
    assert all(0 < abs(odd.clock_offset) <= 3600 and 0 < abs(odd.dac_skew) <= 100 for odd in odds.values())


def test_who_comes_later_changes_nobody_elses_machine():
    """The players of a seed are the same with and without joins."""
    without = from_typed(["--joins", "0"]).oddities(0.1, 1)
    with_joins = from_typed([]).oddities(0.1, 1)

    assert without == {name: with_joins[name] for name in without}


@pytest.mark.parametrize(
    "typed", [["--rows", "steady,tea"], ["--players", "1"], ["--rtt", "quick"]], ids=["row", "alone", "no number"]
)
def test_what_cannot_be_measured_is_refused(typed: list[str]):
    """An unknown row, a single player and a path that is no number are refused before anything starts."""
    with pytest.raises(ValueError):  # noqa: PT011 - the words are for people
        from_typed(typed)


def test_quick_can_be_made_longer():
    """``--quick`` sets what was not typed."""
    settings = from_typed(["--quick", "--steady", "9"])

    assert (settings.players, settings.seeds, settings.steady) == (2, (1,), 9.0)


def test_the_servers_clock_lies_between_the_fastest_ways():
    """The fastest way there and the fastest way back bound the offset, also when they were of different exchanges."""
    clock = from_exchanges([(0.0, 100.001, 0.009), (1.0, 101.004, 1.005), (2.0, 102.5, 3.0)])

    assert clock.offset == pytest.approx(100.0)
    assert clock.uncertainty == pytest.approx(0.001)
    assert clock.server_time(5.0) == pytest.approx(105.0)


def test_pictures_and_raw_readings_are_kept(tmp_path: Path, reading: Any):
    """A run leaves its readings as they were, its events, its picture and the distribution of its skew."""
    raw = tmp_path / "readings.csv"
    raw.write_text("tick\r\n1\r\n")
    rows: list[Reading] = [
        reading(player, tick, audio_pts=tick + ahead)
        for tick in range(20)
        for player, ahead in (("p0", 0.0), ("p1", 0.003))
    ]
    record = TableRecord(["p0", "p1"], placed(rows), steady=(2.0, 12.0), lines={"p0": [Line(1.0, {"event": "joined"})]})
    record.arrivals = [Arrival(name, 0.0, 0.1, 0.2, 0.05) for name in ("p0", "p1", "j0")]
    record.newcomers = [Newcomer(record.arrivals[-1], ["p0"], 20.0)]
    out = tmp_path / "kept"

    keep_raw(out, "one", raw, record)
    draw_run(out, "one", record, "Skew")
    draw_distribution(out / "distribution.png", {1: steady_pairs(record), 2: []}, "Steady play")

    assert gzip.decompress((out / "readings-one.csv.gz").read_bytes()) == raw.read_bytes()
    events = json.loads(gzip.decompress((out / "events-one.json.gz").read_bytes()))
    assert events["lines"] == {"p0": [[1.0, {"event": "joined"}]]}
    assert all((out / name).read_bytes().startswith(PNG) for name in ("skew-one.png", "distribution.png"))
    assert steady_pairs(record) == pytest.approx([3.0] * 10)
