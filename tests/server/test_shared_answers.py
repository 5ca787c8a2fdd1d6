"""What nodes know of links together: what one has found the others don't ask for, whatever becomes of the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from benchmarks.backends import Redis
from syncwatch_core.errors import AppError
from syncwatch_server.live.redis import RedisStore
from syncwatch_server.live.store import LiveStore
from syncwatch_server.services.shared_answers import SharedAnswers
from tests.server.memory_store import Hub, MemoryStore
from tests.server.url_desk import ANN, BEN, PAGE, Desk


@pytest.fixture(params=["memory", "redis"])
async def stores(request: pytest.FixtureRequest, desk: Desk) -> AsyncIterator[list[LiveStore]]:
    """Two nodes' ways to one store, which keeps the desk's time where it can."""
    made: list[LiveStore]
    if request.param == "memory":
        hub = Hub(lambda: desk.now)
        made = [MemoryStore(hub) for _ in range(2)]
    else:
        redis: Redis = request.getfixturevalue("redis")
        made = [RedisStore(redis.url) for _ in range(2)]
    for store in made:
        await store.open()
    yield made
    for store in made:
        await store.close()


def answers(desk: Desk, store: LiveStore, page: str = PAGE) -> SharedAnswers:
    """One node's way to what all know."""
    return SharedAnswers(store, page, lambda: desk.now)


async def test_a_link_is_looked_at_once_for_all_nodes(desk: Desk, stores: list[LiveStore]) -> None:
    """What one node was told another tells the same, without asking and without spending anybody's limit."""
    one = desk.service(shared=answers(desk, stores[0]))
    other = desk.service(capacity=0, shared=answers(desk, stores[1]))
    url = desk.origin.url("film.webm")
    first = await one.validate_video_url(f"{url}#t=5", ANN)
    await stores[0].check()
    second = await other.validate_video_url(f"{url}#t=5", BEN)

    assert second == first
    assert desk.origin.asked["film.webm"] == 1


async def test_it_expires_on_all_nodes_together(desk: Desk, stores: list[LiveStore]) -> None:
    """A node that took over an answer late keeps it no longer than the one that found it."""
    one, other = [desk.service(shared=answers(desk, store)) for store in stores]
    url = desk.origin.url("film.webm")
    await one.validate_video_url(url, ANN)
    await stores[0].check()
    desk.now += 590
    await other.validate_video_url(url, BEN)
    assert desk.origin.asked["film.webm"] == 1
    desk.now += 11
    await other.validate_video_url(url, BEN)

    assert desk.origin.asked["film.webm"] == 2


async def test_faults_are_each_nodes_own(desk: Desk, stores: list[LiveStore]) -> None:
    """What one node could not reach another may: a refusal is not handed on."""
    one, other = [desk.service(shared=answers(desk, store)) for store in stores]
    url = desk.origin.url("film.webm")
    desk.origin.status = 503
    with pytest.raises(AppError, match="HTTP 503"):
        await one.validate_video_url(url, ANN)
    desk.origin.status = None

    assert (await other.validate_video_url(url, BEN)).container == "webm"


async def test_pages_of_another_origin_have_answers_of_their_own(desk: Desk, stores: list[LiveStore]) -> None:
    """Whether a page may load a film depends on where the page comes from, so that is not handed on."""
    one = desk.service(shared=answers(desk, stores[0]))
    elsewhere = "http://other.example"
    other = desk.service(page=elsewhere, shared=answers(desk, stores[1], elsewhere))
    await one.validate_video_url(desk.origin.url("film.webm"), ANN)
    await stores[0].check()
    await other.validate_video_url(desk.origin.url("film.webm"), BEN)

    assert desk.origin.asked["film.webm"] == 2


async def test_what_can_not_be_read_is_looked_at_anew(desk: Desk) -> None:
    """A store that is away, or holds what another version wrote, keeps nobody from an answer."""
    store = MemoryStore(Hub())
    shared = answers(desk, store)
    url = desk.origin.url("film.webm")
    await desk.service(shared=shared).validate_video_url(url, ANN)
    (key,) = store._hub.cache  # noqa: SLF001 no other way to what is kept
    store.remember(key, b"something else", 60.0)
    assert (await desk.service(shared=shared).validate_video_url(url, ANN)).container == "webm"
    store.cut()
    assert (await desk.service(shared=shared).validate_video_url(url, ANN)).container == "webm"

    assert desk.origin.asked["film.webm"] == 3
    assert "film" not in key
    await asyncio.sleep(0)
