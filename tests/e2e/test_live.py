"""Two who watch a live stream: it is played and paused for both, and whoever wants it elsewhere reads why not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.kinds_of_media import LiveStreams, Shelf, open_live_streams
from tests.e2e.mpv_remote import MpvRemote
from tests.e2e.people import People, Seat, eventually

WORDS = "a live stream can only be played and paused"

BACK_FROM = 6.0
"""Seconds into the stream; mpv's LEFT goes back by five."""


@pytest.fixture
def streams(tmp_path: Path) -> Iterator[LiveStreams]:
    folder = tmp_path / "broadcast"
    folder.mkdir()
    with open_live_streams(Shelf(tmp_path).film(), folder) as streams:
        eventually("the broadcast has begun", (folder / "live.m3u8").exists)
        yield streams


def all_play(players: list[MpvRemote]) -> bool:
    """Whether every player plays."""
    return all(mpv.plays for mpv in players)


def all_stand(players: list[MpvRemote]) -> bool:
    """Whether every player stands."""
    return all(mpv.stands_at is not None for mpv in players)


def knows_that_it_is_live(seat: Seat) -> bool:
    """Whether the session has told this client so."""
    return any(line["media"]["live"] is True for line in seat.events("video-url-updated"))


@pytest.mark.parametrize("kind", ["playlist", "endless"])
def test_a_script_can_play_and_pause_a_live_stream_and_not_seek(
    people: People, streams: LiveStreams, kind: str
) -> None:
    """Both are told that it is live; a seek is refused in words and moves nothing, a pause and a play are for both."""
    ada, bob = people("Ada"), people("Bob")
    host = ada.host(getattr(streams, kind))
    guest = bob.join(host.link)
    with host.mpv() as hosts, guest.mpv() as guests:
        players = [hosts, guests]
        eventually("both play", partial(all_play, players))
        eventually("the session knows", partial(knows_that_it_is_live, host))

        revision = json.loads(ada.runs("status", host.code, "--json").out)["playback"]["revision"]
        refused = ada.runs("seek", host.code, "1")
        assert (refused.code, refused.out) == (2, "")
        assert f"syncwatch: error: {WORDS}" in refused.err
        session = json.loads(ada.runs("status", host.code, "--json").out)
        assert (session["media"]["live"], session["playback"]["revision"]) == (True, revision)

        assert ada.runs("pause", host.code).code == 0
        eventually("both stand", partial(all_stand, players))
        assert ada.runs("play", host.code).code == 0
        eventually("both play on", partial(all_play, players))


@pytest.mark.parametrize("kind", ["playlist", "endless"])
def test_a_persons_own_seek_in_a_live_stream_is_theirs_alone(people: People, streams: LiveStreams, kind: str) -> None:
    """Who goes back within what their player has kept reads, once, that nobody goes along; the other plays on."""
    host = people("Ada").host(getattr(streams, kind))
    guest = people("Bob").join(host.link)
    with host.mpv() as hosts, guest.mpv() as guests:
        eventually("both play", partial(all_play, [hosts, guests]))
        eventually("there is something to go back to", lambda: (guests.position or 0) > BACK_FROM)
        guests.presses("LEFT")

        assert guest.heard("notice", code="unseekable")["message"] == WORDS
        assert [sync["cause"]["event"] for sync in host.events("video-sync")] == ["video-play"]
        assert all_play([hosts])
