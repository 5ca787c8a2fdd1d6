"""How a player without fine rates is kept with the others: tables of drifts, and what is done about each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.web.twins import HERE, as_modules, run_node

QUARTERS: list[float] = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]
NONE: list[float] = [1]


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's modules, where Node knows them as modules."""
    return as_modules(tmp_path_factory.mktemp("modules"))


def decided(
    modules: Path,
    rates: list[float],
    *drifts: tuple[float, float],
    session_rate: float = 1,
    starts: Sequence[tuple[float, float]] = (),
) -> dict[str, Any]:
    """What is done about drifts (s) at instants (s), and what was learned; ``starts``: instants and leads (s)."""
    case = {"rates": rates, "sessionRate": session_rate, "drifts": drifts, "starts": starts}
    answer: dict[str, Any] = run_node(HERE / "coarse_steering.mjs", modules, {"steering": [case]})["steering"][0]
    return answer


def act(modules: Path, rates: list[float], drift: float, session_rate: float = 1) -> dict[str, Any] | None:
    """What is done about one drift."""
    found: dict[str, Any] | None = decided(modules, rates, (0, drift), session_rate=session_rate)["acts"][0]
    return found


@pytest.mark.parametrize("drift", [0, 0.04, -0.05])
def test_a_small_drift_is_left_alone(modules: Path, drift: float) -> None:
    """Below what a late push makes, nothing is done, whatever the player can do."""
    assert act(modules, QUARTERS, drift) is None
    assert act(modules, NONE, drift) is None


@pytest.mark.parametrize(
    ("drift", "session_rate", "rate", "lasts"),
    [(0.2, 1, 0.75, 0.8), (-0.2, 1, 1.25, 0.8), (-0.5, 1.5, 1.75, 2), (0.1, 2, 1.75, 0.4), (-0.74, 1, 1.25, 2.96)],
)
def test_a_pulse(modules: Path, drift: float, session_rate: float, rate: float, lasts: float) -> None:
    """With rates, a drift is taken out by the next rate up or down for as long as that takes."""
    found = act(modules, QUARTERS, drift, session_rate)

    assert found is not None
    assert (found["kind"], found["rate"]) == ("pulse", rate)
    assert found["lasts"] == pytest.approx(lasts)


def test_beyond_a_pulse_there_is_a_seek(modules: Path) -> None:
    """A drift that a pulse would take too long for is sought, as far ahead as a seek is thought to take."""
    assert act(modules, QUARTERS, 3) == {"kind": "seek", "ahead": 0.5, "aim": 0}
    assert act(modules, QUARTERS, -0.8) == {"kind": "seek", "ahead": 0.5, "aim": 0}


def test_without_rates(modules: Path) -> None:
    """Who is ahead pauses for that long, less what a pause costs; who is behind seeks a little too far."""
    assert act(modules, NONE, 0.3) == {"kind": "pause", "lasts": 0.15}
    assert act(modules, NONE, -0.1) is None
    assert act(modules, NONE, -0.3) == {"kind": "seek", "ahead": 0.7, "aim": 0.2}


def test_one_correction_at_a_time(modules: Path) -> None:
    """While one is under way, and for a rest after it, nothing more is done: it would swing."""
    acts = decided(modules, QUARTERS, (0, -0.2), (0.5, -0.2), (2.2, -0.2), (2.4, -0.2))["acts"]

    assert [found is not None for found in acts] == [True, False, False, True]


def test_seeks_are_rare(modules: Path) -> None:
    """A player whose seeks land badly is not sought in again and again."""
    acts = decided(modules, NONE, *((at / 4, -0.4) for at in range(60)))["acts"]

    assert sum(found is not None for found in acts) == 3


def test_what_a_seek_and_a_pause_cost_is_learned(modules: Path) -> None:
    """What is left after a seek goes into where the next one aims, and what is left after a pause into its length."""
    sought = decided(modules, QUARTERS, (0, -3), (10, -0.4))
    paused = decided(modules, NONE, (0, 0.3), (10, -0.1))

    assert sought["seekCost"] == pytest.approx(0.5 + 0.5 * 0.4)
    assert paused["pauseCost"] == pytest.approx(0.15 + 0.5 * 0.1)


@pytest.mark.parametrize(
    ("lead", "drift", "session_rate", "learned"),
    [
        (0.15, -0.1, 1, 0.15 + 0.5 * 0.1),
        (0.15, 0.1, 1, 0.15 - 0.5 * 0.1),
        (0.3, -0.2, 2, 0.15 + 0.5 * 0.1),
        (0, -0.25, 1, 0.15 + 0.5 * 0.1),
        (0.15, -0.7, 1, 0.15),
        (0, 0.5, 1, 0),
    ],
    ids=["late", "early", "at another rate", "without a lead", "an ad", "at the bound"],
)
def test_what_a_start_costs_is_learned(
    modules: Path, lead: float, drift: float, session_rate: float, learned: float
) -> None:
    """What is left after a start goes into how far ahead it stands before the next, unless it was held up."""
    found = decided(modules, QUARTERS, (2, drift), session_rate=session_rate, starts=[(0.1, lead)])

    assert found["startCost"] == pytest.approx(learned)


def test_a_start_is_left_alone_at_first(modules: Path) -> None:
    """What was read just after a start is neither corrected nor learned from."""
    found = decided(modules, QUARTERS, (1, -0.3), starts=[(0, 0.15)])

    assert found["acts"] == [None]
    assert found["startCost"] == 0.15


def test_a_rate_that_is_half_obeyed(modules: Path) -> None:
    """The next pulse lasts longer where one took out less than it was to."""
    found = decided(modules, QUARTERS, (0, -0.4), (10, -0.2))

    assert found["gain"] == pytest.approx(1 - 0.5 * 0.5)
    assert found["acts"][1]["lasts"] == pytest.approx(0.2 / 0.25 / 0.75)


def test_rates_that_are_not_there(modules: Path) -> None:
    """Two pulses that did nothing show that there is no such rate, whatever the player says: pauses and seeks then."""
    acts = decided(modules, QUARTERS, (0, 0.4), (10, 0.4), (20, 0.4))["acts"]

    assert [found["kind"] for found in acts] == ["pulse", "pulse", "pause"]


def test_the_furthest_push_is_believed(modules: Path) -> None:
    """A push that came late says too little; one that came straight through counts for the seconds around it."""
    late = {"pushes": [[10.0, 100.0], [10.2, 100.27], [10.4, 100.54], [10.75, 100.81]], "at": 101}
    few = {"pushes": [[10.0, 100.0], [10.2, 100.27]], "at": 101}
    believed = run_node(HERE / "coarse_steering.mjs", modules, {"positions": [late, few]})["positions"]

    assert believed == [pytest.approx(11), None]
