"""A hand on one's own player that is not in it: what is done outside of the player takes the way of what is done there.

The player is acted upon at once, as it would be by its own keys, and the controller is told of a person's act;
so undoing what the session refuses, keeping what is done while the link is lost, and ``--view-only`` hold here too.
"""

from __future__ import annotations

from collections.abc import Callable

from syncwatch_cli.player.interface import Player
from syncwatch_core import controller_events as told
from syncwatch_core import messages as wire
from syncwatch_core.controller import VideoController
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.hands import FASTEST, SLOWEST
from syncwatch_core.player_belief import Phase

_NOTHING_TO_ACT_ON = frozenset({Phase.EMPTY, Phase.LOADING, Phase.FAILED})


class Hand:
    """Acts on one player; each method gives what the session is to be asked for instead, or None where it is done."""

    def __init__(
        self,
        controller: VideoController,
        player: Player,
        clock: Callable[[], float],
        *,
        tell: Callable[[told.ControllerEvent], None],
        carry_out: Callable[[told.ControllerCommand], None],
        linked: Callable[[], bool],
        view_only: bool,
    ) -> None:
        """``linked``: whether the session can be told of anything just now."""
        self._controller = controller
        self._player = player
        self._clock = clock
        self._tell = tell
        self._carry_out = carry_out
        self._linked = linked
        self._view_only = view_only

    def play_or_pause(self) -> wire.ClientEvent | None:
        """Pause what plays, else play."""
        goal = self._controller.goal
        plays = goal is not None and goal.playing
        if self._has_nothing:
            return self._instead(wire.VideoPause() if plays else wire.VideoPlay())
        position = self._position or 0.0
        if plays:
            self._carry_out(told.PauseNow())
            self._tell(told.PersonPaused(position, at=self._clock()))
            return None
        if not self._linked() and not self._view_only:
            # Nobody can say when all start, and the controller takes it that the player runs.
            self._player.unpause()
        self._tell(told.PersonPlayed(position, at=self._clock()))
        return None

    def seek_to(self, position: float) -> wire.ClientEvent | None:
        """Go to ``position``, s of media."""
        duration = self._controller.view(self._clock()).duration
        position = max(0.0, position) if duration is None else min(max(0.0, position), duration)
        if self._has_nothing:
            return self._instead(wire.VideoSeek(current_time=position))
        goal = self._controller.goal
        if self._view_only or (goal is not None and goal.playing and not self._linked()):
            # The controller takes it that the player is there already.
            self._player.seek(position)
        # Not exact: the player is brought onto the frame by the controller, as it is after a step by frames.
        self._tell(told.PersonSought(position, at=self._clock(), exact=False))
        return None

    def seek_by(self, seconds: float) -> wire.ClientEvent | None:
        """Go on by so many seconds of media, or back."""
        return self.seek_to((self._position or 0.0) + seconds)

    def set_rate(self, rate: float) -> wire.ClientEvent | None:
        """Play at ``rate``, media seconds a second."""
        rate = min(max(rate, SLOWEST), FASTEST)
        if self._has_nothing:
            return self._instead(wire.VideoRate(rate=rate))
        if self._view_only:
            self._player.set_rate(rate, keep_pitch=True, session_rate=rate)
        self._tell(told.PersonChangedRate(rate, at=self._clock()))
        return None

    def _instead(self, request: wire.ClientEvent) -> wire.ClientEvent:
        if self._view_only:
            raise AppError(ErrorCode.FORBIDDEN, "with --view-only what you do stays yours, and nothing is loaded here")
        return request

    @property
    def _has_nothing(self) -> bool:
        """Whether there is nothing in the player that could be acted on."""
        return self._controller.goal is None or self._controller.phase in _NOTHING_TO_ACT_ON

    @property
    def _position(self) -> float | None:
        """Where the player stands, or where it was told to go last, s of media."""
        return self._controller.view(self._clock()).position
