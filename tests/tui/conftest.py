"""A person's computer for the tests of the terminal interface: their own state and settings, and a real server."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.cli.conftest import server
from tests.tui.on_screen import Compare, at_rest

__all__ = ["server"]

SNAPSHOTS = Path(__file__).parent / "snapshots"
"""Pictures of the screens, as text."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("SYNCWATCH_") or name in ("NO_COLOR", "FORCE_COLOR")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("SYNCWATCH_STATE_DIR", str(folder / "state"))
    monkeypatch.setenv("SYNCWATCH_CONFIG", str(folder / "config.toml"))
    return folder


@pytest.fixture
def at_greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times of day are the same wherever the tests run."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def is_as_before(request: pytest.FixtureRequest) -> Compare:
    """Compares the rows of the screen with the picture of that name; ``--update-snapshots`` draws the picture anew."""

    async def compare(pilot: Pilot[Any], name: str) -> None:
        picture = SNAPSHOTS / f"{name}.txt"
        shown = "\n".join(await at_rest(pilot)) + "\n"
        if request.config.getoption("--update-snapshots"):
            picture.parent.mkdir(exist_ok=True)
            picture.write_text(shown)
        assert shown == picture.read_text(), "if it is meant, --update-snapshots draws the picture anew"

    return compare
