"""The framing of mpv's JSON IPC: bytes in, messages out; a command in, bytes out.

One JSON object a line each way. A reply carries the ``request_id`` of its command, an event carries none.
mpv copies names of files and tags as they are, so a line need not be valid UTF-8.
This module never touches a socket or a clock.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Command = Sequence[object] | Mapping[str, object]
"""``["set_property", "pause", True]``, or mpv's form with named arguments, ``{"name": "loadfile", "url": …}``."""

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes of one line; what is longer is dropped, so that a broken peer can't fill our memory."""


@dataclass(frozen=True, slots=True)
class Reply:
    """mpv's answer to one command."""

    request_id: int
    value: object
    """What was asked for; None where there is nothing to tell."""
    error: str | None
    """mpv's words, or None if the command succeeded."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in mpv, or a property that changed."""

    name: str
    fields: Mapping[str, object]


def encode_command(command: Command, request_id: int) -> bytes:
    """One line for mpv's socket; raises ``ValueError`` for a number that JSON can't write.

    A path that is not valid UTF-8 (Python holds its odd bytes as surrogates) goes out as the bytes that it is.
    """
    arguments = dict(command) if isinstance(command, Mapping) else list(command)
    line = json.dumps({"command": arguments, "request_id": request_id}, ensure_ascii=False, allow_nan=False)
    return line.encode("utf-8", "surrogateescape") + b"\n"


class MessageReader:
    """Cuts the stream into lines and reads each as a message."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._searched = 0
        self._skipping = False

    def feed(self, received: bytes) -> list[Reply | Event]:
        """The messages that ``received`` completes, in order; what makes no sense is left out."""
        self._rest += received
        messages = []
        while (end := self._rest.find(b"\n", self._searched)) >= 0:
            line = bytes(self._rest[:end])
            del self._rest[: end + 1]
            self._searched = 0
            message = None if self._skipping else parse_line(line)
            self._skipping = False
            if message is not None:
                messages.append(message)
        self._searched = len(self._rest)
        if self._searched > LONGEST_LINE:
            self._rest.clear()
            self._searched = 0
            self._skipping = True
        return messages


def parse_line(line: bytes) -> Reply | Event | None:
    """The message that a line holds, or None if it holds none."""
    try:
        message = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict):
        return None
    match message:
        case {"event": str(name)}:
            return Event(name, message)
        case {"request_id": int(request_id), "error": str(error)}:
            return Reply(request_id, message.get("data"), None if error == "success" else error)
    return None
