"""Links that expire: renewed while the player stands, and only then."""

from __future__ import annotations

import asyncio
import time

import pytest

from syncwatch_cli.media import expiry
from syncwatch_cli.media.expiry import Expiry
from tests.patience import PATIENCE

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks come in quick succession."""
    monkeypatch.setattr(expiry, "LOOK_EVERY", 0.01)


class Player:
    """Stands or moves, and counts how often its link expired."""

    def __init__(self) -> None:
        self.stands = True
        self.expired = 0
        self.has_expired = asyncio.Event()
        self.expiry = Expiry(self._expired, lambda: self.stands)

    def _expired(self) -> None:
        self.expired += 1
        self.has_expired.set()


@pytest.fixture
def player() -> Player:
    return Player()


async def expires(player: Player) -> None:
    """Wait until it is told."""
    await asyncio.wait_for(player.has_expired.wait(), PATIENCE)


async def test_an_expired_link_is_renewed_while_nothing_moves(player: Player) -> None:
    """Once the instant has come and the player stands, it is told, once."""
    player.expiry.watch(time.time() + 0.03)
    await expires(player)
    await asyncio.sleep(0.05)
    assert player.expired == 1


async def test_while_it_plays_it_is_let_play(player: Player) -> None:
    """What plays has its connection: only when it stands the link is renewed."""
    player.stands = False
    player.expiry.watch(time.time() - 1)
    await asyncio.sleep(0.05)
    assert player.expired == 0
    player.stands = True
    await expires(player)
    assert player.expired == 1


async def test_a_link_that_lasts_is_left_alone(player: Player) -> None:
    """One that never expires, or not yet, is not renewed; nor is one that is no longer wanted."""
    player.expiry.watch(None)
    player.expiry.watch(time.time() + 3600)
    await asyncio.sleep(0.05)
    player.expiry.watch(time.time() - 1)
    player.expiry.forget()
    await asyncio.sleep(0.05)
    assert player.expired == 0


async def test_the_time_is_looked_at_again_after_a_sleep(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop that slept finds on waking that the link has expired, though its timers stood still meanwhile."""
    monkeypatch.setattr(expiry, "LOOK_AT_LEAST_EVERY", 0.01)
    expires_at = time.time() + 3600
    player.expiry.watch(expires_at)
    await asyncio.sleep(0.03)
    assert player.expired == 0
    monkeypatch.setattr(time, "time", lambda: expires_at + 1)
    await expires(player)
    assert player.expired == 1
