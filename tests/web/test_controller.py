"""The page's ``VideoController``: told the same as the terminal's it answers the same, step by step."""

from __future__ import annotations

import importlib
from functools import partial
from typing import Any, get_args

import pytest

from syncwatch_core import controller_events as told
from tests.core.controller_scenes import anything, recorded
from tests.core.controller_traces import Plain, is_close
from tests.web.twins import VECTORS, Ask, asking, vectors

TRACES = {path.stem: vectors(f"controller/{path.name}") for path in sorted((VECTORS / "controller").glob("*.json"))}

TWINS = {
    "correction": "correction",
    "clock": "clock",
    "clock_fit": "clock",
    "follower": "follower",
    "hands": "hands",
    "player_belief": "player_belief",
    "player_habits": "player_habits",
    "player_rate": "player_rate",
    "player_run": "player_run",
    "cut_offs": "cut_offs",
    "script_patience": "script_patience",
    "video_controller": "controller",
}
"""The page's modules that have constants, and the module of the core that each is the twin of."""


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """How to ask the page's modules."""
    return asking(tmp_path_factory.mktemp("web"))


def first_fault(trace: Plain, said: list[Plain]) -> str | None:
    """Where the page's controller first answers otherwise than the trace."""
    view: Plain = {}
    for number, (step, answer) in enumerate(zip(trace["steps"], said, strict=True)):
        view |= step["view"]
        for name in ("commands", "wakesAt", "phase", "view"):
            expected = view if name == "view" else step[name]
            if not is_close(answer[name], expected):
                return f"step {number}, {step['event']}: {name} is {answer[name]}, not {expected}"
    return None


@pytest.mark.parametrize("name", TRACES)
def test_traces(ask: Ask, name: str):
    """Told what a trace tells, the page's controller answers as the terminal's did, to a nanosecond."""
    assert first_fault(TRACES[name], ask("trace", [TRACES[name]])[0]) is None


def test_the_twins_agree_on_any_life(ask: Ask):
    """Sessions drawn by lot, with everything at once, are lived alike in both languages."""
    traces = {seed: recorded(partial(anything, seed, turns=10)) for seed in range(12)}

    for seed, said in zip(traces, ask("trace", traces.values()), strict=True):
        assert first_fault(traces[seed], said) is None, seed


def test_the_constants_are_the_same(ask: Ask):
    """A number that stands in both languages is the same in both."""
    for (name, twin), numbers in zip(TWINS.items(), ask("constants", TWINS), strict=True):
        core = importlib.import_module(f"syncwatch_core.{twin}")
        assert numbers, name
        assert numbers == {each: getattr(core, each) for each in numbers}, name


def test_the_events_are_the_same(ask: Ask):
    """Both are told, and ask for, the same things by the same names."""

    def names(union: Any) -> set[str]:
        return {kind.__name__[0].lower() + kind.__name__[1:] for kind in get_args(union)}

    [said] = ask("events", [None])

    assert set(said["events"]) == names(told.ControllerEvent)
    assert set(said["commands"]) == names(told.ControllerCommand)
