"""Reports of who is here: what people did in the next one, and figures in turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from syncwatch_core import messages as wire
from syncwatch_core.session_parts import Member, Presence
from syncwatch_core.watch_session import WatchSession, new_session
from syncwatch_server.services import presence_reports
from syncwatch_server.services.presence_reports import EVERY, FIGURES_AT_ONCE, PresenceReports


class ByHand:
    """Work that is due when a test says so."""

    def __init__(self) -> None:
        self.due: list[tuple[float, Callable[[], None]]] = []

    def call_at(self, when: float, work: Callable[[], None]) -> Callable[[], object]:
        """Keep it."""
        self.due.append((when, work))
        return self.due.clear


class Party:
    """A session, what one who is in it was told, and what they make of it."""

    def __init__(self, slices: ByHand, size: int) -> None:
        self.session = new_session("s", "ABCDEF", 0.0, host_token_hash="")
        self._slices = slices
        self.told: list[wire.Participants] = []
        self.seen: dict[str, wire.Participant] = {}
        for number in range(size):
            self.session = with_seat(self.session, f"p{number}", state="playing", current_time=0.0)
        self.seen = participants(self.session)
        self.reports = PresenceReports(self.session, self._hear)

    def _hear(self, report: wire.Participants) -> None:
        self.told.append(report)
        for participant in report.changed:
            self.seen[participant.participant_id] = participant
        for key in report.left:
            del self.seen[key]

    def becomes(self, session: WatchSession) -> None:
        """The session has changed."""
        self.session = session
        self.reports.note(session)

    def moves(self, *who: str, by: float = 5.0) -> None:
        """Their positions go on."""
        session = self.session
        for key in who:
            before = session.presence[key]
            assert before.current_time is not None
            session = session.with_presence(key, replace(before, current_time=before.current_time + by))
        self.becomes(session)

    def report(self) -> list[str]:
        """Let the report come that is due: who is in it."""
        (_, work), *rest = self._slices.due
        assert not rest, "one at a time"
        self._slices.due.clear()
        before = len(self.told)
        work()
        return [each.participant_id for report in self.told[before:] for each in report.changed]

    @property
    def is_due(self) -> bool:
        """Whether a report will come."""
        return bool(self._slices.due)


def with_seat(session: WatchSession, key: str, **presence: Any) -> WatchSession:
    """The session with one more in it."""
    seat = Member(participant_id=key, display_name=key, role="controller", platform="mpv", token_hash="")
    return session.with_member(seat, Presence(**presence))


def without_seat(session: WatchSession, key: str) -> WatchSession:
    """The session after somebody left."""
    rest = {other: presence for other, presence in session.presence.items() if other != key}
    return session.replace(presence=rest)


def participants(session: WatchSession) -> dict[str, wire.Participant]:
    """Everybody who is here, as they are."""
    return {member.participant_id: session.participant(member.participant_id) for member in session.present()}


def names(*numbers: int) -> list[str]:
    """Ids of participants."""
    return [f"p{number}" for number in numbers]


@pytest.fixture
def slices(monkeypatch: pytest.MonkeyPatch) -> ByHand:
    """What the reports are due in."""
    slices = ByHand()
    monkeypatch.setattr(presence_reports, "slices", lambda: slices)
    return slices


@pytest.fixture
def party(slices: ByHand) -> Callable[[int], Party]:
    """Makes a session of so many."""
    return lambda size: Party(slices, size)


async def test_figures_of_a_few_come_all_at_once(party: Callable[[int], Party]) -> None:
    """In a small session everybody's figures are in the next report, and then there is nothing to tell."""
    small = party(FIGURES_AT_ONCE)
    small.moves(*small.seen)

    assert small.report() == names(*range(FIGURES_AT_ONCE))
    assert small.seen == participants(small.session)
    assert not small.is_due


async def test_figures_of_many_come_in_turn(party: Callable[[int], Party]) -> None:
    """In a large one each report has figures of a few, each participant's once, until all were told."""
    large = party(20)
    large.moves(*large.seen)

    assert [large.report() for _ in range(3)] == [names(*range(8)), names(*range(8, 16)), names(*range(16, 20))]
    assert large.seen == participants(large.session)
    assert not large.is_due


async def test_nobody_is_passed_over(party: Callable[[int], Party]) -> None:
    """Where everybody's figures move before every report, each is told once in as many reports as it takes."""
    large = party(24)
    turns = []
    for _ in range(6):
        large.moves(*large.session.presence)
        turns.append(large.report())

    for lap in (turns[:3], turns[3:]):
        assert sorted(key for turn in lap for key in turn) == sorted(large.seen)


async def test_what_somebody_does_waits_for_nobody(party: Callable[[int], Party]) -> None:
    """Who does something is in the next report with all that is known of them, however many figures wait."""
    large = party(30)
    large.moves(*large.seen)
    large.report()
    stalled = replace(large.session.presence["p29"], state="buffering", drift=-0.2)
    lost = replace(large.session.presence["p28"], connected=False)
    large.becomes(large.session.with_presence("p29", stalled).with_presence("p28", lost))
    ready = replace(large.session.members["p1"], ready=True)
    large.becomes(large.session.with_member(ready, large.session.presence["p1"]))

    assert sorted(large.report()) == sorted(names(1, 28, 29, *range(8, 16)))
    assert large.seen["p29"] == large.session.participant("p29")
    assert [large.report() for _ in range(2)] == [names(*range(16, 24)), names(*range(24, 28))]
    assert not large.is_due


async def test_who_leaves_while_their_figures_wait(party: Callable[[int], Party]) -> None:
    """Who leaves before their turn is in the next report as gone, and in none after it."""
    large = party(18)
    large.moves(*large.seen)
    large.report()
    large.becomes(without_seat(large.session, "p17"))

    assert large.report() == names(*range(8, 16))
    assert large.told[-1].left == ("p17",)
    assert large.report() == names(16)
    assert not large.is_due


async def test_who_comes_late_is_told_at_once(party: Callable[[int], Party]) -> None:
    """A newcomer whom ``user-joined`` announced is not told again; one whom nothing announced is in the next report."""
    large = party(20)
    large.moves(*large.seen)
    large.report()
    large.becomes(with_seat(with_seat(large.session, "announced"), "unannounced"))
    large.reports.knows(large.session.participant("announced"))

    assert sorted(large.report()) == sorted([*names(*range(8, 16)), "unannounced"])


async def test_figures_that_are_as_they_were(party: Callable[[int], Party]) -> None:
    """Figures that came back to what was told before their turn came are not told."""
    large = party(17)
    large.moves(*large.seen)
    large.report()
    large.moves("p16", by=-5.0)

    assert large.report() == names(*range(8, 16))
    assert not large.is_due


async def test_reports_are_a_second_apart(
    party: Callable[[int], Party], slices: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first change is told at once, the next no less than a second after it, what merely waits for its turn too."""
    loop = asyncio.get_running_loop()
    large = party(20)
    for at, due in ((100.0, 100.0), (100.01, 100.01 + EVERY), (105.0, 105.0 + EVERY)):
        monkeypatch.setattr(loop, "time", lambda at=at: at)
        if not large.is_due:
            large.moves(*large.seen)
        (when, _), *_ = slices.due
        assert when <= due
        large.report()
        large.moves(*large.seen)
        (when, _), *_ = slices.due
        assert when == at + EVERY


async def test_stopped_reports_stay_stopped(party: Callable[[int], Party]) -> None:
    """After the stop the report that was due does not come, and no change asks for another."""
    large = party(20)
    large.moves("p1")
    large.reports.stop()
    assert not large.is_due
    large.moves("p2")

    assert not large.is_due
    assert large.told == []


@pytest.mark.parametrize("seed", range(20))
async def test_what_people_do_is_known_after_every_report(party: Callable[[int], Party], seed: int) -> None:
    """Whatever happens, after each report everybody's doings are known, and in the end all their figures too."""
    random = Random(seed)
    large = party(12)
    for number in range(300):
        something_happens(large, random, f"n{number}")
        if large.is_due and random.random() < 0.3:
            large.report()
            assert bare(large.seen) == bare(participants(large.session))
            assert list(large.seen) or not large.session.presence
    for _ in range(10):
        if large.is_due:
            large.report()

    assert large.seen == participants(large.session)
    assert not large.is_due


def something_happens(large: Party, random: Random, newcomer: str) -> None:
    """One of the things that can, to one of those who are here."""
    here = list(large.session.presence)
    if not here or random.random() < 0.05:
        large.becomes(with_seat(large.session, newcomer, current_time=0.0))
        if random.random() < 0.5:
            large._hear(wire.Participants(changed=(large.session.participant(newcomer),), left=()))  # noqa: SLF001
            large.reports.knows(large.session.participant(newcomer))
        return
    key = random.choice(here)
    presence = large.session.presence[key]
    match random.randrange(20):
        case 0:
            large.becomes(without_seat(large.session, key))
        case 1:
            large.becomes(large.session.with_presence(key, replace(presence, connected=not presence.connected)))
        case 2:
            state = random.choice(("playing", "paused", "buffering"))
            large.becomes(large.session.with_presence(key, replace(presence, state=state)))
        case _:
            large.moves(*random.sample(here, len(here) // 2), by=random.choice((-5.0, 5.0)))


def bare(seen: dict[str, wire.Participant]) -> dict[str, wire.Participant]:
    """Without the figures."""
    return {key: replace(each, current_time=None, drift=None, uncertainty=None, rtt=None) for key, each in seen.items()}


async def test_everybody_hears_of_everybody(bench: Any, server: Any, ann: Any) -> None:
    """With real clients: what somebody does comes first, and of figures eight a report until all came."""
    others = [await (await bench.connect(server)).join(ann.code, f"Ben{n}") for n in range(11)]
    for client in (ann, *others):
        await client.socket.emit("status", figures(0.0))
    await told(others[0], {client.participant_id: ("paused", 0.0) for client in (ann, *others)})
    for client in others:
        await client.socket.emit("status", figures(1.5))
    await ann.socket.emit("status", figures(1.5) | {"state": "buffering"})
    expected = {client.participant_id: ("paused", 1.5) for client in others}
    reports = await told(others[0], expected | {ann.participant_id: ("buffering", 1.5)})

    assert max(len(report & set(expected)) for report in reports) == FIGURES_AT_ONCE
    assert [ann.participant_id in report for report in reports].index(True) <= 1


def figures(at: float) -> dict[str, Any]:
    """What a player that stands says."""
    return {"state": "paused", "currentTime": at, "drift": 0.0, "uncertainty": 0.001, "rtt": 0.01}


async def told(client: Any, expected: dict[str, tuple[str, float]]) -> list[set[str]]:
    """The reports until a client was told state and position of everybody: who is in each of them."""
    missing, reports = dict(expected), []
    while missing:
        changed = (await client.hear("participants"))["changed"]
        reports.append({seat["participantId"] for seat in changed})
        for seat in changed:
            if missing.get(seat["participantId"]) == (seat["state"], seat["currentTime"]):
                del missing[seat["participantId"]]
    return reports
