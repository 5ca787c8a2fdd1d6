"""The same without --json and without the full screen: what a person at a plain terminal gets to see."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

from syncwatch_core.join_code import parse_invite
from tests.e2e.conftest import Watching
from tests.e2e.people import SYNCWATCH, WITHOUT_WINDOW, People, eventually
from tests.e2e.terminals import on_a_terminal
from tests.patience import PATIENCE

PLAINLY = ("--no-tui", *WITHOUT_WINDOW)


def test_host_and_join_at_terminals(people: People, film: Path) -> None:
    """The host is shown code, link and whom it reaches; then both see a live line, each other, and what is said."""
    ada, bob = people("Ada"), people("Bob")
    with on_a_terminal(ada, "host", str(film), "--port", "0", "--name", "Ada", *PLAINLY) as host:
        link = host.shows(r"(http://\S+/s/\w{3}-\w{3})\r")[1]
        code = parse_invite(link)[1]
        assert host.written.startswith(f"{code}\r\n{link}\r\n")
        host.shows("can follow the link")
        host.shows("playing · ")

        with on_a_terminal(bob, "join", link, "--file", str(film), "--name", "Bob", *PLAINLY) as guest:
            host.shows("Bob is here")
            guest.shows(r"playing · \d+:\d\d / 2:00 · .* · Ada, Bob")
            said = ada.runs("chat", link, "hello, you two")
            assert said.code == 0
            guest.shows("hello, you two")
            guest.process.send_signal(signal.SIGINT)
            assert guest.process.wait(timeout=PATIENCE) == 130
        host.shows("Bob has gone")
        assert "Traceback" not in host.written + guest.written


def test_a_password_that_is_needed_is_asked_for(people: People, film: Path) -> None:
    """At a terminal, who joins a session with a password is asked for it, and what they type is not shown."""
    host = people("Ada", SYNCWATCH_PASSWORD="open sesame").host(str(film))
    arguments = ("join", host.link, "--file", str(film), "--name", "Bob", *PLAINLY)
    with on_a_terminal(people("Bob"), *arguments) as guest:
        guest.shows("password: ")
        time.sleep(0.1)  # getpass has yet to turn the echo off
        guest.types(b"open sesame\n")
        host.heard("user-joined", after=host.lines.index(host.heard("synced")))
        guest.shows("playing · ")
        assert "open sesame" not in guest.written


def test_without_a_terminal_and_without_json(watching: Watching, people: People, film: Path) -> None:
    """Piped and without --json, words go to stderr, a line each, and stdout stays empty."""
    cyd = people("Cyd")
    joined = subprocess.Popen(
        [*SYNCWATCH, "join", watching.host.link, "--file", str(film), "--name", "Cyd", *WITHOUT_WINDOW],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=cyd.environment, cwd=cyd.home, text=True,
    )  # fmt: skip
    eventually("Cyd is here", lambda: "Cyd" in str(watching.host.events("user-joined")))
    watching.guest.signal(signal.SIGINT)
    eventually("Bob has gone", lambda: watching.host.events("user-left"))
    joined.send_signal(signal.SIGINT)
    out, err = joined.communicate(timeout=PATIENCE)

    assert (joined.returncode, out) == (130, "")
    assert "Bob has gone" in err
    assert "Traceback" not in err
