"""From the page of a video to the streams that a player opens, by yt-dlp, without ever holding up the loop.

Two who ask for the same share one answer, and it is kept for as long as it is good.
When nobody waits for an answer any more, the process that works on it is killed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from syncwatch_cli.media.links.quality import check_quality
from syncwatch_cli.media.links.resolution import Playlist, Resolution
from syncwatch_cli.media.links.resolver_failures import Failure, failure, no_answer
from syncwatch_cli.media.links.resolver_process import ResolverProcess
from syncwatch_cli.media.links.resolver_rows import DIED, Answer, Request
from syncwatch_core.errors import AppError, ErrorCode

TIMEOUT = 40.0
"""Seconds for one answer; a tenth of one to 3 are usual, YouTube with its riddles takes up to 10."""

AT_ONCE = 3
"""Workers at work at the same time; each has 50 MB."""

KEPT_AT_MOST = 300.0
"""Seconds for which an answer is kept that doesn't say until when it is good; also a list of videos, which may grow."""

MARGIN = 60.0
"""Seconds before its end from which on a stream is not handed out again: it is still to be opened, and our clock may be
slow."""

FAILURES_KEPT = 10.0
"""Seconds for which a failure is kept, so that a few who ask at once don't all wait for it."""

_MOST_KEPT = 256

T = TypeVar("T", Resolution, Playlist)


@dataclass(frozen=True, slots=True)
class _Kept:
    outcome: Resolution | Playlist | Failure
    good_until: float
    """Seconds since the Unix epoch."""


class _Flight:
    """A request that is being answered, and how many wait for it."""

    def __init__(self, task: asyncio.Task[_Kept]) -> None:
        self.task = task
        self.waiting = 0


class Resolver:
    """Resolves for one person, whose logins are those of ``cookies_from_browser``, as yt-dlp writes it.

    ``timeout`` is in seconds for one answer, ``now`` gives seconds since the Unix epoch.
    """

    def __init__(
        self,
        *,
        cookies_from_browser: str | None = None,
        timeout: float = TIMEOUT,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._cookies_from_browser = cookies_from_browser
        self._timeout = timeout
        self._now = now
        self._kept: dict[Request, _Kept] = {}
        self._flights: dict[Request, _Flight] = {}
        self._at_work = asyncio.Semaphore(AT_ONCE)
        self._spare: asyncio.Future[ResolverProcess] | None = None
        self._background: set[asyncio.Task[None]] = set()
        self._closed = False

    async def resolve(self, url: str, quality: str) -> Resolution:
        """What to play for the page ``url``; raises ``AppError`` (unresolvable, usage for the quality)."""
        return await self._outcome(Request(url, quality=check_quality(quality)), Resolution)

    async def expand(self, url: str, limit: int) -> Playlist:
        """The videos of the list ``url``, ``limit`` at most, each by its page; raises ``AppError`` (unresolvable)."""
        return await self._outcome(Request(url, limit=limit), Playlist)

    def forget(self, url: str) -> None:
        """What was found for ``url`` no longer works: look it up anew when it is asked for next."""
        for request in [request for request in self._kept if request.url == url]:
            del self._kept[request]
        for request in [request for request in self._flights if request.url == url]:
            del self._flights[request]

    def warm(self) -> None:
        """Have a worker ready: it takes 0.3 s to import yt-dlp, which nobody needs to wait for."""
        if self._spare is None and not self._closed:
            self._spare = asyncio.ensure_future(ResolverProcess.start(self._cookies_from_browser))

    async def close(self) -> None:
        """Give up everything that is under way, and end the workers."""
        self._closed = True
        tasks = [flight.task for flight in self._flights.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        spare, self._spare = self._spare, None
        if spare is not None:
            await _stop_once_started(spare)
        while self._background:
            await asyncio.gather(*self._background)

    # Within.

    async def _outcome(self, request: Request, kind: type[T]) -> T:
        kept = self._kept.get(request)
        if kept is None or kept.good_until <= self._now():
            kept = await self._shared(request)
        if isinstance(kept.outcome, Failure):
            raise AppError(ErrorCode.UNRESOLVABLE, kept.outcome.message, kept.outcome.hint)
        assert isinstance(kept.outcome, kind)  # noqa: S101 a worker answers what it was asked
        return kept.outcome

    async def _shared(self, request: Request) -> _Kept:
        flight = self._flights.get(request)
        if flight is None:
            flight = self._flights[request] = _Flight(asyncio.ensure_future(self._look_up(request)))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting:
                flight.task.cancel()
                if self._flights.get(request) is flight:
                    del self._flights[request]
                    self._keep(request, flight.task)

    def _keep(self, request: Request, task: asyncio.Task[_Kept]) -> None:
        if task.done() and not task.cancelled() and task.exception() is None:
            self._kept.pop(request, None)
            self._kept[request] = task.result()
            if len(self._kept) > _MOST_KEPT:
                del self._kept[next(iter(self._kept))]

    async def _look_up(self, request: Request) -> _Kept:
        async with self._at_work:
            outcome = await self._asked(request)
        if isinstance(outcome, Failure):
            return _Kept(outcome, self._now() + FAILURES_KEPT)
        good_until = self._now() + KEPT_AT_MOST
        if isinstance(outcome, Resolution) and outcome.expires_at is not None:
            good_until = outcome.expires_at - MARGIN
        return _Kept(outcome, good_until)

    async def _asked(self, request: Request) -> Resolution | Playlist | Failure:
        try:
            async with asyncio.timeout(self._timeout):
                was_used, answer, version = await self._ask_one(request)
                if was_used and answer.fault is not None and answer.fault.kind == DIED:
                    # Whatever befell it meanwhile, a fresh one knows nothing of it.
                    _, answer, version = await self._ask_one(request)
        except TimeoutError:
            return no_answer(self._timeout)
        except OSError as fault:
            return Failure(f"yt-dlp can't be started: {fault.strerror}")
        if answer.fault is not None:
            return failure(answer.fault, version, self._now())
        found = answer.resolution or answer.playlist
        assert found is not None  # noqa: S101 an answer has one of the three
        return found

    async def _ask_one(self, request: Request) -> tuple[bool, Answer, str | None]:
        """Whether the worker had been used before, its answer, and its yt-dlp's version."""
        worker = await self._take()
        was_used = worker.is_used
        try:
            answer = await worker.ask(request)
        except BaseException:
            self._end(worker)
            raise
        self._give_back(worker)
        return was_used, answer, worker.version

    async def _take(self) -> ResolverProcess:
        spare, self._spare = self._spare, None
        if spare is not None:
            worker = await spare
            if worker.is_fit:
                return worker
            self._end(worker)
        starting = asyncio.ensure_future(ResolverProcess.start(self._cookies_from_browser))
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            # It starts all the same, and is there for whoever comes next.
            self._keep_as_spare(starting)
            raise

    def _give_back(self, worker: ResolverProcess) -> None:
        if self._closed or not worker.is_fit or self._spare is not None:
            self._end(worker)
            return
        self._spare = asyncio.get_running_loop().create_future()
        self._spare.set_result(worker)

    def _keep_as_spare(self, starting: asyncio.Future[ResolverProcess]) -> None:
        if self._closed or self._spare is not None:
            self._spawn(_stop_once_started(starting))
        else:
            self._spare = starting

    def _end(self, worker: ResolverProcess) -> None:
        self._spawn(worker.stop())
        # The next asks one that stands ready.
        self.warm()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


async def _stop_once_started(starting: asyncio.Future[ResolverProcess]) -> None:
    with suppress(OSError):
        await (await starting).stop()
