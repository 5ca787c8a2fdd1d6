"""From what the session watches to what this person's player can open.

In this order: the person's own copy, the file as the host shares it, the link itself, and, where the link leads to a
page, the streams that a resolver finds behind it. Each participant finds for themselves; the session shares the page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

from syncwatch_cli.join_options import JoinOptions
from syncwatch_cli.media import private_urls
from syncwatch_cli.media.files import shared_files
from syncwatch_cli.media.files.own_copy import OwnCopy
from syncwatch_cli.media.links.mpv_source import as_mpv_source, path_list
from syncwatch_cli.media.links.resolution import NOT_RESOLVED
from syncwatch_core import messages as wire
from syncwatch_core.display_text import clean_text
from syncwatch_core.errors import AppError
from syncwatch_core.media_url import recognise

if TYPE_CHECKING:
    from syncwatch_cli.media.links.resolution import Resolution
    from syncwatch_cli.media.links.resolver import Resolver

PATIENCE = 1.5
"""Seconds after which a person is told that something is being looked up or looked for; most takes less."""

T = TypeVar("T")

SHARED_WITHIN = 1.5
"""Seconds in which the host finds a file of theirs and shares it, once it has come on."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a player is to open."""

    source: str
    """A URL or a path; empty for a player that opens nothing."""
    options: Mapping[str, str] = field(default_factory=dict)
    """The player's options for this source alone."""
    title: str | None = None
    """As the site has it."""
    expires_at: float | None = None
    """Seconds since the Unix epoch, from when on its server refuses it."""


class Finder:
    """Finds media for one person; ``token`` gives their seat's, ``ask`` and ``notice`` reach them."""

    def __init__(
        self,
        options: JoinOptions,
        *,
        token: Callable[[], str | None],
        ask: Callable[[str], bool],
        notice: Callable[[str, str], None],
    ) -> None:
        self._options = options
        self._token = token
        self._ask = ask
        self._notice = notice
        self._own_copy = OwnCopy(options.file, options.media_folders)
        self._resolver: Resolver | None = None
        self._shared_at_first: asyncio.Future[tuple[shared_files.SharedFile, ...]] | None = None

    async def close(self) -> None:
        """Give up what is being looked up."""
        self._own_copy.stop()
        if self._resolver is not None:
            await self._resolver.close()

    def seated(self) -> None:
        """A seat was taken: what the host shares is asked for while the player comes up, so that no load waits for it.

        The host names subtitles before anybody comes; they stay the same until the host's own server starts anew.
        """
        # Who serves them has them already.
        asks = not self._options.serves and self._options.player != "none"
        self._shared_at_first = asyncio.ensure_future(asyncio.to_thread(self._shares if asks else tuple))
        # Nobody may ever want to know how it ended.
        self._shared_at_first.add_done_callback(lambda ended: ended.cancelled() or ended.exception())

    async def find(self, media: wire.Media) -> Found:
        """What to open for ``media``.

        Raises ``AppError``: file-not-found, blocked-url, unresolvable, unsupported-url.
        """
        if self._options.player == "none":
            return Found("")
        found, subtitles = await asyncio.gather(self._picture(media), self._subtitles(media))
        return replace(found, options={**found.options, "sub-files": path_list(subtitles)}) if subtitles else found

    async def look_ahead(self, item: wire.QueueItem) -> None:
        """Find what comes next, so that it is there when its turn has come; what fails is told then."""
        with suppress(AppError):
            if item.file is not None and self._options.offers is not None:
                self._options.offers(await asyncio.to_thread(self._own_copy.of_file, item.file))
            elif self._options.player != "none" and _is_page(item.url):
                await self._permit([item.url], ask=None)
                await self._resolving(item.url)

    def forget(self, media: wire.Media) -> None:
        """What was found for ``media`` no longer works."""
        if media.url is not None and self._resolver is not None:
            self._resolver.forget(media.url)

    # Within.

    async def _picture(self, media: wire.Media) -> Found:
        try:
            name = clean_text(media.file.name) if media.file else "this"
            words = f"looking for your copy of {name}"
            copy = await self._patiently(asyncio.to_thread(self._own_copy.of, media), words)
        except AppError:
            shared = await self._shared(media)
            if shared is None:
                raise
            return Found(shared)
        if copy is not None:
            if media.file is not None and self._options.offers is not None:
                self._options.offers(copy)
            return Found(str(copy))
        assert media.url is not None  # noqa: S101 media has the one or the other
        await self._permit([media.url], ask=self._ask)
        return await self._resolved(media.url) if _is_page(media.url) else Found(media.url)

    async def _resolved(self, url: str) -> Found:
        resolution = await self._patiently(self._resolving(url), f"looking up {clean_text(url)}")
        # A page can lead anywhere.
        streams = (resolution.video, resolution.audio, *resolution.subtitles)
        await self._permit([each.url for each in streams if each], ask=self._ask)
        source, options = as_mpv_source(resolution)
        return Found(source, options, title=resolution.title, expires_at=resolution.expires_at)

    async def _resolving(self, url: str) -> Resolution:
        if self._resolver is None:
            from syncwatch_cli.media.links.resolver import Resolver

            self._resolver = Resolver(cookies_from_browser=self._options.cookies_from_browser)
        return await self._resolver.resolve(url, self._options.quality)

    async def _patiently(self, work: Coroutine[Any, Any, T], words: str) -> T:
        """What ``work`` comes to; where that takes long, the person is told for what they wait."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait([task], timeout=PATIENCE)
            if not task.done():
                self._notice("looking-up", words)
            return await task
        finally:
            task.cancel()

    async def _permit(self, urls: Iterable[str], *, ask: Callable[[str], bool] | None) -> None:
        """Raise ``AppError`` (blocked-url) if one leads into the person's own network, unless they allow it."""
        options = self._options
        await asyncio.to_thread(
            private_urls.permit, urls, server=options.server, allowed=options.allow_private_urls, ask=ask
        )

    # What the host shares.

    async def _shared(self, media: wire.Media) -> str | None:
        """Where the host serves this file; None if they don't."""
        if media.file is None:
            return None
        shares = await asyncio.to_thread(self._shares)
        found = shared_files.find(shares, media.file)
        if found is None and shares:
            # Who shares has heard of this media no earlier than we have.
            await asyncio.sleep(SHARED_WITHIN)
            found = shared_files.find(await asyncio.to_thread(self._shares), media.file)
        return None if found is None else found.url

    async def _subtitles(self, media: wire.Media) -> tuple[str, ...]:
        """The person's own, and those that the host shares."""
        if self._shared_at_first is None:
            self.seated()
        shared = shared_files.subtitles_for(await self._known_shares(), media)
        return (*map(str, self._options.subtitles), *(each.url for each in shared))

    async def _known_shares(self) -> tuple[shared_files.SharedFile, ...]:
        """What was shared when the seat was taken; nothing where that can't be had, which is no reason not to watch."""
        assert self._shared_at_first is not None  # noqa: S101 asked for
        try:
            return await asyncio.shield(self._shared_at_first)
        except AppError:
            return ()

    def _shares(self) -> tuple[shared_files.SharedFile, ...]:
        return shared_files.shares_of(self._options.server, self._options.code, self._token())


def _is_page(url: str | None) -> TypeGuard[str]:
    """Whether a resolver has to find what lies behind ``url``."""
    return url is not None and recognise(url).provider not in NOT_RESOLVED
