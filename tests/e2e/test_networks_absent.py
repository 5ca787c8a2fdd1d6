"""A laptop that is shut and opened, a machine that moves to another network: whoever is away moves nobody else."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.forwarder import Forwarder
from tests.e2e.conftest import TOGETHER
from tests.e2e.mpv_remote import MpvRemote, apart
from tests.e2e.people import People, Seat, eventually

ABSENT = 8.0
"""Seconds that a machine stands still; beyond all patience of the clock exchange."""


class Line:
    """A ``Forwarder`` on a thread of its own."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._loop = asyncio.new_event_loop()
        self._opened = threading.Event()
        self._over: asyncio.Event | None = None
        self._forwarder: Forwarder | None = None
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._serve()))
        self._thread.start()
        assert self._opened.wait(10)

    async def _serve(self) -> None:
        self._over = asyncio.Event()
        async with Forwarder(self._server) as self._forwarder:
            self._opened.set()
            await self._over.wait()

    @property
    def url(self) -> str:
        """Where clients connect to."""
        assert self._forwarder is not None
        return self._forwarder.url

    def does(self, what: Callable[[Forwarder], None]) -> None:
        """Do that to the line."""
        assert self._forwarder is not None
        self._loop.call_soon_threadsafe(what, self._forwarder)

    def close(self) -> None:
        """Carry nothing any more."""
        assert self._over is not None
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()
        self._loop.close()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two guests of one server, the second on a line of her own."""

    near: Seat
    far: Seat
    nears_mpv: MpvRemote
    fars_mpv: MpvRemote
    line: Line

    def play_together(self) -> bool:
        """Whether both play the same moment."""
        return apart(self.nears_mpv, self.fars_mpv) < TOGETHER

    @contextmanager
    def near_is_not_moved(self) -> Iterator[None]:
        """While this lasts the first one's player goes its way."""
        before = self.nears_mpv.line()
        yield
        assert self.nears_mpv.line() == pytest.approx(before, abs=TOGETHER)


@pytest.fixture
def pair(people: People, film: Path) -> Iterator[Pair]:
    keeper = people("Keeper")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    keeper.follow("serve", "--port", str(port), "--json").heard("listening")
    server = f"http://127.0.0.1:{port}"
    code = json.loads(people("Ada").runs("create", str(film), "--server", server, "--json").out)["code"]
    line = Line(server)
    try:
        near = people("Ada").join(f"{server}/s/{code}", "--file", str(film))
        far = people("Eve").join(f"{line.url}/s/{code}", "--file", str(film))
        with near.mpv() as nears_mpv, far.mpv() as fars_mpv:
            for seat in (near, far):
                seat.heard("synced")
            assert people("Ada").runs("play", code).code == 0
            pair = Pair(near, far, nears_mpv, fars_mpv, line)
            eventually("both play the same moment", pair.play_together)
            yield pair
    finally:
        line.close()


@pytest.mark.parametrize("link_survives", [True, False])
def test_a_machine_that_stood_still_comes_back_to_the_others(pair: Pair, *, link_survives: bool) -> None:
    """Client and player stand still for eight seconds and go on; they are back with the others, whom nobody moved."""
    stopped = (pair.far.process.pid, int(pair.fars_mpv.get("pid")))
    with pair.near_is_not_moved():
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        if not link_survives:
            pair.line.does(Forwarder.forgets)
        time.sleep(ABSENT)
        for pid in reversed(stopped):
            os.kill(pid, signal.SIGCONT)

        eventually("both play the same moment", pair.play_together)
        eventually("she has a seat", lambda: _is_connected(pair.far))
    assert not [said for said in pair.near.events("notice") if said["code"] == "waiting"]


def test_a_change_of_address_moves_nobody(pair: Pair) -> None:
    """Her old connection is dead and nobody says so, new ones come through: she is back, and both played on."""
    lines = [pair.nears_mpv.line(), pair.fars_mpv.line()]
    pair.line.does(Forwarder.forgets)
    pair.far.heard("notice", code="link-lost")
    pair.far.heard("notice", code="link-restored")

    assert [pair.nears_mpv.line(), pair.fars_mpv.line()] == pytest.approx(lines, abs=TOGETHER)
    pair.fars_mpv.presses("SPACE")
    eventually("both stand", lambda: pair.nears_mpv.stands_at is not None)


def _is_connected(seat: Seat) -> bool:
    """Whether the link is up, after what it has said."""
    said = [line["code"] for line in seat.events("notice") if line["code"] in ("link-lost", "link-restored")]
    return not said or said[-1] == "link-restored"
