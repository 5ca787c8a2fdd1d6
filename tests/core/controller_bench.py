"""A controller on the bench: told one thing at a time, at instants that are literals.

The server's clock is 1000 s ahead of the local one, so local 5.0 is server 1005.0.
"""

from __future__ import annotations

from typing import Any

import pytest

from syncwatch_core import controller_events as told
from syncwatch_core import messages as wire
from syncwatch_core.clock import ClockEstimate
from syncwatch_core.controller import VideoController

CLOCK = ClockEstimate(offset=1000.0, skew=0.0, uncertainty=0.001, estimated_at=0.0, rtt=0.1, jitter=0.0)

FRAME = 0.04
"""Seconds."""


def media(media_id: str = "m1") -> wire.Media:
    """Something to watch, ten minutes long."""
    return wire.Media(
        media_id=media_id,
        url="https://example.org/film.mp4",
        file=None,
        provider="direct",
        title="film",
        duration=600.0,
        live=None,
        thumbnail_url=None,
        start_position=0.0,
    )


FILM = media()


def playback(revision: int, position: float = 10.0, **fields: Any) -> wire.Playback:
    """A playback that stands at ``position``; ``at`` is server time."""
    given = {"playing": False, "rate": 1.0, "at": 1000.0, "event": "video-pause", "by": "other", **fields}
    return wire.Playback(
        session_id="s",
        media_id="m1",
        revision=revision,
        current_time=position,
        is_playing=given["playing"],
        rate=given["rate"],
        at=given["at"],
        cause=wire.Cause(event=given["event"], participant_id=given["by"]),
    )


def near(value: float) -> Any:
    """Equal to ``value`` but for the rounding of floats."""
    return pytest.approx(value)


class Bench:
    """A controller and what it said so far; reports to the session are kept apart from the rest."""

    def __init__(self, **traits: Any) -> None:
        self.controller = VideoController("me", **traits)
        self.statuses: list[tuple[float, str]] = []

    def tell(self, event: told.ControllerEvent, now: float) -> list[Any]:
        """What is asked for when the controller is told this, reports left out."""
        commands = self.controller.handle(event, now)
        self.statuses += [(now, command.state) for command in commands if isinstance(command, told.SendStatus)]
        return [command for command in commands if not isinstance(command, told.SendStatus)]

    def hears(self, playback: wire.Playback, now: float, media: wire.Media | None = FILM) -> list[Any]:
        """What is asked for when the session says this."""
        return self.tell(told.PlaybackReceived(media, playback), now)

    def standing(self) -> Bench:
        """Loaded, paused at 10, in sync, at local 1.0; revision 1 is in force."""
        self.tell(told.ClockEstimated(CLOCK), 0.0)
        self.hears(playback(1), 0.1)
        self.tell(told.PlayerPrimed(10.0, 600.0, FRAME), 1.0)
        return self

    def armed(self) -> Bench:
        """Standing at 10 at local 1.9, to be let go at 2.0; revision 2 is in force."""
        self.standing()
        self.hears(playback(2, playing=True, at=1002.0, event="video-play"), 1.9)
        return self

    def running(self) -> Bench:
        """Playing since local 2.0 from position 10, so that at local t it is at 8 + t; revision 2 is in force."""
        self.armed()
        self.tell(told.Woken(), 2.0)
        return self

    def steady(self) -> Bench:
        """As ``running``, and measured to be in sync, at local 3.0."""
        self.running()
        self.samples(3.0)
        return self

    def samples(self, at: float, drift: float = 0.0, rate: float = 1.0) -> list[Any]:
        """What is asked for at a reading of a player that ``runs`` and is off by ``drift``."""
        assert self.controller.goal is not None
        position = self.controller.goal.position_at(at + 1000.0) + drift * rate
        return self.tell(told.PlayerSampled(position, at), at)
