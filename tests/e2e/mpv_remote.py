"""A second hand on a running mpv: reads it from outside, and does what a person's fingers would do."""

from __future__ import annotations

import json
import socket
import time
from statistics import median
from typing import Any, Self

ANSWER_WITHIN = 20.0
"""Seconds; an mpv on a busy machine may take long."""


class MpvRemote:
    """A connection of the test's own to an mpv's IPC socket."""

    def __init__(self, path: str) -> None:
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._connection.settimeout(ANSWER_WITHIN)
        self._connection.connect(path)
        self._lines = self._connection.makefile("rb")
        self._asked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of mpv."""
        self._lines.close()
        self._connection.close()

    def does(self, *command: object) -> Any:
        """Run one command; its answer. Raises ``ConnectionError`` where mpv is gone."""
        self._asked += 1
        self._connection.sendall(json.dumps({"command": command, "request_id": self._asked}).encode() + b"\n")
        for line in self._lines:
            answer = json.loads(line)
            if "event" not in answer and answer.get("request_id") == self._asked:
                return answer.get("data")
        raise ConnectionError("mpv has closed the connection")

    def get(self, name: str) -> Any:
        """The value of a property; None where it has none."""
        return self.does("get_property", name)

    def set(self, name: str, value: object) -> None:
        """Set a property, as a key or the mouse does."""
        self.does("set_property", name, value)

    def presses(self, key: str) -> None:
        """Press a key in mpv's window."""
        self.does("keypress", key)

    @property
    def plays(self) -> bool:
        """Whether it really plays."""
        return self.get("core-idle") is False

    @property
    def position(self) -> float | None:
        """PTS of the frame shown, s."""
        position = self.get("time-pos")
        return None if position is None else float(position)

    @property
    def stands_at(self) -> float | None:
        """PTS of the frame on which it stands still, s; None while it moves or seeks."""
        if self.get("pause") is not True or self.get("seeking") is not False:
            return None
        return self.position

    def line(self) -> float | None:
        """Position minus the monotonic clock, s, the same for as long as it plays at rate 1; None while it stands."""
        readings = []
        for _ in range(5):
            before = time.monotonic()
            position = self.get("audio-pts")
            after = time.monotonic()
            if position is None or not self.plays:
                return None
            readings.append((after - before, position - (before + after) / 2))
        return min(readings)[1]


def apart(one: MpvRemote, other: MpvRemote) -> float:
    """By how many seconds two playing mpvs are apart: the median of several looks; infinity if one does not play."""
    looks = []
    for _ in range(5):
        lines = (one.line(), other.line())
        if lines[0] is None or lines[1] is None:
            return float("inf")
        looks.append(abs(lines[0] - lines[1]))
        time.sleep(0.02)
    return median(looks)
