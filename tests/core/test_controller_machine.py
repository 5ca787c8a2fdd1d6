"""Whatever happens, in whatever order: the controller stays sane, and brings the player to where it should be.

Hypothesis makes up histories of a session, a person, a link and a player; virtual time passes between them.
"""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec import structs

from syncwatch_core import controller_events as told
from syncwatch_core import messages as wire
from syncwatch_core.clock import ClockEstimate
from syncwatch_core.controller import VideoController
from syncwatch_core.timeline import Timeline
from tests.core.controller_bench import media, playback
from tests.simulation.fake_player import FakePlayer, Make
from tests.simulation.virtual_time import Agenda, LocalClock

CALM = 10.0
"""Virtual seconds without events after which the player is where it should be."""

WAKES_AT_MOST = 20
"""A second; a controller that asked for more would keep the machine busy."""

positions = st.floats(0, 5000)
rates = st.sampled_from([0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 4.0])
short = st.sampled_from([0.0, 0.01, 0.05, 0.1, 0.3, 1.0, 4.0])


class ControllerMachine(RuleBasedStateMachine):
    """A controller with a player, a session that answers when it likes, and a link that comes and goes."""

    def __init__(self) -> None:
        super().__init__()
        self.agenda = Agenda(1_800_000_000.0)
        self.clock = LocalClock(offset=-1234.5)
        self.controller = VideoController("me")
        self.player = FakePlayer(
            self.agenda, self.clock, Random(1), self.tell, Make(duration=100_000.0, seek_cost=(0.02, 0.2))
        )
        self.media: wire.Media | None = media()
        self.playback = playback(1, at=self.agenda.now)
        self.linked = True
        self.in_flight: list[told.SendAction] = []
        self.wakes: list[float] = []
        self._wake = 0
        self._poll()

    # --- the pump ----------------------------------------------------------------------------------

    def tell(self, event: told.ControllerEvent) -> None:
        for command in self.controller.handle(event, self.clock.local(self.agenda.now)):
            if isinstance(command, told.SendAction):
                assert self.linked
                self.in_flight.append(command)
            else:
                self.player.obey(command)
        self._wake += 1
        wakes_at, wake = self.controller.wakes_at, self._wake
        if wakes_at is not None:
            self.agenda.at(self.clock.true(wakes_at) + 1e-6, lambda: self._woken(wake))

    def _woken(self, wake: int) -> None:
        if wake == self._wake:
            self.wakes.append(self.agenda.now)
            self.tell(told.Woken())

    def _poll(self) -> None:
        sample = self.player.sample()
        if sample is not None:
            self.tell(sample)
        self.agenda.at(self.agenda.now + 0.25, self._poll)

    def run(self, seconds: float) -> None:
        self.agenda.run_until(self.agenda.now + seconds)

    # --- the session -------------------------------------------------------------------------------

    def become(self, timeline: Timeline, event: str, by: str) -> None:
        self.playback = structs.replace(
            self.playback,
            revision=self.playback.revision + 1,
            current_time=timeline.position,
            is_playing=timeline.playing,
            rate=timeline.rate,
            at=timeline.anchored_at,
            cause=wire.Cause(event=event, participant_id=by),
        )
        self.broadcast()

    def broadcast(self) -> None:
        if self.linked:
            self.tell(told.PlaybackReceived(self.media, self.playback))

    def moved(self, event: str, position: float | None, rate: float | None) -> Timeline:
        """What an action makes of the timeline."""
        now, timeline = self.agenda.now, self.playback.timeline
        match event:
            case "video-play":
                return timeline if timeline.playing else timeline.started_at(now + 0.1, position)
            case "video-pause":
                return timeline.paused_at(now, position)
            case "video-rate":
                return timeline.with_rate(rate or 1.0, now)
            case _ if timeline.playing:
                return timeline.started_at(now + 0.3, position)
            case _:
                return timeline.paused_at(now, position)

    # --- what happens ---------------------------------------------------------------------------------

    @initialize(knows_clock=st.booleans())
    def begin(self, knows_clock: bool) -> None:
        if knows_clock:
            self.clock_is_estimated(0.0)
        self.broadcast()

    @rule(error=st.floats(-0.003, 0.003))
    def clock_is_estimated(self, error: float) -> None:
        estimate = ClockEstimate(
            offset=1234.5 + error,
            skew=0.0,
            uncertainty=0.003,
            estimated_at=self.clock.local(self.agenda.now),
            rtt=0.1,
            jitter=0.01,
        )
        self.tell(told.ClockEstimated(estimate))

    @rule(seconds=short)
    def time_passes(self, seconds: float) -> None:
        self.run(seconds)

    @precondition(lambda self: self.media is not None)
    @rule(event=st.sampled_from(["video-play", "video-pause", "video-seek", "video-rate"]), to=positions, rate=rates)
    def another_acts(self, event: str, to: float, rate: float) -> None:
        position = to if event == "video-seek" else None
        self.become(self.moved(event, position, rate), event, "other")

    @rule(to=positions, rate=rates, plays=st.booleans())
    def other_media_is_loaded(self, to: float, rate: float, plays: bool) -> None:
        self.media = media(f"m{self.playback.revision}")
        self.become(Timeline(to, rate, self.agenda.now, playing=plays), "video-load", "other")

    @rule()
    def media_is_taken_away(self) -> None:
        self.media = None
        self.become(Timeline(0.0, 1.0, self.agenda.now, playing=False), "video-load", "other")

    @rule(back=st.integers(0, 2))
    def an_old_message_comes_again(self, back: int) -> None:
        if self.linked:
            stale = structs.replace(self.playback, revision=self.playback.revision - back)
            self.tell(told.PlaybackReceived(media("old") if back else self.media, stale))

    @rule(accepted=st.booleans())
    def an_action_is_answered(self, accepted: bool) -> None:
        if not self.in_flight:
            return
        action = self.in_flight.pop()
        if accepted and self.media is not None:
            self.become(self.moved(action.event, action.position, action.rate), action.event, "me")
            self.tell(told.ActionAccepted(self.playback))
        else:
            self.tell(told.ActionRefused("conflict", "somebody acted a moment later", self.playback))

    @precondition(lambda self: self.linked)
    @rule()
    def the_link_is_lost(self) -> None:
        self.linked = False
        self.in_flight.clear()
        self.tell(told.LinkLost())

    @precondition(lambda self: not self.linked)
    @rule()
    def the_link_is_restored(self) -> None:
        self.linked = True
        self.broadcast()
        self.tell(told.LinkRestored())

    @rule()
    def the_person_presses_space(self) -> None:
        self.player.person_presses_space()

    @rule(to=positions)
    def the_person_goes_elsewhere(self, to: float) -> None:
        self.player.person_seeks(to)

    @rule(rate=rates)
    def the_person_changes_the_rate(self, rate: float) -> None:
        self.player.person_sets_rate(rate)

    @precondition(lambda self: self.player.is_moving)
    @rule(seconds=st.floats(0.1, 3))
    def the_player_runs_dry(self, seconds: float) -> None:
        self.player.stall(seconds)

    # --- what always holds ---------------------------------------------------------------------------

    @invariant()
    def at_most_one_action_is_on_its_way(self) -> None:
        assert len(self.in_flight) <= 1

    @invariant()
    def it_is_not_woken_all_the_time(self) -> None:
        lately = [at for at in self.wakes if at > self.agenda.now - 1]
        assert len(lately) <= WAKES_AT_MOST

    @invariant()
    def the_view_can_be_had(self) -> None:
        view = self.controller.view(self.clock.local(self.agenda.now))
        assert view.seek_cost > 0

    @rule()
    def everything_calms_down(self) -> None:
        """With the link up, the clock known and all answered, the player comes to where the session is."""
        if not self.linked:
            self.the_link_is_restored()
        self.clock_is_estimated(0.0)
        for _ in range(40):
            self.an_action_is_answered(accepted=True)
            self.run(0.1)
        assert self.in_flight == []
        self.run(CALM)
        self._is_on_the_goal()

    def _is_on_the_goal(self) -> None:
        timeline = self.playback.timeline
        assert self.player.loaded == (self.media.media_id if self.media else None)
        if self.media is None:
            return
        if timeline.is_moving_at(self.agenda.now):
            assert self.player.is_moving
            assert abs(self.player.heard() - timeline.position_at(self.agenda.now)) < 0.01 * max(1.0, timeline.rate)
        else:
            assert not self.player.is_moving
            assert self.player.frame() == self.player.frame_at(timeline.position)

    def teardown(self) -> None:
        self.everything_calms_down()


TestController: Any = ControllerMachine.TestCase
TestController.settings = settings(
    max_examples=120, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
