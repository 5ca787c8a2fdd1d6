"""One suite over both live stores, in memory and in real Redis: whatever is promised of one holds for the other."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from benchmarks.backends import Redis
from benchmarks.redis_fleets import RedisSentinel
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.cluster_clock import ClusterClock
from syncwatch_server.live.limits import TokenBuckets
from syncwatch_server.live.redis import RedisStore
from syncwatch_server.live.shared_limits import SharedBuckets
from syncwatch_server.live.store import LiveStore
from tests.server.memory_store import Hub, MemoryStore
from tests.server.store_ears import Ear, codes, until

Open = Callable[[], Awaitable[LiveStore]]


@pytest.fixture(scope="module")
def sentinel() -> Iterator[RedisSentinel]:
    server = RedisSentinel()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(params=["memory", "redis", "redis-socket", "redis-sentinel", "redis-cluster"])
async def opened(request: pytest.FixtureRequest) -> AsyncIterator[Open]:
    """Opens nodes' ways to one store, and closes them."""
    stores: list[LiveStore] = []
    hub = Hub()

    async def open_one() -> LiveStore:
        store: LiveStore
        store = MemoryStore(hub) if request.param == "memory" else RedisStore(_url_of(request))
        await store.open()
        stores.append(store)
        return store

    yield open_one
    for store in stores:
        await store.close()


def _url_of(request: pytest.FixtureRequest) -> str:
    kind = request.param.removeprefix("redis-")
    if kind in ("sentinel", "cluster"):
        url: str = request.getfixturevalue(kind).url
        return url
    redis: Redis = request.getfixturevalue("redis")
    return redis.url if kind == "redis" else redis.socket_url


async def test_messages_reach_the_others_in_order(opened: Open) -> None:
    """What a node says is heard by every other that follows the session, in order, and by nobody else."""
    speaker, listener, stranger = [await opened() for _ in range(3)]
    code, other = next(codes), next(codes)
    own, ear, elsewhere = Ear(), Ear(), Ear()
    assert await speaker.listen(code, own)
    assert await listener.listen(code, ear)
    assert await stranger.listen(other, elsewhere)
    words = [b"%d" % number for number in range(200)]
    for word in words:
        speaker.publish(code, word)
        await asyncio.sleep(0)
    await until(lambda: len(ear.said) == len(words))

    assert ear.said == [(speaker.node, word) for word in words]
    assert own.said == elsewhere.said == []


async def test_who_stops_listening_hears_nothing(opened: Open) -> None:
    """After hushing nothing is heard, of the other sessions everything."""
    speaker, listener = [await opened() for _ in range(2)]
    left, kept = next(codes), next(codes)
    before, after = Ear(), Ear()
    await listener.listen(left, before)
    await listener.listen(kept, after)
    await listener.hush(left)
    speaker.publish(left, b"unheard")
    speaker.publish(kept, b"heard")
    await until(lambda: after.said)

    assert before.said == []


async def test_notes_are_shared_and_forgotten_one_by_one(opened: Open) -> None:
    """What one node keeps about a session another reads; a note given up is gone, the others stay."""
    one, other = [await opened() for _ in range(2)]
    code = next(codes)
    one.keep(code, {"a": b"1", "b": b"2"})
    one.keep(code, {"a": None, "c": b"3"})
    await one.check()
    await one.kept(code)

    assert await other.kept(code) == {"b": b"2", "c": b"3"}
    assert await other.kept(next(codes)) == {}


async def test_who_lives_is_known(opened: Open) -> None:
    """A node that gave a sign of life is known to live; one that went, or never was, is not."""
    one, gone = [await opened() for _ in range(2)]
    assert await one.living([gone.node, one.node, "nobody"]) == {gone.node, one.node}
    await gone.close()

    assert await one.living([gone.node]) == set()


async def test_limits_are_shared(opened: Open) -> None:
    """Tries on one node count on the other; whoever has used them up is refused there too."""
    stores, kind = [await opened() for _ in range(2)], f"test-{next(codes)}"
    one, other = [SharedBuckets(store, kind, 3, 60.0, time.monotonic) for store in stores]
    for _ in range(3):
        one.spend("192.0.2.1", "tries")
    with pytest.raises(AppError) as refusal:
        one.spend("192.0.2.1", "tries")
    # Each node has connections of its own: the other's try could come to the store before these.
    await stores[0].check()
    other.spend("192.0.2.1", "tries")
    await until(lambda: _is_refused(other))

    assert refusal.value.code is ErrorCode.RATE_LIMITED
    other.spend("192.0.2.2", "tries")


def _is_refused(buckets: TokenBuckets) -> bool:
    try:
        buckets.require("192.0.2.1", "tries")
    except AppError:
        return True
    return False


async def test_cache_is_shared_until_it_expires(opened: Open) -> None:
    """What one node remembers another finds, until it has expired."""
    one, other = [await opened() for _ in range(2)]
    key = next(codes)
    one.remember(key, b"long", 60.0)
    one.remember(key + "short", b"short", 0.05)
    await one.remembered(key)
    assert await other.remembered(key) == b"long"
    await asyncio.sleep(0.1)

    assert await other.remembered(key + "short") is None


async def test_nodes_agree_on_the_time(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node whose own clock is far off has the time of the one that came first, and time never goes back."""
    first = ClusterClock(await opened())
    await first.open()
    late = ClusterClock(await opened())
    monkeypatch.setattr(late, "_epoch", late._epoch - 500.0)  # noqa: SLF001 a wrong wall clock
    await late.open()
    readings = [(first.now(), late.now(), first.now()) for _ in range(200)]
    for clock in (first, late):
        await clock.close()

    # The uncertainty is what the node itself believes.
    assert late.uncertainty is not None
    between = [max(before - middle, middle - after, 0.0) for before, middle, after in readings]
    assert min(between) <= late.uncertainty + (first.uncertainty or 0.0)
    assert all(one[1] <= two[1] for one, two in itertools.pairwise(readings))
