"""What is loaded by a link gets its title, length and picture, without anybody having to wait for them.

A session that changes is looked at: what is on, and the next few of its queue. What nobody knows of them is asked of
``VideoUrlService`` in the background, once, and put into the session as ``MediaFound``. A link that is private,
blocked or out of reach is left as it is: whether players can play it they find out for themselves.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError
from syncwatch_core.media_rules import is_untitled
from syncwatch_core.watch_session import MediaFound, WatchSession
from syncwatch_server.ending import end

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from syncwatch_server.live.limits import TokenBuckets
    from syncwatch_server.services.live_session import LiveSession
    from syncwatch_server.services.video_url_service import VideoUrlService

LOOKS_AHEAD = 3
"""Items of the queue; of a thousand that were added at once the others are looked at when they come near."""

_AT_ONCE = 4
"""Links that are looked at at the same time, for all sessions."""


@dataclass(slots=True)
class _Seen:
    """What was looked at of a session."""

    media: wire.Media | None = None
    queue: tuple[wire.QueueItem, ...] = ()
    asked: set[str] = field(default_factory=set)


class MetadataFinder:
    """Finds what sessions do not know of their links."""

    def __init__(self, links: VideoUrlService, lookups: TokenBuckets | None, log: FilteringBoundLogger) -> None:
        """``lookups`` limits how often a session may have links looked at."""
        self._links = links
        self._lookups = lookups
        self._log = log
        self._seen: WeakKeyDictionary[LiveSession, _Seen] = WeakKeyDictionary()
        self._free = asyncio.Semaphore(_AT_ONCE)
        self._running: set[asyncio.Task[None]] = set()

    def note(self, live: LiveSession) -> None:
        """The session has changed; whatever is new in it and not known is asked for in the background."""
        session = live.shown
        seen = self._seen.get(live)
        if seen is None:
            seen = self._seen[live] = _Seen()
        if session.stage.media is seen.media and session.queue is seen.queue:
            return
        seen.media, seen.queue = session.stage.media, session.queue
        for url in _unknown(session):
            if url not in seen.asked and self._may(session.session_id):
                seen.asked.add(url)
                task = asyncio.get_running_loop().create_task(self._find(live, url), name="find what a link is")
                self._running.add(task)
                task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Give up what is under way."""
        await end(*self._running)

    def _may(self, session_id: str) -> bool:
        if self._lookups is None:
            return True
        try:
            self._lookups.spend(session_id, "links to look at")
        except AppError:
            return False
        return True

    async def _find(self, live: LiveSession, url: str) -> None:
        try:
            async with self._free:
                seen = await self._links.look_at(url)
        except AppError as refusal:
            self._log.debug("nothing was found out about a link", session=live.shown.session_id, why=refusal.message)
            return
        live.note(
            MediaFound(
                url=url,
                title=seen.title,
                duration=seen.duration,
                live=seen.live,
                thumbnail_url=seen.thumbnail_url,
            )
        )


def _unknown(session: WatchSession) -> list[str]:
    """Links of which something is missing: of what is on, and of what comes soon."""
    media = session.stage.media
    coming = [item for item in session.queue[:LOOKS_AHEAD] if item.url is not None]
    wanted: list[wire.Media | wire.QueueItem] = [*([media] if media and media.url else []), *coming]
    urls = [one.url for one in wanted if one.url is not None and _is_unknown(one)]
    return list(dict.fromkeys(urls))


def _is_unknown(one: wire.Media | wire.QueueItem) -> bool:
    timeless = isinstance(one, wire.Media) and one.live
    return is_untitled(one.url, one.title) or one.thumbnail_url is None or (one.duration is None and not timeless)
