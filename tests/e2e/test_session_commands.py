"""What is done to a session from outside, and what everybody in it sees of that."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Watching
from tests.e2e.people import People, eventually


@pytest.fixture
def with_both_films(watching: Watching, short_film: Path) -> Watching:
    """Both also have a short film in the folder that they work in."""
    watching.ada.has(short_film)
    watching.bob.has(short_film)
    return watching


def both_show(watching: Watching, film: Path) -> bool:
    """Whether both players have this film open."""
    return all(mpv.get("filename") == film.name for mpv in (watching.hosts_mpv, watching.guests_mpv))


def test_play_pause_and_seek_from_a_script(watching: Watching) -> None:
    """`pause`, `seek` and `play` from a script act on everybody, and answer with the playback after them."""
    code = watching.host.code
    paused = watching.ada.runs("pause", code, "--json")
    assert (paused.code, json.loads(paused.out)["isPlaying"]) == (0, False)
    eventually("both stand on one frame", watching.stand_together)

    assert json.loads(watching.ada.runs("seek", code, "1:00", "--json").out)["currentTime"] == pytest.approx(60)
    eventually("both stand there", lambda: watching.stand_together() and (watching.hosts_mpv.position or 0) >= 60)
    assert watching.hosts_mpv.stands_at == pytest.approx(60, abs=0.05)

    assert watching.ada.runs("play", code).out == ""
    eventually("both play", watching.play_together)


def test_rate_for_all(watching: Watching) -> None:
    """A rate set by one is everybody's, with the pitch kept, and so is one set in a player."""
    assert watching.bob.runs("rate", watching.host.link, "1.5").code == 0
    players = (watching.hosts_mpv, watching.guests_mpv)
    eventually("both play at 1.5", lambda: all(abs(mpv.get("speed") - 1.5) < 0.1 for mpv in players))
    eventually("both play the same moment", watching.play_together)
    assert all(mpv.get("audio-pitch-correction") is True for mpv in players)

    watching.guests_mpv.presses("BS")
    eventually("both play at 1 again", lambda: all(abs(mpv.get("speed") - 1) < 0.05 for mpv in players))
    eventually("both play the same moment", watching.play_together)


def test_queue_next_plays_the_next_item_for_all(with_both_films: Watching, short_film: Path) -> None:
    """`queue next` opens the next item on both players and plays it from its beginning."""
    watching = with_both_films
    code = watching.host.code
    assert watching.ada.runs("queue", "add", code, str(short_film)).code == 0
    assert watching.guest.heard("queue-updated")["queue"][0]["file"]["name"] == short_film.name

    assert watching.ada.runs("queue", "next", code).code == 0
    eventually("both show it", lambda: both_show(watching, short_film))
    eventually("both play it", lambda: watching.play_together() and (watching.hosts_mpv.position or 9) < 5)
    assert json.loads(watching.ada.runs("queue", "list", code, "--json").out) == []


def test_the_end_of_an_item_goes_on_to_the_next(with_both_films: Watching, short_film: Path) -> None:
    """At the end of an item the next one begins for all; at the end of the last all stand on its last frame."""
    watching = with_both_films
    code = watching.host.code
    watching.ada.runs("queue", "add", code, str(short_film))
    assert watching.ada.runs("seek", code, "1:58").code == 0
    eventually("both show the next", lambda: both_show(watching, short_film))
    eventually("both play it", watching.play_together)

    eventually("both stand at its end", lambda: both_are_at_the_end(watching))
    assert watching.guest.heard("video-sync", isPlaying=False)["cause"]["event"] == "video-ended"


def test_playing_on_at_the_end_stays_there(people: People, short_film: Path) -> None:
    """A play at the end of the last item stops there at once, and a seek back from there stands still for both."""
    host = people("Ada").host(str(short_film))
    guest = people("Bob").join(host.link, "--file", str(short_film))
    with host.mpv() as hosts, guest.mpv() as guests:
        host.heard("video-sync", isPlaying=False)
        mark = host.mark
        assert people("Ada").runs("play", host.code).code == 0
        host.heard("video-sync", after=mark, isPlaying=True)
        host.heard("video-sync", after=mark, isPlaying=False)

        eventually("both are at the end", lambda: hosts.get("eof-reached") and guests.get("eof-reached"))
        guests.presses("LEFT")
        eventually("both are back", lambda: hosts.stands_at == guests.stands_at and (hosts.position or 9) < 1)


def both_are_at_the_end(watching: Watching) -> bool:
    """Whether both players stand on the last frame."""
    return all(mpv.get("eof-reached") and mpv.get("pause") for mpv in (watching.hosts_mpv, watching.guests_mpv))


def test_load_for_all(with_both_films: Watching, short_film: Path) -> None:
    """After `load` both stand paused at the beginning of what was loaded."""
    watching = with_both_films
    assert watching.ada.runs("load", watching.host.code, str(short_film)).code == 0
    eventually("both show it", lambda: both_show(watching, short_film))
    eventually("both stand at its beginning", lambda: watching.stand_together() and watching.hosts_mpv.stands_at == 0)


def test_chat(watching: Watching) -> None:
    """What one says from a script comes to both as a JSON line, as it was written."""
    assert watching.bob.runs("chat", watching.host.link, 'naïve "quotes" 🎬').code == 0
    for seat in (watching.host, watching.guest):
        assert seat.heard("chat-message")["text"] == 'naïve "quotes" 🎬'


def test_kick(watching: Watching) -> None:
    """Who is kicked ends with exit code 6, is told, and their player closes; the host plays on."""
    assert watching.ada.runs("kick", watching.host.code, "Bob").code == 0

    watching.guest.heard("kicked")
    assert watching.guest.ended() == 6
    assert watching.guest.lines[-1]["event"] == "left"
    assert json.loads(watching.guest.stderr.splitlines()[-1])["error"]["code"] == "kicked"
    assert watching.hosts_mpv.plays


def test_a_guest_may_not_kick(watching: Watching) -> None:
    """Who is no host can't remove anybody or end the session: exit code 6."""
    for arguments in (("kick", watching.host.link, "Ada"), ("end", watching.host.link)):
        refused = watching.bob.runs(*arguments)
        assert (refused.code, refused.out) == (6, "")
    assert watching.play_together()


def test_end(watching: Watching) -> None:
    """`end` ends it for all: everybody hears so and ends with exit code 0, the host's server too."""
    assert watching.ada.runs("end", watching.host.code).code == 0

    for seat in (watching.guest, watching.host):
        assert seat.ended() == 0
        assert [line["event"] for line in seat.lines][-2:] == ["session-ended", "left"]


def test_events_follow_the_session(watching: Watching) -> None:
    """`events` begins with the session, tells what happens, takes no seat, and ends with the session."""
    follower = watching.ada.follow("events", watching.host.link)
    session = follower.heard("session")
    assert {one["displayName"] for one in session["participants"]} == {"Ada", "Bob"}
    watching.guests_mpv.presses("SPACE")
    follower.heard("video-sync", isPlaying=False)
    watching.bob.runs("chat", watching.host.link, "well")
    assert follower.heard("chat-message")["text"] == "well"
    watching.ada.runs("end", watching.host.code)
    follower.heard("session-ended")

    assert follower.ended() == 0


def test_status_tells_how_all_are(watching: Watching) -> None:
    """`status` tells of everybody how far they are off and how sure that is, in a table or as JSON."""
    eventually("all are measured", lambda: all(one["drift"] is not None for one in _participants(watching)))
    for one in _participants(watching):
        assert abs(one["drift"]) < 0.1
        assert 0 < one["uncertainty"] < 1
        assert one["state"] == "playing"

    table = watching.ada.runs("status", watching.host.link)
    assert "Ada" in table.out
    assert "Bob" in table.out


def _participants(watching: Watching) -> list[dict[str, Any]]:
    session = json.loads(watching.ada.runs("status", watching.host.link, "--json").out)
    participants: list[dict[str, Any]] = session["participants"]
    return participants


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_guest_leaves_in_order(watching: Watching, number: signal.Signals) -> None:
    """^C or SIGTERM ends a join with 130 after saying goodbye, and its player with it."""
    pid = watching.guests_mpv.get("pid")
    watching.guest.signal(number)

    assert watching.guest.ended() == 130
    assert watching.guest.lines[-1]["event"] == "left"
    watching.host.heard("user-left")
    assert not Path(f"/proc/{pid}").exists()
    assert watching.hosts_mpv.plays
