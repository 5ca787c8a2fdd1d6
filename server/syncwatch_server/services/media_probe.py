"""What really stands at a direct link: the first bytes of a file, or a manifest, and who may read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.fetching.fetched import Fetched, Fetcher
from syncwatch_server.services.container_sniffing import IN_BROWSERS, MANIFESTS, Found, sniff
from syncwatch_server.services.manifests import Manifest, read_dash, read_hls
from syncwatch_server.services.matroska_elements import matroska_duration
from syncwatch_server.services.mp4_boxes import INDEX_BYTES, IndexAt, mp4_duration
from syncwatch_server.services.sound_lengths import flac_duration, wav_duration

HEAD_BYTES = 256 * 1024
"""Enough for the index of most files that have it at the beginning, and for most manifests."""

_LONGEST_MANIFEST = 2 * 1024 * 1024
"""Six hours in segments of two seconds, with long signed URLs, stay below this."""

_KEPT_TO_ITSELF = frozenset({"same-origin", "same-site"})
"""Cross-Origin-Resource-Policy with which browsers show a file on no page but its own."""


_DURATIONS: Mapping[Found, Callable[[bytes], float | None]] = {
    "webm": matroska_duration,
    "matroska": matroska_duration,
    "flac": flac_duration,
    "wav": wav_duration,
}
"""Of files whose first bytes may say how long they are, however they are served."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found; None is what can't be known."""

    found: Found | None = None
    duration: float | None = None
    """Seconds."""
    live: bool | None = None
    cross_origin: bool | None = None
    """Whether pages of this server may read it with scripts (CORS)."""
    in_browsers: bool = False
    """Whether the page can play it."""


class MediaProbe:
    """Looks at media for a page that is served from ``origin``."""

    def __init__(self, fetcher: Fetcher, origin: str) -> None:
        self._fetcher = fetcher
        parts = urlsplit(origin)
        self._origin = f"{parts.scheme}://{parts.netloc}"

    async def look(self, url: str) -> tuple[Fetched, Probed]:
        """The answer, and what it is.

        Raises ``AppError``: unsupported-url, blocked-url, unreachable-url. An answer that says no is given back.
        """
        answer = await self._fetch(url, limit=HEAD_BYTES, first=0)
        if not answer.is_there:
            return answer, Probed()
        found = sniff(answer.body, answer.media_type)
        duration, live = await self._length(answer, found)
        probed = Probed(
            found=found,
            duration=duration,
            live=live,
            cross_origin=self._is_readable(answer),
            in_browsers=self._is_playable(answer, found),
        )
        return answer, probed

    async def _length(self, answer: Fetched, found: Found | None) -> tuple[float | None, bool | None]:
        """``(duration, live)``."""
        if found in MANIFESTS:
            manifest = await self._manifest(answer, found)
            return manifest.duration, manifest.live
        if found is None or found == "page":
            return None, None
        live = False if _has_an_end(answer) else None
        if found == "mp4":
            return await self._mp4_duration(answer), live
        reader = _DURATIONS.get(found)
        return (reader(answer.body) if reader else None), live

    async def _manifest(self, answer: Fetched, found: Found | None) -> Manifest:
        read = read_hls if found == "hls" else read_dash
        manifest = read(_text(await self._whole(answer)))
        if manifest.variant is None:
            return manifest
        # All variants are of one length. One at a place nearby is refused like the manifest itself would be.
        try:
            place = urljoin(answer.url, manifest.variant)
        except ValueError:
            raise AppError(ErrorCode.UNSUPPORTED_URL, "its playlist names what is no URL") from None
        variant = await self._fetch(place, limit=_LONGEST_MANIFEST)
        _require_ok(variant)
        return read_hls(_text(variant))

    async def _whole(self, answer: Fetched) -> Fetched:
        if answer.is_whole:
            return answer
        whole = await self._fetch(answer.url, limit=_LONGEST_MANIFEST)
        _require_ok(whole)
        if not whole.is_whole:
            raise AppError(ErrorCode.UNSUPPORTED_URL, "its playlist is longer than any film's")
        return whole

    async def _mp4_duration(self, answer: Fetched) -> float | None:
        duration = mp4_duration(answer.body)
        if not isinstance(duration, IndexAt):
            return duration
        if not answer.is_part:
            # An origin without ranges; the end isn't worth the whole file.
            return None
        index = await self._fetch(answer.url, limit=INDEX_BYTES, first=duration.offset)
        again = mp4_duration(index.body) if index.is_part else None
        return None if isinstance(again, IndexAt) else again

    async def _fetch(self, url: str, *, limit: int, first: int | None = None) -> Fetched:
        # Many origins speak of CORS only if they are asked by a page.
        headers: Mapping[str, str] = {"Origin": self._origin}
        return await self._fetcher.fetch(url, limit=limit, first=first, headers=headers)

    def _is_readable(self, answer: Fetched) -> bool:
        return answer.headers.get("access-control-allow-origin", "").strip() in ("*", self._origin)

    def _is_playable(self, answer: Fetched, found: Found | None) -> bool:
        if answer.url.startswith("http://") and self._origin.startswith("https://"):
            # Mixed content: a page by https shows nothing that comes without.
            return False
        if found in MANIFESTS:
            # Read by a script, and so are the segments beside it.
            return self._is_readable(answer)
        policy = answer.headers.get("cross-origin-resource-policy", "").strip().lower()
        return found in IN_BROWSERS and policy not in _KEPT_TO_ITSELF


def _has_an_end(answer: Fetched) -> bool:
    """Whether it is a file for certain; an internet radio gives bytes for as long as it sends, and says no length."""
    return answer.is_part or answer.is_whole or "content-length" in answer.headers


def refused(answer: Fetched) -> AppError:
    """The words for an origin that says no."""
    host = urlsplit(answer.url).hostname
    words = {
        401: "wants a login for it",
        403: "does not give it to everybody",
        404: "has nothing there",
        410: "has it no longer",
        429: "is asked too often; try again later",
    }
    said = words.get(answer.status, "can't give it at the moment")
    return AppError(ErrorCode.UNREACHABLE_URL, f"{host} {said} (HTTP {answer.status})")


def _require_ok(answer: Fetched) -> None:
    if not answer.is_there:
        raise refused(answer)


def _text(answer: Fetched) -> str:
    return answer.body.decode("utf-8", "replace").removeprefix("\ufeff")
