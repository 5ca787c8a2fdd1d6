"""A real Syncplay through the rig: its server, its clients, their players, and our observer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from benchmarks import scenario, syncplay_scenario
from benchmarks.link import Link
from benchmarks.settings import Settings
from benchmarks.syncplay_figures import figures
from benchmarks.syncplay_scenario import hold
from benchmarks.syncplay_setup import Installation, installed


@pytest.fixture(scope="module")
def syncplay() -> Installation:
    return installed()


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncplay_scenario, "NEWCOMER", 4.0)
    monkeypatch.setattr(scenario, "LONGEST", 3.0)
    monkeypatch.setattr(syncplay_scenario, "SETTLING", 1.0)


def test_a_second_set_up_finds_the_first(syncplay: Installation, capsys: pytest.CaptureFixture[str]):
    """Syncplay is set up once; who asks again is given the same without a word."""
    assert installed() == syncplay
    assert capsys.readouterr().err == ""


async def is_gone(ipc: Path) -> bool:
    """Whether the player that listened there ends within some seconds."""
    for _ in range(100):
        try:
            _, writer = await asyncio.open_unix_connection(str(ipc))
        except OSError:
            return True
        writer.close()
        await asyncio.sleep(0.05)
    return False


@pytest.mark.usefixtures("short")
async def test_syncplay_plays_seeks_and_is_measured(syncplay: Installation, tmp_path: Path):
    """Two unmodified clients follow a pause, a play and a seek done in one player, and no player is left behind."""
    settings = Settings(players=2, link=Link(rtt=0.02), seconds=2.0, commands=1, clock_offset=0, clock_skew=0)

    seen = figures(await hold(syncplay, settings, 0, tmp_path))

    assert seen["steady"]["worstPairMs"]["p50"] is not None
    for event in ("play", "seek"):
        assert (seen[event]["trials"], seen[event]["unfollowed"]) == (1, 0)
    assert (seen["join"]["joins"], seen["join"]["unfollowed"]) == (1, 0)
    assert seen["pause"]["trials"] == 1
    assert [await is_gone(tmp_path / f"{player}.ipc") for player in ("p0", "p1")] == [True, True]
