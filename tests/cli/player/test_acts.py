"""What is done at the player is told in its order, with whose doing it was."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from syncwatch_cli.player.acts import Acts, Told
from syncwatch_cli.player.connection import IpcConnection
from syncwatch_cli.player.hand_watch import HandWatch
from syncwatch_core.controller_events import (
    PersonPaused,
    PersonPlayed,
    PersonSetOut,
    PersonSought,
    PersonStayed,
    PlayerLanded,
)


@pytest.fixture
async def told() -> list[Told]:
    return []


@pytest.fixture
async def acts(told: list[Told]) -> Acts:
    """At local 5.0, with nobody's hand on the player."""
    closed = IpcConnection(time.monotonic, lambda _event, _at: None, lambda: None)
    return Acts(told.append, HandWatch(closed, lambda _at: None), lambda: 5.0)


@pytest.fixture
async def take(acts: Acts) -> Callable[[Told], None]:
    """Where watches report."""
    return acts.take


async def test_pauses_on_the_way_are_told_after_the_landing(take: Callable[[Told], None], told: list[Told]):
    """A pause and a play while a seek lands keep their order and their instant, and take the landing's place."""
    sought = PersonSought(50.0, at=4.9)
    for event in (PersonSetOut(at=4.9), PersonPaused(10.0), PersonPlayed(10.0), sought, PersonPaused(51.0)):
        take(event)

    assert told == [
        PersonSetOut(at=4.9),
        PersonSought(50.0, at=4.9, by_script=True),
        PersonPaused(50.0, at=5.0, by_script=True),
        PersonPlayed(50.0, at=5.0, by_script=True),
        PersonPaused(51.0, by_script=True),
    ]


async def test_pauses_of_who_stayed_keep_their_place(take: Callable[[Told], None], told: list[Told]):
    """Where a seek led nowhere, a pause meanwhile is told from where it was made."""
    for event in (PersonSetOut(at=4.9), PersonPaused(10.0), PersonStayed(), PlayerLanded(12.0)):
        take(event)

    assert told[1:] == [PersonStayed(), PersonPaused(10.0, at=5.0, by_script=True), PlayerLanded(12.0)]


async def test_where_the_media_goes_by_itself_all_follow(acts: Acts, told: list[Told]):
    """Timestamps that jump move everybody, though nobody's hand was there: no script is blamed, or put right."""
    acts.carried_off(3602.0)

    assert told == [PersonSought(3602.0, at=5.0, by_script=False)]
