"""What people do with their hands, quickly, at once, and in ways that nobody planned for."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import Watching
from tests.e2e.people import eventually


@pytest.mark.parametrize("seed", range(2))
def test_keys_pressed_quickly_by_both(watching: Watching, seed: int) -> None:
    """However quickly both press space and arrows, in the end both do the same: stand on one frame or play together."""
    dice = random.Random(seed)
    for _ in range(15):
        dice.choice((watching.hosts_mpv, watching.guests_mpv)).presses(dice.choice(("SPACE", "RIGHT", "LEFT")))
        time.sleep(dice.uniform(0, 0.15))

    eventually("both do the same", lambda: watching.stand_together() or watching.play_together())


def test_another_file_opened_by_hand(watching: Watching, short_film: Path) -> None:
    """Who opens another file in their mpv is away; the others are not held up, and the next load brings them back."""
    watching.guests_mpv.does("loadfile", str(short_film))
    watching.guest.heard("status", state="away")
    watching.guest.heard("notice", code="unplayable")
    watching.hosts_mpv.presses("SPACE")
    eventually("the host stands", lambda: watching.hosts_mpv.stands_at)
    watching.hosts_mpv.presses("SPACE")
    eventually("the host plays on", lambda: watching.hosts_mpv.plays)
    assert not watching.host.events("notice")

    watching.bob.has(short_film)
    assert watching.ada.runs("load", watching.host.link, str(watching.ada.has(short_film))).code == 0
    eventually("both stand at its beginning", watching.stand_together)
    assert watching.guest.heard("status", after=watching.guest.mark)["state"] == "paused"


@pytest.mark.parametrize("whose", ["host", "guest"])
def test_a_client_that_was_frozen(watching: Watching, whose: str) -> None:
    """While a client is frozen its player plays on with the others; afterwards all is as before."""
    seat = watching.host if whose == "host" else watching.guest
    seat.signal(signal.SIGSTOP)
    time.sleep(3.5)
    together_meanwhile = watching.play_together()
    seat.signal(signal.SIGCONT)

    assert together_meanwhile
    mark = seat.mark
    seat.heard("status", after=mark, state="playing")
    watching.guests_mpv.presses("SPACE")
    eventually("both stand on one frame", watching.stand_together)
    watching.hosts_mpv.presses("SPACE")
    eventually("both play", watching.play_together)


def test_a_player_that_was_frozen(watching: Watching) -> None:
    """A player that stood frozen for seconds comes back to where the others are by then."""
    pid = watching.guests_mpv.get("pid")
    os.kill(pid, signal.SIGSTOP)
    time.sleep(2)
    os.kill(pid, signal.SIGCONT)

    eventually("both play the same moment", watching.play_together)


def test_a_server_that_is_stopped_by_its_host(watching: Watching) -> None:
    """When the host presses ^C the guest is told, and plays on alone."""
    watching.host.signal(signal.SIGINT)
    assert watching.host.ended() == 130

    watching.guest.heard("notice", code="going-down")
    watching.guest.heard("notice", code="link-lost")
    before = watching.guests_mpv.position or 0
    eventually("the guest plays on", lambda: (watching.guests_mpv.position or 0) > before + 1)
    assert watching.guest.runs
