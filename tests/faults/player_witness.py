"""Watches an mpv from outside: whatever a viewer would have seen of a disturbance is noted."""

from __future__ import annotations

import json
import socket
import threading
from typing import Any, Self

_WATCHED = ("pause", "core-idle", "paused-for-cache")
_TELLING = ("seek", "playback-restart", "end-file", "shutdown")
_SLOWEST, _FASTEST = 0.9, 1.1
"""Speeds between which a nudge is heard by nobody; syncwatch_core.correction stays far within."""


class PlayerWitness:
    """What happens to a player while this is open."""

    def __init__(self, path: str) -> None:
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._connection.connect(path)
        self._seen: list[str] = []
        self._known: set[str] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        for number, name in enumerate((*_WATCHED, "speed"), start=1):
            order = json.dumps({"command": ["observe_property", number, name]})
            self._connection.sendall(order.encode() + b"\n")
        assert self._ready.wait(20), "mpv does not answer"
        return self

    def __exit__(self, *fault: object) -> None:
        self._connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._connection.close()

    @property
    def disturbances(self) -> list[str]:
        """Everything so far, in order."""
        return list(self._seen)

    def _listen(self) -> None:
        for line in self._connection.makefile("rb"):
            self._hear(json.loads(line))

    def _hear(self, told: dict[str, Any]) -> None:
        name = told.get("name")
        if told.get("event") in _TELLING:
            self._seen.append(told["event"])
        elif told.get("event") == "property-change" and name is not None:
            # The first one says how it stands.
            is_first = name not in self._known
            self._known.add(name)
            if name == "speed" and not _SLOWEST < told["data"] < _FASTEST:
                self._seen.append(f"speed {told['data']}")
            elif name != "speed" and (told["data"] or not is_first):
                self._seen.append(f"{name} {told['data']}")
            if len(self._known) == len(_WATCHED) + 1:
                self._ready.set()
