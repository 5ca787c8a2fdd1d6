"""The session runtime of the page and its timers: scenes in virtual time, each a promise in a sentence."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.web.twins import HERE, as_modules, run_node

SCRIPTS = [HERE / "scenes" / f"{name}.mjs" for name in ("session_runtime", "steady_timers")]
SCENES = [
    pytest.param(script, scene, id=scene)
    for script in SCRIPTS
    for scene in re.findall(r'^  "(.+)": async', script.read_text(encoding="utf-8"), flags=re.MULTILINE)
]


@cache
def played(script: Path) -> dict[str, str | None]:
    """Of each scene's promise why it was not kept; None where it was."""
    with TemporaryDirectory() as folder:
        answers: dict[str, str | None] = run_node(script, as_modules(Path(folder)), None)
    return answers


@pytest.mark.parametrize(("script", "scene"), SCENES)
def test_scene(script: Path, scene: str):
    """The promise of a scene is kept."""
    assert played(script)[scene] is None, played(script)[scene]
