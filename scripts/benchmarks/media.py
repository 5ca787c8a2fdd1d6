"""The video that the rig plays: made once by ffmpeg, the same for everybody, kept in the user's cache."""

from __future__ import annotations

import asyncio
import math
import os
import subprocess
from pathlib import Path

BLOCK = 300
"""s; lengths are rounded up to this, so that runs of similar length share one file."""

FRAME_RATE = 24
KEYFRAME_EVERY = 48
"""Frames between keyframes: an exact seek decodes at most this many."""


def cache_folder() -> Path:
    """Where made videos are kept; created if need be."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "syncwatch" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sample_video(seconds: float, folder: Path | None = None, *, block: int = BLOCK) -> Path:
    """A test picture of 640x360 at 24 fps in H.264 with an AAC tone, at least ``seconds`` long.

    Raises ``FileNotFoundError`` without ffmpeg, ``CalledProcessError`` where ffmpeg fails.
    """
    length = max(1, math.ceil(seconds / block)) * block
    path = (folder or cache_folder()) / f"picture-360p{FRAME_RATE}-gop{KEYFRAME_EVERY}-{length}s.mp4"
    if not path.exists():
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            subprocess.run(_ffmpeg(length, part), check=True, capture_output=True, stdin=subprocess.DEVNULL)
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
    return path


async def film_of(file: Path | None, seconds: float) -> Path:
    """The video that was given, or else one of ours, at least ``seconds`` long; raises as ``sample_video``."""
    return await asyncio.to_thread(sample_video, seconds) if file is None else file


def _ffmpeg(seconds: int, out: Path) -> list[str]:
    picture = f"testsrc2=size=640x360:rate={FRAME_RATE}:duration={seconds}"
    tone = f"sine=frequency=330:beep_factor=3:sample_rate=48000:duration={seconds}"
    video = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "32", "-g", str(KEYFRAME_EVERY), "-pix_fmt", "yuv420p"]
    inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone]
    return ["ffmpeg", "-v", "error", "-y", *inputs, *video, "-c:a", "aac", "-b:a", "96k", "-f", "mp4", str(out)]
