"""How often somebody may ask, where several nodes answer: the limit is one, whichever node is asked."""

from __future__ import annotations

from typing import Any

from benchmarks.backends import Redis

TIME = "/api/v1/time"
LIMIT = 20

OWN_SHELF = "/7"
"""A database of this Redis that no other test uses: all tests ask from one address."""


async def test_requests_to_one_node_count_on_the_other(bench: Any, postgres_url: str, redis: Redis) -> None:
    """Who has used up the requests on one node is refused by the other, too, as soon as it has heard of it."""
    url = redis.url.removesuffix("/0") + OWN_SHELF
    fleet = {"database_url": postgres_url, "redis_url": url, "rate_limit": LIMIT}
    one, other = [bench.http(await bench.start(**fleet)) for _ in range(2)]
    first = [(await one("GET", TIME))[0] for _ in range(LIMIT + 1)]
    second = [(await other("GET", TIME))[0] for _ in range(LIMIT)]

    assert first == [200] * LIMIT + [429]
    # A node decides by what it knows, so the first ones may pass.
    assert second.count(200) < LIMIT / 2
    assert second[-1] == 429

    known = (await other("GET", TIME, token="made-up"))[0]
    assert known == 200


async def test_process_that_is_alone_limits_in_memory(bench: Any, http: Any) -> None:
    """Without Redis another process with the same address starts with a full bucket."""
    limited = bench.http(await bench.start(rate_limit=2, database_url=bench.settings.database_url + ".other"))
    answered = [(await limited("GET", TIME))[0] for _ in range(3)]

    assert answered == [200, 200, 429]
    assert (await http("GET", TIME))[0] == 200
