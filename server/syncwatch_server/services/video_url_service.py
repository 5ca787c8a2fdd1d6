"""Links, looked at before a session loads them: what they mean, what is there, and who can play it.

Nothing here opens a connection: what is fetched is fetched by the ``Fetcher`` that the service is given,
which decides what may be reached.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.media_lists import video_alone
from syncwatch_core.media_url import MediaUrl, recognise, title_of_url
from syncwatch_core.messages import Wire
from syncwatch_server.ending import end
from syncwatch_server.fetching.fetched import Fetcher
from syncwatch_server.live.expiring_cache import ExpiringCache
from syncwatch_server.live.limits import TokenBuckets
from syncwatch_server.services.container_sniffing import MANIFESTS, SOUND_ONLY, Found
from syncwatch_server.services.media_domains import MediaDomains
from syncwatch_server.services.media_probe import MediaProbe, Probed, refused
from syncwatch_server.services.oembed import ENDPOINTS, Told, ask_provider

if TYPE_CHECKING:
    from syncwatch_server.services.shared_answers import SharedAnswers

Player = Literal["mpv", "web"]

_KEPT = 2000
"""Answers; a few hundred bytes each."""

_KNOWN_FOR, _UNKNOWN_FOR = 600.0, 30.0
"""Seconds until somebody looks again: after an answer, and after a fault that may be gone soon."""

_ONE_VIDEO = frozenset({"video", "video+playlist"})
"""Kinds of links that providers tell about by oEmbed."""

_EMBEDDED: Mapping[str, frozenset[str]] = {
    "youtube": _ONE_VIDEO,
    "vimeo": _ONE_VIDEO,
    "dailymotion": _ONE_VIDEO,
    "twitch": frozenset({"vod", "channel"}),
}
"""What the providers' own players show on other pages, and let them steer."""

_THUMBNAILS = {
    "youtube": "https://i.ytimg.com/vi/{id}/hqdefault.jpg",
    "dailymotion": "https://www.dailymotion.com/thumbnail/video/{id}",
}
"""Pictures of videos at addresses that are known beforehand."""

_GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class VideoMetadata:
    """What is known of a video; None is what isn't."""

    title: str | None = None
    duration: float | None = None
    """Seconds."""
    live: bool | None = None
    thumbnail_url: str | None = None
    container: Found | None = None
    """What a direct link really leads to, by its first bytes."""
    cross_origin: bool | None = None
    playable_in: tuple[Player, ...] = ("mpv",)
    is_certain: bool = True
    """Whether somebody answered; if not, it is worth asking again soon."""


class UrlReport(Wire, frozen=True, kw_only=True):
    """The answer of ``POST /urls/validate``."""

    provider: str
    kind: str
    id: str | None
    canonical_url: str
    start_position: float | None
    title: str | None
    duration: float | None
    live: bool | None
    thumbnail_url: str | None
    container: Found | None
    cross_origin: bool | None
    playable_in: tuple[Player, ...]


class VideoUrlService:
    """What can be known of a link without playing it."""

    def __init__(
        self,
        fetcher: Fetcher,
        now: Callable[[], float],
        origin: str,
        lookups: TokenBuckets | None = None,
        endpoints: Mapping[str, str] = ENDPOINTS,
        domains: MediaDomains | None = None,
        shared: SharedAnswers | None = None,
    ) -> None:
        """``origin`` is where the page comes from; ``lookups`` limits what one client may have looked at.

        ``shared``: what other nodes have found out; None: there are none.
        """
        self._domains = domains or MediaDomains()
        self._fetcher = fetcher
        self._probe = MediaProbe(fetcher, origin)
        self._lookups = lookups
        self._endpoints = endpoints
        self._shared = shared
        self._known: ExpiringCache[VideoMetadata | AppError] = ExpiringCache(_KEPT, now)
        self._running: dict[str, asyncio.Task[VideoMetadata | AppError]] = {}

    async def close(self) -> None:
        """Give up what is being looked at."""
        await end(*self._running.values())

    async def validate_video_url(self, url: str, client: str) -> UrlReport:
        """What a link means and what is there, for somebody at the address ``client``.

        Raises ``AppError``: unsupported-url, blocked-url, unreachable-url, rate-limited.
        """
        media = recognise(url)
        if media.provider == "file":
            raise AppError(
                ErrorCode.UNSUPPORTED_URL,
                "a file on one computer has no link that others could open",
                "load it with `syncwatch host FILE`",
            )
        self._domains.require_url(url)
        seen = await self._look(media, client)
        return UrlReport(
            provider=_true_provider(media, seen),
            kind=_true_kind(media, seen),
            id=media.id,
            canonical_url=media.canonical_url,
            start_position=media.start_position,
            title=seen.title,
            duration=seen.duration,
            live=seen.live,
            thumbnail_url=seen.thumbnail_url,
            container=seen.container,
            cross_origin=seen.cross_origin,
            playable_in=seen.playable_in,
        )

    async def look_at(self, url: str) -> VideoMetadata:
        """What is there, for the server itself, which limits how often it asks.

        Raises ``AppError``: unsupported-url, blocked-url, unreachable-url.
        """
        return await self._look(video_alone(recognise(url)), None)

    async def extract_video_metadata(self, media: MediaUrl) -> VideoMetadata:
        """Title, duration and the rest, asked of whoever has the video.

        Raises ``AppError``: unsupported-url, blocked-url, unreachable-url.
        """
        if media.provider in _EMBEDDED:
            return await self._ask_provider(media)
        answer, probed = await self._probe.look(media.canonical_url)
        if not answer.is_there:
            # Many sites refuse what is no browser, and still let yt-dlp in.
            if media.provider != "other" or answer.status in _GONE:
                raise refused(answer)
            return VideoMetadata(is_certain=False)
        return VideoMetadata(
            title=title_of_url(media.canonical_url),
            duration=probed.duration,
            live=probed.live,
            container=None if probed.found == "page" else probed.found,
            cross_origin=probed.cross_origin,
            playable_in=self.check_video_accessibility(media, probed, answer.media_type),
        )

    def generate_preview_thumbnail(self, media: MediaUrl, told: Told) -> str | None:
        """Where a picture of the video is; nothing is fetched for it."""
        if told.thumbnail_url is not None:
            return told.thumbnail_url
        pattern = _THUMBNAILS.get(media.provider) if media.kind in _ONE_VIDEO else None
        return pattern.format(id=media.id) if pattern and media.id else None

    def check_video_accessibility(self, media: MediaUrl, probed: Probed, media_type: str) -> tuple[Player, ...]:
        """Who can play what was found; raises ``AppError`` (unsupported-url) if nobody can."""
        if media.provider == "other" and probed.found in (None, "page"):
            return ("mpv",)
        if probed.found == "page" or (probed.found is None and not media_type.startswith(("video/", "audio/"))):
            what = "a web page" if probed.found == "page" else "no video or sound that is known"
            raise AppError(
                ErrorCode.UNSUPPORTED_URL,
                f"what is there is {what}",
                "open the link in a browser and look whether it is the file itself",
            )
        return ("mpv", "web") if probed.in_browsers else ("mpv",)

    async def _ask_provider(self, media: MediaUrl) -> VideoMetadata:
        endpoint = self._endpoints.get(media.provider) if media.kind in _ONE_VIDEO else None
        told = await ask_provider(self._fetcher, endpoint, media.canonical_url) if endpoint else Told()
        in_pages = media.kind in _EMBEDDED[media.provider] and told.may_be_embedded is not False
        return VideoMetadata(
            title=told.title,
            duration=told.duration,
            thumbnail_url=self.generate_preview_thumbnail(media, told),
            playable_in=("mpv", "web") if in_pages else ("mpv",),
            is_certain=endpoint is None or told.may_be_embedded is not None,
        )

    # --- once for all who ask ----------------------------------------------------------------------------

    async def _look(self, media: MediaUrl, client: str | None) -> VideoMetadata:
        key = media.canonical_url
        known = self._known.get(key)
        if known is None and key not in self._running:
            known = await self._recall(key)
        if known is None and key not in self._running:
            if self._lookups and client is not None:
                self._lookups.spend(client, "links to look at")
            self._running[key] = asyncio.create_task(self._look_anew(key, media), name="look at a link")
        if known is None:
            # Whoever goes away leaves the answer to the others.
            known = await asyncio.shield(self._running[key])
        if isinstance(known, AppError):
            # A new one: an exception that is raised again keeps the traces of all who got it before.
            raise AppError(known.code, known.message, known.hint)
        return known

    async def _recall(self, key: str) -> VideoMetadata | None:
        """What another node has found out."""
        recalled = None if self._shared is None else await self._shared.recall(key)
        if recalled is None:
            return None
        self._known.put(key, *recalled)
        return recalled[0]

    async def _look_anew(self, key: str, media: MediaUrl) -> VideoMetadata | AppError:
        seen: VideoMetadata | AppError
        try:
            seen = await self.extract_video_metadata(media)
        except AppError as refusal:
            seen = refusal
        finally:
            del self._running[key]
        if not isinstance(seen, VideoMetadata) or not seen.is_certain:
            self._known.put(key, seen, _UNKNOWN_FOR)
            return seen
        self._known.put(key, seen, _KNOWN_FOR)
        if self._shared is not None:
            self._shared.keep(key, seen, _KNOWN_FOR)
        return seen


def _true_provider(media: MediaUrl, seen: VideoMetadata) -> str:
    """By what is there, where the link alone doesn't tell or tells something else."""
    if seen.container is None or media.provider in _EMBEDDED:
        return media.provider
    return seen.container if seen.container in MANIFESTS else "direct"


def _true_kind(media: MediaUrl, seen: VideoMetadata) -> str:
    if seen.container is None or media.provider != "other":
        return media.kind
    return "audio" if seen.container in SOUND_ONLY else "video"
