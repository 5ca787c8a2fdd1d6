"""Positions as people write them: seconds, ``mm:ss``, ``h:mm:ss``, and ``+10`` or ``-10`` from where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from syncwatch_core.errors import AppError, ErrorCode

_SIXTY = 60

_WRITTEN = re.compile(r"([+-]?)(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d*)?|\.\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class WrittenPosition:
    """A position, or a way from the present one."""

    seconds: float
    """Seconds of media; signed where it is a way."""
    relative: bool

    def from_position(self, position: float) -> float:
        """Where this leads from ``position``; never before the beginning."""
        return max(0.0, position + self.seconds) if self.relative else self.seconds


def parse_position(text: str) -> WrittenPosition:
    """Read what a person wrote; raises ``AppError`` (usage)."""
    match = _WRITTEN.fullmatch(text.strip())
    sign, hours, minutes, rest = match.groups() if match else ("", None, None, None)
    # Below the hours and minutes that are written there is room for less than one more of them.
    seconds_fit = rest is not None and (minutes is None or float(rest) < _SIXTY)
    if not seconds_fit or (hours is not None and int(minutes or 0) >= _SIXTY):
        raise AppError(
            ErrorCode.USAGE,
            f"{text!r} is not a position",
            "write seconds, mm:ss or h:mm:ss, or +10 and -10 to go on or back from where it stands",
        )
    seconds = int(hours or 0) * 3600 + int(minutes or 0) * _SIXTY + float(rest or 0)
    return WrittenPosition(-seconds if sign == "-" else seconds, relative=bool(sign))
