"""What is behind links: looked up two at a time, and shown in the order in which they were given."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from syncwatch_cli import figures
from syncwatch_cli.media.links.expanding import MOST
from syncwatch_cli.media.links.resolution import NOT_RESOLVED, Playlist, Resolution
from syncwatch_cli.media.links.resolver import Resolver
from syncwatch_core.errors import AppError
from syncwatch_core.media_lists import is_list
from syncwatch_core.media_url import MediaUrl

AT_ONCE = 2
"""Links; a site that is asked for more at a time takes that for an attack."""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What came of one source."""

    text: str
    """As it was given."""
    media: MediaUrl | None = None
    error: AppError | None = None
    resolution: Resolution | None = None
    playlist: Playlist | None = None

    def row(self) -> dict[str, Any]:
        """What is known of it beyond its link; None is what isn't."""
        found, listed = self.resolution, self.playlist
        return {
            "title": found.title if found else listed.title if listed else None,
            "duration": found.duration if found else None,
            "live": found.live if found else None,
            "thumbnailUrl": found.thumbnail_url if found else None,
            "chapters": [{"start": each.start, "title": each.title} for each in found.chapters] if found else None,
            "subtitles": [each.language for each in found.subtitles] if found else None,
            "videoUrl": found.video.url if found else None,
            "audioUrl": found.audio.url if found and found.audio else None,
            "height": found.height if found else None,
            "expiresAt": found.expires_at if found else None,
            "entries": _entries(listed) if listed else None,
            "isCut": listed.is_cut if listed else None,
        }

    def words(self) -> str:
        """The same for people, to be written after the link."""
        if self.playlist is not None:
            count = f"{'the first ' if self.playlist.is_cut else ''}{len(self.playlist.entries)} videos"
            return f": {self.playlist.title or 'a list'}, {count}"
        if self.resolution is None:
            return ""
        found = self.resolution
        length = "live" if found.live else figures.position(found.duration)
        height = [f"{found.height} lines"] if found.height else []
        return ": " + ", ".join([found.title or "no title", length, *height])


async def look_up(
    texts: Iterator[str],
    recognised: Callable[[str], MediaUrl],
    show: Callable[[LookedUp], None],
    *,
    quality: str,
    cookies_from_browser: str | None,
) -> None:
    """Look up each of ``texts``, which may come in slowly, and ``show`` it."""
    resolver = Resolver(cookies_from_browser=cookies_from_browser)
    free = asyncio.Semaphore(AT_ONCE)
    incoming = _in_the_background(texts)
    begun: asyncio.Queue[asyncio.Task[LookedUp] | None] = asyncio.Queue(AT_ONCE)

    async def one(text: str) -> LookedUp:
        async with free:
            return await _looked_up(resolver, text, recognised, quality)

    async def begin() -> None:
        while (text := await incoming.get()) is not None:
            await begun.put(asyncio.ensure_future(one(text)))
        await begun.put(None)

    beginning = asyncio.ensure_future(begin())
    try:
        while (task := await begun.get()) is not None:
            show(await task)
        await beginning
    finally:
        beginning.cancel()
        await resolver.close()


async def _looked_up(resolver: Resolver, text: str, recognised: Callable[[str], MediaUrl], quality: str) -> LookedUp:
    try:
        media = recognised(text)
        if media.provider in NOT_RESOLVED:
            return LookedUp(text, media)
        if is_list(media):
            return LookedUp(text, media, playlist=await resolver.expand(media.canonical_url, MOST))
        return LookedUp(text, media, resolution=await resolver.resolve(media.canonical_url, quality))
    except AppError as error:
        return LookedUp(text, error=error)


def _in_the_background(texts: Iterator[str]) -> asyncio.Queue[str | None]:
    """The texts as they come in, None after the last; whoever types them into a terminal takes their time."""
    loop = asyncio.get_running_loop()
    incoming: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        with suppress(RuntimeError):  # the loop is over before the input is
            for text in texts:
                loop.call_soon_threadsafe(incoming.put_nowait, text)
            loop.call_soon_threadsafe(incoming.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    return incoming


def _entries(playlist: Playlist) -> list[dict[str, Any]]:
    return [{"url": each.url, "title": each.title, "duration": each.duration} for each in playlist.entries]
