"""Media of every kind: two who watch it stay together, and neither player is tormented."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.conftest import Watching
from tests.e2e.kinds_of_media import LiveStreams, Shelf, open_live_streams
from tests.e2e.mpv_remote import MpvRemote, apart
from tests.e2e.people import WITHOUT_WINDOW, People, Seat, eventually

CLOSE = 0.15
"""Seconds; two playing pictures may be read a frame apart, of which the slowest here last 83 ms."""

DRIFT = 0.05
"""Seconds of drift at most in steady play; far more than there is, for a machine that is busy."""

FEW_SEEKS = 20
"""Where timestamps jump mpv itself lands here and there; what must not be is seeking without an end."""

KEYFRAMES_APART = 2.0
"""Seconds in the media here; beyond such a jump mpv comes to keyframes only."""

STEADY = 4.0
"""Seconds of watching without a hand on anything."""


class Ear:
    """Hears how often a player seeks."""

    def __init__(self, seat: Seat) -> None:
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._connection.connect(seat.heard("player-ready")["ipcSocket"])
        self._connection.setblocking(False)
        self._heard = b""

    def seeks(self) -> int:
        """Seeks since this was last asked."""
        try:
            while piece := self._connection.recv(65536):
                self._heard += piece
        except BlockingIOError:
            pass
        *lines, self._heard = self._heard.split(b"\n")
        return sum(json.loads(line).get("event") == "seek" for line in lines)

    def close(self) -> None:
        """Stop listening."""
        self._connection.close()


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("kinds"))


@pytest.fixture
def streams(shelf: Shelf, tmp_path: Path) -> Iterator[LiveStreams]:
    folder = tmp_path / "broadcast"
    folder.mkdir()
    with open_live_streams(shelf.film(), folder) as streams:
        eventually("the broadcast has begun", (folder / "live.m3u8").exists)
        yield streams


@contextmanager
def two_watch(people: People, source: Path | str, *, player: tuple[str, ...] = WITHOUT_WINDOW) -> Iterator[Watching]:
    """Ada hosts a file or a URL, and Bob joins with it."""
    ada, bob = people("Ada"), people("Bob")
    host = ada.host(str(source), player=player)
    own_copy = () if isinstance(source, str) else ("--file", str(source))
    guest = bob.join(host.link, *own_copy, player=player)
    with host.mpv() as hosts, guest.mpv() as guests:
        yield Watching(ada, bob, host, guest, hosts, guests)


@contextmanager
def ears(*seats: Seat) -> Iterator[list[Ear]]:
    """An ear on each one's player."""
    with ExitStack() as closing:
        listening = []
        for seat in seats:
            listening.append(Ear(seat))
            closing.callback(listening[-1].close)
        yield listening


def play_close(one: MpvRemote, other: MpvRemote) -> bool:
    """Whether both play the same moment, by their sound, or else by their pictures."""
    if one.line() is not None and other.line() is not None:
        return apart(one, other) < CLOSE
    places = (one.position, other.position)
    both_play = one.plays and other.plays
    return both_play and None not in places and abs((places[0] or 0) - (places[1] or 0)) < CLOSE


def both_play(two: Watching, beyond: float = 0.0) -> bool:
    """Whether both play the same moment, ``beyond`` so many seconds."""
    return (two.hosts_mpv.position or 0) > beyond and play_close(two.hosts_mpv, two.guests_mpv)


def both_play_about(two: Watching, beyond: float) -> bool:
    """Whether both play, ``beyond`` so many seconds, and no further apart than keyframes are."""
    places = [mpv.position or 0.0 for mpv in (two.hosts_mpv, two.guests_mpv)]
    both_play = two.hosts_mpv.plays and two.guests_mpv.plays
    return both_play and min(places) > beyond and max(places) - min(places) < KEYFRAMES_APART


def shows(mpv: MpvRemote, name: str) -> bool:
    """Whether that file is open."""
    return bool(mpv.get("filename") == name)


def stand_at_one_place(two: Watching) -> bool:
    """Whether both players stand, by their clients at one place; what mpv tells of sound that stands is too early."""
    places = {seat.events("status")[-1]["currentTime"] for seat in (two.host, two.guest)}
    stand = all(mpv.stands_at is not None for mpv in (two.hosts_mpv, two.guests_mpv))
    return stand and len(places) == 1


def are_in_step(two: Watching) -> bool:
    """Whether both last said that they drift by no more than a little."""
    last = [seat.events("status")[-1]["drift"] for seat in (two.host, two.guest)]
    return all(drift is not None and abs(drift) < DRIFT for drift in last)


def drifts(seat: Seat, after: int) -> list[float]:
    """The drifts that it has told since."""
    return [abs(line["drift"]) for line in seat.lines[after:] if line["event"] == "status" and line["drift"]]


@pytest.mark.parametrize(
    "kind", ["variable", "variable_silent", "slides", "sound", "sound_with_cover", "late_ts", "wrapped_ts"]
)
def test_every_kind_of_media_stays_together(people: People, shelf: Shelf, kind: str) -> None:
    """In steady play no player seeks; a pause, a seek to anywhere and a late joiner end together, and nobody asks."""
    source = getattr(shelf, kind)()
    with two_watch(people, source) as two, ears(two.host, two.guest) as listening:
        eventually("both play", partial(both_play, two))
        two.guest.heard("synced")
        assert len(two.host.events("video-sync")) == 1, "the host's play, and nothing else"

        two.hosts_mpv.presses("SPACE")
        eventually("both stand at one place", lambda: stand_at_one_place(two))
        two.guests_mpv.presses("SPACE")
        eventually("both play on", partial(both_play, two))

        mark = two.host.mark
        assert two.ada.runs("seek", two.host.code, "12.6").code == 0
        eventually("both play from there", partial(both_play, two, beyond=12.5))
        eventually("both are in step", lambda: are_in_step(two))
        assert len([line for line in two.host.lines[mark:] if line["event"] == "video-sync"]) == 1

        late = people("Cyd").join(two.host.link, "--file", str(source))
        late.heard("synced")
        for ear in listening:
            ear.seeks()
        marks = (two.host.mark, two.guest.mark)
        time.sleep(STEADY)
        assert [ear.seeks() for ear in listening] == [0, 0]
        for seat, since in zip((two.host, two.guest), marks, strict=True):
            assert drifts(seat, since)
            assert max(drifts(seat, since)) < DRIFT
        with late.mpv() as lates:
            eventually("the late one plays with them", lambda: play_close(two.hosts_mpv, lates))


@pytest.mark.parametrize("kind", ["jumping_ts", "jumping_back_ts"])
def test_timestamps_that_jump_take_everybody_along(people: People, shelf: Shelf, kind: str) -> None:
    """Where a recording's timestamps jump, on or back, all go along once, in a few seeks, and to the end together."""
    with two_watch(people, getattr(shelf, kind)()) as two, ears(two.host, two.guest) as listening:
        eventually("both play", partial(both_play, two))
        mark = two.host.mark
        assert two.ada.runs("seek", two.host.code, "17").code == 0
        eventually("both play on beyond it", lambda: both_play_about(two, beyond=3600))

        ended = two.host.heard("video-sync", isPlaying=False)
        assert ended["cause"]["event"] == "video-ended"
        moved = [line["cause"]["event"] for line in two.host.lines[mark:] if line["event"] == "video-sync"]
        # Ada's own, and one that the jump makes, or two where each player finds out by itself.
        assert moved.count("video-seek") in {2, 3}
        assert max(ear.seeks() for ear in listening) < FEW_SEEKS


def test_a_third_of_a_second_is_shown_and_the_next_begins(people: People, shelf: Shelf) -> None:
    """Media of a few frames ends for both, and the next item of the queue begins for both."""
    with two_watch(people, shelf.film()) as two:
        eventually("both play", partial(both_play, two))
        for film in (shelf.tiny(), shelf.variable()):
            two.bob.has(film)
            assert two.ada.runs("queue", "add", two.host.code, str(two.ada.has(film))).code == 0
        assert two.ada.runs("queue", "next", two.host.code).code == 0

        for mpv in (two.hosts_mpv, two.guests_mpv):
            eventually("it shows what comes after", partial(shows, mpv, "variable.mkv"))
        eventually("both play it", partial(both_play, two))


def test_loops_of_the_persons_own_are_off(people: People, shelf: Shelf) -> None:
    """Whatever loops somebody's mpv is set to, media ends for all."""
    loops = ("--mpv-arg=--loop-file=inf", "--mpv-arg=--ab-loop-a=1", "--mpv-arg=--ab-loop-b=3")
    with two_watch(people, shelf.film(), player=(*WITHOUT_WINDOW, *loops)) as two:
        eventually("both play", partial(both_play, two))
        eventually("both are beyond the loop", partial(both_play, two, beyond=4))
        assert two.ada.runs("seek", two.host.code, "38").code == 0

        two.host.heard("video-sync", isPlaying=False)
        for mpv in (two.hosts_mpv, two.guests_mpv):
            eventually("it stands at the end", partial(mpv.get, "eof-reached"))


@pytest.mark.parametrize("kind", ["playlist", "endless"])
def test_a_live_stream_is_played_and_paused(people: People, streams: LiveStreams, kind: str) -> None:
    """A live stream plays and pauses for all; nobody is brought anywhere, and no drift is told of it."""
    with two_watch(people, getattr(streams, kind)) as two, ears(two.host, two.guest) as listening:
        players = (two.hosts_mpv, two.guests_mpv)
        eventually("both play", lambda: all(mpv.plays for mpv in players))
        for ear in listening:
            ear.seeks()

        two.guests_mpv.presses("SPACE")
        eventually("both stand", lambda: all(mpv.stands_at is not None for mpv in players))
        two.hosts_mpv.presses("SPACE")
        eventually("both play on", lambda: all(mpv.plays for mpv in players))
        two.ada.runs("seek", two.host.code, "1")
        time.sleep(STEADY)

        assert all(mpv.plays for mpv in players)
        assert [ear.seeks() for ear in listening] == [0, 0]
        assert not drifts(two.host, 0)
        assert not two.host.events("synced")
        late = people("Cyd").join(two.host.link)
        with late.mpv() as lates:
            eventually("who comes late sees it too", lambda: lates.plays)
