"""Whatever can go wrong on a user's day: the exit code, the words, and what to do about it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.film_server import open_film_server
from tests.e2e.people import SYNCWATCH, WITHOUT_WINDOW, People, Person, Ran, eventually
from tests.faults.full_disk import on_a_full_disk
from tests.patience import PATIENCE


@dataclass(frozen=True, slots=True)
class Day:
    """A server with a session, a person, and what lies around."""

    person: Person
    places: dict[str, str]

    def fill_in(self, words: tuple[str, ...]) -> list[str]:
        """The command line with every ``{place}`` filled in."""
        return [word.format(**self.places) for word in words]

    def runs_both_ways(self, command: tuple[str, ...], environment: dict[str, str]) -> tuple[Ran, Ran]:
        """The command without and with ``--json``."""
        filled = self.fill_in(command)
        extra = {name: text.format(**self.places) for name, text in environment.items()}
        # Two at once would both want the database.
        at_once = 1 if "--database-url" in command else 2
        with ThreadPoolExecutor(at_once) as both:
            plain = both.submit(self.person.runs, *filled, environment=extra)
            as_json = both.submit(self.person.runs, *filled, "--json", environment=extra)
            return plain.result(), as_json.result()


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory, film: Path) -> Iterator[Day]:
    people = People(tmp_path_factory.mktemp("day"))
    keeper, person = people("Keeper"), people("Dee")
    with ExitStack() as open_things:
        open_things.callback(people.go_home)
        films = open_things.enter_context(open_film_server())
        films.put("page.html", b"<html>a page around a film</html>" * 100)
        films.put("garbage.mp4", os.urandom(100_000))
        films.put("list.m3u", b"#EXTM3U\nfile:///etc/passwd\n")
        silent = open_things.enter_context(socket.create_server(("127.0.0.1", 0)))
        server = keeper.follow("serve", "--port", "0", "--json").heard("listening")["url"]
        code = json.loads(keeper.runs("create", str(film), "--server", server, "--json").out)["code"]
        empty = json.loads(keeper.runs("create", "--server", server, "--json").out)["code"]
        home = person.home
        (home / "garbage.mp4").write_bytes(os.urandom(50_000))
        (home / "a-file").write_text("in the place of a folder")
        (home / "no-programs").mkdir()
        _program(home / "old-mpv", "echo 'mpv 0.29.1 Copyright (c) somebody'\nexit 1")
        _program(home / "broken-mpv", "echo 'something is amiss'\nkill -SEGV $$")
        yield Day(
            person,
            {
                "server": server, "port": server.rpartition(":")[2], "link": f"{server}/s/{code}", "film": str(film),
                "film_name": film.name, "unknown": f"{server}/s/ZZZ-ZZZ", "empty": f"{server}/s/{empty}",
                "films": films.url_of("").rstrip("/"), "silent": f"http://127.0.0.1:{silent.getsockname()[1]}",
                "home": str(home), "database": str(keeper.home / "data" / "syncwatch" / "syncwatch.db"),
            },
        )  # fmt: skip


def _program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that goes wrong, and what is said of it."""

    name: str
    command: tuple[str, ...]
    exit_code: int
    error: str
    message: str
    hint: str
    begins: bool = False
    """Whether a session is joined first, so that stdout has its lines already."""
    environment: tuple[tuple[str, str], ...] = ()


JOIN, HOST = ("join", "{link}", *WITHOUT_WINDOW), ("host", *WITHOUT_WINDOW, "--port", "0")
NOBODY = "http://127.0.0.1:9"

CASES = [
    # the session
    Case("unknown code", ("status", "{unknown}"), 6, "not-found", "no session ZZZ-ZZZ", "check the code"),
    Case("joining an unknown code", ("join", "{unknown}"), 6, "not-found", "no session ZZZ-ZZZ", "check the code"),
    Case("malformed code", ("join", "AB-CD"), 2, "usage", "'AB-CD' is not a session code", "as in ABC-DEF"),
    Case("wrong token", ("end", "{link}", "--token", "x"), 6, "forbidden", "token", "--token or SYNCWATCH_TOKEN"),
    Case("nobody to kick", ("kick", "{link}", "Zoe"), 6, "not-found", "nobody of the name 'Zoe'",
         "nobody is in the session"),
    Case("an empty queue", ("queue", "next", "{link}"), 6, "not-found", "the queue is empty", "queue add"),
    Case("nothing to play", ("play", "{empty}"), 2, "bad-request", "nothing is loaded", "syncwatch load"),
    # the server
    Case("no server", ("status", f"{NOBODY}/s/ABC-DEF"), 3, "server-unreachable", "nothing listens", "--server"),
    Case("joining at no server", ("join", f"{NOBODY}/s/ABC-DEF"), 3, "server-unreachable", NOBODY, "check the address"),
    Case("another server", ("status", "{films}/s/ABC-DEF"), 3, "server-unreachable", "is not a SyncWatch", "/health"),
    Case("a silent one", ("join", "{silent}/s/ABC-DEF"), 3, "server-unreachable", "{silent}", "check the address"),
    Case("no URL of one", ("status", "ABC-DEF", "--server", "x"), 2, "usage", "'x' is not the URL", "http://HOST:8765"),
    # the player
    Case("no mpv", JOIN, 4, "player-missing", "mpv is not installed", "--mpv PATH",
         environment=(("PATH", "{home}/no-programs"),)),
    Case("no mpv there", (*JOIN, "--mpv", "/nonexistent/mpv"), 4, "player-missing", "/nonexistent/mpv", "--mpv PATH"),
    Case("an old mpv", (*JOIN, "--file", "{film}", "--mpv", "{home}/old-mpv"), 4, "player-missing",
         "it is mpv 0.29.1, and SyncWatch needs 0.35", "--mpv PATH", begins=True),
    Case("a broken mpv", (*JOIN, "--file", "{film}", "--mpv", "{home}/broken-mpv"), 4, "player-died",
         "something is amiss", "with mpv itself", begins=True),
    Case("a wrong option for mpv", (*JOIN, "--file", "{film}", "--mpv-arg=--no-such"), 4, "player-died",
         "no-such", "with mpv itself", begins=True),
    Case("nothing to attach to", ("join", "{link}", "--attach", "/nonexistent/ipc"), 4, "player-missing",
         "no mpv listens at /nonexistent/ipc", "--input-ipc-server=/nonexistent/ipc", begins=True),
    # the media
    Case("wrong scheme", (*HOST, "ftp://example.org/a.mp4"), 5, "unsupported-url", "not an http or https", "http://"),
    Case("loading a wrong scheme", ("load", "{link}", "file:///a"), 5, "unsupported-url", "'file:///a'", "http://"),
    Case("no such file", (*HOST, "a/film.mkv"), 5, "file-not-found", "no file 'a/film.mkv'", "check its spelling"),
    Case("a folder", (*HOST, "."), 5, "file-not-found", "'.' is a folder", "name a file in it"),
    # A film that this person hosted before would be found again where it was.
    Case("no copy", JOIN, 5, "file-not-found", "{film_name}", "--file PATH", begins=True,
         environment=(("XDG_CACHE_HOME", "{home}/nothing-remembered"),)),
    Case("no such copy", (*JOIN, "--file", "a.mkv"), 5, "file-not-found", "no file 'a.mkv'", "check its spelling"),
    Case("a garbage file", (*HOST, "garbage.mp4"), 5, "unresolvable", "'garbage.mp4': this is not a video", "mpv",
         begins=True),
    Case("a garbage copy", (*JOIN, "--file", "garbage.mp4"), 5, "unresolvable", "this is not a video", "mpv",
         begins=True),
    Case("a URL without a film", (*HOST, "{films}/film.mp4"), 5, "unresolvable",
         "{films}/film.mp4: its server doesn't have it (HTTP 404)", "open the link in a browser", begins=True),
    Case("a URL without a server", (*HOST, f"{NOBODY}/film.mp4"), 5, "unresolvable",
         "its server doesn't answer (connection refused)", "open the link in a browser", begins=True),
    Case("a URL of a page", (*HOST, "{films}/page.html"), 5, "unresolvable", "this is not a video", "not to a page",
         begins=True),
    Case("a URL of a playlist", (*HOST, "{films}/list.m3u"), 5, "unresolvable", "a playlist", "the video itself",
         begins=True),
    # serving
    Case("serving at a taken port", ("serve", "--port", "{port}"), 1, "failed", "port {port} is in use", "--port"),
    Case("hosting at a taken port", ("host", "{film}", "--port", "{port}"), 1, "failed", "port {port} is in use",
         "--port"),
    Case("a database that is in use", ("serve", "--port", "0", "--database-url", "sqlite:///{database}"), 2, "usage",
         "another SyncWatch server already uses {database}", "--database-url"),
    Case("a database that can't be written", ("serve", "--port", "0", "--database-url", "sqlite:///a-file/in/a.db"), 1,
         "failed", "a-file/in/a.db can't be written: Not a directory", "make its directory writable"),
    Case("a data directory that can't be written", ("serve", "--port", "0"), 1, "failed", "can't be written",
         "make its directory writable", environment=(("XDG_DATA_HOME", "{home}/a-file"),)),
    Case("hosting without a data directory", (*HOST, "{film}"), 1, "failed", "can't be written",
         "make its directory writable", environment=(("XDG_DATA_HOME", "{home}/a-file"),)),
    Case("no database", ("serve", "--port", "0", "--database-url", "sqlite:///garbage.mp4"), 1, "failed",
         "is damaged or is no SyncWatch database", "restore it"),
    Case("two workers", ("serve", "--workers", "2"), 2, "usage", "--workers above 1 needs Redis", "leave it at 1"),
    # the command line
    Case("no such option", ("join", "{link}", "--nonsense"), 2, "usage", "no such option", "join --help"),
    Case("no such command", ("watch",), 2, "usage", "no such command 'watch'", "--help"),
    Case("no argument", ("join",), 2, "usage", "missing argument 'CODE'", "join --help"),
    Case("no position", ("seek", "{link}", "soon"), 2, "usage", "'soon' is not a position", "mm:ss"),
    Case("no speed", ("rate", "{link}", "99"), 2, "usage", "'99' is not a speed", "0.25 to 4"),
    Case("nothing said", ("chat", "{link}", ""), 2, "usage", "1 to 500 characters", ""),
    Case("no such player", ("join", "{link}", "--player", "vlc"), 2, "usage", "'vlc'", ""),
]  # fmt: skip


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name.replace(" ", "-")) for case in CASES])
def test_said_in_words_and_as_json(day: Day, case: Case) -> None:
    """The exit code tells the kind, stderr what happened and what to do, as words or as JSON, never as a traceback."""
    plain, as_json = day.runs_both_ways(case.command, dict(case.environment))
    message, hint = (text.format(**day.places) for text in (case.message, case.hint))

    assert (plain.code, as_json.code) == (case.exit_code, case.exit_code), plain.err + as_json.err
    assert "Traceback" not in plain.err + as_json.err
    words, _, advice = plain.err[plain.err.index("syncwatch: error: ") :].partition("\n\nhint: ")
    assert message in words
    assert hint in advice

    error = json.loads(as_json.err.splitlines()[-1])["error"]
    assert error["code"] == case.error
    assert message in error["message"]
    assert hint in (error["hint"] or "")
    assert [json.loads(line).keys() for line in as_json.err.splitlines()]

    if not case.begins:
        assert (plain.out, as_json.out) == ("", "")
    assert "error" not in plain.out


def test_a_full_disk(day: Day) -> None:
    """A server whose disk is full does not start: exit code 1, words that name the place, and nothing on stdout."""
    folder = day.person.home / "full"
    folder.mkdir()
    database = f"sqlite:///{folder / 'sessions.db'}"
    ran = day.person.runs(
        "serve", "--port", "0", "--database-url", database, before=on_a_full_disk(folder, room=16_384)
    )

    assert (ran.code, ran.out) == (1, "")
    assert str(folder / "sessions.db") in ran.err
    assert "\n\nhint: " in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("how", [(), ("--json",)], ids=["words", "json"])
@pytest.mark.parametrize(
    "command",
    [
        ("serve", "--port", "0", "--database-url", "sqlite:///interrupted-{number}.db"),
        ("host", "{film}", "--port", "0", "--player", "none"),
        ("join", "{link}", "--player", "none"),
        ("events", "{link}"),
    ],
    ids=lambda command: command[0],
)
def test_interrupted(day: Day, command: tuple[str, ...], how: tuple[str, ...]) -> None:
    """^C ends whatever runs on with exit code 130, and without a word of complaint."""
    filled = [word.replace("{number}", str(len(how))) for word in command]
    log = day.person.home / "interrupted.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*SYNCWATCH, *day.fill_in(tuple(filled)), *how],
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=day.person.environment, cwd=day.person.home,
        )  # fmt: skip
    try:
        eventually("it has said something", lambda: log.stat().st_size)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130, log.read_text()
    finally:
        process.kill()
        process.wait()

    assert "Traceback" not in log.read_text()
    assert "error" not in log.read_text()
