"""A laptop that is shut and opened, a machine that moves to another network: whoever is away moves nobody else."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.cli.forwarder import Forwarder
from tests.e2e.conftest import TOGETHER
from tests.e2e.people import People, Seat, eventually
from tests.e2e.two_guests import Pair, served, two_guests
from tests.patience import PATIENCE

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
        assert self._opened.wait(PATIENCE)

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


@pytest.fixture
def server(people: People) -> str:
    return served(people("Keeper"))


@pytest.fixture
def line(server: str) -> Iterator[Line]:
    with closing(Line(server)) as line:
        yield line


@pytest.fixture
def pair(people: People, film: Path, server: str, line: Line) -> Iterator[Pair]:
    """Two who watch on that server, the second by that line."""
    with two_guests(people, film, server, line.url) as pair:
        yield pair


@contextmanager
def near_is_not_moved(pair: Pair) -> Iterator[None]:
    """While this lasts the first one's player goes its way."""
    before = pair.nears_mpv.line()
    yield
    assert pair.nears_mpv.line() == pytest.approx(before, abs=TOGETHER)


@pytest.mark.parametrize("link_survives", [True, False])
def test_a_machine_that_stood_still_comes_back_to_the_others(pair: Pair, line: Line, *, link_survives: bool) -> None:
    """Client and player stand still for eight seconds and go on; they are back with the others, whom nobody moved."""
    stopped = (pair.far.process.pid, int(pair.fars_mpv.get("pid")))
    with near_is_not_moved(pair):
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        if not link_survives:
            line.does(Forwarder.forgets)
        time.sleep(ABSENT)
        for pid in reversed(stopped):
            os.kill(pid, signal.SIGCONT)

        eventually("both play the same moment", pair.play_together)
        eventually("she has a seat", lambda: _is_connected(pair.far))
    assert not [said for said in pair.near.events("notice") if said["code"] == "waiting"]


def test_a_change_of_address_moves_nobody(pair: Pair, line: Line) -> None:
    """Her old connection is dead and nobody says so, new ones come through: she is back, and both played on."""
    lines = pair.lines()
    line.does(Forwarder.forgets)
    pair.far.heard("notice", code="link-lost")
    pair.far.heard("notice", code="link-restored")

    assert pair.lines() == pytest.approx(lines, abs=TOGETHER)
    pair.fars_mpv.presses("SPACE")
    eventually("both stand", lambda: pair.nears_mpv.stands_at is not None)


def _is_connected(seat: Seat) -> bool:
    """Whether the link is up, after what it has said."""
    said = [line["code"] for line in seat.events("notice") if line["code"] in ("link-lost", "link-restored")]
    return not said or said[-1] == "link-restored"
