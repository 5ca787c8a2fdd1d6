"""The resolver: who shares an answer, how long it is kept, and what becomes of a worker."""

from __future__ import annotations

import asyncio
import os
import subprocess
import threading
from collections.abc import Iterator

import pytest

from syncwatch_cli.media.links import resolver_process
from syncwatch_cli.media.links.resolver import FAILURES_KEPT, MARGIN, Resolver
from syncwatch_core.errors import AppError, ErrorCode
from tests.cli.player.hands import until
from tests.sites import fake_vimeo
from tests.sites.conftest import Web, opened
from tests.sites.site_proxy import Answered, Asked

FILM = "https://www.youtube.com/watch?v=aaaaaaaaaaa"

CLIP = "https://vimeo.com/76979871"


def workers() -> set[int]:
    """The processes of workers that this process has."""
    listed = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=True
    )
    return {int(line.split()[0]) for line in listed.stdout.splitlines() if resolver_process.MODULE in line}


async def gone(workers_at_work: set[int] | None = None) -> None:
    """Return once these processes are no more; all, if None."""

    async def so() -> bool:
        return not (workers() if workers_at_work is None else workers() & workers_at_work)

    await until(so)


class Held:
    """A site that has been asked and gives no answer until it is let go."""

    def __init__(self) -> None:
        self.is_asked = threading.Event()
        self.may_go_on = threading.Event()

    def site(self, _: Asked) -> Answered:
        self.is_asked.set()
        self.may_go_on.wait(60)
        return Answered(status=404)

    async def asked(self) -> None:
        assert await asyncio.to_thread(self.is_asked.wait, 20)


@pytest.fixture
def held(web: Web) -> Iterator[Held]:
    held = Held()
    web.proxy.sites["www.youtube.com"] = held.site
    yield held
    held.may_go_on.set()


def watches(web: Web) -> int:
    """How often the player's page was asked for."""
    return sum(asked.host == "player.vimeo.com" for asked in web.proxy.asked)


# --- sharing and keeping ---


async def test_two_share_an_answer(web: Web, resolver: Resolver):
    """Two who ask for the same at a time are one request to the site, and so is who asks after them."""
    web.vimeo.videos["76979871"] = fake_vimeo.Video()
    first, second = await asyncio.gather(resolver.resolve(CLIP, "best"), resolver.resolve(CLIP, "best"))
    third = await resolver.resolve(CLIP, "best")

    assert first is second is third
    assert watches(web) == 1


async def test_an_answer_is_kept_until_it_expires(web: Web):
    """An answer is kept until shortly before its streams expire, and is then looked up anew."""
    web.vimeo.videos["76979871"] = fake_vimeo.Video()
    now = fake_vimeo.EXPIRES - 1000.0
    async with opened(now=lambda: now) as resolver:
        await resolver.resolve(CLIP, "best")
        now = fake_vimeo.EXPIRES - MARGIN - 1
        await resolver.resolve(CLIP, "best")
        kept = watches(web)
        now = fake_vimeo.EXPIRES - MARGIN + 1
        await resolver.resolve(CLIP, "best")

    assert (kept, watches(web)) == (1, 2)


async def test_what_is_forgotten_is_looked_up_anew(web: Web, resolver: Resolver):
    """What no longer works can be forgotten, in every quality; other links stay."""
    web.vimeo.videos |= {"76979871": fake_vimeo.Video(), "76979872": fake_vimeo.Video()}
    await resolver.resolve(CLIP, "best")
    await resolver.resolve("https://vimeo.com/76979872", "best")
    resolver.forget(CLIP)
    await resolver.resolve("https://vimeo.com/76979872", "best")
    await resolver.resolve(CLIP, "best")

    assert watches(web) == 3


async def test_a_failure_is_kept_briefly(web: Web):
    """A failure is told again at once for some seconds, and then the site is asked anew."""
    now = 1_800_000_000.0
    async with opened(now=lambda: now) as resolver:
        for _ in range(2):
            with pytest.raises(AppError):
                await resolver.resolve(CLIP, "best")
        web.vimeo.videos["76979871"] = fake_vimeo.Video()
        now += FAILURES_KEPT + 1

        assert (await resolver.resolve(CLIP, "best")).title == "A film on Vimeo"
    assert watches(web) == 2


async def test_a_quality_that_is_none(resolver: Resolver):
    """A quality that is no height, best or audio is a mistake in the usage."""
    with pytest.raises(AppError) as refused:
        await resolver.resolve(CLIP, "good")

    assert refused.value.code is ErrorCode.USAGE


# --- workers ---


async def test_who_gives_up_ends_the_work(held: Held, resolver: Resolver):
    """When nobody waits any more, the process that worked on it is gone, and the next link is resolved by another."""
    waiting = asyncio.ensure_future(resolver.resolve(FILM, "best"))
    await held.asked()
    [at_work] = workers()
    waiting.cancel()
    await asyncio.wait([waiting])

    assert waiting.cancelled()
    await gone({at_work})


async def test_one_of_two_gives_up(held: Held, resolver: Resolver):
    """While somebody else waits for the same, the work goes on."""
    one = asyncio.ensure_future(resolver.resolve(FILM, "best"))
    other = asyncio.ensure_future(resolver.resolve(FILM, "best"))
    await held.asked()
    one.cancel()
    await asyncio.wait([one])
    held.may_go_on.set()

    with pytest.raises(AppError):
        await other
    assert one.cancelled()


async def test_no_answer_in_time(web: Web, held: Held):
    """A site that gives no answer in time is told as such, and its worker is gone."""
    web.vimeo.videos["76979871"] = fake_vimeo.Video()
    async with opened() as resolver:
        # A worker takes seconds to start on a busy machine: one that is there asks well in time.
        await resolver.resolve(CLIP, "best")
        resolver._timeout = 3.0  # noqa: SLF001 what it was opened with holds for the start too
        with pytest.raises(AppError, match="longer than 3 s"):
            await resolver.resolve(FILM, "best")

    assert held.is_asked.is_set()
    await gone()


async def test_closing(held: Held):
    """Closing gives up what is under way and leaves no process."""
    async with opened() as resolver:
        waiting = asyncio.ensure_future(resolver.resolve(FILM, "best"))
        await held.asked()
    await asyncio.wait([waiting])

    assert waiting.cancelled()
    await gone()


async def test_a_worker_that_dies(web: Web, resolver: Resolver):
    """A worker that dies between two links is replaced, and nobody notices."""
    web.vimeo.videos["76979871"] = fake_vimeo.Video()
    await resolver.resolve(CLIP, "best")
    [idle] = workers()
    os.kill(idle, 9)
    resolver.forget(CLIP)

    assert (await resolver.resolve(CLIP, "best")).title == "A film on Vimeo"


async def test_a_worker_that_dies_at_work(held: Held, resolver: Resolver):
    """A worker that dies in the midst of it is told as such, and nobody waits for ever."""
    waiting = asyncio.ensure_future(resolver.resolve(FILM, "best"))
    await held.asked()
    [at_work] = workers()
    os.kill(at_work, 9)

    with pytest.raises(AppError, match="without an answer"):
        await waiting


async def test_a_worker_is_replaced_after_a_while(web: Web, resolver: Resolver, monkeypatch: pytest.MonkeyPatch):
    """A worker answers only so many times: what extractors keep on their classes must not grow old."""
    monkeypatch.setattr(resolver_process, "ANSWERS_AT_MOST", 2)
    web.vimeo.videos["76979871"] = fake_vimeo.Video()
    seen = []
    for _ in range(3):
        await resolver.resolve(CLIP, "best")
        seen.append(workers())
        resolver.forget(CLIP)

    assert not seen[0] & seen[2]


async def test_a_warm_worker_is_there(web: Web, resolver: Resolver):
    """A worker can be had ready beforehand, and is the one that then works."""
    web.vimeo.videos["76979871"] = fake_vimeo.Video()
    resolver.warm()
    resolver.warm()

    async def one_is_there() -> bool:
        return bool(workers())

    await until(one_is_there)
    await asyncio.sleep(0.1)
    ready = workers()
    await resolver.resolve(CLIP, "best")

    assert len(ready) == 1
    assert workers() == ready
