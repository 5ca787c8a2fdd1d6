"""Reads the positions of running mpvs from outside, against one clock, and writes them down raw.

A process of its own with a second IPC connection to each player: it shares nothing with the clients that it watches.
Each round asks every player for its clock (one exchange, to place mpv's clock on ours), then all players at once for
three pipelined triples ``get_time_us, audio-pts, get_time_us``, of which the narrowest is kept.

Orders come as JSON lines on stdin: ``{"add": {"name", "socket"}}``, ``{"rate": HZ}``; the end of stdin ends the run.
On stdout, JSON lines: ``observing`` and ``gone`` for each player, ``stopped`` with the observer's own cost at last.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import select
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from benchmarks.readings import HEADER, Reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

TRIPLES, TRIPLES_WHEN_QUICK = 3, 1
"""Bracketed readings a round, of which the narrowest is kept; above ``QUICK_FROM`` rounds a second there is one."""

QUICK_FROM = 15.0

PATIENCE = 0.5
"""s for a player's answer; one that is slower has no reading in this round."""

RATE = 10.0
"""Rounds a second."""

STATE = ("time-pos", "pause", "core-idle", "speed")

_ASK_TIME: list[object] = ["get_time_us"]
_ASK_POSITION: list[object] = ["get_property", "audio-pts"]
_ASK_STATE: list[list[object]] = [["get_property", name] for name in STATE]

_ROUND_IDS = 16
"""Request ids set aside for each round: id 0 is the clock exchange, the others follow."""


class PlayerLostError(Exception):
    """A player's IPC connection is no more."""


@dataclass(slots=True)
class Tap:
    """The observer's own connection to one player."""

    name: str
    connection: socket.socket
    unread: bytes = b""
    triples: int = TRIPLES
    """Readings in the round that was asked for last."""
    seeks: int = 0
    pauses: int = 0
    clock: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """The round's exchange: asked_at, mpv's clock, answered_at."""

    @classmethod
    def to(cls, name: str, path: str) -> Tap:
        """Connect to the IPC socket at ``path``; raises ``PlayerLostError``."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(PATIENCE)
        try:
            connection.connect(path)
        except OSError as error:
            connection.close()
            message = f"{name}: {path}: {error}"
            raise PlayerLostError(message) from error
        tap = cls(name, connection)
        # mpv tells every client of seeks unasked, of pauses only who observes the property.
        tap._send([["observe_property", 1, "pause"]], 0)
        return tap

    def ask_clock(self, tick: int) -> None:
        """One exchange that places mpv's clock on ours."""
        number = tick * _ROUND_IDS
        asked_at = time.monotonic()
        self._send([_ASK_TIME], number)
        answers = self._answers({number})
        answered_at = time.monotonic()
        self.clock = (asked_at, answers[number] / 1e6, answered_at)

    def ask_state(self, tick: int, triples: int) -> None:
        """Ask for the round's triples and state, all in one write."""
        self.triples = triples
        self._send([_ASK_TIME, _ASK_POSITION, _ASK_TIME] * triples + _ASK_STATE, tick * _ROUND_IDS + 1)

    def answer(self, tick: int) -> Reading:
        """The reading that this round's answers make; raises ``TimeoutError``, ``PlayerLostError``."""
        first, count = tick * _ROUND_IDS + 1, 3 * self.triples
        answers = self._answers(set(range(first, first + count + len(_ASK_STATE))))
        values = [answers[first + index] for index in range(count + len(_ASK_STATE))]
        triples = [tuple(values[start : start + 3]) for start in range(0, count, 3)]
        before, position, after = min(triples, key=lambda triple: (triple[1] is None, triple[2] - triple[0]))
        time_pos, paused, idle, speed = values[count:]
        return Reading(
            tick, self.name, *self.clock, before / 1e6, after / 1e6,
            position, time_pos, bool(paused), bool(idle), speed or 1.0, self.seeks, self.pauses,
        )  # fmt: skip

    def _send(self, commands: list[list[object]], first_id: int) -> None:
        lines = [json.dumps({"command": command, "request_id": first_id + n}) for n, command in enumerate(commands)]
        try:
            self.connection.sendall(("\n".join(lines) + "\n").encode())
        except TimeoutError:
            raise
        except OSError as error:
            raise PlayerLostError(self.name) from error

    def _answers(self, wanted: set[int]) -> dict[int, Any]:
        """What mpv answers to the ids in ``wanted``, None where it has no value; older rounds' answers are dropped."""
        answers: dict[int, Any] = {}
        while len(answers) < len(wanted):
            line, found, rest = self.unread.partition(b"\n")
            if not found:
                self.unread += self._receive()
                continue
            self.unread = rest
            message = json.loads(line)
            if "event" in message:
                self._count(message)
            elif message.get("request_id") in wanted:
                answers[message["request_id"]] = message.get("data")
        return answers

    def _receive(self) -> bytes:
        try:
            chunk = self.connection.recv(65536)
        except TimeoutError:
            raise
        except OSError as error:
            raise PlayerLostError(self.name) from error
        if not chunk:
            raise PlayerLostError(self.name)
        return chunk

    def _count(self, message: dict[str, Any]) -> None:
        if message["event"] == "seek":
            self.seeks += 1
        elif message["event"] == "property-change" and message.get("data") is True:
            self.pauses += 1


class Observer:
    """Asks all players in rounds and writes what they answer."""

    def __init__(self, out: TextIO, report: Callable[[dict[str, object]], None], rate: float = RATE) -> None:
        """Write CSV to ``out`` and tell ``report`` what happens."""
        self._out = out
        self._writer = csv.writer(out)
        self._writer.writerow(HEADER)
        self._report = report
        self.taps: list[Tap] = []
        self.rate = rate
        self.ticks = 0

    def add(self, name: str, path: str) -> None:
        """Watch one more player from the next round on."""
        try:
            self.taps.append(Tap.to(name, path))
        except PlayerLostError as error:
            self._report({"event": "gone", "player": name, "message": str(error)})
        else:
            self._report({"event": "observing", "player": name})

    def round(self) -> list[Reading]:
        """Ask every player once; the readings are in the file when it returns."""
        self.ticks += 1
        asked = [tap for tap in list(self.taps) if self._try(tap, Tap.ask_clock)]
        triples = TRIPLES if self.rate < QUICK_FROM else TRIPLES_WHEN_QUICK
        asked = [tap for tap in asked if self._try(tap, lambda tap, tick: tap.ask_state(tick, triples))]
        readings = [reading for tap in asked if (reading := self._try(tap, Tap.answer))]
        self._writer.writerows(reading.row() for reading in readings if isinstance(reading, Reading))
        self._out.flush()  # who holds the run looks on while it is written
        return [reading for reading in readings if isinstance(reading, Reading)]

    def _try(self, tap: Tap, step: Callable[[Tap, int], Reading | None]) -> Reading | Literal[True] | None:
        try:
            return step(tap, self.ticks) or True
        except TimeoutError:
            return None
        except PlayerLostError:
            self.taps.remove(tap)
            tap.connection.close()
            self._report({"event": "gone", "player": tap.name, "message": "the player closed its socket"})
            return None


class Orders:
    """JSON lines from stdin, waited for with the patience of the pause between two rounds."""

    def __init__(self) -> None:
        """Read file descriptor 0."""
        self._unread = b""

    def until(self, instant: float) -> list[dict[str, Any]] | None:
        """What is ordered before ``instant``, on the monotonic clock; None at the end of stdin."""
        orders: list[dict[str, Any]] = []
        while (left := instant - time.monotonic()) > 0:
            if not select.select([0], [], [], left)[0]:
                break
            chunk = os.read(0, 65536)
            if not chunk:
                return None
            *lines, self._unread = (self._unread + chunk).split(b"\n")
            orders += [json.loads(line) for line in lines if line]
            if orders:
                break
        return orders


def observe(observer: Observer, orders: Orders) -> None:
    """Hold rounds at the observer's rate, and obey, until stdin ends."""
    next_at = time.monotonic()
    while (received := orders.until(next_at)) is not None:
        for order in received:
            if "add" in order:
                observer.add(order["add"]["name"], order["add"]["socket"])
            observer.rate = order.get("rate", observer.rate)
        now = time.monotonic()
        if now >= next_at:
            observer.round()
            # A round that was missed is not made up for: the next comes at its own time.
            next_at = max(next_at + 1 / observer.rate, time.monotonic())
        else:
            next_at = min(next_at, now + 1 / observer.rate)


def print_event(event: dict[str, object]) -> None:
    """Write one JSON line to stdout."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Observe the players named on the command line, and those added by orders."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench observe", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, metavar="CSV")
    parser.add_argument("--rate", type=float, default=RATE, metavar="HZ")
    parser.add_argument("players", nargs="*", metavar="NAME=SOCKET")
    typed = parser.parse_args()
    began_at = time.monotonic()
    with typed.out.open("w", newline="") as out:
        observer = Observer(out, print_event, typed.rate)
        for player in typed.players:
            observer.add(*player.split("=", 1))
        observe(observer, Orders())
    print_event(
        {
            "event": "stopped",
            "rounds": observer.ticks,
            "seconds": round(time.monotonic() - began_at, 3),
            "cpuSeconds": round(time.process_time(), 3),
        }
    )


if __name__ == "__main__":
    main()
