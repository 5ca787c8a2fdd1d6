"""Sessions made and steered from scripts, against a real server."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from syncwatch_cli import remembered
from syncwatch_cli.media.files.fingerprint import fingerprint

FILM = "https://example.org/film.mp4"


# --- create ----------------------------------------------------------------------------------------


def test_create_prints_the_code_alone(cli: Callable[..., Any], server: str) -> None:
    """`create` prints nothing but the code, and remembers the server and the host's token for it."""
    printed = cli("create", FILM)

    known = remembered.recall(printed.strip())
    assert len(printed) == len("ABC-DEF\n")
    assert known.server == server
    assert known.host_token


def test_create_in_json(cli: Callable[..., Any], home: Path) -> None:
    """`create --json` prints the session object and, beside its fields, hostToken."""
    (home / "film.mkv").write_bytes(b"x" * 10)

    made = cli("create", "film.mkv", "--title", "Friday", "--control", "host", "--json")

    assert (made["title"], made["control"]) == ("Friday", "host")
    content = fingerprint(home / "film.mkv")
    assert made["media"]["file"] == {"name": "film.mkv", "size": 10, "duration": None, "fingerprint": content}
    assert made["hostToken"]


# --- playback --------------------------------------------------------------------------------------


def test_commands_answer_with_the_playback(cli: Callable[..., Any], code: str) -> None:
    """Each playback command prints, with --json, the playback that is in force after it."""
    causes = [
        cli(*arguments, "--json")["cause"]["event"]
        for arguments in (
            ("play", code),
            ("pause", code),
            ("seek", code, "1:30"),
            ("rate", code, "1.5"),
            ("load", code, "https://example.org/other.mp4"),
        )
    ]

    assert causes == ["video-play", "video-pause", "video-seek", "video-rate", "video-load"]


def test_commands_are_silent(cli: Callable[..., Any], code: str) -> None:
    """Without --json a command that went well prints nothing."""
    assert [cli("play", code), cli("pause", code), cli("chat", code, "hello")] == ["", "", ""]


@pytest.mark.parametrize(
    ("written", "expected"), [("90", 90.0), ("1:30", 90.0), ("+10", 110.0), ("-10", 90.0), ("-1:00:00", 0.0)]
)
def test_seek(cli: Callable[..., Any], code: str, written: str, expected: float) -> None:
    """POS is a place, or a way from where the media stands."""
    cli("seek", code, "100")

    assert cli("seek", code, written, "--json")["currentTime"] == expected


def test_a_link_stands_for_a_code(cli: Callable[..., Any], code: str, server: str) -> None:
    """A join link is taken wherever a code is."""
    assert cli("status", f"{server}/s/{code.lower()}", "--json")["code"] == code


# --- the queue -------------------------------------------------------------------------------------


def test_the_queue(cli: Callable[..., Any], code: str) -> None:
    """Items are added, listed, moved and removed by their place, and the next one is gone on to."""
    for name in ("a", "b", "c"):
        cli("queue", "add", code, f"https://example.org/{name}", "--title", name)
    listed = [cli("queue", "list", code)]
    cli("queue", "move", code, "3", "1")
    listed.append(cli("queue", "list", code))
    cli("queue", "remove", code, "2")
    listed.append(cli("queue", "list", code))
    after = cli("queue", "next", code, "--json")

    assert listed == ["1  a\n2  b\n3  c\n", "1  c\n2  a\n3  b\n", "1  c\n2  b\n"]
    assert [item["title"] for item in after] == ["b"]


def test_an_item_by_its_id(cli: Callable[..., Any], code: str) -> None:
    """An item can be named by its itemId too."""
    [item] = cli("queue", "add", code, FILM, "--json")

    assert cli("queue", "remove", code, item["itemId"], "--json") == []


@pytest.mark.usefixtures("cli")
def test_no_such_item(syncwatch: Any, code: str) -> None:
    """An item that is not in the queue is refused with the way to the numbers."""
    ran = syncwatch("queue", "remove", code, "1")

    assert ran.code == 6
    assert "syncwatch queue list" in ran.err


# --- who may ---------------------------------------------------------------------------------------


def test_a_stranger_may_not(
    cli: Callable[..., Any], syncwatch: Any, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    """Under control by the host, who has no token is refused with exit code 6, and --token opens the way."""
    made = cli("create", FILM, "--control", "host", "--json")
    monkeypatch.setenv("SYNCWATCH_STATE_DIR", str(home / "another person"))

    refused = syncwatch("play", made["code"])
    let_in = syncwatch("play", made["code"], "--token", made["hostToken"])

    assert (refused.code, refused.out, let_in.code) == (6, "", 0)


def test_a_password(cli: Callable[..., Any], syncwatch: Any, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """A session with a password is opened by SYNCWATCH_PASSWORD, whatever letters it has, and by nothing less."""
    (home / "secret").write_text("pässwörd ☂\n")
    code = cli("create", FILM, "--password-file", "secret").strip()
    monkeypatch.setenv("SYNCWATCH_STATE_DIR", str(home / "another person"))
    refused = syncwatch("status", code)
    monkeypatch.setenv("SYNCWATCH_PASSWORD", "pässwörd ☂")

    assert refused.code == 6
    assert "SYNCWATCH_PASSWORD" in refused.err
    assert cli("status", code, "--json")["hasPassword"]


def test_a_password_needs_a_terminal(syncwatch: Any) -> None:
    """--password off a terminal is refused with the other ways to give one."""
    ran = syncwatch("create", "--password")

    assert ran.code == 2
    assert "SYNCWATCH_PASSWORD" in ran.err


@pytest.mark.usefixtures("cli")
def test_an_unknown_code(syncwatch: Any) -> None:
    """A code that no session has is exit code 6 with a hint."""
    ran = syncwatch("status", "ZZZ-ZZZ")

    assert (ran.code, ran.out) == (6, "")
    assert "\n\nhint: " in ran.err


@pytest.mark.usefixtures("cli")
def test_kick_nobody(syncwatch: Any, code: str) -> None:
    """Who is not here can't be removed."""
    ran = syncwatch("kick", code, "Ada")

    assert ran.code == 6
    assert "nobody of the name 'Ada'" in ran.err


# --- looking ---------------------------------------------------------------------------------------


def test_status_for_a_person(cli: Callable[..., Any], code: str) -> None:
    """`status` shows code, link, what is watched, where it stands, and who is here."""
    cli("seek", code, "1:05")
    shown = cli("status", code)

    assert shown.splitlines()[0].startswith(code)
    assert "film.mp4" in shown
    assert "paused 1:05" in shown
    assert "nobody is here" in shown


def test_events_until_the_end(cli: Callable[..., Any], code: str, server: str) -> None:
    """`events` prints the session and then each event with its payload, and ends with the session: exit code 0."""
    command = [sys.executable, "-m", "syncwatch_cli.main", "events", code, "--server", server]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [json.loads(process.stdout.readline())]
        cli("play", code)
        cli("chat", code, "hello")
        cli("end", code)
        lines += [json.loads(line) for line in process.stdout]

        assert process.wait(timeout=20) == 0
    assert lines[0]["code"] == code
    assert [line["event"] for line in lines] == ["session", "video-sync", "chat-message", "session-ended"]
    assert lines[2]["text"] == "hello"


def test_the_end_is_the_end(cli: Callable[..., Any], syncwatch: Any, code: str) -> None:
    """What ended is forgotten here and refused there."""
    cli("end", code)

    assert code not in dict(remembered.recent())
    assert syncwatch("play", code).code == 6


# --- serve -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["--workers", "2"],
        ["--redis-url", "http://127.0.0.1"],
        ["--tls-cert", "a.pem"],
        ["--database-url", "mysql://x"],
    ],
)
def test_what_serve_cannot_do(syncwatch: Any, arguments: list[str]) -> None:
    """What a server can't be told to do is a usage error."""
    assert syncwatch("serve", "--port", "0", *arguments).code == 2


def test_a_port_that_is_taken(syncwatch: Any, server: str, home: Path) -> None:
    """A port on which something listens is exit code 1 with a hint."""
    ran = syncwatch("serve", "--port", server.rpartition(":")[2], "--database-url", f"sqlite:///{home / 'other.db'}")

    assert (ran.code, ran.out) == (1, "")
    assert "--port 0" in ran.err


def test_an_unwritable_data_directory(syncwatch: Any, home: Path) -> None:
    """A database that can't be made is exit code 1 and words that name the place."""
    (home / "blocked").write_text("a file where a folder should be")

    ran = syncwatch("serve", "--port", "0", "--database-url", f"sqlite:///{home / 'blocked' / 'sessions.db'}")

    assert (ran.code, ran.out) == (1, "")
    assert "blocked" in ran.err
    assert "Traceback" not in ran.err
