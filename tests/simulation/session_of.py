"""Whole sessions in virtual time: the real authority and the real controllers over a network that is made up.

``SessionOf(3, rtt=0.1, jitter=0.01, seed=1)`` is a session of three that stand paused on the first frame.
The server's clock shows the true time; everybody else's is wrong by up to an hour and runs up to 100 ppm off.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

from syncwatch_core import controller_events as told
from syncwatch_core import messages as wire
from syncwatch_core.clock import ClockEstimator, Exchange
from syncwatch_core.controller import VideoController
from syncwatch_core.errors import AppError
from syncwatch_core.roles import Actor
from syncwatch_core.session_parts import Presence
from syncwatch_core.watch_session import Addressed, Command, LoseSeat, TakeSeat, Wake, new_session
from tests.simulation.fake_player import FakePlayer, Make
from tests.simulation.network import Line, Path
from tests.simulation.virtual_time import Agenda, LocalClock

BEGAN_AT = 1_800_000_000.0
"""Server time at which a simulation begins."""

SAMPLE_EVERY = 0.25
"""Seconds between readings of a player's position."""

ACTIONS: dict[str, type[wire.PersonAction]] = {
    kind.event: kind for kind in (wire.VideoPlay, wire.VideoPause, wire.VideoSeek, wire.VideoRate)
}

MOVES = (told.LoadMedia, told.UnloadMedia, told.PauseNow, told.SeekTo, told.StartAt)
"""The commands that a person would notice."""


class Seat:
    """One participant: controller, clock estimator, player, and both directions of their path."""

    def __init__(self, home: SessionOf, number: int, path: Path, make: Make, **traits: Any) -> None:
        self.id = f"p{number}"
        self.name = f"Person {number}"
        self.role: wire.Role = "host" if number == 0 else "controller"
        self.random = Random(f"{home.seed}-{number}")
        limit = home.skew_ppm
        self.clock = LocalClock(self.random.uniform(-3600, 3600), self.random.uniform(-limit, limit))
        self.controller = VideoController(self.id, **traits)
        self.estimator = ClockEstimator()
        self.there = Line(home.agenda, self.random, path, there=True)
        self.back = Line(home.agenda, self.random, path, there=False)
        self.player = FakePlayer(home.agenda, self.clock, self.random, self.tell, make)
        self.tells: list[told.Tell] = []
        self.actions: list[told.SendAction] = []
        self.media: wire.Media | None = None
        self.failure: str | None = None
        """Why its player can't play the media."""
        self._home = home
        self._agenda = home.agenda
        self._wake = self._link = self._on_the_way = 0
        self._poll()

    # --- what the tests ask -----------------------------------------------------------------------

    def moves_since(self, instant: float) -> list[told.ControllerCommand]:
        """What the player was told since a true instant that a person would notice."""
        return [command for at, command in self.player.obeyed if at >= instant and isinstance(command, MOVES)]

    def rate_changes_since(self, instant: float) -> list[float]:
        """By which shares the rate was nudged since a true instant."""
        goal = self.controller.goal
        assert goal is not None
        commands = [command for at, command in self.player.obeyed if at >= instant]
        return [command.rate / goal.rate - 1 for command in commands if isinstance(command, told.SetRate)]

    def is_with_the_session(self, within: float = 0.01) -> bool:
        """Whether the player is where the timeline says: to so many seconds while playing, to the frame while not."""
        timeline = self._home.authority.timeline
        if not timeline.is_moving_at(self._agenda.now):
            return not self.player.is_moving and self.player.frame() == self.player.frame_at(timeline.position)
        return self.player.is_moving and abs(self.off()) < within

    def off(self) -> float:
        """By how much what is heard is ahead of the session's timeline, s."""
        return self.player.heard() - self._home.authority.timeline.position_at(self._agenda.now)

    # --- the pump -----------------------------------------------------------------------------------

    def tell(self, event: told.ControllerEvent) -> None:
        """Tell the controller, and do what it asks for."""
        for command in self.controller.handle(event, self.clock.local(self._agenda.now)):
            self._do(command)
        self._wake += 1
        wakes_at, wake = self.controller.wakes_at, self._wake
        if wakes_at is not None:
            # A timer is never early.
            instant = max(self._agenda.now, self.clock.true(wakes_at)) + 1e-5
            self._agenda.at(instant, lambda: self.tell(told.Woken()) if wake == self._wake else None)

    def _do(self, command: told.ControllerCommand) -> None:
        match command:
            case told.SendAction():
                self.actions.append(command)
                fields = {"current_time": command.position, "rate": command.rate}
                given = {name: value for name, value in fields.items() if value is not None}
                self._ask(ACTIONS[command.event](at=command.at, **given))
            case told.SendEnded():
                ended = wire.VideoEnded(media_id=command.media_id)
                self.there.send(lambda: self._home.receive(self, ended, lambda _: None))
            case told.SendStatus():
                status = self._status(command.state)
                self.there.send(lambda: self._home.receive(self, status, lambda _: None))
            case told.Tell():
                self.tells.append(command)
                if command.code == "unplayable":
                    self.failure = command.message
            case _:
                if isinstance(command, told.LoadMedia):
                    self.failure = None
                self.player.obey(command)

    def _status(self, state: wire.ParticipantState) -> wire.Status:
        view = self.controller.view(self.clock.local(self._agenda.now))
        return wire.Status(
            state=state,
            current_time=view.position,
            drift=view.drift,
            uncertainty=view.uncertainty,
            rtt=view.rtt,
            seek_cost=view.seek_cost,
            duration=view.duration,
            media_id=view.media_id,
            failure=self.failure,
        )

    def _ask(self, command: wire.PersonAction) -> None:
        def answered(answer: wire.Playback | AppError) -> None:
            event: told.ControllerEvent
            if isinstance(answer, AppError):
                event = told.ActionRefused(answer.code.value, answer.message, answer.playback)
            else:
                event = told.ActionAccepted(answer)
            self.back.send(lambda: self.tell(event))

        self.there.send(lambda: self._home.receive(self, command, answered))

    def _poll(self) -> None:
        sample = self.player.sample()
        if sample is not None:
            self.tell(sample)
        self._agenda.at(self._agenda.now + SAMPLE_EVERY * self.random.uniform(0.98, 1.02), self._poll)

    # --- the link -------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Take the seat, or take it again, and begin to ask for the time."""
        self.there.mend()
        self.back.mend()
        self._link += 1
        self.there.send(lambda: self._home.seat(self))

    def joined(self, session: wire.Session, *, again: bool) -> None:
        """The session has given the seat."""
        self.hear(session.media, session.playback)
        if again:
            self.tell(told.LinkRestored())
        self.estimator.restart()
        self._on_the_way = 0
        self._exchange(self._link)

    def lose_link(self) -> None:
        """The connection is gone, and noticed."""
        self.there.cut()
        self.back.cut()
        self._link += 1
        self.tell(told.LinkLost())

    def hear(self, media: wire.Media | None, playback: wire.Playback) -> None:
        """Media and playback, from whichever message brought them."""
        self.media = media
        self.tell(told.PlaybackReceived(media, playback))

    def hear_playback(self, playback: wire.Playback) -> None:
        """Playback of the media that is known."""
        self.hear(self.media, playback)

    def _exchange(self, link: int) -> None:
        if link != self._link:
            return
        sent = self.clock.local(self._agenda.now)
        self._on_the_way += 1

        def at_server() -> None:
            received = self._agenda.now
            self.back.send(lambda: at_client(received))

        def at_client(server: float) -> None:
            now = self.clock.local(self._agenda.now)
            self._on_the_way -= 1
            self.tell(told.ClockEstimated(self.estimator.observe(Exchange(sent, server, server, now))))

        self.there.send(at_server)
        next_at = self.clock.true(self.estimator.next_exchange_at(sent, self._on_the_way))
        self._agenda.at(next_at, lambda: self._exchange(link))


class SessionOf:
    """A session of ``count`` people who stand paused on the first frame."""

    def __init__(
        self,
        count: int,
        *,
        seed: int = 0,
        rtt: float = 0.1,
        jitter: float = 0.01,
        asymmetry: float = 0.0,
        stalls: float = 0.0,
        skew_ppm: float = 100.0,
        device_ppm: float = 100.0,
        buffer_wait: wire.BufferWait = "wait",
        make: Make | None = None,
        duration: float | None = 5400.0,
    ) -> None:
        self.seed = seed
        self.random = Random(seed)
        self.agenda = Agenda(BEGAN_AT)
        self.skew_ppm = skew_ppm
        self.device_ppm = device_ppm
        self.path = Path(rtt, jitter, asymmetry, stalls)
        self.make = make or Make(duration=duration or 5400.0)
        self.seats: list[Seat] = []
        self._wake = self._ids = 0
        self.authority = new_session("s", "ABC-DEF", BEGAN_AT, host_token_hash="h")
        for _ in range(count):
            self.join()
        self.script(wire.UpdateSession(buffer_wait=buffer_wait))
        self.run(0.5)
        self.load(duration=duration)
        self.run(2.5)

    def play(self, seconds: float = 6.0) -> SessionOf:
        """All play, started by the first of them, and have done so for a while."""
        self.seats[0].player.person_plays()
        self.run(seconds)
        return self

    # --- what happens ---------------------------------------------------------------------------------

    @property
    def now(self) -> float:
        """The true time, which is the server's, s."""
        return self.agenda.now

    def run(self, seconds: float) -> None:
        """Let so much time pass."""
        self.agenda.run_until(self.agenda.now + seconds)

    def join(self, path: Path | None = None, make: Make | None = None, **traits: Any) -> Seat:
        """Somebody comes in; their player's own quirks are drawn by the seed."""
        made = make or Make(
            duration=self.make.duration,
            device_ppm=self.random.uniform(-self.device_ppm, self.device_ppm),
            start_latency=self.make.start_latency,
            seek_cost=self.make.seek_cost,
            load_cost=self.make.load_cost,
            buffer=self.make.buffer,
        )
        seat = Seat(self, len(self.seats), path or self.path, made, **traits)
        self.seats.append(seat)
        seat.connect()
        return seat

    def load(self, duration: float | None = 5400.0, name: str = "film.mkv") -> None:
        """Somebody loads a film by script."""
        self.script(wire.VideoLoad(file=wire.MediaFile(name=name, size=1, duration=duration)))

    def script(self, command: Command) -> None:
        """A command that comes by HTTP, from nobody in the session; raises ``AppError`` where it is refused."""
        self._apply(command, Actor(participant_id=None, role="host"))

    def outage(self, seconds: float, *seats: Seat) -> None:
        """Those people's connections are gone for a while, and what was on the way is lost."""
        for seat in seats or self.seats:
            seat.lose_link()
            self._apply(LoseSeat(seat.id), Actor(participant_id=None, role=None))
            self.agenda.at(self.now + seconds + seat.random.uniform(0.0, 0.3), seat.connect)

    def restart_server(self, seconds: float) -> None:
        """The server dies and comes back: what is durable is as it was, and who was there has a moment to return."""
        for seat in self.seats:
            seat.lose_link()
            self.agenda.at(self.now + seconds + seat.random.uniform(0.0, 0.3), seat.connect)
        away = Presence(connected=False, lost_at=self.now + seconds, state="away")
        here = [member.participant_id for member in self.authority.members.values() if not member.gone]
        self.authority = self.authority.replace(presence=dict.fromkeys(here, away), empty_since=self.now)
        self._watch_for_wake()

    # --- the server -----------------------------------------------------------------------------------

    def seat(self, seat: Seat) -> None:
        """Give somebody their seat."""
        again = seat.id in self.authority.members
        self._apply(
            TakeSeat(
                participant_id=seat.id, display_name=seat.name, platform="mpv", token_hash=seat.id, role=seat.role
            ),
            Actor(participant_id=seat.id, role=seat.role),
            again=again,
        )

    def receive(self, seat: Seat, command: Command, answer: Callable[[wire.Playback | AppError], None]) -> None:
        """Apply what a participant sent, and answer."""
        try:
            reply = self._apply(command, Actor(participant_id=seat.id, role=seat.role))
        except AppError as refusal:
            answer(refusal)
            return
        if isinstance(reply, wire.PlaybackReply):
            answer(reply.playback)

    def _apply(self, command: Command, by: Actor, *, again: bool = False) -> wire.Done:
        self._ids += 1
        outcome = self.authority.apply(command, self.now, by=by, fresh_id=f"id{self._ids}")
        self.authority = outcome.session
        for message in outcome.messages:
            self._send(message, again=again)
        self._watch_for_wake()
        return outcome.reply

    def _watch_for_wake(self) -> None:
        self._wake += 1
        wakes_at, wake = self.authority.wakes_at, self._wake
        if wakes_at is not None:
            self.agenda.at(wakes_at, lambda: self._woken(wake))

    def _woken(self, wake: int) -> None:
        if wake == self._wake:
            self._apply(Wake(), Actor(participant_id=None, role=None))

    def _send(self, addressed: Addressed, *, again: bool) -> None:
        message, to = addressed
        for seat in self.seats:
            if to not in (None, seat.id) or seat.id not in self.authority.connected():
                continue
            match message:
                case wire.SessionJoined():
                    seat.back.send(partial(seat.joined, message.session, again=again))
                case wire.VideoUrlUpdated():
                    seat.back.send(partial(seat.hear, message.media, message.playback))
                case wire.VideoSync():
                    seat.back.send(partial(seat.hear_playback, message))

    # --- what the tests ask -----------------------------------------------------------------------

    def spread(self) -> float:
        """How far the two players that are furthest apart are from each other, s."""
        heard = [seat.player.heard() for seat in self.seats]
        return max(heard) - min(heard)

    def spreads(self, seconds: float, every: float = 0.1) -> list[float]:
        """The spread, again and again while so much time passes; s."""
        seen = []
        for _ in range(round(seconds / every)):
            self.run(every)
            seen.append(self.spread())
        return seen

    def frames(self) -> set[int]:
        """The frames on which the players stand."""
        return {seat.player.frame() for seat in self.seats}

    def are_together(self, within: float = 0.01, seconds: float = 2.0) -> bool:
        """Whether for so long everybody is with the session, and no two further apart than ``within`` (s)."""
        spreads = self.spreads(seconds)
        all_with = all(seat.is_with_the_session(within) for seat in self.seats)
        moving = self.authority.timeline.is_moving_at(self.now)
        return all_with and (max(spreads) < within if moving else len(self.frames()) == 1)
