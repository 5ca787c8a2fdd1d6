"""Keeps a player on a goal, which is a timeline; whose goal it is, and who else follows it, is not known here.

There is one goal, and one belief about the player. Whatever happens changes the goal or the belief,
and then ``follow`` compares the two and asks for what is missing, by adding commands to a list that it was given.
So nothing depends on the order in which things happen, and what happens twice changes nothing.

*A start.* The player stands still on a frame at ``X``. It is let go at the instant at which the timeline comes to
``X``: not to where a seek was asked to go, but to where it really landed, which is up to a frame later.
Where the timeline is past ``X`` the player seeks to where the timeline will be when that seek is done.

*What can't be sought in*, a live stream for one, is only played and paused: it starts with the timeline, is never
brought to a place, and no drift is told of it, since its positions mean nothing to anybody else.

*A run.* Readings of the player's position show its drift, which is taken out by nudges of the rate,
or by a restart: pause, seek ahead, start.
"""

from __future__ import annotations

from syncwatch_core import controller_events as told
from syncwatch_core.clock import ClockEstimate
from syncwatch_core.correction import RESTART_BEYOND, RESTART_SOONER_BEYOND, Nudge
from syncwatch_core.cut_offs import CutOffs
from syncwatch_core.messages import Media
from syncwatch_core.player_belief import Phase, PlayerBelief
from syncwatch_core.player_habits import RestartPatience, SeekCost, StartLatency
from syncwatch_core.timeline import Timeline

JUMP = RESTART_SOONER_BEYOND
"""Seconds; a new timeline further than this from the old one is gone to by a restart, else the drift law takes it."""

START_LATE_BY = 0.01
"""Seconds; a start that is later than it should be by less than this is made at once and nudged out: who is within it
counts as in sync (``IN_SYNC``), and another seek would only keep them silent."""

BETTER_BY = 0.0005
"""Seconds; a start is set anew if a better estimate of the clock moves it by more than this: as exactly as a player can
be let go (docs/sync.md: 0.3 ms p50)."""

MISSED_BY = 0.05
"""Seconds that a seek aims further ahead after one that came too late; doubled by each, up to ``MISSED_BY_LIMIT``."""
MISSED_BY_LIMIT = 3.2

NEXT_FRAME_WITHIN = 60.0
"""Seconds that a player waits at most on a frame on which two seeks to different places landed: none is nearer, as
between the slides of a lecture."""

LOAD_COST = 0.3
"""Seconds; how far ahead a moving timeline is met when media is loaded: a local file takes a third of it, and where it
takes longer a seek follows."""

IN_SYNC, OUT_OF_SYNC = 0.01, 0.025
"""Seconds of drift below which a player comes into sync and beyond which it falls out of it: two players are heard as
one within 10 ms, and show the same frame within 25 (W3C Timing Object, "echoless" and "frame accurate")."""

AT_THE_END = 0.05
"""Seconds before the end of the media that count as its end: at 24 fps the last frame stands 42 ms before it."""


class Follower:
    """Keeps one player on a goal; see the module for how."""

    def __init__(
        self, out: list[told.ControllerCommand], *, correcting: bool = True, device_delay: float = 0.0
    ) -> None:
        self._out = out
        self._correcting = correcting
        self._device_delay = device_delay
        # what is wanted
        self.media: Media | None = None
        self.goal: Timeline | None = None
        self.clock: ClockEstimate | None = None
        self.at_large = False
        """Whether the player is left to itself."""
        # what is believed, and what was learned
        self.player = PlayerBelief()
        self.seek_cost = SeekCost()
        self.restarts = RestartPatience()
        self._cut_offs = CutOffs()
        self._start_latency = StartLatency()
        self._missed_by = 0.0

    # --- told by the player ------------------------------------------------------------------------

    def primed(self, event: told.PlayerPrimed, now: float) -> None:
        """The media is loaded, and the player stands on its first frame."""
        self.player.is_primed_at(event.position, event.duration, now, seekable=event.seekable)
        self.follow(now)

    def broke_off(self, now: float) -> bool:
        """What is played no longer comes: ask for the same media anew; False where that was in vain just before."""
        if not self._cut_offs.happened(now):
            return False
        self.player.breaks_off(now)
        self.follow(now)
        return True

    def landed(self, event: told.PlayerLanded, now: float) -> None:
        """A seek is done, and the player stands on the frame that it found."""
        if self.player.phase is Phase.SEEKING:
            self.seek_cost.learn(now - self.player.phase_since)
            self.player.stands(event.position, now)
            self._note_miss(event.position, now)
            self.follow(now)

    def ran_dry(self, _: told.PlayerStalled, __: float) -> None:
        """The player waits for media."""
        self.player.runs_dry()

    def resumed(self, _: told.PlayerResumed, now: float) -> None:
        """After a stall the player is behind: it meets the timeline anew, and moves nobody else."""
        was_stalled, self.player.stalled = self.player.stalled, False
        if was_stalled and self.player.phase is Phase.RUNNING and self._correcting and self.player.seekable:
            self._restart(now)
        else:
            self.follow(now)

    def woken(self, _: told.Woken, now: float) -> None:
        """The instant of the start may have come."""
        if self.player.starts_at is not None and now >= self.player.starts_at:
            self.player.runs(now)

    # --- the goal ----------------------------------------------------------------------------------

    def learn_clock(self, estimate: ClockEstimate, now: float) -> None:
        """Take on a new estimate of the server's clock; the first lets a moving goal be followed at all."""
        first, self.clock = self.clock is None, estimate
        if first:
            self.follow(now)
        elif self.player.phase is Phase.ARMED and self.player.seekable:
            self._arm_anew(now)

    def adopt(self, goal: Timeline, now: float) -> None:
        """Make ``goal`` the goal; a player that is already on it is left alone."""
        before, self.goal = self.goal, goal
        if before is not None and before != goal and not self.at_large:
            if self.player.phase is Phase.RUNNING and goal.playing and self._leaves(before, goal, now):
                self.stop(now)
            elif self.player.starts_at is not None:
                # Once the instant has come it has begun to play, whether or not we were told yet.
                self.stop(now, self.player.stands_at if now < self.player.starts_at else None)
        self.follow(now)

    def _leaves(self, before: Timeline, goal: Timeline, now: float) -> bool:
        """Whether a player that runs on ``before`` has to stop in order to come onto ``goal``."""
        if not self.player.seekable:
            return False
        server = self.server_time(now)
        if self.clock is None or not goal.is_moving_at(server):
            return True
        return abs(goal.position_at(server) - before.position_at(server)) > JUMP

    def stop(self, now: float, at: float | None = None) -> None:
        """Let the player pause, on the frame at ``at`` if that is known."""
        self._out.append(told.PauseNow())
        self.player.stands(at, now)

    def follow(self, now: float) -> None:
        """Ask for what is missing between the player and the goal."""
        if self.goal is None or self.at_large:
            return
        if self.media is None:
            self._unload(now)
        elif self.player.loaded_id != self.media.media_id:
            self._load(self.media, now)
        elif not self.player.is_primed or (self.player.phase is Phase.ENDED and self._is_over(now)):
            return
        elif not self.player.seekable:
            self._play_or_pause(now)
        elif self.goal.playing:
            self._go_along(now)
        else:
            self._stand_still(self.goal.position, now)

    # --- following it ------------------------------------------------------------------------------

    def _play_or_pause(self, now: float) -> None:
        """Follow the goal with media that can't be brought to a place."""
        stands = self.player.phase is Phase.STANDING
        if not self._goal.playing:
            if not stands:
                self.stop(now)
            self.player.arrived = True
        elif stands and self.clock is not None:
            self._play_at(0.0)
            self._start_at(self.clock.local_time(self._goal.anchored_at), now)
        elif self.player.phase is Phase.RUNNING:
            self._run_along(now)

    def _unload(self, now: float) -> None:
        if self.player.phase is not Phase.EMPTY:
            self._out.append(told.UnloadMedia())
        self.player.is_emptied(now)

    def _load(self, media: Media, now: float) -> None:
        if self._goal.playing and self.clock is None:
            return  # where to, nobody knows yet; the first estimate of the clock comes back here
        position = self._heard_if_started(now + LOAD_COST)
        self._fill_at_rate()
        self._out.append(told.LoadMedia(media, position))
        self.player.loads(media.media_id, position, now)

    def _seek(self, position: float, now: float) -> None:
        if self.player.duration is not None:
            position = min(position, self.player.duration)
        self._fill_at_rate()
        self._out.append(told.SeekTo(position))
        self.player.seeks(position, now)

    def _stand_still(self, position: float, now: float) -> None:
        """The goal does not move: the player is to stand on its frame."""
        player = self.player
        if player.phase in (Phase.RUNNING, Phase.ARMED):
            self.stop(now)
        elif player.phase is Phase.ENDED:
            player.stands(player.stands_at, now)
        if player.phase is Phase.SEEKING:
            if player.target != position:
                self._seek(position, now)
        elif player.is_on_frame(position) and player.rate.is_filled_at(self._goal.rate):
            player.is_there(position)
            self._cut_offs.helped()
            self._play_at(player.run.integral)
        else:
            self._seek(position, now)

    def _go_along(self, now: float) -> None:
        """The goal moves, or is about to: the player is to be let go when it comes by."""
        player = self.player
        if self.clock is None or player.phase is Phase.ARMED:
            return
        if player.phase is Phase.RUNNING:
            self._run_along(now)
            return
        held = not self._goal.is_moving_at(self.server_time(now))
        makes_start = held and self._start_from(self._goal.position) > now
        if player.phase is Phase.SEEKING:
            if makes_start and player.target != self._goal.position:
                self._seek(self._goal.position, now)
        elif player.phase is Phase.ENDED or not self._arm(now, held=held):
            later = self._heard_if_started(now + self.seek_cost.ahead + self._missed_by)
            self._seek(self._goal.position if makes_start else later, now)

    def _note_miss(self, position: float, now: float) -> None:
        """A seek has landed at ``position``; if the goal is past that already, the next one aims further ahead.

        Else a player that always lands earlier than it was asked to would seek for ever.
        """
        moves = self.clock is not None and self._goal.is_moving_at(self.server_time(now))
        if moves and self._start_from(position) < now - START_LATE_BY:
            self._missed_by = min(2 * self._missed_by or MISSED_BY, MISSED_BY_LIMIT)

    def _run_along(self, now: float) -> None:
        if not self.player.rate.is_of(self._goal.rate):
            self.player.run.rate_changed(now)
            self._play_at(self.player.run.integral)

    def _fill_at_rate(self) -> None:
        """Set the rate before a seek or a load, which fill the sound buffer with what is heard first."""
        self._play_at(self.player.run.integral)
        self.player.rate.fill(self._goal.rate)

    def _play_at(self, change: float) -> None:
        """Play at the goal's rate changed by that share."""
        self._out += self.player.rate.write(self._goal.rate, change)

    # --- the start ---------------------------------------------------------------------------------

    def _arm(self, now: float, *, held: bool) -> bool:
        """Let the player go when the timeline comes to where it stands; False if that is past, or too far off."""
        if self.player.stands_at is None or not self.player.rate.is_filled_at(self._goal.rate):
            return False
        start = self._start_from(self.player.stands_at)
        hold = max(0.0, self._goal.anchored_at - self.server_time(now)) if held else 0.0
        patience = hold + self.seek_cost.worth_waiting + self._missed_by
        if self.player.found_again:
            patience = max(patience, NEXT_FRAME_WITHIN)
        if not -START_LATE_BY <= start - now <= patience:
            return False
        self._missed_by = 0.0
        self._play_at(self.player.run.integral)
        self._start_at(start, now)
        return True

    def _arm_anew(self, now: float) -> None:
        """Correct the instant of the start: who has just come in learns the time better while they wait for it."""
        stands_at, starts_at = self.player.stands_at, self.player.starts_at
        assert stands_at is not None and starts_at is not None  # noqa: S101, PT018 who is armed stands on a frame
        start = self._start_from(stands_at)
        if now < starts_at and abs(start - starts_at) > BETTER_BY:
            self._start_at(start, now)

    def _start_from(self, position: float) -> float:
        """The local instant at which the player must be let go from ``position`` to be heard on the timeline."""
        reached = self._goal.reached_at(position)
        assert reached is not None and self.clock is not None  # noqa: S101, PT018 the goal moves, and the clock is known
        return self.clock.local_time(reached) - self._delay

    def _heard_if_started(self, instant: float) -> float:
        """Where the goal will be when what is let go at local ``instant`` is heard, s of media."""
        return self._goal.position_at(self.server_time(instant + self._delay))

    @property
    def _delay(self) -> float:
        """Seconds from letting the player go until it is heard."""
        return self._start_latency.of(keep_pitch=self._goal.rate != 1) + self._device_delay

    def _start_at(self, instant: float, now: float) -> None:
        instant = max(instant, now)
        self._out.append(told.StartAt(instant))
        self.player.is_armed(instant, now)

    # --- the drift ---------------------------------------------------------------------------------

    def is_measurable(self, at: float) -> bool:
        """Whether a reading of local instant ``at`` tells the drift."""
        return self.clock is not None and not self.at_large and self.player.seekable and self.player.is_measurable(at)

    def drift_at(self, position: float, at: float) -> float:
        """By how much what is heard is ahead of the goal at local instant ``at``, s; behind is negative."""
        heard = position - self._device_delay * self._goal.rate
        return heard - self._goal.position_at(self.server_time(at))

    def take_out(self, drift: float, at: float, now: float) -> None:
        """Take the drift out that was read at local instant ``at``: by a nudge of the rate, or by a restart."""
        self.player.run.read(drift, at)
        self._judge_sync(abs(drift))
        if not self._correcting:
            return
        if self.player.run.shows_start:
            self._learn_start(drift)
        steering = self.player.run.steer(now)
        if isinstance(steering, Nudge):
            self._play_at(steering.change)
        elif self.restarts.allows(now):
            self._restart(now)

    def _judge_sync(self, size: float) -> None:
        if size <= IN_SYNC:
            self.player.in_sync = True
            self.restarts.helped()
            self._cut_offs.helped()
        elif size > OUT_OF_SYNC:
            self.player.in_sync = False

    def _learn_start(self, drift: float) -> None:
        """The first reading after a start shows by how much the player was late in starting."""
        self.player.run.shows_start = False
        if abs(drift) < RESTART_BEYOND:
            self._start_latency.learn(-drift / self._goal.rate, keep_pitch=self.player.rate.keep_pitch)

    def _restart(self, now: float) -> None:
        self.restarts.restarted(now)
        self.stop(now)
        self.follow(now)

    # --- asking ------------------------------------------------------------------------------------

    @property
    def _goal(self) -> Timeline:
        """The goal, where there is known to be one."""
        assert self.goal is not None  # noqa: S101
        return self.goal

    def server_time(self, local: float) -> float:
        """The server's time; without an estimate the goal's own anchor, at which nothing moves yet."""
        return self._goal.anchored_at if self.clock is None else self.clock.server_time(local)

    def position(self, now: float) -> float | None:
        """Where the player stands, s of media; None without media."""
        if self.goal is None or self.media is None:
            return None
        if self.player.phase is Phase.RUNNING:
            return self.goal.position_at(self.server_time(now)) + (self.player.drift or 0.0)
        if self.player.stands_at is not None:
            return self.player.stands_at
        return self.player.target if self.player.target is not None else self.goal.position

    def _is_over(self, now: float) -> bool:
        """Whether the goal stands at or beyond the end of the media, as this player knows it."""
        duration = self.player.duration
        if not self.player.seekable:
            return True
        return duration is not None and self._goal.position_at(self.server_time(now)) >= duration - AT_THE_END
