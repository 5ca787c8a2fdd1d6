"""Dailymotion, as far as yt-dlp asks: its programming interface, the metadata of a video, and its servers of films."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.sites.films import LENGTH, SUBTITLES, Films, master
from tests.sites.site_proxy import Answered, Asked, in_json

_STREAMS = "https://vod.cf.dmcdn.net/sec(0123)/film"


@dataclass
class Video:
    """One that is there, or says why not."""

    title: str = "A film on Dailymotion"
    error: tuple[str, str] | None = None
    """The site's code and its words."""
    countries: tuple[str, ...] = ()
    live: bool = False


@dataclass
class FakeDailymotion:
    """The sites www.dailymotion.com, graphql.api.dailymotion.com and its servers of films."""

    films: Films
    videos: dict[str, Video] = field(default_factory=dict)
    collections: dict[str, list[str]] = field(default_factory=dict)
    are_lists: set[str] = field(default_factory=set)
    """What stands in a collection and is one itself."""
    tokens: int = 0
    """How many were given out."""

    def programs(self, asked: Asked) -> Answered | None:
        """``graphql.api.dailymotion.com``."""
        if asked.path == "/oauth/token":
            self.tokens += 1
            return in_json({"access_token": f"token-{self.tokens}"})
        found = re.search(r'(media|collection)\(xid: "(\w+)"', asked.json["query"])
        assert found
        kind, name = found.groups()
        if kind == "collection" and name in self.collections:
            is_first = "page: 1)" in asked.json["query"]
            shown = self.collections[name] if is_first else []
            nodes = [{"node": {"xid": each, "url": self._page(each)}} for each in shown]
            return in_json({"data": {"collection": {"videos": {"edges": nodes}}}})
        video = self.videos.get(name)
        if video is None:
            return in_json({"data": {kind: None}, "errors": [{"message": f"Media {name} does not exist"}]})
        countries = {"allowed": list(video.countries)}
        media = {"xid": name, "description": "", "geoblockedCountries": countries, "isOnAir": video.live}
        return in_json({"data": {"media": media}})

    def _page(self, name: str) -> str:
        return f"https://www.dailymotion.com/{'playlist' if name in self.are_lists else 'video'}/{name}"

    def site(self, asked: Asked) -> Answered | None:
        """``www.dailymotion.com``."""
        video = self.videos.get(asked.path.removeprefix("/player/metadata/video/"))
        if video is None:
            return Answered(SUBTITLES, "text/vtt") if asked.path == "/subtitles/fr.srt" else None
        if video.error is not None:
            return in_json({"error": {"code": video.error[0], "title": video.error[1], "raw_message": video.error[1]}})
        told: dict[str, Any] = {
            "title": video.title,
            "duration": 0 if video.live else int(LENGTH),
            "posters": {"480": "https://s1.dmcdn.net/v/1/x480"},
            "qualities": {"auto": [{"type": "application/x-mpegURL", "url": f"{_STREAMS}/master.m3u8"}]},
            "subtitles": {"data": {"fr": {"urls": ["https://www.dailymotion.com/subtitles/fr.srt"]}}},
        }
        return in_json(told)

    def streams(self, asked: Asked) -> Answered | None:
        """``*.cf.dmcdn.net``."""
        name = asked.path.rpartition("/")[2]
        if name == "master.m3u8":
            return master((240, f"{_STREAMS}/240/vod.m3u8"), (480, f"{_STREAMS}/480/vod.m3u8"))
        return self.films.answer(name)
