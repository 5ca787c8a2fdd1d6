"""Real media by ffmpeg, an origin that serves it in several ways, and what providers answer to oEmbed."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from syncwatch_server.fetching.addresses import IPAddress
from syncwatch_server.fetching.safe_fetcher import SafeFetcher

SECONDS = 2.0
"""The length of everything that is made here."""

LOCAL = "127.0.0.1"

_PICTURE = ("-f", "lavfi", "-i", f"testsrc=size=64x36:rate=10:duration={SECONDS:g}")
_SOUND = ("-f", "lavfi", "-i", f"sine=duration={SECONDS:g}")
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "10")

_MADE: dict[str, tuple[str, ...]] = {
    "index-last.mp4": (*_PICTURE, *_H264),
    "index-first.mp4": (*_PICTURE, *_H264, "-movflags", "faststart"),
    "fragmented.mp4": (*_PICTURE, *_H264, "-movflags", "frag_keyframe+empty_moov"),
    "film.webm": (*_PICTURE, "-c:v", "libvpx", "-b:v", "20k"),
    "film.mkv": (*_PICTURE, *_H264),
    "film.ts": (*_PICTURE, *_H264),
    "film.avi": (*_PICTURE, "-c:v", "mpeg4"),
    "film.flv": (*_PICTURE, *_H264),
    "film.mpg": (*_PICTURE, "-c:v", "mpeg2video", "-r", "25", "-f", "vob"),
    "sound.mp3": _SOUND,
    "bare.mp3": (*_SOUND, "-id3v2_version", "0", "-write_xing", "0"),
    "sound.aac": _SOUND,
    "sound.flac": _SOUND,
    "sound.wav": _SOUND,
    "sound.ogg": (*_SOUND, "-c:a", "libvorbis"),
    "vod.m3u8": (*_PICTURE, *_H264, "-hls_time", "1", "-hls_list_size", "0"),
    "vod.mpd": (*_PICTURE, *_H264),
}


def make_media(folder: Path) -> None:
    """Everything of the table, and a few that are made from it."""
    for name, arguments in _MADE.items():
        subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments, name], cwd=folder, check=True)
    film = (folder / "index-last.mp4").read_bytes()
    # An index a megabyte away: a box that players skip stands before it.
    beginning = film.index(b"mdat") - 4
    gap = (1_000_000).to_bytes(4, "big") + b"free" + bytes(1_000_000 - 8)
    (folder / "far.mp4").write_bytes(film[:beginning] + gap + film[beginning:])
    (folder / "master.m3u8").write_text(
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000\n# words\nvod.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2000\nmore.m3u8\n"
    )
    (folder / "lost.m3u8").write_text("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000\nnowhere.m3u8\n")
    (folder / "live.m3u8").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2.0,\nlive7.ts\n")
    (folder / "live.mpd").write_text('<?xml version="1.0"?>\n<MPD\n type="dynamic" profiles="x"></MPD>')
    segments = "".join(f"#EXTINF:2.0,\nhttps://cdn.example/{'x' * 100}/{number}.ts\n" for number in range(5000))
    (folder / "long.m3u8").write_text(f"#EXTM3U\n{segments}#EXT-X-ENDLIST\n")
    (folder / "page.mp4").write_text("<!DOCTYPE html><title>Not found, but with 200</title>")
    (folder / "noise.mp4").write_bytes(b"nothing that anybody knows " * 10)
    (folder / "watch").write_text("<html>a page that yt-dlp may know</html>")
    (folder / "stream").write_bytes(film)


@dataclass
class Origin:
    """A server of media, and of oEmbed."""

    folder: Path
    port: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    """How often each path was asked for."""
    headers: dict[str, str] = field(default_factory=dict)
    """What is said beside each file."""
    status: int | None = None
    """What is answered instead of a file."""
    takes_ranges: bool = True
    has_an_end: bool = True
    """Whether a file is sent once, or over and over as by a radio."""
    oembed: object = None
    """What the provider answers; a number is a status."""
    oembed_questions: list[dict[str, str]] = field(default_factory=list)

    def url(self, name: str) -> str:
        """Where a file is."""
        return f"http://media.example:{self.port}/{name}"

    def is_allowed(self, address: IPAddress, port: int) -> bool:
        """Exactly this server."""
        return (str(address), port) == (LOCAL, self.port)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file, or what is answered instead."""
        name = request.match_info["name"]
        self.asked[name] += 1
        if self.status is not None:
            return web.Response(status=self.status)
        path = self.folder / name
        if not path.exists():
            return web.Response(status=404)
        if not self.has_an_end:
            return await _over_and_over(request, path.read_bytes())
        if not self.takes_ranges:
            return web.Response(body=path.read_bytes(), headers=self.headers)
        return web.FileResponse(path, headers=self.headers)

    async def tell(self, request: web.Request) -> web.Response:
        """The provider's word."""
        self.oembed_questions.append(dict(request.query))
        if isinstance(self.oembed, int):
            return web.Response(status=self.oembed)
        return web.json_response(self.oembed) if not isinstance(self.oembed, bytes) else web.Response(body=self.oembed)


async def _over_and_over(request: web.Request, content: bytes) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(content)


async def lookup(host: str) -> Sequence[str]:
    """One name, at this machine."""
    if host != "media.example":
        raise OSError("no such name")
    return [LOCAL]


@asynccontextmanager
async def media_origin(folder: Path) -> AsyncIterator[tuple[Origin, SafeFetcher]]:
    """The origin, served, and a fetcher that may reach it and nothing else."""
    origin = Origin(folder)
    app = web.Application()
    app.add_routes([web.get("/oembed", origin.tell), web.get("/{name}", origin.file)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, LOCAL, 0, reuse_address=True).start()
    origin.port = runner.addresses[0][1]
    fetcher = SafeFetcher(is_allowed=origin.is_allowed, lookup=lookup, total_time=30)
    try:
        yield origin, fetcher
    finally:
        await fetcher.close()
        await runner.cleanup()
