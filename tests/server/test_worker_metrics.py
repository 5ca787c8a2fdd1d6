"""``/metrics`` of several workers on one port: whoever is asked answers for all, and no sum falls when one dies."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.backends import Redis
from syncwatch_server.fellow_workers import FellowWorkers, Place, Seats, bury
from syncwatch_server.live.counts import Counts
from tests.server.conftest import Client
from tests.server.test_workers import Serving

WITHIN = 30.0
GUESTS = 12
SESSIONS = "syncwatch_sessions"

Figures = dict[tuple[str, ...], float]


@pytest.fixture
def serving(tmp_path: Path, postgres_url: str, redis: Redis) -> Iterator[Serving]:
    serving = Serving(tmp_path / "log", postgres_url, redis, workers=2)
    yield serving
    serving.close()


async def scraped(url: str) -> Figures:
    """Every sample, asked on a connection of its own, which either worker may have taken."""
    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as response:
        text = await response.text()
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def settled(url: str, holds: Callable[[Figures], bool]) -> Figures:
    """The figures once they hold: what the other worker counted is told within a second."""
    async with asyncio.timeout(WITHIN):
        while not holds(figures := await _tried(scraped, url)):  # noqa: ASYNC110 what is waited for has no event
            await asyncio.sleep(0.1)
    return figures


async def _tried(ask: Callable[[str], Awaitable[Figures]], url: str) -> Figures:
    try:
        return await ask(url)
    except aiohttp.ClientError:
        # A connection that the dead worker had been given.
        return {}


async def test_figures_are_of_all_workers(serving: Serving) -> None:
    """Two workers with twelve clients between them: every answer counts all, and each process is told by itself."""
    clients = [await Client().connect(serving.url) for _ in range(GUESTS)]
    await clients[0].create("Ann")
    for number, client in enumerate(clients[1:]):
        await client.join(clients[0].code, f"guest {number}")
    await clients[1].ok("chat-message", text="hello")
    joined = ("syncwatch_messages_received_total", "join-session")
    chat = ("syncwatch_messages_sent_total", "chat-message")

    def complete(figures: Figures) -> bool:
        return figures.get(joined) == GUESTS - 1 and figures[chat] == GUESTS and figures[SESSIONS,] == 1

    for _ in range(6):
        figures = await settled(serving.url, complete)
        assert figures["syncwatch_workers",] == 2
        assert figures["syncwatch_connections",] == figures["syncwatch_participants", "connected"] == GUESTS
        assert figures["syncwatch_participants", "away"] == 0
        assert figures["syncwatch_build", next(iter(key[1] for key in figures if key[0] == "syncwatch_build"))] == 1
        for worker in ("1", "2"):
            assert figures["process_resident_memory_bytes", worker] > 1_000_000
            assert figures["process_start_time_seconds", worker] > 1e9
    for client in clients:
        await client.socket.disconnect()


async def test_dead_workers_counts_stay(serving: Serving) -> None:
    """After ``kill -9`` of a worker what it had counted is still in the sum, and its connections are not."""
    clients = [await Client().connect(serving.url) for _ in range(GUESTS)]
    so_far, now = ("syncwatch_connections_total",), ("syncwatch_connections",)
    await settled(serving.url, lambda figures: figures[so_far] == figures[now] == GUESTS)
    # Whoever answers tells at once of itself; what is on the disk is up to a second old.
    await asyncio.sleep(3.0)
    victim = (await asyncio.to_thread(serving.workers))[0]
    os.kill(victim, signal.SIGKILL)
    figures: Figures = {}
    async with asyncio.timeout(WITHIN):
        while victim in await asyncio.to_thread(serving.workers) or figures.get(now) != _connected(clients):
            figures = await _tried(scraped, serving.url)

    assert figures[so_far] == GUESTS
    for client in clients:
        await client.socket.disconnect()


def _connected(clients: list[Client]) -> int:
    return sum(not client.gone.is_set() for client in clients)


def test_what_is_told_is_added_up(tmp_path: Path) -> None:
    """Counts, spreads and labels of all workers are added; a session that two serve is one, and who is away is too."""
    counts = [Counts() for _ in range(2)]
    for number, one in enumerate(counts):
        one.receive("chat-message")
        one.answer("GET", "/health", 200, 0.003)
        one.drift.note(0.01)
        one.connections = 5
        fellow = FellowWorkers(Place(tmp_path, number + 1), one, lambda: {"film": Seats(2, 1)})
        asyncio.run(_told_once(fellow))
    workers, gone = FellowWorkers(Place(tmp_path, 1), counts[0], dict).everybody()
    for worker in workers:
        gone.add(worker.counts)

    assert [worker.number for worker in workers] == [1, 2]
    assert (gone.received["chat-message"], gone.requests["GET", "/health", 200], gone.connections) == (2, 2, 10)
    assert sum(gone.response_times["GET", "/health"].counts) == sum(gone.drift.counts) == 2
    assert gone.drift.sum == pytest.approx(0.02)


def test_what_the_dead_had_counted_is_kept(tmp_path: Path) -> None:
    """Who is buried twice, or never told anything, is counted once or not at all."""
    own, dead = Counts(), Counts()
    dead.receive("clock")
    dead.connections = 3
    asyncio.run(_told_once(FellowWorkers(Place(tmp_path, 2), dead, dict)))
    for _ in range(2):
        bury(tmp_path, 2)
    bury(tmp_path, 3)
    workers, gone = FellowWorkers(Place(tmp_path, 1), own, dict).everybody()

    assert len(workers) == 1
    assert (gone.received["clock"], gone.connections) == (1, 0)


async def _told_once(fellow: FellowWorkers) -> None:
    fellow.open()
    await fellow.close()
