"""The server dies and comes back: whoever watches hardly notices."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.processes import free_port
from tests.e2e.conftest import TOGETHER
from tests.e2e.lasting_server import LastingServer
from tests.e2e.people import People, eventually
from tests.e2e.two_guests import Pair, two_guests


@pytest.fixture
def server(people: People) -> LastingServer:
    server = LastingServer(people("Keeper"), free_port())
    server.start()
    return server


@pytest.fixture
def pair(people: People, server: LastingServer, film: Path) -> Iterator[Pair]:
    """Two who watch in a session on that server."""
    with two_guests(people, film, server.url) as pair:
        yield pair


def test_both_play_on_and_come_back(pair: Pair, server: LastingServer) -> None:
    """While the server is away both play on undisturbed and are told; then they are back in their own seats."""
    lines = pair.lines()
    ids = [seat.heard("joined")["participantId"] for seat in pair.seats]
    server.kill()
    for seat in pair.seats:
        seat.heard("notice", code="link-lost")
    assert pair.lines() == pytest.approx(lines, abs=TOGETHER)

    server.start()
    for seat in pair.seats:
        seat.heard("notice", code="link-restored")
    assert pair.lines() == pytest.approx(lines, abs=TOGETHER)
    eventually("both are in their seats", lambda: _connected(server, pair.code) == set(ids))
    assert pair.play_together()


def test_a_command_after_the_restart_reaches_both(pair: Pair, server: LastingServer) -> None:
    """After a restart the session takes commands as before, by script and by key."""
    server.kill()
    server.start()
    for seat in pair.seats:
        seat.heard("notice", code="link-restored")
    assert server.keeper.runs("seek", f"{server.url}/s/{pair.code}", "1:00").code == 0
    eventually("both are there", lambda: pair.play_together() and (pair.players[0].position or 0) >= 60)

    pair.players[1].presses("SPACE")
    eventually("both stand on one frame", pair.stand_together)


def test_a_pause_during_the_outage_is_kept_and_said(pair: Pair, server: LastingServer) -> None:
    """Who pauses while the server is away stands still at once; once it is back, both stand on that frame."""
    server.kill()
    for seat in pair.seats:
        seat.heard("notice", code="link-lost")
    first, second = pair.players
    first.presses("SPACE")
    where = eventually("who paused stands", lambda: first.stands_at)
    assert second.plays

    server.start()
    eventually("both stand on one frame", pair.stand_together)
    assert first.stands_at == pytest.approx(where, abs=0.05)
    # Whoever comes back first hears of it as an event, the other with their seat: the session knows in any case.
    session = json.loads(server.keeper.runs("status", f"{server.url}/s/{pair.code}", "--json").out)
    ada = pair.seats[0].heard("joined")["participantId"]
    assert session["playback"]["cause"] == {"event": "video-pause", "participantId": ada}


def test_a_seek_during_the_outage_is_kept_and_said(pair: Pair, server: LastingServer) -> None:
    """Who seeks while the server is away plays on from there; once it is back, both play there."""
    server.kill()
    for seat in pair.seats:
        seat.heard("notice", code="link-lost")
    first, second = pair.players
    first.does("seek", 80, "absolute+exact")
    eventually("who sought plays there", lambda: first.plays and (first.position or 0) > 80)
    assert (second.position or 99) < 80

    server.start()
    eventually("both play there", lambda: pair.play_together() and (second.position or 0) > 80)


def test_a_polite_stop_is_said(pair: Pair, server: LastingServer) -> None:
    """A server that is stopped in order says so, ends with exit code 0, and the players play on."""
    assert server.running is not None
    server.running.signal(signal.SIGTERM)
    assert server.running.ended() == 0
    for seat in pair.seats:
        seat.heard("notice")
        seat.heard("notice", code="link-lost")
    assert pair.play_together()


def test_events_find_the_server_again(pair: Pair, server: LastingServer, people: People) -> None:
    """`events` carries on through a restart, and begins anew with the session."""
    follower = people("Ada").follow("events", pair.code)
    follower.heard("session")
    server.kill()
    server.start()
    follower.heard("session", after=1)
    assert people("Eve").runs("chat", pair.code, "back again").code == 0

    assert follower.heard("chat-message")["text"] == "back again"


def _connected(server: LastingServer, code: str) -> set[str]:
    session = json.loads(server.keeper.runs("status", f"{server.url}/s/{code}", "--json").out)
    return {one["participantId"] for one in session["participants"] if one["connected"]}
