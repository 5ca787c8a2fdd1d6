"""Small films as sites keep them: whole, as picture and sound apart, as HLS that is over, and as HLS that goes on."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.sites.site_proxy import Answered

LENGTH = 12.0
"""Seconds of each film."""

SUBTITLES = b"WEBVTT\n\n00:00.000 --> 00:12.000\nhello there\n"

_PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=192x108:rate=24")
HEAVY = ("-f", "lavfi", "-i", "testsrc2=size=640x360:rate=24,noise=alls=60:allf=t")
"""Some 20 MB a film, so that a player can't have it all in store."""

_SOUND = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000")
_CODING = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "24", "-pix_fmt", "yuv420p", "-c:a", "aac")

_TYPES = {".mp4": "video/mp4", ".m4a": "audio/mp4", ".ts": "video/mp2t", ".m3u8": "application/vnd.apple.mpegurl"}


class Films:
    """The films in a folder, by their names: whole.mp4, picture.mp4, sound.m4a, vod.m3u8, live.m3u8 and segments."""

    def __init__(self, folder: Path, picture: tuple[str, ...] = _PICTURE) -> None:
        self._folder = folder
        whole = self._ffmpeg("whole.mp4", *picture, *_SOUND, "-t", str(LENGTH), *_CODING, "-movflags", "+faststart")
        self._ffmpeg("picture.mp4", "-i", whole, "-an", "-c", "copy", "-movflags", "+faststart")
        self._ffmpeg("sound.m4a", "-i", whole, "-vn", "-c", "copy", "-movflags", "+faststart")
        segments = ("-f", "hls", "-hls_time", "2", "-hls_list_size", "0", "-hls_segment_filename")
        vod = self._ffmpeg("vod.m3u8", "-i", whole, "-c", "copy", *segments, str(folder / "part%d.ts"))
        # A stream that goes on has no end written under its list.
        (folder / "live.m3u8").write_text(re.sub(r"#EXT-X-ENDLIST\n", "", vod.read_text()))

    def __getitem__(self, name: str) -> bytes:
        return (self._folder / name).read_bytes()

    def answer(self, name: str) -> Answered | None:
        """What a server of films answers to a path that ends in ``name``."""
        path = self._folder / name
        return Answered(path.read_bytes(), _TYPES[path.suffix]) if path.is_file() else None

    def _ffmpeg(self, name: str, *arguments: str | Path) -> Path:
        subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments, self._folder / name], check=True)
        return self._folder / name


def master(*variants: tuple[int, str]) -> Answered:
    """A list of HLS streams: the lines of each picture, and its URL."""
    lines = ["#EXTM3U"]
    for height, url in variants:
        size = f"RESOLUTION={height * 16 // 9}x{height}"
        lines += [f'#EXT-X-STREAM-INF:BANDWIDTH={height * 1000},CODECS="avc1.42c00b,mp4a.40.2",{size}', url]
    return Answered("\n".join(lines).encode() + b"\n", _TYPES[".m3u8"])
