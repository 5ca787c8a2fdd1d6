"""The programs that SyncWatch stands on: mpv, yt-dlp and what runs a page's JavaScript."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from syncwatch_cli import config
from syncwatch_cli.diagnostics import ExitCode
from syncwatch_cli.doctor.finding import Finding, fault, good, nothing, refused
from syncwatch_cli.media.links import yt_dlp_age
from syncwatch_cli.player.install_hint import install_hint
from syncwatch_cli.player.process import check_version, find_mpv
from syncwatch_core.errors import AppError

ANSWER_WITHIN = 10.0
"""Seconds that mpv has for naming its options; on a cold disk it takes two."""


def check_mpv() -> Iterator[Finding]:
    """Whether there is an mpv that is new enough, starts, and runs Lua scripts."""
    try:
        program = find_mpv(config.load().get("mpv").value)
        version = _said_by(program, "--version")
        check_version(version, program)
    except AppError as error:
        yield refused("mpv", error)
        return
    if not version:
        words = f"{program} does not start"
        yield fault("mpv", words, f"see what it says: {program} --version; {install_hint()}", ExitCode.PLAYER)
        return
    yield good("mpv", f"{version.partition(chr(10))[0].partition(' Copyright')[0]} at {program}")
    if " --osc " in _said_by(program, "--list-options"):
        yield good("mpv's Lua", "there; chat and the seek bar in mpv's window work")
    else:
        yield nothing("mpv's Lua", "this mpv was built without it: no seek bar, and no chat typed in its window")


def _said_by(program: str, option: str) -> str:
    try:
        asked = subprocess.run(
            [program, "--no-config", option], capture_output=True, text=True, timeout=ANSWER_WITHIN, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout


def check_yt_dlp() -> Iterator[Finding]:
    """Whether yt-dlp is here, of these days, and has something to solve YouTube's riddles with."""
    mend = yt_dlp_age.update_command()
    try:
        version = metadata.version("yt-dlp")
    except metadata.PackageNotFoundError:
        yield fault("yt-dlp", "it is not installed", mend, ExitCode.MEDIA)
        return
    age = yt_dlp_age.age_in_days(version, time.time())
    if age is not None and age > yt_dlp_age.TOO_OLD:
        yield fault("yt-dlp", f"{version} is {age} days old, and sites have changed since", mend, ExitCode.MEDIA)
    else:
        yield good("yt-dlp", version if age is None else f"{version}, {max(0, age)} days old")
    yield _runtime()


def _runtime() -> Finding:
    """yt-dlp itself looks for Deno alone, unless it is told otherwise in its own configuration."""
    beside_python = shutil.which("deno", path=str(Path(sys.executable).parent))
    found = beside_python or shutil.which("deno")
    if found:
        return good("JavaScript runtime", found)
    return fault(
        "JavaScript runtime",
        "there is no deno, without which most of YouTube can't be played",
        f"{sys.executable} -m pip install deno, or https://deno.com; other sites work without it",
        ExitCode.MEDIA,
    )
