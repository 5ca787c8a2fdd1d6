"""The traces that the controller's twins are held to are those of the controller of today."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from tests.core.controller_scenes import SCENES
from tests.core.controller_scenes_told import slides
from tests.core.controller_traces import Plain, faults

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "vectors" / "controller"
SCRIPT = ROOT / "scripts" / "controller_traces.py"


def trace_of(name: str) -> Plain:
    """A trace that is kept."""
    trace: Plain = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return trace


def test_every_scene_has_its_trace():
    """There is a file for each scene, and none besides."""
    assert {path.stem for path in FOLDER.glob("*.json")} == set(SCENES)


@pytest.mark.parametrize("name", SCENES)
def test_a_trace_is_what_the_controller_answers(name: str):
    """Told what a trace tells, the controller answers what the trace says."""
    assert list(faults(trace_of(name))) == []


@pytest.mark.parametrize("part", ["commands", "wakesAt", "phase", "view"])
def test_another_answer_is_found_out(part: str):
    """A trace with an answer that the controller does not give is said to be wrong, and where."""
    trace = trace_of("slides")
    trace["steps"][2][part] = {"state": "away"} if part == "view" else None

    assert next(faults(trace)).startswith(f"step 2, playerPrimed: {part} is ")


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script's functions, writing the trace of one scene elsewhere."""
    functions = runpy.run_path(str(SCRIPT))
    folder = tmp_path / "controller"
    for name, value in {"FOLDER": folder, "ROOT": tmp_path, "SCENES": {"slides": slides}}.items():
        monkeypatch.setitem(functions["main"].__globals__, name, value)
    return functions


def test_the_script_writes_what_it_finds_in_order(script: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """What the script writes it finds to be up to date; what is of no scene it takes away."""
    folder = tmp_path / "controller"
    folder.mkdir()
    (folder / "former.json").write_text('{"participantId": "me", "options": {}, "steps": []}')

    assert (script["check"](), script["write"](), script["check"]()) == (1, 0, 0)

    assert [path.name for path in folder.iterdir()] == ["slides.json"]
    told = capsys.readouterr()
    assert told.out == "wrote controller/slides.json\n"
    assert sorted(told.err.splitlines()) == ["former: of no scene", "slides: not written"]
