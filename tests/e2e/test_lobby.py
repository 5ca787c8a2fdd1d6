"""The lobby on a real terminal, with real sessions behind it; and sessions that a network hears of."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.e2e.people import People, eventually
from tests.e2e.tmux_screen import TmuxScreen, on_tmux

NULL_PLAYER = {"SYNCWATCH_MPV_ARGS": "--vo=null --ao=null"}


def test_from_the_lobby_into_a_session_and_back(people: People, film: Path, tmp_path: Path) -> None:
    """A session is begun in the lobby's form and plays; who leaves it is in the lobby again, where it is remembered."""
    ada = people("Ada", **NULL_PLAYER)
    with on_tmux(ada, tmp_path) as screen:
        screen.shows("nowhere yet")
        screen.shows("New session")
        screen.keys("n")
        screen.shows("What to watch")
        screen.types(str(film))
        screen.keys("Tab")
        screen.types("Film night")
        screen.keys("Enter")
        screen.shows("▶ playing")
        code = screen.shows("Film night").split()[0]
        screen.keys("C-q")
        again = screen.shows("Where I was")
        screen.keys("C-q")
        ended = screen.shows("ended with")

    assert f"{code}  Film night" in again
    assert "ended with 0" in ended
    assert "Traceback" not in ended


def test_joining_from_the_lobby(people: People, film: Path, tmp_path: Path) -> None:
    """A link that is typed in the lobby leads into the session, by its password, to its chat and its queue."""
    host = people("Cyd", SYNCWATCH_PASSWORD="sesame").host(str(film), "--title", "Film night")
    bob = people("Bob", **NULL_PLAYER, SYNCWATCH_NAME="Bob")
    bob.has(film)
    with on_tmux(bob, tmp_path, size=(120, 40)) as screen:
        screen.shows("nowhere yet")
        screen.shows("New session")
        screen.keys("/")
        eventually("the cursor is in the code", lambda: "New session" not in screen.text)
        screen.types(host.link)
        screen.keys("Enter")
        screen.shows("password:")
        screen.types("sesame")
        screen.keys("Enter")
        screen.shows("Bob (you)")
        screen.shows("Play/pause")
        screen.keys("t")
        _begins_to_write(screen)
        screen.types("hello @cyd")
        screen.keys("Enter")
        host.heard("chat-message", text="hello @cyd", displayName="Bob")
        screen.shows("Bob: hello @cyd")
        screen.keys("Escape")
        screen.shows("Play/pause")
        screen.keys("u")
        screen.shows("› empty")
        screen.keys("a")
        _begins_to_write(screen)
        screen.types("https://example.org/next.mp4")
        screen.keys("Enter")
        queue = host.heard("queue-updated")["queue"]
        screen.shows("next.mp4")
        screen.keys("Escape")
        screen.shows("Play/pause")
        screen.keys("x")
        host.heard("queue-updated", queue=[])

    assert [item["url"] for item in queue] == ["https://example.org/next.mp4"]


def _begins_to_write(screen: TmuxScreen) -> None:
    """Where one writes, keys are letters, and the foot of the screen no longer offers them for anything else."""
    eventually("the cursor is where one writes", lambda: "Play/pause" not in screen.text)


def test_what_fails_is_said_in_the_lobby(people: People, tmp_path: Path) -> None:
    """A code whose server does not answer brings one back to the lobby with the reason; a polite kill ends it."""
    ada = people("Ada", SYNCWATCH_SERVER="http://127.0.0.1:9", **NULL_PLAYER)
    with on_tmux(ada, tmp_path) as screen:
        screen.shows("nowhere yet")
        screen.shows("New session")
        screen.keys("/")
        eventually("the cursor is in the code", lambda: "New session" not in screen.text)
        screen.types("abcdef")
        screen.keys("Enter")
        said = screen.shows("http://127.0.0.1:9")
        screen.shows("Join by a code or a link")
        subprocess.run(["pkill", "-TERM", "-P", screen.shell], check=True)
        screen.shows("ended with 130")

    assert "hint" not in said


def test_a_session_is_announced_only_when_asked_for(people: People) -> None:
    """``host --announce`` is found by ``sessions`` of others on the network, with its title and host and no token."""
    ada, bob, cyd = people("Ada"), people("Bob"), people("Cyd")
    quiet = cyd.host("--title", "Quiet", "--player", "none", player=())
    host = ada.host("--title", "Film night", "--announce", "--player", "none", player=())

    def found() -> dict[str, object] | None:
        ran = bob.runs("sessions", "--json")
        assert (ran.code, ran.err) == (0, "")
        announced = {each["code"]: each for each in json.loads(ran.out)["announced"]}
        assert quiet.code not in announced
        return announced.get(host.code)

    near = eventually("an announced session", found)

    assert near == {
        "code": host.code,
        "link": host.heard("hosting")["link"],
        "title": "Film night",
        "host": "Ada",
        "hasPassword": False,
    }
    assert "This network is told of the session" in host.stderr
    assert "This network is told" not in quiet.stderr


def test_sessions_lists_where_one_was(people: People) -> None:
    """``sessions`` prints what is remembered, a line each, and never a token."""
    ada = people("Ada")
    host = ada.host("--title", "Film night", "--player", "none", player=())
    host.heard("joined")
    ran = ada.runs("sessions")

    assert ran.code == 0
    assert ran.out.splitlines() == [f"{host.code}  Film night  {host.heard('hosting')['link']}"]


def test_without_a_terminal_there_is_help(people: People) -> None:
    """``syncwatch`` alone, with nobody there to see a lobby, shows its help on stderr and exits as for wrong usage."""
    ran = people("Ada").runs()

    assert (ran.code, ran.out) == (2, "")
    assert "Usage: syncwatch" in ran.err
