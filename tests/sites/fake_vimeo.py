"""Vimeo, as far as yt-dlp asks: the embedded player's page, showcases, and its servers of films."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.sites.films import LENGTH, SUBTITLES, Films, master
from tests.sites.site_proxy import Answered, Asked, in_json

EXPIRES = 4_000_000_100
"""Seconds since the Unix epoch, which every stream's URL says."""

_STREAMS = f"https://vod-adaptive-ak.vimeocdn.com/exp={EXPIRES}~acl=%2Ffilm%2F%2A~hmac=0123abcd"


@dataclass
class Video:
    """One that is there."""

    title: str = "A film on Vimeo"
    secret: str | None = None
    """An unlisted one's hash."""
    chapters: tuple[tuple[int, str], ...] = ()
    only_with_cookie: str | None = None
    """A cookie that a browser has which is logged in."""
    is_gone: bool = False
    only_embedded: bool = False


@dataclass
class FakeVimeo:
    """The sites vimeo.com, player.vimeo.com, api.vimeo.com and vimeocdn.com."""

    films: Films
    videos: dict[str, Video] = field(default_factory=dict)
    showcases: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    """By id: the title, and its videos' ids."""

    def player(self, asked: Asked) -> Answered | None:
        """``player.vimeo.com``."""
        if asked.path == "/texttrack/1.vtt":
            return Answered(SUBTITLES, "text/vtt")
        name = asked.path.removeprefix("/video/")
        video = self.videos.get(name)
        if video is None or (video.secret is not None and asked.query.get("h") != video.secret):
            return None
        if video.is_gone:
            return Answered(b"Sorry", status=410)
        if video.only_embedded:
            words = b"Because of its privacy settings, this video cannot be played here."
            return Answered(words, status=403)
        if video.only_with_cookie is not None and video.only_with_cookie not in asked.headers.get("Cookie", ""):
            return Answered(b"Sorry", status=404)
        return Answered(f"<script>window.playerConfig = {json.dumps(self._config(name, video))}</script>".encode())

    def site(self, asked: Asked) -> Answered | None:
        """``vimeo.com``."""
        return in_json({"jwt": "x.eyJleHAiOjQwMDAwMDAwMDB9.y"}) if asked.path == "/_next/viewer" else None

    def programs(self, asked: Asked) -> Answered | None:
        """``api.vimeo.com``."""
        _, _, name, *rest = asked.path.split("/")
        if name not in self.showcases:
            return None
        title, videos = self.showcases[name]
        if not rest:
            return in_json({"name": title, "privacy": {"view": "anybody"}})
        shown = videos if asked.query["page"] == "1" else []
        return in_json({"data": [{"link": f"https://vimeo.com/{each}", "uri": f"/videos/{each}"} for each in shown]})

    def streams(self, asked: Asked) -> Answered | None:
        """``*.vimeocdn.com``."""
        name = asked.path.rpartition("/")[2]
        if name == "master.m3u8":
            return master((360, f"{_STREAMS}/film/360/vod.m3u8"), (720, f"{_STREAMS}/film/720/vod.m3u8"))
        return self.films.answer(name)

    def _config(self, name: str, video: Video) -> dict[str, Any]:
        return {
            "video": {
                "id": int(name),
                "title": video.title,
                "duration": int(LENGTH),
                "thumbs": {"640": "https://i.vimeocdn.com/video/1_640"},
            },
            "request": {
                "files": {"hls": {"cdns": {"akfire": {"url": f"{_STREAMS}/film/master.m3u8"}}}},
                "text_tracks": [{"lang": "de", "url": "/texttrack/1.vtt"}],
            },
            "embed": {"chapters": [{"timecode": start, "title": title} for start, title in video.chapters]},
        }
