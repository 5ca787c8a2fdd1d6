"""How old the installed yt-dlp is, and how it is brought up to date here.

Sites change, and yt-dlp follows within days: an old one is the likeliest reason for a page that can't be read.
"""

from __future__ import annotations

import re
import shlex
import sys
from datetime import UTC, date, datetime
from pathlib import Path

TOO_OLD = 90
"""Days; yt-dlp itself warns from then on."""

_VERSION = re.compile(r"(20[0-9]{2})\.([0-9]{1,2})\.([0-9]{1,2})(?:\..*)?")


def age_in_days(version: str, now: float) -> int | None:
    """How many days ago a ``version`` such as ``2026.10.26`` was released; ``now`` in seconds since the Unix epoch.

    None for a version that tells no day.
    """
    found = _VERSION.fullmatch(version)
    if found is None:
        return None
    try:
        released = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return (datetime.fromtimestamp(now, UTC).date() - released).days


def update_command(environment: Path | None = None) -> str:
    """The command that updates the yt-dlp that this program uses, in the way in which the program is installed.

    ``environment`` is the Python environment it runs in; ours, if None.
    """
    place = environment or Path(sys.prefix)
    if (place / "uv-receipt.toml").is_file():
        return f"uv tool upgrade {shlex.quote(place.name)}"
    if (place / "pipx_metadata.json").is_file():
        return f"pipx runpip {shlex.quote(place.name)} install --upgrade 'yt-dlp[default]'"
    python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    program = str(python) if python.is_file() else sys.executable
    return f"{shlex.quote(program)} -m pip install --upgrade 'yt-dlp[default]'"
