#!/usr/bin/env python3
"""Writes tests/vectors/controller: traces of the Python controller, by which its twins in other languages are held.

``scripts/controller_traces.py`` writes a file for each scene of tests/core/controller_scenes.py; with ``--check`` it
writes nothing and fails where the controller of today, told what a file says, answers otherwise.
Run it with the Python of the checkout's virtual environment.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from tests.core.controller_scenes import SCENES, Scene, recorded  # noqa: E402 run from a bare checkout too
from tests.core.controller_traces import Plain, faults  # noqa: E402 as above

FOLDER = ROOT / "tests" / "vectors" / "controller"


def main() -> int:
    """Write all traces, or check those that are there; gives the exit code."""
    parser = argparse.ArgumentParser(description="Traces of the Python controller, for its twins.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where they are out of date")
    return check() if parser.parse_args().check else write()


def write() -> int:
    """Write a file for each scene, and take away those of scenes that are no more."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.json"):
        if path.stem not in SCENES:
            path.unlink()
    for name, scene in SCENES.items():
        path = FOLDER / f"{name}.json"
        path.write_text(text_of(scene), encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


def check() -> int:
    """Say what is out of date."""
    written = {path.stem: path for path in FOLDER.glob("*.json")}
    wrong = [f"{name}: not written" for name in SCENES.keys() - written.keys()]
    wrong += [f"{name}: of no scene" for name in written.keys() - SCENES.keys()]
    for name, path in sorted(written.items()):
        trace: Plain = json.loads(path.read_text(encoding="utf-8"))
        wrong += [f"{name}: {fault}" for fault in list(faults(trace))[:1]]
    for words in wrong:
        print(words, file=sys.stderr)
    return 1 if wrong else 0


def text_of(scene: Scene) -> str:
    """A trace as a file has it: a step a line."""
    trace = recorded(scene)
    steps = ",\n".join(json.dumps(step, separators=(",", ":")) for step in trace["steps"])
    head = {"about": scene.__doc__, "participantId": trace["participantId"], "options": trace["options"]}
    return f'{json.dumps(head, indent=1)[:-2]},\n "steps": [\n{steps}\n]}}\n'


if __name__ == "__main__":
    sys.exit(main())
