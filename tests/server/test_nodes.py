"""Several nodes in one process, with one database and a live store in memory: what they do when messages go astray."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec
import pytest
import structlog

from syncwatch_core import messages as wire
from syncwatch_core.roles import Actor
from syncwatch_core.watch_session import LoseSeat, TakeSeat, WatchSession, new_session
from syncwatch_server.database.repository import Change, RaceLost
from syncwatch_server.database.sqlite_repository import SqliteRepository
from syncwatch_server.live.store import NODE_LASTS
from syncwatch_server.realtime.frames import payload_of
from syncwatch_server.realtime.node_fanout import NodeFanout
from syncwatch_server.server_clock import ServerClock
from syncwatch_server.services.nodes import Nodes
from syncwatch_server.services.session_keeper import SessionKeeper
from syncwatch_server.services.shared_session import SharedSession
from tests.patience import PATIENCE
from tests.server.memory_store import Hub, MemoryStore

HOST = Actor("ann", "host")
WITHIN = PATIENCE


class Ear:
    """A participant's connection that keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict]] = []
        self.is_superseded = False

    def send(self, message: bytes) -> None:
        """One message."""
        name, payload = msgspec.json.decode(payload_of(message)[1:])
        self.heard.append((name, payload))

    def dismissed(self, reason: wire.ServerMessage) -> None:
        """The seat is lost."""

    def superseded(self) -> None:
        """Another connection has the seat."""
        self.is_superseded = True

    def texts(self) -> list[str]:
        """The chat that was heard."""
        return [payload["text"] for name, payload in self.heard if name == "chat-message"]


@dataclass
class Node:
    """One node."""

    store: MemoryStore
    fanout: NodeFanout
    nodes: Nodes
    keeper: SessionKeeper
    clock: ServerClock
    ears: dict[str, Ear] = field(default_factory=dict)

    async def session(self, code: str) -> SharedSession:
        """The session as this node serves it."""
        live = await self.keeper.find(code)
        assert isinstance(live, SharedSession)
        return live

    async def seat(self, code: str, name: str) -> Ear:
        """Somebody takes a seat here."""
        live, ear = await self.session(code), Ear()
        self.ears[name] = ear
        role: wire.Role | None = "host" if name == "ann" else None
        seat = TakeSeat(participant_id=name, display_name=name, platform="bot", token_hash=name, role=role)
        await live.act(seat, on_release=lambda: self.fanout.seat(live.newest.session_id, name, ear))
        return ear


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Callable[[], Node]]:
    """Makes nodes of one fleet."""
    repository, hub, made = SqliteRepository(tmp_path / "sessions.db"), Hub(), []
    log = structlog.get_logger()
    await repository.open()

    def make() -> Node:
        store, fanout, clock = MemoryStore(hub), NodeFanout(), ServerClock()
        nodes = Nodes(store=store, repository=repository, audience=fanout, clock=clock, log=log)
        keeper = SessionKeeper(
            repository=repository,
            clock=clock,
            audience=fanout,
            log=log,
            public_url="http://x",
            expiry=3600.0,
            nodes=nodes,
        )
        hub.signs[store.node] = float("inf")
        nodes._keeper = keeper  # noqa: SLF001 it looks around when the test says so
        made.append(Node(store, fanout, nodes, keeper, clock))
        return made[-1]

    yield make
    for one in made:
        await one.keeper.close()
    await asyncio.sleep(0)
    await repository.close()


@pytest.fixture
async def pair(node: Callable[[], Node]) -> tuple[Node, Node, str]:
    """Two nodes, and the code of a session with Ann on the first and Ben on the second."""
    first, second = node(), node()

    def furnish(code: str, link: str) -> WatchSession:
        return new_session("one", code, first.clock.now(), host_token_hash="hash", link=link)

    live = await first.keeper.create(furnish)
    code = live.newest.code
    await first.seat(code, "ann")
    await second.seat(code, "ben")
    return first, second, code


async def until(check: Callable[[], object]) -> None:
    async with asyncio.timeout(WITHIN):
        while not check():  # noqa: ASYNC110 what is waited for has no event
            await asyncio.sleep(0.01)


async def test_missed_messages_are_made_good_by_the_row(pair: tuple[Node, Node, str]) -> None:
    """What a node that was cut off missed is told to its people when it looks, each line once, and in order."""
    first, second, code = pair
    here, there = await first.session(code), await second.session(code)
    second.store.cut()
    for text in ("one", "two"):
        await here.act(wire.SendChat(text=text), HOST)
    await there.act(wire.SendChat(text="mine"), Actor("ben", "controller"))
    await second.nodes.look()
    await until(lambda: len(second.ears["ben"].texts()) == 3)
    second.store.mend()
    await first.nodes.look()
    await until(lambda: len(first.ears["ann"].texts()) == 3)

    assert first.ears["ann"].texts() == second.ears["ben"].texts() == ["one", "two", "mine"]
    assert here.shown.chat == there.shown.chat


async def test_message_that_overtakes_another_waits_for_it(pair: tuple[Node, Node, str]) -> None:
    """A commit that arrives before the one it follows is told after it."""
    first, second, code = pair
    here, there = await first.session(code), await second.session(code)
    late, hear = [], there.link.heard

    def hold(node: str, message: bytes) -> None:
        late.append((node, message))

    second.store._hub.listeners[code][second.store.node] = type(  # noqa: SLF001 the way between them
        "Held", (), {"heard": staticmethod(hold), "missed": staticmethod(there.link.missed)}
    )()
    for text in ("one", "two"):
        await here.act(wire.SendChat(text=text), HOST)
    await until(lambda: len(late) == 2)
    for node, message in reversed(late):
        hear(node, message)

    assert second.ears["ben"].texts() == ["one", "two"]
    assert there.shown_version == here.shown_version


async def test_people_of_a_dead_node_are_away(pair: tuple[Node, Node, str]) -> None:
    """Three looks after a node gave its last sign of life its people count as lost, and no earlier."""
    first, second, code = pair
    there = await second.session(code)
    first.store.cut()
    second.store._hub.signs[first.store.node] = second.store._hub.now() - NODE_LASTS  # noqa: SLF001 time passes
    for _ in range(2):
        await second.nodes.look()
    assert there.shown.presence["ann"].connected
    await second.nodes.look()

    assert not there.shown.presence["ann"].connected
    assert there.shown.presence["ben"].connected


async def test_who_was_given_up_by_mistake_is_seated_again(pair: tuple[Node, Node, str]) -> None:
    """A node that could not know gives somebody up; their own node, when it hears of that, says that they are here."""
    first, second, code = pair
    here, there = await first.session(code), await second.session(code)
    await here.act(wire.LeaveSession(), Actor("ben", "controller"))
    await until(lambda: "ben" in here.shown.presence and not here.shown.members["ben"].gone)

    assert here.shown.presence["ben"].connected
    assert there.shown.members["ben"] == here.shown.members["ben"]


def _lose(told: asyncio.Future[None], _: object) -> None:
    told.set_exception(RaceLost("the answer was lost"))


async def test_answer_that_was_lost_is_found_again(
    pair: tuple[Node, Node, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line that was stored, but whose writer was told that it lost, is acknowledged, and stored and told once."""
    first, second, code = pair
    here = await first.session(code)
    store = here._repository.store  # noqa: SLF001 the way to the database

    def store_and_forget(change: Change) -> asyncio.Future[None]:
        monkeypatch.undo()
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        store(change).add_done_callback(partial(_lose, told))
        return told

    monkeypatch.setattr(here._repository, "store", store_and_forget)  # noqa: SLF001 as above
    await here.act(wire.SendChat(text="once"), HOST)
    await second.nodes.look()
    await until(second.ears["ben"].texts)
    await here.act(wire.SendChat(text="then"), HOST)
    await until(lambda: len(second.ears["ben"].texts()) > 1)

    assert first.ears["ann"].texts() == second.ears["ben"].texts() == ["once", "then"]
    assert [line.text for line in here.shown.chat] == ["once", "then"]


async def test_seat_taken_elsewhere_is_lost_here(pair: tuple[Node, Node, str]) -> None:
    """Who comes in on another node has their seat there; what the old connection's end says no longer counts."""
    first, second, code = pair
    before = second.ears["ben"]
    await first.seat(code, "ben")
    await until(lambda: before.is_superseded)
    here = await first.session(code)
    # The manager asks the fan-out first, and hears that the seat is another's.
    assert not second.fanout.unseat("one", "ben", before)
    await here.act(wire.SendChat(text="still here"), Actor("ben", "controller"))

    assert here.shown.presence["ben"].connected
    assert first.ears["ben"].texts() == ["still here"]


async def test_unneeded_sessions_are_let_go(pair: tuple[Node, Node, str], node: Callable[[], Node]) -> None:
    """A session that a node only looked at is let go soon after; one that its people are in is not."""
    first, second, code = pair
    third = node()
    await third.session(code)
    assert third.store.node in third.store._hub.listeners[code]  # noqa: SLF001 who listens
    for one in (first, second, third):
        one.clock._epoch += 60.0  # noqa: SLF001 time passes
        await one.nodes.look()
    await until(lambda: third.store.node not in third.store._hub.listeners[code])  # noqa: SLF001 as above

    assert [len(one.keeper.all()) for one in (first, second, third)] == [1, 1, 0]


async def test_newcomer_node_knows_who_is_here(pair: tuple[Node, Node, str], node: Callable[[], Node]) -> None:
    """A node that begins to serve a session has everybody's presence from what was kept."""
    first, _, code = pair
    await (await first.session(code)).act(LoseSeat("ann"))
    third = await node().session(code)

    assert {key: seat.connected for key, seat in third.shown.presence.items()} == {"ann": False, "ben": True}


async def test_wakes_are_left_to_one(pair: tuple[Node, Node, str]) -> None:
    """Of two nodes with people one goes first for what is due, and the other holds back."""
    first, second, code = pair
    delays = [(await one.session(code))._hold_back() for one in (first, second)]  # noqa: SLF001 the rule itself

    assert sorted(delays) == [0.0, 0.5]


async def test_going_node_says_so(pair: tuple[Node, Node, str]) -> None:
    """The people of a node that goes down are away at once, without anybody having to find out."""
    first, second, code = pair
    await first.session(code)
    there = await second.session(code)
    await first.nodes.close()
    await until(lambda: not there.shown.presence["ann"].connected)

    assert "user-left" not in [name for name, _ in second.ears["ben"].heard]
