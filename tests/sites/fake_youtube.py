"""YouTube, as far as yt-dlp asks: the page of a video, the player's interface, and lists."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.sites.films import LENGTH, SUBTITLES, Films, master
from tests.sites.site_proxy import Answered, Asked, in_json

EXPIRES = 4_000_000_000
"""Seconds since the Unix epoch, which every stream's URL says."""

_STREAMS = "https://rr1---sn-fake.googlevideo.com"


@dataclass
class Video:
    """One that is there, or says why not."""

    title: str = "A film"
    status: str = "OK"
    reason: str = ""
    subreason: str = ""
    live: bool = False
    heights: tuple[int, ...] = (360, 720, 1080)
    description: str = ""
    countries: tuple[str, ...] = ()
    streams_work: bool = True
    edition: int = 1
    """Counts whenever all streams' URLs so far have expired."""


@dataclass
class FakeYoutube:
    """The sites www.youtube.com and its servers of films."""

    films: Films
    videos: dict[str, Video] = field(default_factory=dict)
    lists: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """By id: the id and the title of each video."""

    def site(self, asked: Asked) -> Answered | None:
        """``www.youtube.com``."""
        if asked.path == "/watch" and asked.query.get("v") in self.videos:
            return self._page(
                ytInitialPlayerResponse=self._player(asked.query["v"]), ytInitialData={"contents": {"x": 1}}
            )
        if asked.path.startswith("/embed/"):
            return self._page()
        if asked.path == "/youtubei/v1/player":
            return in_json(self._player(asked.json["videoId"]))
        if asked.path == "/playlist" and asked.query.get("list") in self.lists:
            return self._page(ytInitialData=self._list(asked.query["list"]))
        if asked.path == "/youtubei/v1/browse":
            return in_json(self._list(asked.json["browseId"].removeprefix("VL")))
        return Answered(SUBTITLES, "text/vtt") if asked.path == "/api/timedtext" else None

    def streams(self, asked: Asked) -> Answered | None:
        """``*.googlevideo.com``."""
        if asked.path == "/videoplayback":
            video = self.videos[asked.query["id"]]
            if not video.streams_work or asked.query["edition"] != str(video.edition):
                return Answered(b"", "text/plain", 403)
            return self.films.answer("sound.m4a" if asked.query["itag"] == "140" else "picture.mp4")
        if asked.path.endswith("/index.m3u8"):
            return master((720, f"{_STREAMS}/live.m3u8"))
        return self.films.answer(asked.path.removeprefix("/"))

    def _page(self, **variables: Any) -> Answered:
        scripts = [f"var {name} = {json.dumps(value)};" for name, value in variables.items()]
        config = {"INNERTUBE_API_KEY": "key", "INNERTUBE_CONTEXT": {"client": {"clientName": "WEB", "hl": "en"}}}
        scripts.insert(0, f"ytcfg.set({json.dumps(config)});")
        return Answered("".join(f"<script>{script}</script>" for script in scripts).encode())

    def _player(self, name: str) -> dict[str, Any]:
        video = self.videos[name]
        playability: dict[str, Any] = {"status": video.status}
        if video.reason:
            shown = {"reason": {"simpleText": video.reason}, "subreason": {"simpleText": video.subreason}}
            playability |= {"reason": video.reason, "errorScreen": {"playerErrorMessageRenderer": shown}}
        told: dict[str, Any] = {
            "playabilityStatus": playability,
            "videoDetails": {
                "videoId": name,
                "title": video.title,
                "lengthSeconds": "0" if video.live else str(int(LENGTH)),
                "thumbnail": {
                    "thumbnails": [{"url": f"https://i.ytimg.com/vi/{name}/hq.jpg", "width": 480, "height": 360}]
                },
                "isLiveContent": video.live,
                "isLive": video.live,
                "shortDescription": video.description,
            },
            "microformat": {"playerMicroformatRenderer": {"availableCountries": list(video.countries)}},
        }
        if video.status == "OK":
            told["streamingData"] = self._live() if video.live else {"adaptiveFormats": self._formats(name, video)}
            told["captions"] = {"playerCaptionsTracklistRenderer": {"captionTracks": _CAPTIONS}}
        return told

    def _live(self) -> dict[str, Any]:
        return {"hlsManifestUrl": f"{_STREAMS}/api/manifest/hls_variant/expire/{EXPIRES}/index.m3u8"}

    def _formats(self, name: str, video: Video) -> list[dict[str, Any]]:
        found = [_sound(name, video)]
        for height in video.heights:
            picture = _sound(name, video) | {"itag": _ITAGS[height], "width": height * 16 // 9, "height": height}
            picture |= {"mimeType": 'video/mp4; codecs="avc1.4d401e"', "bitrate": height * 1000, "fps": 24}
            picture["qualityLabel"] = f"{height}p"
            found.append(picture | {"url": _url(name, _ITAGS[height], video)})
        return found

    def _list(self, name: str) -> dict[str, Any]:
        rows = [
            {
                "playlistVideoRenderer": {
                    "videoId": video,
                    "title": {"runs": [{"text": title}]},
                    "lengthSeconds": str(int(LENGTH)),
                    "isPlayable": not title.startswith("["),
                }
            }
            for video, title in self.lists[name]
        ]
        section: dict[str, Any] = {"playlistVideoListRenderer": {"contents": rows, "playlistId": name}}
        for wrapper in ("itemSectionRenderer", "sectionListRenderer"):
            section = {wrapper: {"contents": [section]}}
        tab = {"tabRenderer": {"selected": True, "content": section}}
        return {
            "contents": {"twoColumnBrowseResultsRenderer": {"tabs": [tab]}},
            "metadata": {"playlistMetadataRenderer": {"title": "An evening"}},
        }


_ITAGS = {360: 134, 480: 135, 720: 136, 1080: 137, 1440: 264, 2160: 266}

_CAPTIONS = [
    {
        "baseUrl": "https://www.youtube.com/api/timedtext?lang=en",
        "name": {"simpleText": "English; with, commas"},
        "languageCode": "en",
        "isTranslatable": False,
    }
]


def _url(name: str, itag: int, video: Video) -> str:
    return f"{_STREAMS}/videoplayback?expire={EXPIRES}&id={name}&itag={itag}&edition={video.edition}"


def _sound(name: str, video: Video) -> dict[str, Any]:
    return {
        "itag": 140,
        "url": _url(name, 140, video),
        "mimeType": 'audio/mp4; codecs="mp4a.40.2"',
        "bitrate": 64000,
        "contentLength": "1000",
        "approxDurationMs": str(int(LENGTH * 1000)),
        "audioQuality": "AUDIO_QUALITY_MEDIUM",
        "audioSampleRate": "48000",
    }
