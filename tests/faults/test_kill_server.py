"""``kill -9`` of the server, and a disk that is full: nothing acknowledged is lost."""

from __future__ import annotations

import http.client
import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.processes import free_port

KILLS = 5


class Server:
    """A server process on one port and one database, that can be killed and started again."""

    def __init__(self, database: Path, log: Path) -> None:
        self.port = free_port()
        self._database = database
        self._log = log.open("ab")
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start, and wait until it accepts."""
        paths = os.pathsep.join(path for path in sys.path if path)
        command = [sys.executable, "-m", "syncwatch_server", "--port", str(self.port)]
        self._process = subprocess.Popen(
            [*command, "--database-url", f"sqlite:///{self._database}"],
            env=os.environ | {"PYTHONPATH": paths, "SYNCWATCH_RATE_LIMIT": "off"},
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline().startswith("listening on ")

    def kill(self) -> None:
        """``kill -9``."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def close(self) -> None:
        """Put it away."""
        if self._process is not None and self._process.poll() is None:
            self.kill()
        self._log.close()

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """One HTTP request on a connection of its own; raises ``OSError`` where the server is away."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, f"/api/v1{path}", None if body is None else json.dumps(body))
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        except (http.client.HTTPException, ValueError) as fault:
            raise ConnectionError from fault
        finally:
            connection.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "sessions.db", tmp_path / "server.log")
    server.start()
    yield server
    server.close()


class Stream:
    """Commands one after the other, for as long as the server answers; keeps what was acknowledged."""

    def __init__(self, server: Server, code: str, name: str) -> None:
        self._server = server
        self._code = code
        self._name = name
        self._count = 0
        self.acknowledged: list[str] = []
        self.revision = 0

    def run(self) -> None:
        """Send until the server is gone."""
        try:
            while True:
                self._count += 1
                text = f"{self._name} {self._count}"
                status, _ = self._server.ask(
                    "POST", f"/sessions/{self._code}/queue", {"url": "http://x.example/", "title": text}
                )
                if status == 201:
                    self.acknowledged.append(text)
                seek = {"event": "video-seek", "currentTime": self._count}
                status, answer = self._server.ask("POST", f"/sessions/{self._code}/commands", seek)
                if status == 200:
                    self.revision = answer["playback"]["revision"]
        except OSError:
            return


def test_kill_loses_nothing_that_was_acknowledged(server: Server) -> None:
    """Under a stream of commands the server is killed at random moments; all that it acknowledged is there again."""
    moments = random.Random(20)
    _, session = server.ask("POST", "/sessions", {"url": "http://media.example/a.mp4"})
    code = session["code"]
    streams = [Stream(server, code, name) for name in ("one", "two", "three")]
    for _ in range(KILLS):
        threads = [threading.Thread(target=stream.run) for stream in streams]
        for thread in threads:
            thread.start()
        time.sleep(moments.uniform(0.1, 0.5))
        server.kill()
        for thread in threads:
            thread.join()
        server.start()
        _, after = server.ask("GET", f"/sessions/{code}")
        titles = {item["title"] for item in after["queue"]}

        for stream in streams:
            assert [text for text in stream.acknowledged if text not in titles] == []
            assert after["playback"]["revision"] >= stream.revision
    assert all(stream.acknowledged for stream in streams)


def test_kill_leaves_the_video_running(server: Server) -> None:
    """A video that played when the server was killed has played on when it is back."""
    _, session = server.ask("POST", "/sessions", {"url": "http://media.example/a.mp4"})
    path = f"/sessions/{session['code']}"
    _, played = server.ask("POST", f"{path}/commands", {"event": "video-play", "currentTime": 30})
    server.kill()
    server.start()
    _, after = server.ask("GET", path)

    assert after["playback"] == played["playback"]
    assert after["serverTime"] >= played["playback"]["at"] - 1


def test_full_disk_refuses_and_recovers(server: Server) -> None:
    """While the disk takes no more, commands are refused and what was there stays; when it does, all goes on."""
    _, session = server.ask("POST", "/sessions", {"url": "http://media.example/a.mp4"})
    path = f"/sessions/{session['code']}"
    server.ask("POST", f"{path}/commands", {"event": "video-seek", "currentTime": 1})
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    refused = server.ask("POST", f"{path}/commands", {"event": "video-seek", "currentTime": 2})
    _, during = server.ask("GET", path)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    accepted = server.ask("POST", f"{path}/commands", {"event": "video-seek", "currentTime": 3})
    server.kill()
    server.start()
    _, after = server.ask("GET", path)

    assert (refused[0], refused[1]["error"]["code"]) == (500, "server-error")
    assert during["playback"]["currentTime"] == 1.0
    assert accepted[0] == 200
    assert after["playback"] == accepted[1]["playback"]
