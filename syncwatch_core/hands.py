"""The hands on one player, a person's or a script's: what they do is taken on, said to the session, or undone.

A person's pause or seek has already happened: the goal takes it on at once and the session is told, with the instant at
which they did it. A play is taken back until the session has said when all start.

*Setting out.* A seek takes a while to land, and what the session says meanwhile must not override it unsaid.
So the session is not followed while a person is on the way; where they land is said with the instant at which they
set out, and the session decides who was later.

*Scripts* in the player act as well. Unless they are to steer, what they do is undone and the person is told.
"""

from __future__ import annotations

from syncwatch_core import controller_events as told
from syncwatch_core.follower import Follower
from syncwatch_core.messages import Playback, VideoSeek
from syncwatch_core.outbox import Outbox
from syncwatch_core.player_belief import SAME_FRAME, Phase
from syncwatch_core.script_patience import ScriptPatience
from syncwatch_core.timeline import Timeline
from syncwatch_core.unseekable_media import LIVE_WORDS, UNSEEKABLE_WORDS, is_live

TRUSTED_WITHIN = 0.25
"""Seconds of drift within which a person's pause is taken to be at what everybody saw."""

ON_THE_WAY_AT_MOST = 2.0
"""Seconds a person's seek may take and still be taken for later than what others do meanwhile.

The session takes no action to be older than that either; docs/sync.md.
"""

SLOWEST, FASTEST = 0.25, 4.0
"""The rates that a session takes. docs/contract.md."""


class Hands:
    """Takes what is done at one player by hand or by a script; see the module for how."""

    def __init__(
        self, out: list[told.ControllerCommand], follower: Follower, *, view_only: bool, scripts_steer: bool
    ) -> None:
        self._out = out
        self._follower = follower
        self._player = follower.player
        self._scripts = ScriptPatience()
        self._scripts_steer = scripts_steer
        self._set_out_at: float | None = None
        self._kept_waiting = False
        self._told_unseekable: str | None = None
        """The media of which the person was told so last."""
        self.view_only = view_only
        self.outbox = Outbox()

    # --- on the way ----------------------------------------------------------------------------------

    def set_out(self, event: told.PersonSetOut, now: float) -> None:
        """The person is on the way elsewhere."""
        self._set_out_at = now if event.at is None else event.at

    def arrived(self) -> None:
        """The person is where they wanted to go, or stayed."""
        self._set_out_at, self._kept_waiting = None, False

    def is_on_the_way(self, now: float) -> bool:
        """Whether the person's seek has not landed, and is not too slow to be waited for."""
        return self._set_out_at is not None and now < self._set_out_at + ON_THE_WAY_AT_MOST

    def keeps_waiting(self) -> None:
        """The session moved on while the person is on the way."""
        self._kept_waiting = self._set_out_at is not None

    def is_given_up(self, now: float) -> bool:
        """Whether the person's seek is too slow to be waited for, with the session moved on; they are told."""
        if self._set_out_at is None or not self._kept_waiting or self.is_on_the_way(now):
            return False
        self.arrived()
        self._out.append(told.Tell("overtaken", "your seek took too long and others moved on; you are with them again"))
        return True

    @property
    def wakes_at(self) -> list[float | None]:
        """Local instants at which ``Woken`` is wanted."""
        given_up_at = None
        if self._set_out_at is not None and self._kept_waiting:
            given_up_at = self._set_out_at + ON_THE_WAY_AT_MOST
        return [given_up_at, self._scripts.tried_again_at]

    # --- acts ----------------------------------------------------------------------------------------

    def take(self, event: told.PersonAct, playback: Playback | None, now: float) -> None:
        """Take on what was done in the player: at once for the person themselves, then for all."""
        goal = self._follower.goal
        if goal is None or not self._player.is_primed:
            return
        if self.view_only:
            self._keep_to_myself(event, now)
        elif event.by_script and not self._scripts_steer:
            self._put_right(event, goal, now)
        else:
            self._person_acts(event, goal, playback, now)

    def _person_acts(self, event: told.PersonAct, goal: Timeline, playback: Playback | None, now: float) -> None:
        astray = self._follower.at_large
        if astray:
            self.with_the_session()
        match event:
            case told.PersonPaused():
                self._person_paused(event, goal, playback, now, astray=astray)
            case told.PersonPlayed():
                self._person_played(event, goal, playback, now)
            case told.PersonSought():
                self._person_sought(event, goal, playback, now)
            case _:
                self._person_changed_rate(event, goal, playback, now, astray=astray)

    def _person_paused(
        self, event: told.PersonPaused, goal: Timeline, playback: Playback | None, now: float, *, astray: bool
    ) -> None:
        at = self._acted_at(event, now)
        if not goal.playing:
            if playback is not None and playback.is_playing and self.outbox.ends_with(VideoSeek.event):
                # They had set out just before, and the goal stands only until the session has answered that.
                self._act(told.SendAction("video-pause", at=at, position=goal.position), goal, playback, now)
            return
        running = self._player.phase is Phase.RUNNING and not self._player.stalled
        in_step = running and self._player.seekable and not astray and abs(self._player.drift or 0.0) < TRUSTED_WITHIN
        seen = event.position if in_step else None
        self._player.stands(None, now)
        action = told.SendAction("video-pause", at=at, position=seen)
        self._act(action, goal.paused_at(self._follower.server_time(now), seen), playback, now)

    def _person_played(self, event: told.PersonPlayed, goal: Timeline, playback: Playback | None, now: float) -> None:
        if goal.playing:
            # They are about to be let go anyway; back to the mark.
            self._follower.stop(now)
            self._follower.follow(now)
            return
        action = told.SendAction("video-play", at=self._acted_at(event, now))
        if self.outbox.linked:
            self._follower.stop(now)
            self._act(action, goal, playback, now)
        else:
            self._player.runs(now)
            moved = goal.started_at(self._follower.server_time(now), event.position)
            self._act(action, moved, playback, now)

    def _person_sought(self, event: told.PersonSought, goal: Timeline, playback: Playback | None, now: float) -> None:
        if not self._player.seekable:
            self._tell_unseekable()
            return
        server, position = self._follower.server_time(now), event.position
        frame = position if event.exact else None
        action = told.SendAction("video-seek", at=self._acted_at(event, now), position=position)
        if goal.playing and self.outbox.linked:
            # Shown at once, then held until the session has said when all go on from there.
            self._follower.stop(now, None if self._player.phase is Phase.RUNNING else frame)
            self._act(action, goal.paused_at(server, position), playback, now)
        elif goal.playing:
            # The player runs on from there already: there is nothing to leave.
            self._follower.goal = goal.started_at(server, position)
            self._player.runs(now)
            self._act(action, self._follower.goal, playback, now)
        else:
            self._player.stands(frame, now)
            if frame is None and abs(position - goal.position) < SAME_FRAME:
                # Steps to and fro.
                self._follower.follow(now)
            else:
                self._act(action, goal.paused_at(server, position), playback, now)

    def _tell_unseekable(self) -> None:
        """Say, once for each media, that nobody goes along: a place in it means nothing to another player."""
        if self._told_unseekable == self._player.loaded_id:
            return
        self._told_unseekable = self._player.loaded_id
        words = LIVE_WORDS if is_live(self._player.duration, seekable=False) else UNSEEKABLE_WORDS
        self._out.append(told.Tell("unseekable", words))

    def _person_changed_rate(
        self, event: told.PersonChangedRate, goal: Timeline, playback: Playback | None, now: float, *, astray: bool
    ) -> None:
        if astray:
            self._follower.stop(now)
        rate = max(SLOWEST, min(FASTEST, event.rate))
        self._player.rate.forget()
        action = told.SendAction("video-rate", at=self._acted_at(event, now), rate=rate)
        self._act(action, goal.with_rate(rate, self._follower.server_time(now)), playback, now)

    def _keep_to_myself(self, event: told.PersonAct, now: float) -> None:
        """View only: the player does as the person says and nobody hears of it; a play leads back to the session."""
        if isinstance(event, told.PersonPlayed):
            self._player.rate.forget()
            self.back_to_session(now)
        else:
            self._leave_alone(event, now)

    def _acted_at(self, event: told.PersonAct, now: float) -> float | None:
        """Server time of it; None where the clock is not known yet."""
        clock = self._follower.clock
        return None if clock is None else clock.server_time(now if event.at is None else event.at)

    def _act(self, action: told.SendAction, goal: Timeline, playback: Playback | None, now: float) -> None:
        """Make ``goal`` ours and tell the session."""
        self.outbox.put(action, playback.revision if playback else 0)
        self._follower.adopt(goal, now)
        self.say_next()

    def say_next(self) -> None:
        """Tell the session the next of what was done, if it is time to."""
        action = self.outbox.take()
        if action is not None:
            self._out.append(action)

    # --- scripts, and other ways of one's own --------------------------------------------------------

    def woken(self, now: float) -> None:
        """A player that was left to its scripts for a while is brought back."""
        if self._scripts.is_due(now):
            self.back_to_session(now)

    def back_to_session(self, now: float) -> None:
        """Wherever the player is, it is to be where the session is."""
        self.with_the_session()
        self._follower.stop(now)
        self._follower.follow(now)

    def with_the_session(self) -> None:
        """The player is no longer left to itself."""
        self._follower.at_large = False
        self._scripts.ends()

    def _put_right(self, event: told.PersonAct, goal: Timeline, now: float) -> None:
        """A script did it: undo it, unless it does it again and again."""
        if isinstance(event, told.PersonPaused) and not goal.playing:
            return
        self._player.rate.forget()
        if not self._scripts.puts_right(now):
            self._leave_alone(event, now)
        elif isinstance(event, told.PersonChangedRate):
            self._follower.follow(now)
        else:
            self._follower.stop(now)
            self._follower.follow(now)
        if self._scripts.tells(now):
            words = f"a script in mpv {_in_words(event)}; with --scripts-steer everybody would have gone along"
            self._out.append(told.Tell("script", words))

    def _leave_alone(self, event: told.PersonAct, now: float) -> None:
        """The player goes its own way."""
        self._player.rate.forget()
        self._follower.at_large, self._player.in_sync = True, False
        if isinstance(event, told.PersonPaused):
            self._player.stands(None, now)


def _in_words(event: told.PersonAct) -> str:
    match event:
        case told.PersonSought(position):
            hours, rest = divmod(int(position), 3600)
            minutes, seconds = divmod(rest, 60)
            return f"went to {hours}:{minutes:02}:{seconds:02}" if hours else f"went to {minutes}:{seconds:02}"
        case told.PersonChangedRate(rate):
            return f"set the speed to {rate:g}"
        case told.PersonPaused():
            return "paused"
        case _:
            return "played"
