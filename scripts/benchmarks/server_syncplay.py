"""Syncplay's own server with as many users as ours: isolated rooms of four, in which nobody does anything.

``syncplay`` starts it; as a process of its own, ``python -m benchmarks.server_syncplay SPEC``, this is the load. Each
user answers the state that the server sends once a second, as Syncplay's client does.
"""

from __future__ import annotations

import asyncio
import json
import select
import socket
import sys
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from benchmarks.processes import RigError, Speaker, free_port, private_environment
from benchmarks.server_load import Load, cpu_of, listen_until, resident
from benchmarks.server_stage import Server, more_files
from benchmarks.syncplay_setup import installed
from benchmarks.syncplay_stage import LOGGED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

_VERSION = "1.6.9"
_ENTERED_WITHIN = 60.0
"""s for all users."""

_STARTS_WITHIN, _LOOKS_EVERY = 20.0, 0.1
"""s."""


@asynccontextmanager
async def syncplay(folder: Path) -> AsyncIterator[Server]:
    """Syncplay's server, unmodified; raises ``RigError``."""
    made = await asyncio.to_thread(installed)
    port = free_port()
    environment = private_environment(folder / "home", PYTHONPATH=made.modules, PYTHONUNBUFFERED="1")
    command = [*LOGGED, *made.server, f"--port={port}", "--isolate-rooms"]
    speaker = await Speaker.start("syncplay", command, folder, environment)
    try:
        await _accepting(speaker, port)
        yield Server(f"tcp://127.0.0.1:{port}", speaker.process.pid)
    finally:
        await speaker.stop(by_signal=True)


async def _accepting(speaker: Speaker, port: int) -> None:
    for _ in range(int(_STARTS_WITHIN / _LOOKS_EVERY)):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(_LOOKS_EVERY)
        else:
            writer.close()
            return
    message = f"Syncplay's server does not listen\n{speaker.last_words()}"
    raise RigError(message)


class Users:
    """Everybody who is there."""

    def __init__(self, place: tuple[str, int]) -> None:
        """``place``: where the server listens."""
        self._place = place
        self._epoll = select.epoll()
        self._socks: dict[int, socket.socket] = {}
        self._rests: dict[int, bytes] = {}
        self.entered = 0
        self.states = 0

    def enter(self, count: int, size: int) -> None:
        """Let so many come, in rooms of that size; raises ``TimeoutError``."""
        gives_up_at = time.monotonic() + _ENTERED_WITHIN
        for number in range(count):
            sock = socket.create_connection(self._place)
            self._socks[sock.fileno()] = sock
            self._rests[sock.fileno()] = b""
            self._epoll.register(sock, select.EPOLLIN)
            hello = {"username": f"u{number}", "room": {"name": f"r{number // size}"}, "version": _VERSION}
            self._say(sock, {"Hello": {**hello, "realversion": _VERSION, "features": {}}})
            while self.entered <= number:
                self.listen(0.1)
                if time.monotonic() > gives_up_at:
                    message = f"only {self.entered} users came in within {_ENTERED_WITHIN:g} s"
                    raise TimeoutError(message)

    def listen(self, seconds: float) -> None:
        """Take what has come and answer it, waiting at most so long."""
        for file, _ in self._epoll.poll(max(0.0, seconds)):
            sock = self._socks[file]
            received = sock.recv(1 << 16)
            if not received:
                raise ConnectionError("the server hung up")
            *lines, self._rests[file] = (self._rests[file] + received).split(b"\r\n")
            for line in lines:
                self._hear(sock, json.loads(line))

    def _hear(self, sock: socket.socket, heard: dict[str, Any]) -> None:
        if "Error" in heard:
            raise ConnectionError(heard["Error"]["message"])
        if "Hello" in heard:
            self.entered += 1
        if "State" in heard:
            self.states += 1
            state = heard["State"]
            ping = {
                "latencyCalculation": state["ping"]["latencyCalculation"],
                "clientLatencyCalculation": time.time(),
                "clientRtt": 0.0,
            }
            answer: dict[str, Any] = {"playstate": {"position": 0.0, "paused": True}, "ping": ping}
            if "ignoringOnTheFly" in state:
                answer["ignoringOnTheFly"] = state["ignoringOnTheFly"]
            self._say(sock, {"State": answer})

    @staticmethod
    def _say(sock: socket.socket, what: dict[str, Any]) -> None:
        sock.sendall(json.dumps(what).encode() + b"\r\n")


def main() -> None:
    """Load, and print what was measured."""
    more_files()
    print(json.dumps(measured(Load(**json.loads(sys.argv[1])))))


def measured(load: Load) -> dict[str, Any]:
    """The server's share of a core while nobody does anything."""
    place = urlsplit(load.url)
    users = Users((str(place.hostname), int(place.port or 0)))
    empty = resident(load.pid)
    users.enter(load.clients, load.size)
    listen_until(users.listen, time.monotonic() + load.warm_up)
    states, cpu, own, at = users.states, cpu_of(load.pid), time.process_time(), time.monotonic()
    listen_until(users.listen, at + load.seconds)
    took = time.monotonic() - at
    return {
        "seconds": took,
        "serverCpuShare": (cpu_of(load.pid) - cpu) / took,
        "ownCpuShare": (time.process_time() - own) / took,
        "deliveriesPerSecond": (users.states - states) / took,
        "connectionKiB": (resident(load.pid) - empty) / load.clients / 1024,
        "residentMiB": resident(load.pid) / 2**20,
    }


if __name__ == "__main__":
    main()
