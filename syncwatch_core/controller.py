"""One participant's state machine: keeps one player on the session's timeline.

``VideoController.handle(event, now)`` is told what happened and answers with what is to be done; ``wakes_at`` says
when it wants to be told ``Woken``; ``view(now)`` is what a screen shows. ``now`` is the participant's own local clock.

*Theory of operation.* There is one goal, a ``Timeline``: the session's, or, until the session has answered, what the
person has just done. There is one belief about the player. Whatever happens changes the goal or the belief,
and then the ``Follower`` compares the two and asks for what is missing; its module says how a start is made.
So nothing depends on the order in which messages arrive, and a message that arrives twice changes nothing.
Here is the conversation: which goal it is, and what the session and the person are told.

*A person's hands.* A pause or a seek in the player has already happened; the goal takes it on at once and the session
is told. A play is taken back until the session has said when all start. What the session refuses is undone by
following its playback.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from syncwatch_core import controller_events as told
from syncwatch_core.controller_view import ControllerView, state_of, view_of
from syncwatch_core.follower import Follower
from syncwatch_core.messages import ParticipantState, Playback
from syncwatch_core.outbox import Outbox
from syncwatch_core.player_belief import Phase
from syncwatch_core.timeline import Timeline

STATUS_EVERY = 5.0
"""Seconds between reports while nothing changes. docs/contract.md, 3: every few seconds."""

TRUSTED_WITHIN = 0.25
"""Seconds of drift within which a person's pause is taken to be at what everybody saw."""

SLOWEST, FASTEST = 0.25, 4.0
"""The rates that a session takes. docs/contract.md."""


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
        self.view_only = view_only
        self.playback: Playback | None = None
        """The session's, as far as it was heard."""
        self._out: list[told.ControllerCommand] = []
        self._outbox = Outbox()
        self._follower = Follower(self._out, correcting=correcting, device_delay=device_delay)
        self._player = self._follower.player
        self._reported: tuple[ParticipantState, bool] | None = None
        self._report_at = 0.0
        self._handlers = self._who_takes_what()

    def _who_takes_what(self) -> dict[type, Callable[[Any, float], None]]:
        """Every event and who takes it."""
        return {
            told.PlaybackReceived: self.sync_video,
            told.ClockEstimated: self._clock_estimated,
            told.LinkLost: self._link_lost,
            told.LinkRestored: self._link_restored,
            told.ActionAccepted: self._action_accepted,
            told.ActionRefused: self._action_refused,
            told.PlayerPrimed: self._follower.primed,
            told.PlayerFailed: self._failed,
            told.PlayerLanded: self._follower.landed,
            told.PlayerSampled: self._sampled,
            told.PlayerStalled: self._follower.ran_dry,
            told.PlayerResumed: self._follower.resumed,
            told.PlayerEnded: self._ended,
            told.PersonPaused: self.handle_local_video_event,
            told.PersonPlayed: self.handle_local_video_event,
            told.PersonSought: self.handle_local_video_event,
            told.PersonChangedRate: self.handle_local_video_event,
            told.Woken: self._follower.woken,
        }

    # --- the three faces ---------------------------------------------------------------------------

    def handle(self, event: told.ControllerEvent, now: float) -> list[told.ControllerCommand]:
        """Take in what happened and give what is to be done, in this order."""
        self._handlers[type(event)](event, now)
        self._report(now)
        asked = self._out.copy()
        self._out.clear()
        return asked

    @property
    def wakes_at(self) -> float | None:
        """The local instant at which ``Woken`` is wanted; None if never."""
        if self.goal is None:
            return None
        instants = [self._report_at, self._player.starts_at]
        if self._reported is not None and self._reported[0] != "buffering":
            instants.append(self._player.slow_from)
        return min(instant for instant in instants if instant is not None)

    def view(self, now: float) -> ControllerView:
        """What there is to show at ``now``."""
        return view_of(self._follower, now)

    @property
    def goal(self) -> Timeline | None:
        """The timeline that the player is kept on; None until the session was heard."""
        return self._follower.goal

    @property
    def phase(self) -> Phase:
        """What is believed of the player."""
        return self._player.phase

    # --- told by the session -----------------------------------------------------------------------

    def sync_video(self, event: told.PlaybackReceived, now: float) -> None:
        """Take on the session's media and playback, unless something newer is known."""
        if self.playback is not None and event.playback.revision < self.playback.revision:
            return
        newer = self.playback is None or event.playback.revision > self.playback.revision
        self._follower.media, self.playback = event.media, event.playback
        if newer and self._follower.at_large:
            self._follower.at_large = False
            self._follower.stop(now)
        if not self._outbox:
            self._follower.adopt(event.playback.timeline, now)
        if newer:
            # Who plays on at the end is there at once, and no player will come to it by itself any more.
            self._tell_end()

    def _clock_estimated(self, event: told.ClockEstimated, now: float) -> None:
        self._follower.learn_clock(event.estimate, now)

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
            self._follower.adopt(self.playback.timeline, now)

    def _send_next(self) -> None:
        action = self._outbox.take()
        if action is not None:
            self._out.append(action)

    # --- told by the player ------------------------------------------------------------------------

    def _failed(self, event: told.PlayerFailed, now: float) -> None:
        self._player.fails(now)
        self._out.append(told.Tell("unplayable", event.message))

    def _sampled(self, event: told.PlayerSampled, now: float) -> None:
        if self._follower.is_measurable(event.at):
            self.smooth_sync(self.calculate_time_drift(event.position, event.at), event.at, now)

    def calculate_time_drift(self, position: float, at: float) -> float:
        """By how much what is heard is ahead of the timeline at local instant ``at``, s; behind is negative."""
        return self._follower.drift_at(position, at)

    def smooth_sync(self, drift: float, at: float, now: float) -> None:
        """Take the drift out: by a nudge of the rate, or by a restart."""
        self._follower.take_out(drift, at, now)

    def _ended(self, event: told.PlayerEnded, now: float) -> None:
        if self._player.is_primed:
            self._player.ends(event.position, now)
            self._tell_end()

    def _tell_end(self) -> None:
        """Tell the session that the media is over, where the player stands at its end and the session moves on."""
        media_id = self._player.loaded_id
        if self.phase is not Phase.ENDED or media_id is None or self._follower.at_large or not self._outbox.linked:
            return
        if self.goal is not None and self.goal.playing:
            self._out.append(told.SendEnded(media_id))

    # --- told by the person's hands ----------------------------------------------------------------

    def handle_local_video_event(self, event: told.PersonEvent, now: float) -> None:
        """Take on what the person did in the player: at once for themselves, then for all."""
        if self.goal is None or not self._player.is_primed:
            return
        if self.view_only:
            self._keep_to_myself(event, now)
            return
        match event:
            case told.PersonPaused():
                self._person_paused(self.goal, event.position, now)
            case told.PersonPlayed():
                self._person_played(self.goal, event.position, now)
            case told.PersonSought():
                self._person_sought(self.goal, event.position, now)
            case told.PersonChangedRate():
                self._person_changed_rate(self.goal, event.rate, now)

    def _person_paused(self, goal: Timeline, position: float, now: float) -> None:
        if not goal.playing:
            return
        running = self.phase is Phase.RUNNING and not self._player.stalled
        in_step = running and abs(self._player.drift or 0.0) < TRUSTED_WITHIN
        seen = position if in_step else None
        self._player.stands(None, now)
        action = told.SendAction("video-pause", at=self._acted_at(now), position=seen)
        self._act(action, goal.paused_at(self._follower.server_time(now), seen), now)

    def _person_played(self, goal: Timeline, position: float, now: float) -> None:
        if goal.playing:
            # They are about to be let go anyway; back to the mark.
            self._follower.stop(now)
            self._follower.follow(now)
            return
        action = told.SendAction("video-play", at=self._acted_at(now))
        if self._outbox.linked:
            self._follower.stop(now)
            self._act(action, goal, now)
        else:
            self._player.runs(now)
            self._act(action, goal.started_at(self._follower.server_time(now), position), now)

    def _person_sought(self, goal: Timeline, position: float, now: float) -> None:
        server = self._follower.server_time(now)
        action = told.SendAction("video-seek", at=self._acted_at(now), position=position)
        if goal.playing and self._outbox.linked:
            # Shown at once, then held until the session has said when all go on from there.
            self._follower.stop(now, None if self.phase is Phase.RUNNING else position)
            self._act(action, goal.paused_at(server, position), now)
        elif goal.playing:
            # The player runs on from there already: there is nothing to leave.
            self._follower.goal = goal.started_at(server, position)
            self._player.runs(now)
            self._act(action, self._follower.goal, now)
        else:
            self._player.stands(position, now)
            self._act(action, goal.paused_at(server, position), now)

    def _person_changed_rate(self, goal: Timeline, rate: float, now: float) -> None:
        rate = max(SLOWEST, min(FASTEST, rate))
        self._player.rate.forget()
        action = told.SendAction("video-rate", at=self._acted_at(now), rate=rate)
        self._act(action, goal.with_rate(rate, self._follower.server_time(now)), now)

    def _keep_to_myself(self, event: told.PersonEvent, now: float) -> None:
        """View only: the player does as the person says and nobody hears of it; a play leads back to the session."""
        self._player.rate.forget()
        if isinstance(event, told.PersonPlayed):
            self._follower.at_large = False
            self._follower.stop(now)
            self._follower.follow(now)
            return
        self._follower.at_large, self._player.in_sync = True, False
        if isinstance(event, told.PersonPaused):
            self._player.stands(None, now)

    def _acted_at(self, now: float) -> float | None:
        return self._follower.clock.server_time(now) if self._follower.clock else None

    def _act(self, action: told.SendAction, goal: Timeline, now: float) -> None:
        """Make ``goal`` ours and tell the session."""
        self._outbox.put(action, self.playback.revision if self.playback else 0)
        self._follower.adopt(goal, now)
        self._send_next()

    # --- reports -----------------------------------------------------------------------------------

    def _report(self, now: float) -> None:
        """Tell the session how this player stands: at once when that changes, else every few seconds."""
        if self.goal is None:
            return
        report = (state_of(self._follower, now), self._player.in_sync)
        if report == self._reported and now < self._report_at:
            return
        self._reported, self._report_at = report, now + STATUS_EVERY
        if self._outbox.linked:
            self._out.append(told.SendStatus(report[0]))
