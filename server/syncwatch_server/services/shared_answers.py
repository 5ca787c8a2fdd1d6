"""What one node has found out about a link, for the others: each asks a provider only for what none has asked."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from syncwatch_server.live.store import StoreAway
from syncwatch_server.services.video_url_service import VideoMetadata

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncwatch_server.live.store import LiveStore


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    seen: VideoMetadata
    until: float
    """On the clock of all nodes, s."""


_decoder = msgspec.msgpack.Decoder(_Kept)


class SharedAnswers:
    """The nodes' common memory of links."""

    def __init__(self, store: LiveStore, origin: str, now: Callable[[], float]) -> None:
        """``origin`` is where the page comes from: whether a page may load something depends on it."""
        self._store = store
        self._origin = origin
        self._now = now

    async def recall(self, url: str) -> tuple[VideoMetadata, float] | None:
        """What a node has found, and the seconds for which it still holds; None where nobody has, or can't be asked."""
        if not self._store.is_connected:
            return None
        try:
            found = await self._store.remembered(self._key(url))
            kept = None if found is None else _decoder.decode(found)
        except (StoreAway, msgspec.MsgspecError):
            # A node of another version may keep something else.
            return None
        left = 0.0 if kept is None else kept.until - self._now()
        return None if kept is None or left <= 0 else (kept.seen, left)

    def keep(self, url: str, seen: VideoMetadata, lifetime: float) -> None:
        """Let the others know for ``lifetime`` seconds."""
        kept = _Kept(seen, self._now() + lifetime)
        self._store.remember(self._key(url), msgspec.msgpack.encode(kept), lifetime)

    def _key(self, url: str) -> str:
        # A link may hold a token, which nobody should find in a list of keys.
        return f"url:{hashlib.sha256(f'{self._origin} {url}'.encode('utf-8', 'surrogatepass')).hexdigest()}"
