"""What each failure means to whoever started the command."""

import json
from typing import Any

import pytest

from syncwatch_cli.diagnostics import EXIT_CODES
from syncwatch_core.errors import AppError, ErrorCode

REFUSED = ["not-found", "wrong-password", "forbidden", "locked", "conflict", "rate-limited", "ended", "kicked"]
MEDIA = ["unsupported-url", "blocked-url", "unreachable-url", "unresolvable", "file-not-found"]


def test_every_code_has_an_exit_code() -> None:
    """There is no error code without an exit code."""
    assert set(EXIT_CODES) == set(ErrorCode)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        *((code, 6) for code in REFUSED),
        *((code, 5) for code in MEDIA),
        ("usage", 2),
        ("bad-request", 2),
        ("server-unreachable", 3),
        ("player-missing", 4),
        ("player-died", 4),
        ("failed", 1),
        ("server-error", 1),
        ("protocol", 1),
        ("a-code-of-the-future", 1),
    ],
)
def test_refusals_of_the_server(syncwatch: Any, answering: Any, code: str, expected: int) -> None:
    """What the server refuses ends the command with the exit code of the refusal's kind and leaves stdout empty."""
    answering.status = 400
    answering.body = json.dumps({"error": {"code": code, "message": "no"}}).encode()

    ran = syncwatch("status", "ABC-DEF", "--server", answering.url)

    assert (ran.code, ran.out) == (expected, "")
    assert ran.err.startswith("syncwatch: error: no\n")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["status", "ABC-DEF"], 3),
        (["events", "ABC-DEF"], 3),
        (["status", "nonsense"], 2),
        (["join", "http://example.org/nothing"], 2),
        (["nonsense"], 2),
        ([], 2),
        (["status"], 2),
        (["status", "ABC-DEF", "--nonsense"], 2),
        (["status", "ABC-DEF", "--server", "example.org"], 2),
        (["rate", "ABC-DEF", "9"], 2),
        (["rate", "ABC-DEF", "fast"], 2),
        (["seek", "ABC-DEF", "soon"], 2),
        (["create", "--control", "nobody"], 2),
        (["join", "ABC-DEF", "--player", "libmpv", "--mpv", "mpv"], 2),
        (["join", "ABC-DEF", "--player", "libmpv", "--attach", "s"], 2),
        (["join", "ABC-DEF", "--player", "vlc"], 2),
        (["join", "ABC-DEF", "--attach", "s", "--ipc-socket", "t"], 2),
        (["join", "ABC-DEF", "--name", " "], 2),
        (["join", "ABC-DEF", "--password-file", "missing"], 2),
        (["config", "set", "nonsense", "1"], 2),
        (["config", "set", "correction", "maybe"], 2),
        (["config", "set", "server", "foo"], 2),
        (["config", "set", "server", "http://host:port"], 2),
        (["config", "set", "name", " "], 2),
        (["config", "set", "quality", "fine"], 2),
        (["config", "set", "cookies-from-browser", "netscape"], 2),
        (["config", "set", "share-limit", "0"], 2),
        (["config", "set", "osd", "bogus"], 2),
        (["config", "set", "chat-key", "two keys"], 2),
        (["join", "ABC-DEF", "--osd", "bogus"], 2),
        (["join", "ABC-DEF", "--chat-key", "two keys"], 2),
        (["config", "set", "device-delay", "nan"], 2),
        (["config", "set", "mpv-args", "'"], 2),
        (["serve", "--port", "99999"], 2),
        (["serve", "--port", "http"], 2),
        (["serve", "--workers", "0"], 2),
        (["join", "ABC-DEF", "--device-delay", "inf"], 2),
        (["queue", "move", "ABC-DEF", "1", "0"], 2),
        (["status", "bad!"], 2),
        (["completion", "tcsh"], 2),
        (["create", "missing.mkv"], 5),
        (["load", "ABC-DEF", "."], 5),
        (["load", "ABC-DEF", "file:///etc/passwd"], 5),
        (["queue", "add", "ABC-DEF", "ftp://example.org/film.mkv"], 5),
    ],
)
def test_a_day_of_errors(syncwatch: Any, arguments: list[str], expected: int) -> None:
    """Each error of a user's day has its exit code, words on stderr and nothing on stdout."""
    ran = syncwatch(*arguments)

    assert (ran.code, ran.out) == (expected, "")
    assert ran.err


def test_interrupted(syncwatch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """^C is 130, without a word."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("syncwatch_cli.http_api.Api.session", interrupted)

    ran = syncwatch("status", "ABC-DEF")

    assert (ran.code, ran.out, ran.err) == (130, "", "")


def test_the_unforeseen(syncwatch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the program is told as one, without a traceback and with the way to one."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("sums")

    monkeypatch.setattr("syncwatch_cli.http_api.Api.session", broken)

    ran = syncwatch("status", "ABC-DEF")

    assert ran.code == 1
    assert ran.err.startswith("syncwatch: error: an unforeseen ZeroDivisionError: sums\n\nhint: ")
    assert "Traceback" not in ran.err


def test_a_traceback_with_debug(syncwatch: Any) -> None:
    """With --debug every failure shows where it came from."""
    assert "Traceback" in syncwatch("status", "ABC-DEF", "--debug").err


def test_an_error_is_raised_with_its_words() -> None:
    """An error's text is its message."""
    assert str(AppError(ErrorCode.FAILED, "no")) == "no"
