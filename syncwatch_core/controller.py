"""One participant's state machine: keeps one player on the session's timeline.

``VideoController.handle(event, now)`` is told what happened and answers with what is to be done; ``wakes_at`` says
when it wants to be told ``Woken``; ``view(now)`` is what a screen shows. ``now`` is the participant's own local clock.

*Theory of operation.* There is one goal, a ``Timeline``: the session's, or, until the session has answered, what the
person has just done. There is one belief about the player. Whatever happens changes the goal or the belief,
and then the ``Follower`` compares the two and asks for what is missing; its module says how a start is made.
So nothing depends on the order in which messages arrive, and a message that arrives twice changes nothing.
Here is the conversation: which goal it is, and what the session and the person are told.

What the session refuses is undone by following its playback. What is done at the player itself is the ``Hands``'.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from syncwatch_core import controller_events as told
from syncwatch_core.controller_view import ControllerView, state_of, view_of
from syncwatch_core.follower import Follower
from syncwatch_core.hands import Hands
from syncwatch_core.messages import ParticipantState, Playback
from syncwatch_core.player_belief import Phase
from syncwatch_core.timeline import Timeline

STATUS_EVERY = 5.0
"""Seconds between reports while nothing changes. docs/contract.md, 3: every few seconds."""


class VideoController:
    """Keeps one player on the timeline; see the module for how."""

    def __init__(
        self,
        participant_id: str = "",
        *,
        correcting: bool = True,
        device_delay: float = 0.0,
        view_only: bool = False,
        scripts_steer: bool = False,
    ) -> None:
        self.participant_id = participant_id
        self.playback: Playback | None = None
        """The session's, as far as it was heard."""
        self._out: list[told.ControllerCommand] = []
        self._follower = Follower(self._out, correcting=correcting, device_delay=device_delay)
        self._hands = Hands(self._out, self._follower, view_only=view_only, scripts_steer=scripts_steer)
        self._outbox = self._hands.outbox
        self._player = self._follower.player
        self._reported: tuple[ParticipantState, bool, float | None] | None = None
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
            told.PlayerCutOff: self._cut_off,
            told.PlayerLanded: self._follower.landed,
            told.PlayerSampled: self._sampled,
            told.PlayerStalled: self._follower.ran_dry,
            told.PlayerResumed: self._resumed,
            told.PlayerEnded: self._ended,
            told.PersonPaused: self.handle_local_video_event,
            told.PersonPlayed: self.handle_local_video_event,
            told.PersonSetOut: self._hands.set_out,
            told.PersonSought: self._landed_by_hand,
            told.PersonStayed: self._landed_by_hand,
            told.PersonChangedRate: self.handle_local_video_event,
            told.Woken: self._woken,
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
        instants = [self._report_at, self._player.starts_at, *self._hands.wakes_at]
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
        if event.media != self._follower.media:
            # Where they are on the way to is a place in what is over.
            self._hands.arrived()
        self._follower.media, self.playback = event.media, event.playback
        if newer:
            self._hands.keeps_waiting()
        if newer and self._follower.at_large:
            self._hands.with_the_session()
            self._follower.stop(now)
        self._follow_session(now)
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
        self._hands.say_next()
        self._follow_session(now)

    def _follow_session(self, now: float) -> None:
        """The session's playback is the goal, unless the person has done something else that it does not know yet."""
        if not self._outbox and not self._hands.is_on_the_way(now) and self.playback is not None:
            self._follower.adopt(self.playback.timeline, now)

    # --- told by the player ------------------------------------------------------------------------

    def _failed(self, event: told.PlayerFailed, now: float) -> None:
        self._player.fails(now)
        self._out.append(told.Tell("unplayable", event.message))

    def _cut_off(self, event: told.PlayerCutOff, now: float) -> None:
        """What is played no longer comes: once more from where all are, by a fresh way."""
        if not self._player.is_primed:
            return
        self._hands.arrived()
        self._hands.with_the_session()
        if self._follower.broke_off(now):
            self._follow_session(now)
        else:
            self._failed(told.PlayerFailed(event.message), now)

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

    def handle_local_video_event(self, event: told.PersonAct, now: float) -> None:
        """Take on what was done in the player itself: at once for the person, then for all."""
        self._hands.take(event, self.playback, now)

    def _landed_by_hand(self, event: told.PersonSought | told.PersonStayed, now: float) -> None:
        """The person is where they were on the way to; where the session has moved on meanwhile is seen to now."""
        self._hands.arrived()
        if isinstance(event, told.PersonSought):
            self.handle_local_video_event(event, now)
        self._follow_session(now)

    def _resumed(self, event: told.PlayerResumed, now: float) -> None:
        if self._hands.is_on_the_way(now):
            # It was the person's own seek that had to wait for media.
            self._player.stalled = False
        else:
            self._follower.resumed(event, now)

    def _woken(self, event: told.Woken, now: float) -> None:
        self._hands.woken(now)
        if self._hands.is_given_up(now):
            self._follow_session(now)
        self._follower.woken(event, now)

    # --- reports -----------------------------------------------------------------------------------

    def _report(self, now: float) -> None:
        """Tell the session how this player stands: at once when that changes, else every few seconds."""
        if self.goal is None:
            return
        state = state_of(self._follower, now)
        # Where all stand is where the next start is from.
        report = (state, self._player.in_sync, self._player.stands_at if state == "paused" else None)
        if report == self._reported and now < self._report_at:
            return
        self._reported, self._report_at = report, now + STATUS_EVERY
        if self._outbox.linked:
            self._out.append(told.SendStatus(report[0]))
