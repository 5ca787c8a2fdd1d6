"""What stands ready once a file is loaded: where, how long, and whether that is where it should stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from syncwatch_cli.player.connection import Answer

SOUND_BUFFER_AT_MOST = 1.0
"""Seconds that a sound card's buffer holds at most; 0.2 is usual."""
_PLAUSIBLE_FRAMES_A_SECOND = (0.05, 1000)
"""Beyond these a number is a container's way to say that it doesn't know."""
OFF_AT_MOST = 0.5
"""Seconds by which media may begin elsewhere than it was asked to, for its timestamps. A choice.

DASH of single files begins a piece further on (measured with 0.35.1: 6.5 s), and is brought to its place by a seek.
"""
_NEAR_END = 1.0
"""Seconds before the end within which nothing more is to come: mpv stands on the last frame, or where sound ends."""
_GROWS_WITH_CACHE = 0.5
"""Seconds: a length that is no further ahead than what was read so far is not one, but how far a live stream is."""
ASKED_OF_MEDIA = (
    "seeking",
    "paused-for-cache",
    "time-pos",
    "pause",
    "duration",
    "container-fps",
    "seekable",
    "partially-seekable",
    "current-tracks/video/image",
    "demuxer-cache-state",
)
"""The properties that ``primed_of`` goes by."""


@dataclass(frozen=True, slots=True)
class Primed:
    """What stands ready; s."""

    position: float
    duration: float | None
    frame_duration: float | None
    seekable: bool
    has_picture: bool
    """Whether pictures move; a cover doesn't."""
    may_be_at_its_end: bool = False
    """Whether ``duration`` is None only because no end has come after what was read: it may just be on its way."""

    def is_astray(self, asked: float) -> bool:
        """Whether this is not where media that was asked for at ``asked``, s, should stand."""
        if not self.seekable or is_near_end(asked, self.duration):
            return False
        return abs(self.position - asked) > max(2 * (self.frame_duration or 0.0), OFF_AT_MOST)

    @property
    def is_at_end(self) -> bool:
        """Whether it stands where there is nothing more to come."""
        return is_near_end(self.position, self.duration)


def primed_of(told: Mapping[str, Answer], asked: float) -> Primed:
    """What mpv's answers come to, for media that was to stand at ``asked``, s."""
    # No answer: there is no video track.
    has_picture = told["current-tracks/video/image"].value is False
    seekable = told["seekable"].value is True and told["partially-seekable"].value is not True
    duration = told["duration"].number or None
    grows = not seekable and duration is not None and _grows(duration, told["demuxer-cache-state"].value)
    if grows:
        duration = None
    position = max(0.0, told["time-pos"].number or 0.0)
    if seekable and not has_picture:
        position = landing_of_sound(asked, position, duration)
    frame_duration = _frame_duration(told["container-fps"].number) if has_picture else None
    return Primed(position, duration, frame_duration, seekable, has_picture, may_be_at_its_end=grows)


def is_near_end(position: float, duration: float | None) -> bool:
    """Whether nothing more is to come at ``position`` of media that lasts ``duration``, s; None: it has no end."""
    return duration is not None and position > duration - _NEAR_END


def landing_of_sound(asked: float, position: float, duration: float | None) -> float:
    """Where sound without a picture really stands after a seek to ``asked``, s.

    It begins on the very sample, but until it plays mpv tells a ``position`` that is early by the sound card's buffer
    (measured with 0.35.1: 0.193 s of 0.2).
    """
    end = asked if duration is None else min(asked, duration)
    return end if 0 <= end - position <= SOUND_BUFFER_AT_MOST else position


def _grows(duration: float, cache: object) -> bool:
    """Whether ``duration`` (s) is but what has been read so far of a stream that goes on."""
    if not isinstance(cache, dict) or cache.get("eof") is True:
        return False
    read_to = cache.get("cache-end")
    return isinstance(read_to, int | float) and duration - read_to < _GROWS_WITH_CACHE


def _frame_duration(frames_a_second: float | None) -> float | None:
    if frames_a_second is None:
        return None
    slowest, fastest = _PLAUSIBLE_FRAMES_A_SECOND
    return 1 / frames_a_second if slowest <= frames_a_second <= fastest else None
