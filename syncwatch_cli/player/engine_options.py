"""What the sync engine needs of mpv, each option with its reason.

The person's own configuration, keys and scripts stay in force; these stand above it for the session.
"""

from __future__ import annotations

from collections.abc import Mapping

ENGINE_OPTIONS: Mapping[str, object] = {
    # Stay open without media, and on the last frame when it is over.
    "idle": True,
    "keep-open": "always",
    "keep-open-pause": True,
    # A seek lands on the very frame.
    "hr-seek": True,
    # The sound card is the only clock; with display-resample mpv would correct on its own, against us.
    "video-sync": "audio",
    # Engaging pitch correction costs 4 to 14 ms of position (measured, 0.35.1).
    "audio-pitch-correction": False,
    # The session says where to begin, and what comes next.
    "resume-playback": False,
    "save-position-on-quit": False,
    "loop-file": False,
    "loop-playlist": False,
    "reset-on-next-file": [],
    # URLs are resolved before mpv gets them.
    "ytdl": False,
    # What a stranger loads must not lead to a file of this computer, nor to a program.
    "load-unsafe-playlists": False,
    # Network media has something in store when it is said to be ready; a local file turns this off for itself.
    "cache-pause": True,
    "cache-pause-initial": True,
    "pause": True,
    "speed": 1.0,
}

OPTIONS_OF_SOME_BUILDS: Mapping[str, object] = {
    # The sound server is asked for its delay, not libpulse's extrapolation of it, which drifts and jumps by up to
    # 1.3 ms for 15 s after a start (measured against recorded sound by `scripts/bench sound`, 0.35.1).
    "pulse-latency-hacks": True,
}
"""Set while mpv runs, where it knows them: on its command line an unknown option would keep it from starting."""

START_OPTIONS: Mapping[str, object] = {
    "force-window": True,
    # The terminal is ours.
    "input-terminal": False,
    "quiet": True,
    "msg-level": "all=warn",
}

LEFT_AS_THEY_ARE = frozenset({"pause"})
"""Not put back when we leave an mpv that we attached to: it stands as the person last saw it."""


def command_line(options: Mapping[str, object]) -> list[str]:
    """``options`` as mpv's arguments."""
    return [f"--{name}={written(value)}" for name, value in options.items()]


def written(value: object) -> str:
    """``value`` as mpv reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value)
