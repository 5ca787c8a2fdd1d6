"""The table of timelines that Python and JavaScript are both held to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from syncwatch_core.timeline import Timeline

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "timeline.json").read_text(encoding="utf-8"))


def timeline_of(plain: dict[str, Any]) -> Timeline:
    return Timeline(plain["position"], plain["rate"], plain["anchoredAt"], playing=plain["playing"])


@pytest.mark.parametrize("case", VECTORS["positionAt"])
def test_position_at(case: dict[str, Any]):
    """The position at an instant is as the table says."""
    assert timeline_of(case["timeline"]).position_at(case["serverTime"]) == case["position"]


@pytest.mark.parametrize("case", VECTORS["reachedAt"])
def test_reached_at(case: dict[str, Any]):
    """The instant of a position is as the table says."""
    assert timeline_of(case["timeline"]).reached_at(case["position"]) == case["serverTime"]


@pytest.mark.parametrize("case", VECTORS["isMovingAt"])
def test_is_moving_at(case: dict[str, Any]):
    """Whether it moves at an instant is as the table says."""
    assert timeline_of(case["timeline"]).is_moving_at(case["serverTime"]) is case["moving"]


@pytest.mark.parametrize("case", VECTORS["withRate"])
def test_with_rate(case: dict[str, Any]):
    """A timeline with another rate is as the table says."""
    changed = timeline_of(case["timeline"]).with_rate(case["rate"], case["serverTime"])

    assert changed == timeline_of(case["expected"])
