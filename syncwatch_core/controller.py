"""One participant's state machine: keeps one player on the session's timeline.

``VideoController.handle(event, now)`` is told what happened and answers with what is to be done; ``wakes_at`` says
when it wants to be told ``Woken``; ``view(now)`` is what a screen shows. ``now`` is the participant's own local clock.

*Theory of operation.* There is one goal, a ``Timeline``: the session's, or, until the session has answered, what the
person has just done. There is one belief about the player, its ``Phase``. Whatever happens changes the goal or the
belief, and then ``_follow`` compares the two and asks for what is missing. So nothing depends on the order in which
messages arrive, and a message that arrives twice changes nothing.

*A start.* The player stands still on a frame at ``X``. It is let go at the instant at which the timeline comes to
``X``: not to where a seek was asked to go, but to where it really landed, which is up to a frame later.
Where the timeline is past ``X`` the player seeks to where the timeline will be when that seek is done.

*A person's hands.* A pause or a seek in the player has already happened; the goal takes it on at once and the session
is told. A play is taken back until the session has said when all start. What the session refuses is undone by
following its playback.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from syncwatch_core import controller_events as told
from syncwatch_core.clock import ClockEstimate
from syncwatch_core.correction import RESTART_BEYOND, RESTART_SOONER_BEYOND, Correction, Nudge
from syncwatch_core.messages import Media, ParticipantState, Playback
from syncwatch_core.outbox import Outbox
from syncwatch_core.timeline import Timeline

SAME_FRAME = 0.001
"""Seconds; positions nearer than this are one frame."""

JUMP = RESTART_SOONER_BEYOND
"""Seconds; a new timeline further than this from the old one is gone to by a restart, else the drift law takes it."""

START_LATE_BY = 0.01
"""Seconds; a start that is later than it should be by less than this is made at once and nudged out."""

BETTER_BY = 0.0005
"""Seconds; a start is set anew if a better estimate of the clock moves it by more than this."""

SETTLE = 0.5
"""Seconds after a start in which the player's report is not yet to be trusted. docs/sync.md."""

FIRM_FOR = 3.0
"""Seconds after a start or a change of rate in which drift is taken out firmly: by then all are to be together."""

SEEK_MARGIN = 0.05
"""Seconds that a seek ahead leaves for what the last seeks did not show."""

FIRST_SEEK_COST = 0.2
"""Seconds; what an exact seek is taken to cost before one was seen. Measured p50 0.13 with long GOPs."""

FAR_QUICKER = 0.5
"""Seconds by which a seek is quicker than those before it, so that what was learned from them no longer holds."""

LOAD_COST = 0.3
"""Seconds; how far ahead a moving timeline is met when media is loaded."""

SLOW_SEEK = 0.5
"""Seconds after which a seek is shown to the others as buffering."""

IN_SYNC, OUT_OF_SYNC = 0.01, 0.025
"""Seconds of drift below which a player comes into sync and beyond which it falls out of it."""

STATUS_EVERY = 5.0
"""Seconds between reports while nothing changes. docs/contract.md, 3: every few seconds."""

RESTART_PAUSE, RESTART_PAUSE_LIMIT = 2.0, 30.0
"""Seconds between two restarts; doubled by each that did not help, so that a hopeless player is not tormented."""

RATE_STEP = 10e-6
"""A change of rate below this is not worth writing. docs/sync.md."""

TRUSTED_WITHIN = 0.25
"""Seconds of drift within which a person's pause is taken to be at what everybody saw."""


class Phase(Enum):
    """What is believed of the player."""

    EMPTY = "nothing is loaded"
    LOADING = "media was asked for"
    FAILED = "the media can't be played here"
    STANDING = "paused"
    SEEKING = "paused, on the way elsewhere"
    ARMED = "paused, to be let go at an instant"
    RUNNING = "playing"
    ENDED = "on the last frame"


@dataclass(frozen=True, slots=True)
class ControllerView:
    """What there is to show at one instant."""

    state: ParticipantState
    position: float | None
    """Seconds of media."""
    drift: float | None
    """Seconds, positive is ahead; None while it is not measured."""
    uncertainty: float | None
    rtt: float | None
    offset: float | None
    rate_change: float
    """By which share the rate is nudged."""
    in_sync: bool
    seek_cost: float
    duration: float | None
    media_id: str | None
    restarts: int


class VideoController:
    """Keeps one player on the timeline; see the module for how."""

    def __init__(
        self,
        participant_id: str = "",
        *,
        correcting: bool = True,
        device_delay: float = 0.0,
        view_only: bool = False,
    ) -> None:
        self.participant_id = participant_id
        self.correcting = correcting
        self.device_delay = device_delay
        self.view_only = view_only
        # the session
        self.media: Media | None = None
        self.playback: Playback | None = None
        self.goal: Timeline | None = None
        self.clock: ClockEstimate | None = None
        # the player
        self.phase = Phase.EMPTY
        self.duration: float | None = None
        self._loaded_id: str | None = None
        self._stands_at: float | None = None
        self._target: float | None = None
        self._starts_at = 0.0
        self._phase_since = 0.0
        self._stalled = False
        self._keep_pitch = False
        self._rate: float | None = None
        self._rate_of_goal = 1.0
        self._filled_at_rate = 1.0
        self._new_rate_at = float("-inf")
        self._arrived = False
        # the person
        self._detached = False
        self._outbox = Outbox()
        # the drift
        self._correction = Correction()
        self._drift: float | None = None
        self._sampled_at: float | None = None
        self._in_sync = False
        self._measuring_start = False
        self._start_latency: dict[bool, float] = {}
        """What a start takes, s, without and with pitch correction, as far as it was seen."""
        self._seek_cost = FIRST_SEEK_COST
        self._may_restart_at = 0.0
        self._restart_pause = RESTART_PAUSE
        self._restarts = 0
        # reports
        self._reported: tuple[ParticipantState, bool] | None = None
        self._report_at = 0.0
        self._out: list[told.ControllerCommand] = []

    # --- the three faces ---------------------------------------------------------------------------

    def handle(self, event: told.ControllerEvent, now: float) -> list[told.ControllerCommand]:
        """Take in what happened and give what is to be done, in this order."""
        handler: Callable[[VideoController, Any, float], None] = _HANDLERS[type(event)]
        handler(self, event, now)
        self._report(now)
        out, self._out = self._out, []
        return out

    @property
    def wakes_at(self) -> float | None:
        """The local instant at which ``Woken`` is wanted; None if never."""
        if self.goal is None:
            return None
        instants = [self._report_at]
        if self.phase is Phase.ARMED:
            instants.append(self._starts_at)
        if self.phase is Phase.SEEKING and self._reported is not None and self._reported[0] != "buffering":
            instants.append(self._phase_since + SLOW_SEEK)
        return min(instants)

    def view(self, now: float) -> ControllerView:
        """What there is to show at ``now``."""
        return ControllerView(
            state=self._state(now),
            position=self._position(now),
            drift=self._drift if self.phase is Phase.RUNNING else None,
            uncertainty=self.clock.uncertainty_at(now) if self.clock else None,
            rtt=self.clock.rtt if self.clock else None,
            offset=self.clock.offset_at(now) if self.clock else None,
            rate_change=self._rate / self.goal.rate - 1 if self._rate and self.goal else 0.0,
            in_sync=self._in_sync,
            seek_cost=self._seek_cost,
            duration=self.duration,
            media_id=self._loaded_id,
            restarts=self._restarts,
        )

    # --- told by the session -----------------------------------------------------------------------

    def sync_video(self, event: told.PlaybackReceived, now: float) -> None:
        """Take on the session's media and playback, unless something newer is known."""
        if self.playback is not None and event.playback.revision < self.playback.revision:
            return
        newer = self.playback is None or event.playback.revision > self.playback.revision
        self.media, self.playback = event.media, event.playback
        if newer and self._detached:
            self._detached = False
            self._out.append(told.PauseNow())
            self._stand(None, now)
        if not self._outbox:
            self._adopt(event.playback.timeline, now)
        if newer:
            # Who plays on at the end is there at once, and no player will come to it by itself any more.
            self._tell_end()

    def _clock_estimated(self, event: told.ClockEstimated, now: float) -> None:
        first = self.clock is None
        self.clock = event.estimate
        if first:
            self._follow(now)
        elif self.phase is Phase.ARMED:
            self._arm_anew(now)

    def _link_lost(self, _: told.LinkLost, __: float) -> None:
        self._outbox.link_lost()

    def _link_restored(self, _: told.LinkRestored, now: float) -> None:
        """Say what the person did meanwhile, unless others have moved on."""
        if self.playback is None:
            return
        self._reported = None
        if not self._outbox.link_restored(self.playback, self.participant_id):
            self._out.append(told.Tell("overtaken", "while you were away others moved on; you are with them again"))
        self._tell_end()
        self._go_on_with_outbox(now)

    def _action_accepted(self, event: told.ActionAccepted, now: float) -> None:
        self._action_answered(event.playback, now)

    def _action_refused(self, event: told.ActionRefused, now: float) -> None:
        self._out.append(told.Tell(event.code, event.message))
        self._action_answered(event.playback, now)

    def _action_answered(self, playback: Playback | None, now: float) -> None:
        self._outbox.answered()
        if playback is not None and (self.playback is None or playback.revision >= self.playback.revision):
            self.playback = playback
        self._go_on_with_outbox(now)

    def _go_on_with_outbox(self, now: float) -> None:
        """Say the next action; with none left the session's playback is the goal again."""
        self._send_next()
        if not self._outbox and self.playback is not None:
            self._adopt(self.playback.timeline, now)

    def _send_next(self) -> None:
        action = self._outbox.take()
        if action is not None:
            self._out.append(action)

    # --- told by the player ------------------------------------------------------------------------

    def _primed(self, event: told.PlayerPrimed, now: float) -> None:
        self.duration = event.duration
        self._rate = None
        self._stand(event.position, now)
        self._follow(now)

    def _failed(self, event: told.PlayerFailed, now: float) -> None:
        self._enter(Phase.FAILED, now)
        self._out.append(told.Tell("unplayable", event.message))

    def _landed(self, event: told.PlayerLanded, now: float) -> None:
        if self.phase is not Phase.SEEKING:
            return
        cost = now - self._phase_since
        # A cost that was exceeded counts for more than one that was undercut: starts are to be made.
        # So does one undercut by far, as after a stall within a seek: else the player would stand and wait for long.
        counts_for_more = cost > self._seek_cost or cost < self._seek_cost - FAR_QUICKER
        self._seek_cost += (cost - self._seek_cost) * (0.7 if counts_for_more else 0.3)
        self._stand(event.position, now)
        self._follow(now)

    def _sampled(self, event: told.PlayerSampled, now: float) -> None:
        if self.phase is not Phase.RUNNING or self._stalled or self._detached or self.clock is None:
            return
        if event.at < self._phase_since + SETTLE:
            return
        self.smooth_sync(self.calculate_time_drift(event.position, event.at), event.at, now)

    def _stalled_now(self, _: told.PlayerStalled, __: float) -> None:
        self._stalled, self._in_sync = True, False

    def _resumed(self, _: told.PlayerResumed, now: float) -> None:
        """After a stall the player is behind: it meets the timeline anew, and moves nobody else."""
        was_stalled, self._stalled = self._stalled, False
        if was_stalled and self.phase is Phase.RUNNING and self.correcting:
            self._restart(now)
        else:
            self._follow(now)

    def _ended(self, event: told.PlayerEnded, now: float) -> None:
        if self.phase in (Phase.EMPTY, Phase.LOADING, Phase.FAILED):
            return
        self._enter(Phase.ENDED, now)
        self._stands_at = event.position
        self._tell_end()

    def _tell_end(self) -> None:
        if self.phase is not Phase.ENDED or self._loaded_id is None or self._detached or not self._outbox.linked:
            return
        if self.goal is not None and self.goal.playing:
            self._out.append(told.SendEnded(self._loaded_id))

    # --- told by the person's hands ----------------------------------------------------------------

    def handle_local_video_event(self, event: told.PersonEvent, now: float) -> None:
        """Take on what the person did in the player: at once for themselves, then for all."""
        if self.goal is None or self.phase in (Phase.EMPTY, Phase.LOADING, Phase.FAILED):
            return
        if self.view_only:
            self._keep_to_myself(event, now)
            return
        match event:
            case told.PersonPaused():
                self._person_paused(event.position, now)
            case told.PersonPlayed():
                self._person_played(event.position, now)
            case told.PersonSought():
                self._person_sought(event.position, now)
            case told.PersonChangedRate():
                self._person_changed_rate(event.rate, now)

    def _person_paused(self, position: float, now: float) -> None:
        assert self.goal is not None  # noqa: S101 asked by the caller
        if not self.goal.playing:
            return
        in_step = self.phase is Phase.RUNNING and abs(self._drift or 0.0) < TRUSTED_WITHIN and not self._stalled
        server = self._server_time(now)
        self._stand(None, now)
        action = told.SendAction("video-pause", at=self._acted_at(now), position=position if in_step else None)
        self._act(action, self.goal.paused_at(server, position if in_step else None), now)

    def _person_played(self, position: float, now: float) -> None:
        assert self.goal is not None  # noqa: S101 asked by the caller
        if self.goal.playing:
            # They are about to be let go anyway; back to the mark.
            self._out.append(told.PauseNow())
            self._stand(None, now)
            self._follow(now)
            return
        action = told.SendAction("video-play", at=self._acted_at(now))
        if self._outbox.linked:
            self._out.append(told.PauseNow())
            self._stand(None, now)
            self._act(action, self.goal, now)
        else:
            self._run(now)
            self._act(action, self.goal.started_at(self._server_time(now), position), now)

    def _person_sought(self, position: float, now: float) -> None:
        assert self.goal is not None  # noqa: S101 asked by the caller
        moving = self.phase is Phase.RUNNING
        action = told.SendAction("video-seek", at=self._acted_at(now), position=position)
        if self.goal.playing and self._outbox.linked:
            # Shown at once, then held until the session has said when all go on from there.
            self._out.append(told.PauseNow())
            self._stand(None if moving else position, now)
            self._act(action, self.goal.paused_at(self._server_time(now), position), now)
        elif self.goal.playing:
            # The player runs on from there already: there is nothing to leave.
            self.goal = self.goal.started_at(self._server_time(now), position)
            self._run(now)
            self._act(action, self.goal, now)
        else:
            self._stand(position, now)
            self._act(action, self.goal.paused_at(self._server_time(now), position), now)

    def _person_changed_rate(self, rate: float, now: float) -> None:
        assert self.goal is not None  # noqa: S101 asked by the caller
        rate = max(0.25, min(4.0, rate))
        self._rate = None
        action = told.SendAction("video-rate", at=self._acted_at(now), rate=rate)
        self._act(action, self.goal.with_rate(rate, self._server_time(now)), now)

    def _keep_to_myself(self, event: told.PersonEvent, now: float) -> None:
        """View only: the player does as the person says and nobody hears of it; a play leads back to the session."""
        self._rate = None
        if isinstance(event, told.PersonPlayed):
            self._detached = False
            self._out.append(told.PauseNow())
            self._stand(None, now)
            self._follow(now)
            return
        self._detached, self._in_sync = True, False
        if isinstance(event, told.PersonPaused):
            self._stand(None, now)

    def _act(self, action: told.SendAction, goal: Timeline, now: float) -> None:
        """Make ``goal`` ours and tell the session."""
        self._outbox.put(action, self.playback.revision if self.playback else 0)
        self._adopt(goal, now)
        self._send_next()

    # --- the drift ---------------------------------------------------------------------------------

    def calculate_time_drift(self, position: float, at: float) -> float:
        """By how much what is heard is ahead of the timeline at local instant ``at``, s; behind is negative."""
        assert self.goal is not None  # noqa: S101
        heard = position - self.device_delay * self.goal.rate
        return heard - self.goal.position_at(self._server_time(at))

    def smooth_sync(self, drift: float, at: float, now: float) -> None:
        """Take the drift out: by a nudge of the rate, or by a restart."""
        elapsed = 0.25 if self._sampled_at is None else min(1.0, max(0.0, at - self._sampled_at))
        self._drift, self._sampled_at = drift, at
        self._judge_sync(abs(drift))
        if not self.correcting:
            return
        if self._measuring_start:
            self._learn_start(drift)
        self._correction, steering = self._correction.steer(
            drift,
            elapsed,
            firmly=now < max(self._phase_since, self._new_rate_at) + FIRM_FOR,
            restart_beyond=RESTART_SOONER_BEYOND if now < self._new_rate_at + FIRM_FOR else RESTART_BEYOND,
        )
        if isinstance(steering, Nudge):
            self._play_at(steering.change)
        elif now >= self._may_restart_at:
            self._restart(now)

    def _judge_sync(self, size: float) -> None:
        if size <= IN_SYNC:
            self._in_sync = True
            self._restart_pause = RESTART_PAUSE
        elif size > OUT_OF_SYNC:
            self._in_sync = False

    def _learn_start(self, drift: float) -> None:
        """The first reading after a start shows by how much the player was late in starting."""
        self._measuring_start = False
        if abs(drift) < RESTART_BEYOND and self.goal is not None:
            late = -drift / self.goal.rate
            known = self._start_latency.get(self._keep_pitch)
            learned = late if known is None else known + 0.3 * late
            self._start_latency[self._keep_pitch] = max(-0.02, min(0.2, learned))

    def _restart(self, now: float) -> None:
        self._restarts += 1
        self._may_restart_at = now + self._restart_pause
        self._restart_pause = min(2 * self._restart_pause, RESTART_PAUSE_LIMIT)
        self._out.append(told.PauseNow())
        self._stand(None, now)
        self._follow(now)

    # --- following the goal ------------------------------------------------------------------------

    def _adopt(self, goal: Timeline, now: float) -> None:
        """Make ``goal`` the goal; a player that is already on it is left alone."""
        before, self.goal = self.goal, goal
        if before is not None and before != goal and not self._detached:
            if self.phase is Phase.RUNNING and goal.playing and self._leaves(before, goal, now):
                self._out.append(told.PauseNow())
                self._stand(None, now)
            elif self.phase is Phase.ARMED:
                self._out.append(told.PauseNow())
                # Once the instant has come it has begun to play, whether or not we were told yet.
                self._stand(self._stands_at if now < self._starts_at else None, now)
        self._follow(now)

    def _leaves(self, before: Timeline, goal: Timeline, now: float) -> bool:
        """Whether a player that runs on ``before`` has to stop in order to come onto ``goal``."""
        if self.clock is None:
            return True
        server = self._server_time(now)
        if not goal.is_moving_at(server):
            return True
        return abs(goal.position_at(server) - before.position_at(server)) > JUMP

    def _follow(self, now: float) -> None:
        """Ask for what is missing between the player and the goal."""
        if self.goal is None or self._detached:
            return
        if self.media is None:
            if self.phase is not Phase.EMPTY:
                self._out.append(told.UnloadMedia())
            self._loaded_id = None
            self._enter(Phase.EMPTY, now)
        elif self._loaded_id != self.media.media_id:
            self._load(self.media, now)
        elif self.phase in (Phase.LOADING, Phase.FAILED, Phase.EMPTY) or (
            self.phase is Phase.ENDED and self._is_over(now)
        ):
            return
        elif self.goal.playing:
            self._go_along(now)
        else:
            self._stand_still(self.goal.position, now)

    def _load(self, media: Media, now: float) -> None:
        assert self.goal is not None  # noqa: S101
        if self.goal.playing and self.clock is None:
            return  # where to, nobody knows yet; the first estimate of the clock comes back here
        position = self.goal.position_at(self._server_time(now + LOAD_COST)) if self.clock else self.goal.position
        self._loaded_id, self.duration, self._stalled = media.media_id, None, False
        self._in_sync, self._arrived, self._drift, self._target = False, False, None, position
        self._fill_at_rate()
        self._out.append(told.LoadMedia(media, position))
        self._enter(Phase.LOADING, now)

    def _stand_still(self, position: float, now: float) -> None:
        """The goal does not move: the player is to stand on its frame."""
        assert self.goal is not None  # noqa: S101
        if self.phase in (Phase.RUNNING, Phase.ARMED):
            self._out.append(told.PauseNow())
            self._stand(None, now)
        elif self.phase is Phase.ENDED:
            self._stand(self._stands_at, now)
        if self.phase is Phase.SEEKING:
            if self._target != position:
                self._seek(position, now)
            return
        on_frame = self._stands_at is not None and (
            self._target == position or abs(self._stands_at - position) < SAME_FRAME
        )
        if on_frame and self._filled_at_rate == self.goal.rate:
            self._target, self._in_sync, self._arrived = position, True, True
            self._play_at(self._correction.integral)
        else:
            self._seek(position, now)

    def _go_along(self, now: float) -> None:
        """The goal moves, or is about to: the player is to be let go when it comes by."""
        assert self.goal is not None  # noqa: S101
        if self.clock is None or self.phase is Phase.ARMED:
            return
        if self.phase is Phase.RUNNING:
            if self._rate is None or self._rate_of_goal != self.goal.rate:
                self._new_rate_at, self._measuring_start = now, False
                self._play_at(self._correction.integral)
            return
        server = self._server_time(now)
        held = not self.goal.is_moving_at(server)
        if self.phase is Phase.SEEKING:
            if held and self._target != self.goal.position:
                self._seek(self.goal.position, now)
            return
        if self.phase is Phase.ENDED:
            self._stands_at = None
        if self._stands_at is not None and self._arm(self._stands_at, now, held=held):
            return
        ahead = 0.0 if held else self.goal.rate * (self._seek_cost * 1.2 + SEEK_MARGIN)
        self._seek(self.goal.position_at(server) + ahead, now)

    def _arm(self, position: float, now: float, *, held: bool) -> bool:
        """Let the player go when the timeline comes to where it stands; False if that is past, or too far off."""
        assert self.goal is not None and self.clock is not None  # noqa: S101, PT018
        start = self._start_for(position)
        wait = start - now
        hold = max(0.0, self.goal.anchored_at - self._server_time(now)) if held else 0.0
        if not -START_LATE_BY <= wait <= hold + 2 * (self._seek_cost + SEEK_MARGIN):
            return False
        if self._filled_at_rate != self.goal.rate:
            return False
        self._play_at(self._correction.integral)
        self._starts_at = max(start, now)
        self._out.append(told.StartAt(self._starts_at))
        self._enter(Phase.ARMED, now)
        return True

    def _start_for(self, position: float) -> float:
        """The local instant at which the player must be let go from ``position`` to be heard on the timeline."""
        assert self.goal is not None and self.clock is not None  # noqa: S101, PT018
        reached = self.goal.reached_at(position)
        assert reached is not None  # noqa: S101 the goal moves
        latency = self._start_latency.get(self.goal.rate != 1, 0.0)
        return self.clock.local_time(reached) - latency - self.device_delay

    def _arm_anew(self, now: float) -> None:
        """Correct the instant of the start: who has just come in learns the time better while they wait for it."""
        assert self._stands_at is not None  # noqa: S101 who is armed stands on a frame
        start = self._start_for(self._stands_at)
        if now < self._starts_at and abs(start - self._starts_at) > BETTER_BY:
            self._starts_at = max(start, now)
            self._out.append(told.StartAt(self._starts_at))

    def _woken(self, _: told.Woken, now: float) -> None:
        if self.phase is Phase.ARMED and now >= self._starts_at:
            self._run(now)

    def _run(self, now: float) -> None:
        self._enter(Phase.RUNNING, now)
        self._stands_at, self._target, self._arrived = None, None, True
        self._drift, self._sampled_at, self._measuring_start = None, None, True
        self._correction = Correction(self._correction.integral)
        self._new_rate_at = float("-inf")

    def _seek(self, position: float, now: float) -> None:
        if self.duration is not None:
            position = min(position, self.duration)
        self._target, self._stands_at, self._in_sync = position, None, False
        self._fill_at_rate()
        self._out.append(told.SeekTo(position))
        self._enter(Phase.SEEKING, now)

    def _fill_at_rate(self) -> None:
        """Set the rate before a seek or a load, which fill the sound buffer with what is heard first.

        Measured with mpv 0.35.1: at 1.5 set after the seek a start is 0.1 s late, set before it not at all.
        """
        assert self.goal is not None  # noqa: S101
        self._play_at(self._correction.integral)
        self._filled_at_rate = self.goal.rate

    def _stand(self, position: float | None, now: float) -> None:
        """Believe that the player stands: on the frame at ``position``, or, if None, on one that its sound is off from.

        After a pause the sound stands a part of a frame before the picture; only an exact seek brings the two together.
        """
        self._stands_at = position
        if position is None:
            self._target, self._in_sync = None, False
        self._enter(Phase.STANDING, now)

    def _play_at(self, change: float) -> None:
        """Play at the goal's rate changed by that share; what makes no difference is not written."""
        assert self.goal is not None  # noqa: S101
        rate, keep_pitch = self.goal.rate * (1 + change), self.goal.rate != 1
        self._rate_of_goal = self.goal.rate
        if self._rate is None or keep_pitch != self._keep_pitch or abs(rate - self._rate) > RATE_STEP * self.goal.rate:
            self._rate, self._keep_pitch = rate, keep_pitch
            self._out.append(told.SetRate(rate, keep_pitch))

    def _enter(self, phase: Phase, now: float) -> None:
        self.phase, self._phase_since = phase, now

    # --- asking ------------------------------------------------------------------------------------

    def _server_time(self, local: float) -> float:
        """The server's time; without an estimate the goal's own anchor, at which nothing moves yet."""
        if self.clock is not None:
            return self.clock.server_time(local)
        return self.goal.anchored_at if self.goal is not None else 0.0

    def _acted_at(self, now: float) -> float | None:
        return self.clock.server_time(now) if self.clock is not None else None

    def _is_over(self, now: float) -> bool:
        """Whether the goal stands at or beyond the end of the media, as this player knows it."""
        assert self.goal is not None  # noqa: S101
        return self.duration is not None and self.goal.position_at(self._server_time(now)) >= self.duration - 0.05

    def _position(self, now: float) -> float | None:
        if self.goal is None or self.media is None:
            return None
        if self.phase is Phase.RUNNING:
            return self.goal.position_at(self._server_time(now)) + (self._drift or 0.0)
        if self._stands_at is not None:
            return self._stands_at
        return self._target if self._target is not None else self.goal.position

    def _state(self, now: float) -> ParticipantState:
        if self.phase is Phase.FAILED or self._detached:
            return "away"
        if self.phase is Phase.ENDED:
            return "ended"
        if self.media is not None and not self._arrived:
            return "loading"
        if self._stalled or (self.phase is Phase.SEEKING and now >= self._phase_since + SLOW_SEEK):
            return "buffering"
        return "playing" if self.goal is not None and self.goal.playing else "paused"

    def _report(self, now: float) -> None:
        """Tell the session how this player stands: at once when that changes, else every few seconds."""
        if self.goal is None:
            return
        report = (self._state(now), self._in_sync)
        if report == self._reported and now < self._report_at:
            return
        self._reported, self._report_at = report, now + STATUS_EVERY
        if self._outbox.linked:
            self._out.append(told.SendStatus(report[0]))


_HANDLERS: dict[type, Callable[[VideoController, Any, float], None]] = {
    told.PlaybackReceived: VideoController.sync_video,
    told.ClockEstimated: VideoController._clock_estimated,  # noqa: SLF001 the table of this class
    told.LinkLost: VideoController._link_lost,  # noqa: SLF001
    told.LinkRestored: VideoController._link_restored,  # noqa: SLF001
    told.ActionAccepted: VideoController._action_accepted,  # noqa: SLF001
    told.ActionRefused: VideoController._action_refused,  # noqa: SLF001
    told.PlayerPrimed: VideoController._primed,  # noqa: SLF001
    told.PlayerFailed: VideoController._failed,  # noqa: SLF001
    told.PlayerLanded: VideoController._landed,  # noqa: SLF001
    told.PlayerSampled: VideoController._sampled,  # noqa: SLF001
    told.PlayerStalled: VideoController._stalled_now,  # noqa: SLF001
    told.PlayerResumed: VideoController._resumed,  # noqa: SLF001
    told.PlayerEnded: VideoController._ended,  # noqa: SLF001
    told.PersonPaused: VideoController.handle_local_video_event,
    told.PersonPlayed: VideoController.handle_local_video_event,
    told.PersonSought: VideoController.handle_local_video_event,
    told.PersonChangedRate: VideoController.handle_local_video_event,
    told.Woken: VideoController._woken,  # noqa: SLF001
}
"""Every event and who takes it."""
