"""What a follower and its player look like from outside: to the screen, in figures, and to the session, in a word."""

from __future__ import annotations

from dataclasses import dataclass

from syncwatch_core.follower import Follower
from syncwatch_core.messages import ParticipantState
from syncwatch_core.player_belief import Phase
from syncwatch_core.unseekable_media import is_live


@dataclass(frozen=True, slots=True)
class ControllerView:
    """What there is to show at one instant."""

    state: ParticipantState
    position: float | None
    """Seconds of media."""
    drift: float | None
    """Seconds, positive is ahead; None while it is not measured."""
    uncertainty: float | None
    """Seconds by which the server's clock may be other than believed; None before the first estimate."""
    rtt: float | None
    """Seconds."""
    jitter: float | None
    """By how much the time there and back typically exceeds the shortest, s."""
    offset: float | None
    """The server's clock minus the local one, s."""
    rate_change: float
    """By which share the rate is nudged."""
    in_sync: bool
    seek_cost: float
    """Seconds."""
    duration: float | None
    """Seconds of media."""
    live: bool | None
    """Whether the media is a live stream; None until it is loaded."""
    media_id: str | None
    restarts: int
    """So far."""


def view_of(follower: Follower, now: float) -> ControllerView:
    """What there is to show at local instant ``now``."""
    player, clock = follower.player, follower.clock
    return ControllerView(
        state=state_of(follower, now),
        position=follower.position(now),
        drift=player.drift,
        uncertainty=clock.uncertainty_at(now) if clock else None,
        rtt=clock.rtt if clock else None,
        jitter=clock.jitter if clock else None,
        offset=clock.offset_at(now) if clock else None,
        rate_change=player.rate.change_of(follower.goal.rate) if follower.goal else 0.0,
        in_sync=player.in_sync,
        seek_cost=follower.seek_cost.seconds,
        duration=player.duration,
        live=is_live(player.duration, seekable=player.seekable) if player.is_primed else None,
        media_id=player.loaded_id,
        restarts=follower.restarts.count,
    )


def _waits_for_start(follower: Follower, now: float) -> bool:
    """Whether the player stands where all are to start from, and only the instant has not come yet."""
    goal = follower.goal
    if goal is None or follower.player.phase is not Phase.ARMED:
        return False
    return not goal.is_moving_at(follower.server_time(now))


def state_of(follower: Follower, now: float) -> ParticipantState:
    """How the participant stands at local instant ``now``, as the others are shown it."""
    player = follower.player
    if player.phase is Phase.FAILED or follower.at_large:
        return "away"
    if player.phase is Phase.ENDED:
        return "ended"
    if follower.media is not None and not player.arrived and not _waits_for_start(follower, now):
        return "loading"
    if player.stalled or (player.slow_from is not None and now >= player.slow_from):
        return "buffering"
    return "playing" if follower.goal is not None and follower.goal.playing else "paused"
