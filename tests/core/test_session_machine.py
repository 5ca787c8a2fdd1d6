"""A session under whatever people, players and networks come up with: what must be true of it after every step.

Hypothesis makes up evenings: people come, go, are cut off, come back, are promoted, kicked; they act, with clocks
that are late or wrong; players stall and recover; the server dies and starts again; time goes on between.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.roles import SOMEBODY, Actor, may
from syncwatch_core.session_parts import Member, Presence, Settings, Stage
from syncwatch_core.watch_session import LoseSeat, Outcome, TakeSeat, Wake, WatchSession, new_session

NAMES = ("ann", "bob", "cem", "dan", "eve")
DURABLE = {
    "settings": Settings,
    "stage": Stage,
    "members": dict[str, Member],
    "queue": tuple[wire.QueueItem, ...],
    "chat": tuple[wire.ChatMessage, ...],
    "history": tuple[wire.HistoryItem, ...],
}
BY_HAND = ("video-load", "video-play", "video-pause", "video-seek", "video-rate", "queue-next", "video-ended")
"""The events that may take the session to another position; nothing else may take it back."""

FILM = wire.MediaFile(name="film.mkv", size=1000, duration=600.0)

somebody = st.sampled_from(NAMES)
anybody = st.one_of(st.none(), somebody)
positions = st.one_of(st.sampled_from([0.0, 1.0, 597.5, 600.0, 1e6]), st.floats(0, 700))
maybe_position = st.one_of(st.none(), positions)
ages = st.one_of(st.none(), st.sampled_from([0.0, 0.05, 0.5, 1.9]), st.floats(-1e3, 1e3))
"""How long ago an action claims to have been done, s; negative: in the future."""
words = st.sampled_from(["Ann", "ann", "A\u200bnn", "映画の夜", "פרק א", "🎬👨‍👩‍👧", "\x1b[31m", "\u202e", "x" * 64])
sources: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.builds(dict, url=st.sampled_from(["https://h/a.mp4", "http://192.168.1.5/映画.mkv", "file:///etc/passwd"])),
    st.builds(
        dict,
        file=st.builds(
            wire.MediaFile,
            name=st.sampled_from(["film.mkv", "電影.mkv"]),
            size=st.integers(0, 2**53 - 1),
            duration=st.sampled_from([None, 600.0, 20.0]),
        ),
    ),
    st.builds(dict),
)


class Step(NamedTuple):
    """One line of the log: enough to do it again."""

    command: Any
    now: float
    by: Actor
    fresh_id: str


class Evening(RuleBasedStateMachine):
    """One session, from its creation on."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.start = new_session("s1", "ABC-DEF", self.now, host_token_hash="h", keep_empty_for=3600.0)
        self.session = self.start
        self.log: list[Step] = []

    @initialize(playing=st.sampled_from([True, True, True, False]))
    def two_come_to_watch(self, playing: bool) -> None:
        """Most evenings begin with two people and a film that plays."""
        self.somebody_comes("ann", "Ann", "host", None)
        self.somebody_comes("bob", "Bob", None, None)
        if playing:
            self.act("ann", wire.VideoLoad(file=FILM))
            for name in ("ann", "bob"):
                self.a_player_reports(name, "paused", 0.0, 0.1, None)
            self.act("ann", wire.VideoPlay())

    # --- what happens ----------------------------------------------------------------------------------

    @rule(seconds=st.one_of(st.sampled_from([0.01, 0.5, 1.0, 2.0, 20.0, 31.0]), st.floats(0, 60)))
    def time_goes_on(self, seconds: float) -> None:
        """Nothing happens for a while, but for what falls due."""
        until = self.now + seconds
        while (due := self.session.wakes_at) is not None and due <= until:
            self.now = max(self.now, due)
            self.apply(Wake())
            again = self.session.wakes_at
            assert again is None or again > self.now, "a wake sees to all that is due"
        self.now = until

    @rule()
    def is_woken_for_nothing(self) -> None:
        """A timer fires early."""
        self.apply(Wake())

    @rule(name=somebody, called=words, role=st.sampled_from([None, None, "host"]), address=st.sampled_from([None, "x"]))
    def somebody_comes(self, name: str, called: str, role: Any, address: str | None) -> None:
        """Somebody joins, or comes back."""
        seat = TakeSeat(
            participant_id=name,
            display_name=called,
            platform="mpv",
            token_hash=f"hash-{name}",
            role=role,
            address=address,
        )
        self.apply(seat)

    @rule(name=somebody)
    def a_connection_is_lost(self, name: str) -> None:
        """Somebody's line goes dead."""
        self.apply(LoseSeat(participant_id=name))

    @rule(name=somebody)
    def somebody_leaves(self, name: str) -> None:
        """Somebody says goodbye."""
        self.act(name, wire.LeaveSession())

    @rule()
    def the_server_starts_again(self) -> None:
        """The server was killed: what is durable is read again, and who was there is waited for a moment."""
        durable: dict[str, Any] = {
            name: msgspec.json.decode(msgspec.json.encode(getattr(self.session, name)), type=kind)
            for name, kind in DURABLE.items()
        }
        lost = Presence(connected=False, lost_at=self.now, state="away")
        here = {key: lost for key, member in durable["members"].items() if not member.gone}
        self.session = self.session.replace(**durable, presence=here, empty_since=self.now)
        self.start, self.log = self.session, []

    @rule(name=anybody, source=sources, start=maybe_position)
    def somebody_loads(self, name: str | None, source: dict[str, Any], start: float | None) -> None:
        """Other media."""
        self.act(name, wire.VideoLoad(**source, start_position=start))

    @rule(
        name=anybody,
        kind=st.sampled_from([wire.VideoPlay, wire.VideoPlay, wire.VideoPause, wire.VideoSeek]),
        position=maybe_position,
        age=ages,
    )
    def somebody_steers(self, name: str | None, kind: Any, position: float | None, age: float | None) -> None:
        """A play, a pause or a seek, some of them late or from a wrong clock."""
        position = 30.0 if position is None and kind is wire.VideoSeek else position
        self.act(name, kind(current_time=position, at=None if age is None else max(self.now - age, 0.0)))

    @rule(name=anybody, rate=st.sampled_from([0.25, 1.0, 1.5, 4.0]), age=ages)
    def somebody_changes_the_rate(self, name: str | None, rate: float, age: float | None) -> None:
        """Another rate."""
        self.act(name, wire.VideoRate(rate=rate, at=None if age is None else max(self.now - age, 0.0)))

    @precondition(lambda self: self.session.stage.media is not None)
    @rule(name=somebody, late=st.booleans())
    def a_player_comes_to_the_end(self, name: str, late: bool) -> None:
        """Somebody's player ran out of media, of this or of what was watched before."""
        media_id = "before" if late else self.session.stage.playback.media_id
        self.act(name, wire.VideoEnded(media_id=str(media_id)))

    @rule(
        name=somebody,
        state=st.sampled_from(["loading", "paused", "playing", "playing", "buffering", "buffering", "ended", "away"]),
        position=maybe_position,
        rtt=st.sampled_from([None, 0.0, 0.1, 50.0]),
        duration=st.sampled_from([None, 0.0, 600.0, 25.0]),
    )
    def a_player_reports(
        self, name: str, state: Any, position: float | None, rtt: float | None, duration: float | None
    ) -> None:
        """How somebody's player stands."""
        media_id = self.session.stage.playback.media_id
        report = wire.Status(
            state=state, current_time=position, rtt=rtt, seek_cost=rtt, duration=duration, media_id=media_id
        )
        self.act(name, report)

    @rule(name=somebody, seconds=st.sampled_from([0.5, 1.0, 1.5, 25.0]))
    def a_player_runs_dry(self, name: str, seconds: float) -> None:
        """Somebody's player, which kept up before, has nothing to play for a while."""
        self.a_player_reports(name, "playing", None, None, None)
        self.a_player_reports(name, "buffering", None, None, None)
        self.time_goes_on(seconds)

    @rule(loaded=st.sets(somebody), lost=st.sets(somebody), seconds=st.sampled_from([0.5, 2.0, 4.0, 25.0]))
    def the_next_item_is_loaded(self, loaded: set[str], lost: set[str], seconds: float) -> None:
        """All go on together after they kept up; some load at once, some are cut off meanwhile, some need long."""
        here = sorted(self.session.connected())
        for name in here:
            self.a_player_reports(name, "playing", None, None, None)
        self.act(None, wire.QueueAdd(file=FILM, next=True))
        self.act(None, wire.QueueNext())
        for name in sorted(loaded):
            self.a_player_reports(name, "playing", None, None, None)
        for name in sorted(lost):
            self.a_connection_is_lost(name)
        self.time_goes_on(seconds)

    @rule(names=st.sets(somebody))
    def players_fail(self, names: set[str]) -> None:
        """Some can't play what is on, or all of them."""
        media_id = self.session.stage.playback.media_id
        for name in sorted(names):
            self.act(name, wire.Status(state="away", media_id=media_id, failure="no such video"))

    @rule(name=anybody, repeat=st.sampled_from(["off", "one", "all"]))
    def somebody_repeats(self, name: str | None, repeat: Any) -> None:
        """What happens at the end of an item."""
        self.act(name, wire.QueueRepeat(repeat=repeat))

    @rule(name=anybody, source=sources, title=words)
    def somebody_queues(self, name: str | None, source: dict[str, Any], title: str) -> None:
        """One more item."""
        self.act(name, wire.QueueAdd(**source, title=title))

    @rule(name=anybody, kind=st.sampled_from(["next", "move", "remove", "shuffle"]), which=st.integers(0, 3))
    def somebody_tends_the_queue(self, name: str | None, kind: str, which: int) -> None:
        """The next item, another order, one less."""
        ids = [item.item_id for item in self.session.queue] or ["none"]
        item_id = ids[which % len(ids)]
        commands = {
            "next": wire.QueueNext(),
            "move": wire.QueueMove(item_id=item_id, index=which),
            "remove": wire.QueueRemove(item_id=item_id),
            "shuffle": wire.QueueShuffle(),
        }
        self.act(name, commands[kind])

    @rule(name=anybody, text=words)
    def somebody_speaks(self, name: str | None, text: str) -> None:
        """A line of chat."""
        self.act(name, wire.SendChat(text=text))

    @rule(name=somebody, other=somebody, role=st.sampled_from(["host", "controller", "viewer"]))
    def a_role_is_given(self, name: str, other: str, role: Any) -> None:
        """Somebody is promoted, or the reverse."""
        self.act(name, wire.SetRole(participant_id=other, role=role))

    @rule(name=somebody, other=somebody, ban=st.sampled_from([False, False, False, True]))
    def somebody_is_kicked(self, name: str, other: str, ban: bool) -> None:
        """Somebody is made to go."""
        self.act(name, wire.Kick(participant_id=other, ban=ban))

    @rule(
        name=somebody,
        control=st.sampled_from([None, "everyone", "host"]),
        buffer_wait=st.sampled_from([None, "wait", "wait", "go-on"]),
        title=st.sampled_from([None, "", "Film night"]),
    )
    def settings_change(self, name: str, control: Any, buffer_wait: Any, title: str | None) -> None:
        """The host thinks again."""
        self.act(name, wire.UpdateSession(control=control, buffer_wait=buffer_wait, title=title))

    # --- how it is applied, and what is true of each step ------------------------------------------------

    def act(self, name: str | None, command: wire.ClientEvent) -> None:
        """Apply what somebody does, if they are here and may."""
        member = self.session.members.get(name or "")
        if name is not None and (member is None or member.gone):
            return
        by = SOMEBODY if member is None else Actor(member.participant_id, member.role)
        if may(by, self.session.settings.control, command.event):
            self.apply(command, by)

    def apply(self, command: Any, by: Actor = SOMEBODY) -> None:
        """Apply any command, and see that its step is a lawful one."""
        before, encoded = self.session, msgspec.json.encode(self.session)
        step = Step(command, self.now, by, f"id-{len(self.log)}-{self.now}")
        self.log.append(step)
        try:
            outcome = before.apply(command, self.now, by=by, fresh_id=step.fresh_id)
        except AppError as fault:
            self.check_refusal(fault, encoded)
            return
        self.session = outcome.session
        self.check_revisions(before, outcome)
        self.check_nobody_is_thrown_back(before, command)

    def check_refusal(self, refusal: AppError, before: bytes) -> None:
        """What is refused changes nothing, and the loser of a race is told what is in force."""
        assert msgspec.json.encode(self.session) == before
        assert refusal.playback in (None, self.session.stage.playback)
        assert (refusal.code is ErrorCode.CONFLICT) is (refusal.playback is not None)

    def check_revisions(self, before: WatchSession, outcome: Outcome) -> None:
        """Every change of the playback is told, counted by one, and answered with."""
        old, new = before.stage.playback, outcome.session.stage.playback
        told = [
            message.revision if isinstance(message, wire.VideoSync) else message.playback.revision
            for message, _ in outcome.messages
            if isinstance(message, (wire.VideoSync, wire.VideoUrlUpdated))
        ]
        revisions = [old.revision, *(revision for revision in told if revision != old.revision)]
        assert all(second == first + 1 for first, second in pairwise(revisions)), "counted by one"
        assert revisions[-1] == new.revision, "told to the last"
        assert (new == old) is (new.revision == old.revision), "a change is a revision, and nothing else is"
        answered = getattr(outcome.reply, "playback", None)
        session = getattr(outcome.reply, "session", None)
        assert answered in (None, new)
        assert session is None or session == outcome.session.view(self.now)

    def check_nobody_is_thrown_back(self, before: WatchSession, command: Any) -> None:
        """Neither a stall nor somebody's coming or going takes the session to an earlier position of its media."""
        if self.session.stage.playback.media_id != before.stage.playback.media_id:
            assert getattr(command, "event", None) in BY_HAND or self.session.history[-1].outcome == "failed"
            return
        if getattr(command, "event", None) not in BY_HAND:
            assert self.session.timeline.position_at(self.now) >= before.timeline.position_at(self.now) - 1e-9

    # --- what is always true -----------------------------------------------------------------------------

    @invariant()
    def there_is_one_host_at_most(self) -> None:
        """Nobody shares the host's role, the gone included."""
        assert sum(member.role == "host" for member in self.session.members.values()) <= 1

    @invariant()
    def the_position_is_a_position(self) -> None:
        """At any instant the media stands at a finite position, at or after 0."""
        for instant in (0.0, self.now, self.now + 1e6):
            position = self.session.timeline.position_at(instant)
            assert math.isfinite(position)
            assert position >= 0
        assert self.session.stage.acted_at <= self.now

    @invariant()
    def seats_are_in_order(self) -> None:
        """Who is present is a member who is not gone, under a name of their own; emptiness is noted."""
        present = self.session.present()
        assert {member.participant_id for member in present} == set(self.session.presence)
        names = [member.display_name.casefold() for member in present]
        assert len(set(names)) == len(names)
        assert all(0 < len(name) <= wire.DISPLAY_NAME_LIMIT for name in names)
        assert (self.session.empty_since is None) is bool(self.session.connected())

    @invariant()
    def who_is_waited_for_is_waited_for_paused(self) -> None:
        """While the session holds for somebody it does not move, and it will look again."""
        if self.session.waiting is not None and self.session.settings.ended is None:
            assert not self.session.stage.playback.is_playing
            assert self.session.wakes_at is not None

    @invariant()
    def the_view_is_what_the_protocol_promises(self) -> None:
        """What people see validates as a session after a journey as JSON."""
        view = self.session.view(self.now)
        assert msgspec.json.decode(msgspec.json.encode(view), type=wire.Session) == view

    @invariant()
    def what_is_durable_survives(self) -> None:
        """Each durable part is the same after it was stored and read."""
        for name, kind in DURABLE.items():
            part = getattr(self.session, name)
            assert msgspec.json.decode(msgspec.json.encode(part), type=kind) == part

    def teardown(self) -> None:
        """The same log, applied again, gives the same session."""
        again = self.start
        for step in self.log:
            try:
                again = again.apply(step.command, step.now, by=step.by, fresh_id=step.fresh_id).session
            except AppError:
                continue
        assert again == self.session


TestEvening = Evening.TestCase
TestEvening.settings = settings(
    max_examples=300,
    stateful_step_count=40,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
