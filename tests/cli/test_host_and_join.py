"""`host` and `join` as processes of their own, without a player: what scripts see of them."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from syncwatch_cli import own_network

FILM = "https://example.org/film.mp4"


class Running:
    """A command that runs on, and the JSON lines that it prints."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []

    def until(self, event: str) -> dict[str, Any]:
        """Read on until that event, and give it."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(json.loads(line))
            if self.lines[-1]["event"] == event:
                return self.lines[-1]
        raise AssertionError(f"it ended without {event}: {self.lines}")

    def ended(self) -> int:
        """Wait for its end and give its exit code."""
        assert self.process.stdout is not None
        self.lines += [json.loads(line) for line in self.process.stdout]
        return self.process.wait(timeout=20)


@pytest.fixture
def start(home: Path) -> Iterator[Callable[..., Running]]:
    """Starts a command as some person, each with a computer of their own."""
    with ExitStack() as running:

        def begin(person: str, *arguments: str) -> Running:
            environment = {name: text for name, text in os.environ.items() if name != "SYNCWATCH_SERVER"}
            environment |= {"SYNCWATCH_STATE_DIR": str(home / person), "XDG_DATA_HOME": str(home / person)}
            command = [sys.executable, "-m", "syncwatch_cli.main", *arguments, "--json", "--player", "none"]
            process = running.enter_context(
                subprocess.Popen(
                    [*command, "--name", person],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=environment,
                    text=True,
                )
            )
            running.callback(process.kill)
            return Running(process)

        yield begin


@pytest.fixture
def hosting(start: Callable[..., Running]) -> tuple[Running, str]:
    """A host, and the link to its session as this computer reaches it."""
    host = start("Ada", "host", FILM, "--port", str(own_network.any_port()))
    link = host.until("hosting")["link"]
    host.until("joined")
    return host, f"http://127.0.0.1:{link.rpartition(':')[2]}"


def test_hosting_comes_first(hosting: tuple[Running, str]) -> None:
    """The first line of `host --json` has the code and the link."""
    first = hosting[0].lines[0]

    assert list(first) == ["event", "code", "link"]
    assert first["link"].endswith(f"/s/{first['code']}")


def test_the_host_plays_once_ready(hosting: tuple[Running, str]) -> None:
    """`host SOURCE` plays once its own player is ready."""
    played = hosting[0].until("video-sync")

    assert (played["isPlaying"], played["cause"]["event"]) == (True, "video-play")


def test_joining_by_the_link(hosting: tuple[Running, str], start: Callable[..., Running]) -> None:
    """Who joins by the link is seen by the host, and a second one of the same person takes nobody's seat."""
    host, link = hosting
    first = start("Bob", "join", link).until("joined")
    second = start("Bob", "join", link).until("joined")

    assert first["code"] == host.lines[0]["code"]
    assert first["participantId"] != second["participantId"]
    names = {host.until("user-joined")["participant"]["displayName"] for _ in range(3)}
    assert names == {"Ada", "Bob", "Bob (2)"}


def test_the_seat_is_given_back(hosting: tuple[Running, str], start: Callable[..., Running]) -> None:
    """Who joins again, after their process has died, gets their own seat back."""
    _, link = hosting
    bob = start("Bob", "join", link)
    before = bob.until("joined")["participantId"]
    bob.process.kill()
    bob.process.wait()

    assert start("Bob", "join", link).until("joined")["participantId"] == before


def test_interrupted(hosting: tuple[Running, str]) -> None:
    """^C ends a host with exit code 130, and the last line says that it left."""
    host, _ = hosting
    host.process.send_signal(signal.SIGINT)

    assert host.ended() == 130
    assert host.lines[-1]["event"] == "left"


def test_a_host_who_goes(hosting: tuple[Running, str], start: Callable[..., Running]) -> None:
    """^C of the host ends its server, which the guests are told; they stay, and look for it."""
    host, link = hosting
    bob = start("Bob", "join", link)
    bob.until("joined")
    host.process.send_signal(signal.SIGINT)

    assert host.ended() == 130
    told = [bob.until("notice")["code"] for _ in range(2)]
    assert told == ["going-down", "link-lost"]
    bob.until("status")


def test_the_session_ends(hosting: tuple[Running, str], start: Callable[..., Running], syncwatch: Any) -> None:
    """The end of the session ends every join and the host itself with exit code 0."""
    host, link = hosting
    bob = start("Bob", "join", link)
    bob.until("joined")
    token = json.loads((Path.cwd() / "Ada" / "sessions.json").read_text())[host.lines[0]["code"]]["hostToken"]

    assert syncwatch("end", link, "--token", token).code == 0
    assert (bob.ended(), host.ended()) == (0, 0)
    assert [running.lines[-1]["event"] for running in (bob, host)] == ["left", "left"]


def test_kicked(hosting: tuple[Running, str], start: Callable[..., Running], syncwatch: Any) -> None:
    """Who is removed by name ends with exit code 6 and is told by whom."""
    host, link = hosting
    bob = start("Bob", "join", link)
    bob.until("joined")
    token = json.loads((Path.cwd() / "Ada" / "sessions.json").read_text())[host.lines[0]["code"]]["hostToken"]

    assert syncwatch("kick", link, "bob", "--token", token).code == 0
    assert bob.ended() == 6
    assert "kicked" in [line["event"] for line in bob.lines]


def test_no_server(syncwatch: Any) -> None:
    """Joining where no server is ends with exit code 3."""
    ran = syncwatch("join", "http://127.0.0.1:9/s/ABC-DEF", "--player", "none")

    assert (ran.code, ran.out) == (3, "")


def test_no_mpv(hosting: tuple[Running, str], syncwatch: Any) -> None:
    """Without mpv the exit code is 4 and the hint says how to get it."""
    ran = syncwatch("join", hosting[1], "--mpv", "/nonexistent/mpv")

    assert ran.code == 4
    assert "\n\nhint: " in ran.err


def test_a_port_that_is_taken(hosting: tuple[Running, str], syncwatch: Any) -> None:
    """An explicit port on which something listens is exit code 1."""
    port = hosting[1].removeprefix("http://127.0.0.1:").partition("/")[0]

    assert syncwatch("host", "--port", port, "--player", "none").code == 1


def test_the_next_free_port() -> None:
    """A port that is taken is passed over for the next one."""
    taken = own_network.any_port()
    with socket.socket() as listener:
        listener.bind(("", taken))
        listener.listen()

        assert own_network.free_port(taken) > taken
