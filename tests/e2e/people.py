"""The people of the end-to-end tests: each has a computer of their own, and runs the real command on it."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.processes import private_environment
from tests.e2e.mpv_remote import MpvRemote
from tests.patience import PATIENCE

Event = dict[str, Any]
T = TypeVar("T")


SYNCWATCH = (sys.executable, "-m", "syncwatch_cli.main")

_ALONE = {"SYNCWATCH_RATE_LIMIT": "off", "SYNCWATCH_FETCH_METADATA": "off"}
"""Servers take any number of requests, and ask no other server about links."""

WITHOUT_WINDOW = ("--mpv-arg=--vo=null", "--mpv-arg=--ao=null")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


class Running:
    """A command that runs on, and the JSON lines that it prints."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], folder: Path) -> None:
        self.name = name
        self.log = folder / f"{name}-{time.monotonic_ns()}.log"
        with self.log.open("wb") as stderr:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=environment,
                cwd=folder,
                text=True,
            )
        self.lines: list[Event] = []
        self._news = threading.Condition()
        self._is_over = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def mark(self) -> int:
        """How many lines there are so far, for ``heard(…, after=)``."""
        return len(self.lines)

    def heard(self, event: str, *, after: int = 0, within: float = PATIENCE, **fields: object) -> Event:
        """The first line of ``event`` with these fields from the line numbered ``after`` on, waited for."""
        found = self._await(lambda: self._find(event, after, fields), within)
        assert found is not None, f"{self.name} did not say {event} {fields} in {within:g} s\n{self.story()}"
        return found

    def ended(self, within: float = PATIENCE) -> int:
        """Its exit code, waited for."""
        try:
            code = self.process.wait(timeout=within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs after {within:g} s\n{self.story()}") from None
        self._reader.join(PATIENCE)
        return code

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def forget(self) -> None:
        """Drop what was said so far, but for what stays true: the code, the link, the seat and the player."""
        with self._news:
            self.lines = [line for line in self.lines if line["event"] in ("hosting", "joined", "player-ready")]

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def stop(self) -> None:
        """End it, by force if it will not."""
        if self.runs:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._reader.join(PATIENCE)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def events(self, *names: str) -> list[Event]:
        """All lines so far of these events."""
        return [line for line in self.lines if line["event"] in names]

    @property
    def stderr(self) -> str:
        """What it wrote to stderr so far."""
        return self.log.read_text(errors="replace")

    def story(self) -> str:
        """What it said last, for a failure."""
        lines = [json.dumps(line)[:300] for line in self.lines if line["event"] != "status"][-25:]
        return "\n".join([f"--- {self.name}:", *lines, self.stderr[-1500:]])

    def _find(self, event: str, after: int, fields: dict[str, object]) -> Event | None:
        for line in self.lines[after:]:
            if line["event"] == event and all(line.get(name) == value for name, value in fields.items()):
                return line
        return None

    def _await(self, look: Callable[[], Event | None], within: float) -> Event | None:
        until = time.monotonic() + within
        with self._news:
            while (found := look()) is None and not self._is_over and time.monotonic() < until:
                self._news.wait(max(0.0, until - time.monotonic()))
        return found if found is not None else look()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.lines.append(json.loads(line))
                self._news.notify_all()
        with self._news:
            self._is_over = True
            self._news.notify_all()


class Seat(Running):
    """A ``host`` or ``join`` that runs on."""

    def mpv(self) -> MpvRemote:
        """A connection of our own to its player."""
        return MpvRemote(self.heard("player-ready")["ipcSocket"])

    @property
    def code(self) -> str:
        """The code of the session."""
        return str(self.heard("joined")["code"])

    @property
    def link(self) -> str:
        """The join link, as this computer follows it; of a host."""
        told = self.heard("hosting")["link"]
        return f"http://127.0.0.1:{told.rpartition(':')[2]}"


class Person:
    """Somebody with a computer of their own: a home, its settings and what is remembered there."""

    def __init__(self, name: str, folder: Path, running: contextlib.ExitStack, **extra: str) -> None:
        self.name = name
        self.home = folder / f"home of {name}"
        self.environment = private_environment(self.home, **_ALONE, **extra)
        self._running = running

    def has(self, film: Path) -> Path:
        """Give them a copy of a film, in the folder that they work in; its path."""
        copy = self.home / film.name
        if not copy.exists():
            copy.hardlink_to(film)
        return copy

    def host(self, *arguments: str, player: tuple[str, ...] = WITHOUT_WINDOW) -> Seat:
        """Start ``host`` on a free port."""
        return self._seat("host", *arguments, "--port", "0", *player)

    def join(self, link: str, *arguments: str, player: tuple[str, ...] = WITHOUT_WINDOW) -> Seat:
        """Start ``join``."""
        return self._seat("join", link, *arguments, *player)

    def follow(self, *arguments: str, before: Sequence[str] = ()) -> Running:
        """Start a command that prints JSON lines; ``before`` is put before it."""
        running = Running(self.name, [*before, *SYNCWATCH, *arguments], self.environment, self.home)
        self._running.callback(running.stop)
        return running

    def runs(self, *arguments: str, before: Sequence[str] = (), environment: Mapping[str, str] | None = None) -> Ran:
        """Run a command to its end; ``before`` is put before it, ``environment`` is added to the person's own."""
        ended = subprocess.run(
            [*before, *SYNCWATCH, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=self.environment | dict(environment or {}),
            cwd=self.home,
            timeout=PATIENCE,
            check=False,
        )
        return Ran(ended.returncode, ended.stdout, ended.stderr)

    def _seat(self, *arguments: str) -> Seat:
        command = [*SYNCWATCH, *arguments, "--json", "--name", self.name]
        seat = Seat(self.name, command, self.environment, self.home)
        self._running.callback(seat.stop)
        return seat


class People:
    """Makes persons, and ends all that they started."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running = contextlib.ExitStack()
        self._known: dict[str, Person] = {}

    def __call__(self, name: str, **extra: str) -> Person:
        """The person of that name."""
        if name not in self._known:
            self._known[name] = Person(name, self._folder, self._running, **extra)
        return self._known[name]

    def go_home(self) -> None:
        """End everything that any of them started."""
        self._running.close()


def eventually(what: str, holds: Callable[[], T | None], within: float = PATIENCE) -> T:
    """Wait until ``holds`` gives something true, and give that; fails with ``what`` in words where it never does."""
    until = time.monotonic() + within
    while not (found := holds()):
        assert time.monotonic() < until, f"not within {within:g} s: {what}"
        time.sleep(0.02)
    return found
