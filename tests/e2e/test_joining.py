"""Ways into a session, and that none of them disturbs whoever is in it already."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from benchmarks.lone_mpv import lone_mpv
from tests.e2e.conftest import TOGETHER, Watching
from tests.e2e.film_server import FilmServer
from tests.e2e.mpv_remote import MpvRemote, apart
from tests.e2e.people import People, eventually


def test_a_late_joiner_comes_in_and_moves_nobody(watching: Watching, people: People, film: Path) -> None:
    """Who joins while others watch comes into sync with them, and they are neither paused nor moved."""
    before = watching.hosts_mpv.line()
    mark = watching.host.mark
    cyd = people("Cyd")
    late = cyd.join(watching.host.link, "--file", str(film))
    late.heard("synced")

    with late.mpv() as lates:
        eventually("the late one plays the same moment", lambda: apart(watching.hosts_mpv, lates) < TOGETHER)
    after = watching.hosts_mpv.line()
    assert before is not None
    assert after == pytest.approx(before, abs=TOGETHER)
    assert watching.play_together()
    assert not [line for line in watching.host.lines[mark:] if line["event"] == "video-sync"]


def test_view_only_keeps_a_pause_to_itself(watching: Watching, people: People, film: Path) -> None:
    """With --view-only a pause stays one's own, and playing on leads back to the others."""
    viewer = people("Cyd").join(watching.host.link, "--file", str(film), "--view-only")
    with viewer.mpv() as mpv:
        eventually("the viewer plays along", lambda: apart(watching.hosts_mpv, mpv) < TOGETHER)
        mark = watching.host.mark
        mpv.presses("SPACE")
        watching.host.heard("participants", after=mark)
        viewer.heard("status", after=viewer.mark, state="away")

        assert mpv.stands_at is not None
        assert watching.play_together()
        assert not [line for line in watching.host.lines[mark:] if line["event"] == "video-sync"]

        mpv.presses("SPACE")
        eventually("the viewer is with them again", lambda: apart(watching.hosts_mpv, mpv) < TOGETHER)


def test_two_seats_of_one_person(watching: Watching) -> None:
    """The same person twice on one machine are two participants, and neither pushes the other off."""
    again = watching.bob.join(watching.host.link)
    second = again.heard("joined")["participantId"]
    again.heard("synced")

    assert second != watching.guest.heard("joined")["participantId"]
    assert watching.host.heard("user-joined")["participant"]["displayName"] == "Bob (2)"
    assert watching.guest.runs
    assert watching.play_together()
    again.stop()


def test_a_url_plays_on_both(people: People, film: Path, film_server: FilmServer) -> None:
    """A film at a direct HTTP URL plays the same moment on both, and a seek far ahead takes both there."""
    url = film_server.put("film.mp4", film)
    host = people("Ada").host(url)
    guest = people("Bob").join(host.link)
    with host.mpv() as hosts, guest.mpv() as guests:
        eventually("both play the same moment", lambda: apart(hosts, guests) < TOGETHER)
        guests.does("seek", 90, "absolute+exact")
        eventually("both are there", lambda: (hosts.position or 0) > 89 and apart(hosts, guests) < TOGETHER)


def test_an_attached_mpv_is_left_as_it_was_found(watching: Watching, people: People, film: Path) -> None:
    """--attach drives an mpv that runs already, and leaves it running with its own options."""
    cyd = people("Cyd")
    cyd.has(film)
    options = ("--speed=1.25", "--hr-seek=absolute", "--keep-open=no", "--idle=yes", "--loop-file=no")
    with lone_mpv(film, *options) as ipc, MpvRemote(str(ipc)) as mpv:
        kept = ("speed", "hr-seek", "keep-open", "idle", "video-sync", "audio-pitch-correction", "ytdl", "cache-pause")
        before = {name: mpv.get(name) for name in kept}
        seat = cyd.join(watching.host.link, "--attach", str(ipc), player=())
        eventually("the attached mpv plays along", lambda: apart(watching.hosts_mpv, mpv) < TOGETHER)

        seat.signal(signal.SIGINT)
        assert seat.ended() == 130
        assert {name: mpv.get(name) for name in kept} == before
        assert mpv.get("path") is not None


def test_without_a_player(watching: Watching, people: People) -> None:
    """With --player none one takes part without a player: hears everything, holds nobody up, and needs no film."""
    bot = people("Bot").join(watching.host.link, "--player", "none", player=())
    bot.heard("joined")
    watching.guests_mpv.presses("SPACE")
    assert bot.heard("video-sync", isPlaying=False)["cause"]["event"] == "video-pause"
    eventually("both stand on one frame", watching.stand_together)
    watching.guests_mpv.presses("SPACE")
    bot.heard("video-sync", isPlaying=True)
    eventually("both play on", watching.play_together)


def test_the_password_opens(people: People, film: Path) -> None:
    """A session with a password lets in whoever gives it, and nobody else: exit code 6, in words."""
    ada, bob = people("Ada", SYNCWATCH_PASSWORD="open sesame"), people("Bob")
    host = ada.host(str(film))
    for password in ({}, {"SYNCWATCH_PASSWORD": "open barley"}):
        refused = bob.runs("join", host.link, "--player", "none", environment=password)
        assert (refused.code, refused.out) == (6, "")
        assert "password" in refused.err

    let_in = people("Cyd", SYNCWATCH_PASSWORD="open sesame").join(host.link, "--file", str(film))
    let_in.heard("synced")


def test_a_joiner_without_the_film_is_told_which(watching: Watching, people: People) -> None:
    """Who has no copy of the film ends with exit code 5, and is told its name and how to give one."""
    cyd = people("Cyd")
    ended = cyd.runs("join", watching.host.link, "--mpv-arg=--vo=null", "--mpv-arg=--ao=null")

    assert ended.code == 5
    assert watching.hosts_mpv.get("filename") in ended.err
    assert "--file PATH" in ended.err
    assert watching.play_together()


def test_a_player_that_dies_is_exit_code_four(watching: Watching) -> None:
    """An mpv that crashes ends the join with exit code 4 and words; the others play on."""
    os.kill(watching.guests_mpv.get("pid"), signal.SIGKILL)

    assert watching.guest.ended() == 4
    assert "mpv" in watching.guest.stderr
    before = watching.hosts_mpv.position or 0
    eventually("the host plays on", lambda: (watching.hosts_mpv.position or 0) > before + 0.5)
