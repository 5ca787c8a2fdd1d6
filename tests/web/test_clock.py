"""Clock, timeline and law of the page: the same numbers as the terminal's, by the same tables and by chance."""

from __future__ import annotations

from dataclasses import fields
from random import Random
from typing import Any

import pytest

from syncwatch_core.clock import ClockEstimate, ClockEstimator, Exchange
from syncwatch_core.correction import RESTART_BEYOND, RESTART_SOONER_BEYOND
from tests.core.controller_traces import is_close
from tests.web.twins import Ask, asking, vectors

TIMELINE, CORRECTION, CLOCK = (vectors(f"{name}.json") for name in ("timeline", "correction", "clock"))
NAMES = {"estimated_at": "estimatedAt"}
"""The one field of an estimate that is spelled otherwise in JavaScript."""


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """How to ask the page's modules."""
    return asking(tmp_path_factory.mktemp("web"))


# --- tables ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "answer"),
    [("positionAt", "position"), ("reachedAt", "serverTime"), ("isMovingAt", "moving"), ("withRate", "expected")],
)
def test_timelines(ask: Ask, task: str, answer: str):
    """A timeline says in the page what the table says, to the last digit."""
    assert ask(task, TIMELINE[task]) == [case[answer] for case in TIMELINE[task]]


def test_the_law(ask: Ask):
    """A drift has in the page the correction that the table gives it."""
    limits = {True: RESTART_SOONER_BEYOND, False: RESTART_BEYOND}
    cases = [{**case, "restartBeyond": limits[case["soon"]]} for case in CORRECTION["steer"]]

    for case, said in zip(cases, ask("steer", cases), strict=True):
        expected = {"integral": case["integralAfter"], "beyond": case["beyondAfter"], "change": case["change"]}
        assert is_close(said, {**expected, "restart": case["restart"]}), case["name"]


def test_exchanges(ask: Ask):
    """Four timestamps give in the page the offset and the round trip of the table."""
    for case, said in zip(CLOCK["exchanges"], ask("exchange", [c["stamps"] for c in CLOCK["exchanges"]]), strict=True):
        assert said == pytest.approx({"offset": case["offset"], "rtt": case["rtt"]}, abs=1e-6), case["name"]


def test_windows_of_exchanges(ask: Ask):
    """A series of exchanges gives in the page the true offset to within what the table allows."""
    cases = CLOCK["windows"]

    for case, estimates in zip(cases, ask("estimates", [case["exchanges"] for case in cases]), strict=True):
        last, now = estimates[-1], case["exchanges"][-1][3]
        assert last["estimatedAt"] == now
        assert last["offset"] + last["gap"] == pytest.approx(case["offset"], abs=case["within"]), case["name"]
        if "skew" in case:
            assert last["skew"] == pytest.approx(case["skew"], abs=case["skewWithin"]), case["name"]


# --- by chance -------------------------------------------------------------------------------------------


def history(random: Random) -> list[Any]:
    """Exchanges over a made-up network, with a reconnection, a sleep, a clock that is set and replies that can't be."""
    now, offset, skew = random.uniform(0, 5000), random.uniform(-1e4, 1e4), random.uniform(-1e-4, 1e-4)
    rtt = random.uniform(0, 0.3)
    happened: list[Any] = []
    for turn in range(80):
        there, back = (rtt / 2 + random.expovariate(1 / (0.001 + rtt / 10)) for _ in range(2))
        sent, served = now, now + there + offset + skew * now
        now += there + back
        happened.append([sent, served, served + random.uniform(0, 0.001), now])
        now += random.choice([0.04, 0.25, 1.0])
        if turn == 30:
            odd: list[Any] = ["restart", now, [now, 0.0, 0.0, now - 1], [now, 0.0, 9.0, now]]
            happened.append(random.choice(odd))
        if turn == 50:
            offset += random.choice([0.0, 0.015, -0.05, 3600.0])
    return happened


def in_python(happened: list[Any]) -> list[dict[str, Any]]:
    """What the terminal's estimator makes of the same."""
    estimator, said = ClockEstimator(), []
    for happening in happened:
        match happening:
            case "restart":
                estimator.restart()
            case list():
                estimator.observe(Exchange(*happening))
            case _:
                estimator.slept(happening)
        estimate = estimator.estimate
        told = {NAMES.get(field.name, field.name): getattr(estimate, field.name) for field in fields(ClockEstimate)}
        said.append({**told, "next": estimator.next_exchange_at(1, 0)})
    return said


def test_the_twins_agree_on_any_history(ask: Ask):
    """Whatever exchanges come, both languages believe the same after each of them."""
    random = Random(5)
    histories = [history(random) for _ in range(40)]

    for happened, said in zip(histories, ask("estimates", histories), strict=True):
        assert is_close(said, in_python(happened))


def test_the_twins_read_an_estimate_alike(ask: Ask):
    """What an estimate says of any instant is the same in both languages."""
    random = Random(6)
    cases = []
    for _ in range(50):
        estimate = ClockEstimate(
            offset=random.uniform(-1e4, 1e4),
            skew=random.uniform(-200, 200),
            uncertainty=0.001,
            estimated_at=random.uniform(0, 100),
            rtt=0.1,
            jitter=0.0,
            gap=random.uniform(-0.02, 0.02),
            slew=random.choice([500e-6, 5e-3]),
        )
        cases.append((estimate, random.uniform(-50, 200), random.uniform(-1e4, 1e4)))
    asked = [
        {
            "estimate": {NAMES.get(field.name, field.name): getattr(it, field.name) for field in fields(it)},
            "local": local,
            "server": server,
        }
        for it, local, server in cases
    ]

    for (it, local, server), said in zip(cases, ask("readings", asked), strict=True):
        expected = [it.offset_at(local), it.server_time(local), it.uncertainty_at(local), it.local_time(server)]
        assert is_close(said, expected)
