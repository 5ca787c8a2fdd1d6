"""The terminal that the person sits at."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator

from syncwatch_cli.diagnostics import ExitCode
from syncwatch_cli.doctor.finding import Finding, fault, good, nothing

SMALLEST = (80, 24)
"""Columns and lines for which the terminal interface is drawn."""


def check_terminal() -> Iterator[Finding]:
    """Whether the terminal interface can be drawn here."""
    if not sys.stderr.isatty():
        yield nothing("terminal", "none here: join and host print lines, or JSON with --json")
        return
    size = shutil.get_terminal_size()
    encoding = (sys.stderr.encoding or "").lower()
    if encoding.replace("-", "") != "utf8":
        mend = "set a locale such as LANG=C.UTF-8"
        yield fault(
            "terminal", f"its encoding is {encoding or 'unknown'}, so names may be unreadable", mend, ExitCode.FAILED
        )
    elif size.columns < SMALLEST[0] or size.lines < SMALLEST[1]:
        words = f"{size.columns} x {size.lines}: the interface wants {SMALLEST[0]} x {SMALLEST[1]}"
        yield fault("terminal", words, "make the window larger, or use --no-tui", ExitCode.FAILED)
    else:
        colors = "no colours (NO_COLOR)" if os.environ.get("NO_COLOR") else _colors()
        yield good("terminal", f"{size.columns} x {size.lines}, {colors}")


def _colors() -> str:
    if os.environ.get("COLORTERM") in ("truecolor", "24bit"):
        return "all colours"
    return "256 colours" if "256" in os.environ.get("TERM", "") else "few colours"
