"""The video of the rig."""

from __future__ import annotations

import json
import subprocess
from itertools import pairwise
from pathlib import Path

from benchmarks.media import KEYFRAME_EVERY, sample_video


def test_the_video_is_as_promised(video: Path):
    """The made video is 640x360 at 24 fps in H.264 with AAC, and as long as was asked."""
    command = ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", str(video)]
    told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    picture, tone = told["streams"]

    assert (picture["codec_name"], picture["width"], picture["height"]) == ("h264", 640, 360)
    assert picture["r_frame_rate"] == "24/1"
    assert tone["codec_name"] == "aac"
    assert float(told["format"]["duration"]) >= 30


def test_keyframes_are_regular(video: Path):
    """A keyframe stands at least every 48 frames, so that the cost of a seek is known."""
    command = [
        "ffprobe",
        "-v",
        "error",
        "-select_streams",
        "v",
        "-show_entries",
        "packet=flags",
        "-of",
        "csv=p=0",
        str(video),
    ]
    flags = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()
    places = [number for number, flag in enumerate(flags) if flag.startswith("K")]

    assert max(later - sooner for sooner, later in pairwise(places)) <= KEYFRAME_EVERY


def test_a_video_is_made_once(video: Path):
    """A second wish for the same length is answered with the same file, untouched."""
    made_at = video.stat().st_mtime_ns

    assert sample_video(20, video.parent, block=30) == video
    assert video.stat().st_mtime_ns == made_at
