"""A session with people in it, for the tests of its rules: commands go in by name, ``now`` is always a literal."""

from __future__ import annotations

from typing import Any

import pytest

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError
from syncwatch_core.roles import SOMEBODY, Actor
from syncwatch_core.session_parts import Presence
from syncwatch_core.watch_session import LoseSeat, Outcome, TakeSeat, new_session

FILM = wire.MediaFile(name="film.mkv", size=1000, duration=600.0)


class Party:
    """A session, kept up to date; the first who joins is the host. Server time begins at 100."""

    def __init__(self) -> None:
        self.session = new_session("s1", "ABC-DEF", 100.0, host_token_hash="host-hash", link="http://h/s/ABC-DEF")
        self._ids = 0

    def join(self, *names: str, now: float = 100.0, **fields: Any) -> Outcome:
        """Let people in, in that order; gives what the last one's coming led to."""
        outcome = Outcome(self.session)
        for name in names:
            role = None if self.session.members else "host"
            seat: dict[str, Any] = {"display_name": name.title(), "platform": "mpv", "token_hash": f"hash-{name}"}
            seat |= {"role": role, **fields}
            outcome = self.apply(TakeSeat(participant_id=name, **seat), now)
        return outcome

    def does(self, name: str | None, command: wire.ClientEvent, now: float) -> Outcome:
        """Apply what a person, or (None) who only knows the code, does."""
        member = self.session.members.get(name or "")
        by = SOMEBODY if member is None else Actor(member.participant_id, member.role)
        return self.apply(command, now, by=by)

    def refused(self, name: str | None, command: wire.ClientEvent, now: float) -> AppError:
        """Apply what must be refused, and see that it changed nothing."""
        before = self.session
        with pytest.raises(AppError) as refusal:
            self.does(name, command, now)

        assert self.session == before
        return refusal.value

    def apply(self, command: Any, now: float, *, by: Actor = SOMEBODY) -> Outcome:
        """Apply any command."""
        self._ids += 1
        outcome = self.session.apply(command, now, by=by, fresh_id=f"id-{self._ids}")
        self.session = outcome.session
        return outcome

    def loses(self, name: str, now: float) -> Outcome:
        """Cut somebody's connection."""
        return self.apply(LoseSeat(participant_id=name), now)

    def reports(self, name: str, state: wire.ParticipantState, now: float, **fields: Any) -> Outcome:
        """Let somebody's player report."""
        return self.does(name, wire.Status(state=state, **fields), now)

    def watches(self, now: float = 100.0, *, playing_from: float | None = None) -> None:
        """Load a film of ten minutes; with ``playing_from`` it moves from that server time on, from its beginning."""
        host = next(iter(self.session.members), None)
        self.does(host, wire.VideoLoad(file=FILM), now)
        if playing_from is not None:
            for name in self.session.members:
                self.reports(name, "paused", now, rtt=0.0)
            self.does(host, wire.VideoPlay(), playing_from - 0.06)

    @property
    def playback(self) -> wire.Playback:
        """The playback in force."""
        return self.session.stage.playback

    @property
    def media(self) -> wire.Media:
        """What is watched."""
        media = self.session.stage.media
        assert media is not None
        return media

    @property
    def titles(self) -> list[str | None]:
        """What the queue holds, in its order."""
        return [item.title for item in self.session.queue]

    def position(self, now: float) -> float:
        """Where the session stands."""
        return self.session.timeline.position_at(now)

    def seat(self, name: str) -> Presence:
        """What is known of somebody right now."""
        return self.session.presence[name]

    def named(self, name: str) -> str:
        """What somebody is called in the session."""
        return self.session.members[name].display_name


@pytest.fixture
def party() -> Party:
    """A session without media, in which nobody is yet."""
    return Party()


@pytest.fixture
def three() -> Party:
    """Ann, who is the host, Bob and Cem, with nothing loaded."""
    party = Party()
    party.join("ann", "bob", "cem")
    return party


@pytest.fixture
def watching() -> Party:
    """Ann, who is the host, Bob and Cem, paused at the beginning of a film of ten minutes, loaded at 100."""
    party = Party()
    party.join("ann", "bob", "cem")
    party.watches()
    return party


@pytest.fixture
def playing() -> Party:
    """Ann, who is the host, Bob and Cem; their film of ten minutes moves from server time 110 on."""
    party = Party()
    party.join("ann", "bob", "cem")
    party.watches(playing_from=110.0)
    return party
