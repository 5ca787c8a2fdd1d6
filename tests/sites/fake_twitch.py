"""Twitch, as far as yt-dlp asks: its programming interface, the lists of streams, and its servers of films."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.sites.films import LENGTH, Films, master
from tests.sites.site_proxy import Answered, Asked, in_json

EXPIRES = 4_000_000_200
"""Seconds since the Unix epoch, which every token says."""

_STREAMS = "https://d1.cloudfront.net/film"

_CLIP = "https://production.assets.clips.twitchcdn.net/whole.mp4"


@dataclass
class FakeTwitch:
    """The sites gql.twitch.tv, usher.ttvnw.net and its servers of films."""

    films: Films
    vods: dict[str, str] = field(default_factory=dict)
    """Titles by number."""
    live: set[str] = field(default_factory=set)
    channels: set[str] = field(default_factory=set)
    """Those that are there, live or not."""
    clips: dict[str, str] = field(default_factory=dict)
    """Titles by slug."""
    collections: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    for_subscribers: set[str] = field(default_factory=set)

    def programs(self, asked: Asked) -> Answered | None:
        """``gql.twitch.tv``."""
        wanted = asked.json
        if isinstance(wanted, list):
            return in_json([self._operation(each["operationName"], each["variables"]) for each in wanted])
        kind = "video" if "videoPlaybackAccessToken" in wanted["query"] else "stream"
        token = {"value": json.dumps({"expires": EXPIRES}), "signature": "0123"}
        return in_json({"data": {f"{kind}PlaybackAccessToken": token}})

    def lists(self, asked: Asked) -> Answered | None:
        """``usher.ttvnw.net``."""
        name = asked.path.rpartition("/")[2].removesuffix(".m3u8")
        if name in self.for_subscribers:
            return in_json([{"error": "no", "error_code": "vod_manifest_restricted"}], status=403)
        kind = "vod" if asked.path.startswith("/vod/") else "live"
        return master((480, f"{_STREAMS}/480/{kind}.m3u8"), (720, f"{_STREAMS}/720/{kind}.m3u8"))

    def streams(self, asked: Asked) -> Answered | None:
        """``*.cloudfront.net`` and ``*.assets.clips.twitchcdn.net``."""
        return self.films.answer(asked.path.rpartition("/")[2])

    def _operation(self, name: str, variables: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        match name:
            case "VideoMetadata":
                told = {"video": self._vod(variables["videoID"])}
            case "VideoPlayer_ChapterSelectButtonVideo":
                moments = {"moments": {"edges": [{"node": each} for each in _MOMENTS]}}
                told = {"video": moments if variables["videoID"] in self.vods else None}
            case "StreamMetadata":
                stream = {"id": "1", "type": "live", "createdAt": "2026-01-01T00:00:00Z"}
                is_live = variables["channelLogin"] in self.live
                is_there = is_live or variables["channelLogin"] in self.channels
                told = {"user": {"stream": stream if is_live else None} if is_there else None}
            case "ShareClipRenderStatus":
                told = {"clip": self._clip(variables["slug"])}
            case "CollectionSideBar":
                title, vods = self.collections[variables["collectionID"]]
                edges = [{"node": {"id": each, "title": self.vods[each], "lengthSeconds": LENGTH}} for each in vods]
                told = {"collection": {"title": title, "items": {"edges": edges}}}
        return {"data": told}

    def _vod(self, number: str) -> dict[str, Any] | None:
        if number not in self.vods:
            return None
        preview = "https://static-cdn.jtvnw.net/thumb0-320x180.jpg"
        return {"id": number, "title": self.vods[number], "lengthSeconds": int(LENGTH), "previewThumbnailURL": preview}

    def _clip(self, slug: str) -> dict[str, Any] | None:
        if slug not in self.clips:
            return None
        qualities = [
            {"sourceURL": f"{_CLIP}?q={height}", "quality": str(height), "frameRate": 24} for height in (360, 720)
        ]
        return {
            "id": "1",
            "title": self.clips[slug],
            "durationSeconds": int(LENGTH),
            "playbackAccessToken": {"value": json.dumps({"expires": EXPIRES}), "signature": "0123"},
            "assets": [{"aspectRatio": 1.78, "videoQualities": qualities}],
        }


_MOMENTS = (
    {"positionMilliseconds": 0, "durationMilliseconds": 5000, "description": "Just Chatting"},
    {"positionMilliseconds": 5000, "durationMilliseconds": 7000, "description": "A game"},
)
