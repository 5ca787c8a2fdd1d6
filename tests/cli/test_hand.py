"""A hand from outside of the player: it acts as one within it does."""

from __future__ import annotations

from typing import Any

import pytest

from syncwatch_cli.hand import Hand
from syncwatch_core import controller_events as told
from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from tests.core.controller_bench import Bench, near


class Player:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments, **_: self.told.append((name, *arguments))


class Desk:
    """A hand on a player at local instant ``now``, and what came of it."""

    def __init__(self, bench: Bench, now: float, *, linked: bool = True, view_only: bool = False) -> None:
        self.player = Player()
        self.came: list[Any] = []
        self._bench = bench
        self._now = now
        if not linked:
            bench.tell(told.LinkLost(), now)
        self.hand = Hand(
            bench.controller,
            self.player,
            lambda: now,
            tell=self._tell,
            carry_out=self.came.append,
            linked=lambda: linked,
            view_only=view_only,
        )

    def _tell(self, event: told.ControllerEvent) -> None:
        self.came += self._bench.tell(event, self._now)

    def came_of(self, kind: type) -> list[Any]:
        return [each for each in self.came if isinstance(each, kind)]


def test_a_pause_acts_at_once() -> None:
    """A pause stops one's own player before anything else, and is told with the place that was seen."""
    desk = Desk(Bench().steady(), 4.0)

    assert desk.hand.play_or_pause() is None
    assert desk.came[0] == told.PauseNow()
    assert desk.came_of(told.SendAction) == [told.SendAction("video-pause", at=near(1004.0), position=near(12.0))]


def test_a_play_waits_for_the_common_start() -> None:
    """A play is told, and the player stands until the session says when all start."""
    desk = Desk(Bench().standing(), 4.0)

    assert desk.hand.play_or_pause() is None
    assert desk.came_of(told.SendAction) == [told.SendAction("video-play", at=near(1004.0))]
    assert desk.player.told == []


@pytest.mark.parametrize(("position", "goes_to"), [(100.0, 100.0), (-5.0, 0.0), (9999.0, 600.0)])
def test_a_seek_moves_the_player_at_once(position: float, goes_to: float) -> None:
    """A seek moves one's own player and is told; it stays within the media."""
    desk = Desk(Bench().steady(), 4.0)

    assert desk.hand.seek_to(position) is None
    assert desk.came_of(told.SeekTo) == [told.SeekTo(goes_to)]
    assert desk.came_of(told.SendAction) == [told.SendAction("video-seek", at=near(1004.0), position=goes_to)]


def test_seeks_add_up() -> None:
    """Two steps in a row lead twice as far, before the first has landed."""
    desk = Desk(Bench().standing(), 4.0)
    desk.hand.seek_by(5.0)
    desk.hand.seek_by(5.0)

    assert [each.position for each in desk.came_of(told.SeekTo)] == [15.0, 20.0]


def test_a_rate_is_taken_at_once() -> None:
    """A rate is played by one's own player at once, within what a session takes."""
    desk = Desk(Bench().steady(), 4.0)

    assert desk.hand.set_rate(9.0) is None
    assert [each.session_rate for each in desk.came_of(told.SetRate)] == [4.0]
    assert desk.came_of(told.SendAction) == [told.SendAction("video-rate", at=near(1004.0), rate=4.0)]


def test_without_a_link_the_player_obeys() -> None:
    """While the link is lost the player does what its person wants, and the session is told later."""
    desk = Desk(Bench().standing(), 4.0, linked=False)
    desk.hand.play_or_pause()
    desk.hand.seek_to(50.0)

    assert desk.player.told == [("unpause",), ("seek", 50.0)]
    assert desk.came_of(told.SendAction) == []


def test_view_only_stays_mine() -> None:
    """With --view-only the player does it, and nobody hears of it."""
    desk = Desk(Bench(view_only=True).steady(), 4.0, view_only=True)
    desk.hand.play_or_pause()
    desk.hand.seek_to(50.0)
    desk.hand.set_rate(2.0)

    assert desk.came == [told.PauseNow()]
    assert desk.player.told == [("seek", 50.0), ("set_rate", 2.0)]


def test_nothing_to_act_on() -> None:
    """Where the player has nothing loaded the session is asked."""
    desk = Desk(Bench(), 4.0)

    assert desk.hand.play_or_pause() == wire.VideoPlay()
    assert desk.hand.seek_to(5.0) == wire.VideoSeek(current_time=5.0)
    assert desk.hand.set_rate(2.0) == wire.VideoRate(rate=2.0)
    assert desk.came == []


def test_nothing_to_act_on_and_view_only() -> None:
    """With --view-only the session is not asked either."""
    desk = Desk(Bench(view_only=True), 4.0, view_only=True)

    with pytest.raises(AppError) as refused:
        desk.hand.play_or_pause()

    assert refused.value.code is ErrorCode.FORBIDDEN
