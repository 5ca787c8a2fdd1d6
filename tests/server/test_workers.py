"""``serve --workers``: several processes on one port, one of which may die at any moment."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from benchmarks.backends import Redis
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.listening import bound
from syncwatch_server.settings import ServerSettings
from syncwatch_server.workers import require_a_fleet
from tests.server.conftest import Client

WITHIN = 30.0


def run(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "import sys; from syncwatch_cli.main import main; sys.exit(main())", *arguments]


class Serving:
    """``syncwatch serve --workers`` as a process."""

    def __init__(self, log: Path, postgres_url: str, redis: Redis, workers: int) -> None:
        self._log = log.open("wb")
        self.log = log
        settings = {"SYNCWATCH_DATABASE_URL": postgres_url, "SYNCWATCH_RATE_LIMIT": "off"}
        self.process = subprocess.Popen(
            run("serve", "--workers", str(workers), "--port", "0", "--redis-url", redis.url, "--json"),
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, log.read_text()
        self.url: str = json.loads(line)["url"]

    def workers(self) -> list[int]:
        """The process ids of the workers, by what the system says of the parent's children."""
        listed = subprocess.run(
            ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        return [int(line.split()[0]) for line in listed.stdout.splitlines() if "syncwatch_server.worker" in line]

    def health(self) -> int:
        """The status of ``/health`` on a connection of its own."""
        parts = urlsplit(self.url)
        with closing(HTTPConnection(str(parts.hostname), parts.port or 0, timeout=5)) as connection:
            connection.request("GET", "/health")
            return connection.getresponse().status

    def close(self) -> None:
        """Put it away."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._log.close()


@pytest.fixture
def serving(tmp_path: Path, postgres_url: str, redis: Redis) -> Iterator[Serving]:
    serving = Serving(tmp_path / "log", postgres_url, redis, workers=2)
    yield serving
    serving.close()


def until(check: Callable[[], Any]) -> None:
    end = time.monotonic() + WITHIN
    while not check():
        assert time.monotonic() < end
        time.sleep(0.05)


async def test_people_on_several_workers_are_in_one_session(serving: Serving) -> None:
    """Twelve clients, spread over two workers by the system, all hear a play by one of them."""
    clients = [await Client().connect(serving.url) for _ in range(12)]
    await clients[0].create("Ann", url="https://media.example/a.mp4")
    for number, client in enumerate(clients[1:]):
        await client.join(clients[0].code, f"guest {number}")
    played = (await clients[3].ok("video-play", currentTime=30))["playback"]
    for client in clients:
        assert await client.hear("video-sync", revision=played["revision"]) == played
    for client in clients:
        await client.socket.disconnect()

    assert len(await asyncio.to_thread(serving.workers)) == 2


def test_dead_worker_is_started_again(serving: Serving) -> None:
    """After ``kill -9`` of one worker there are two again, it is said, and the port answered all the time."""
    victim, survivor = serving.workers()
    os.kill(victim, signal.SIGKILL)
    until(lambda: len(serving.workers()) == 2 and victim not in serving.workers())
    until(lambda: all(_answers(serving) for _ in range(10)))

    assert survivor in serving.workers()
    assert re.search(r"worker \d was ended by SIGKILL; it is started again", serving.log.read_text())


def _answers(serving: Serving) -> bool:
    with suppress(OSError):
        return serving.health() == 200
    return False


def test_stop_stops_all(serving: Serving) -> None:
    """SIGTERM to the parent ends every worker in good order, and the exit code is 0."""
    workers = serving.workers()
    serving.process.terminate()

    assert serving.process.wait(WITHIN) == 0
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


def test_workers_do_not_outlive_their_parent(serving: Serving) -> None:
    """After ``kill -9`` of the parent the workers end by themselves."""
    workers = serving.workers()
    serving.process.kill()

    until(lambda: not any(_lives(worker) for worker in workers))


def _lives(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (ServerSettings(database_url="postgresql://localhost/x"), "needs Redis"),
        (ServerSettings(redis_url="redis://localhost"), "needs PostgreSQL"),
    ],
)
def test_several_workers_need_a_fleet(settings: ServerSettings, words: str) -> None:
    """More than one worker without Redis, or on a file, is wrong usage, and it is said what is missing."""
    require_a_fleet(settings, 1)
    with pytest.raises(AppError, match=words) as refusal:
        require_a_fleet(settings, 2)

    assert refusal.value.code is ErrorCode.USAGE


def test_exit_code_without_redis(tmp_path: Path) -> None:
    """``serve --workers 2`` without Redis exits with 2, and says so on stderr alone."""
    arguments = run("serve", "--workers", "2", "--database-url", f"sqlite:///{tmp_path / 'x.db'}")
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=WITHIN)

    assert (done.returncode, done.stdout) == (2, "")
    assert "needs Redis" in done.stderr


def test_fault_of_a_worker_is_the_parents(postgres_url: str, redis: Redis) -> None:
    """Where the workers can't begin, the parent ends with their exit code, and what is wrong is said once."""
    arguments = run("serve", "--workers", "3", "--port", "0", "--redis-url", redis.url)
    wrong = os.environ | {"SYNCWATCH_DATABASE_URL": postgres_url.replace("made-up", "wrong-secret")}
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=WITHIN, env=wrong)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("does not let this user in") == 1
    assert "secret" not in done.stderr

    in_json = subprocess.run(
        [*arguments, "--json"], capture_output=True, text=True, check=False, timeout=WITHIN, env=wrong
    )
    assert (in_json.returncode, in_json.stdout) == (2, "")
    told = json.loads(in_json.stderr)["error"]
    assert told["code"] == "usage"
    assert "does not let this user in" in told["message"]


def test_port_that_another_server_shares_is_taken() -> None:
    """A port that is shared among workers of one server is not had by another."""
    with closing(bound(ServerSettings(port=0), shared=True)) as first:
        first.listen()
        taken = ServerSettings(port=first.getsockname()[1])
        with pytest.raises(AppError, match="in use"):
            bound(taken)
