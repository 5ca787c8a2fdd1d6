"""``update``: a session's settings from a script, against a real server."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def run(syncwatch: Any, server: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """A command at the server."""
    monkeypatch.setenv("SYNCWATCH_SERVER", server)
    return syncwatch


@pytest.fixture
def code(run: Callable[..., Any]) -> str:
    """The code of a session that waits for nobody's film."""
    made: str = run("create").out.strip()
    return made


@pytest.mark.parametrize(
    ("typed", "changed"),
    [
        (("--title", "Friday"), {"title": "Friday"}),
        (("--title", ""), {"title": None}),
        (("--control", "host"), {"control": "host"}),
        (("--buffer-wait", "go-on"), {"bufferWait": "go-on"}),
        (("--lock",), {"locked": True}),
        (("--unlock",), {"locked": False}),
        (("--buffer-wait", "wait", "--lock"), {"bufferWait": "wait", "locked": True}),
    ],
)
def test_what_is_named_is_changed(run: Callable[..., Any], code: str, typed: tuple[str, ...], changed: dict[str, Any]):
    """What is named is changed and the session printed; what is not named stays."""
    before = json.loads(run("status", code, "--json").out)
    ran = run("update", code, *typed, "--json")

    assert (ran.code, ran.err) == (0, "")
    after = json.loads(ran.out)
    settings = ("title", "control", "bufferWait", "locked", "hasPassword")
    assert {name: after[name] for name in settings} == {name: before[name] for name in settings} | changed


def test_a_password_set_and_taken_away(run: Callable[..., Any], code: str, home: Path):
    """A password comes from a file, never from the command line, and can be taken away again."""
    (home / "secret").write_text("tulip\n")

    assert json.loads(run("update", code, "--password-file", "secret", "--json").out)["hasPassword"] is True
    assert json.loads(run("update", code, "--no-password", "--json").out)["hasPassword"] is False


def test_without_json_nothing_is_printed(run: Callable[..., Any], code: str):
    """A command that changes is quiet when it went well."""
    ran = run("update", code, "--lock")

    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_tracks_pinned_and_let_go(run: Callable[..., Any], code: str):
    """Pins stand in the session and in its table; one is taken away and the other stays."""
    pinned = run("update", code, "--pin-audio", "pt-BR", "--pin-subtitles", "No", "--json")
    assert json.loads(pinned.out)["tracks"] == {"audio": "pt-BR", "subtitles": "no"}
    assert "pinned: audio in 'pt-BR' · pinned: no subtitles" in run("status", code).out

    freed = run("update", code, "--no-pin-audio", "--title", "Friday", "--json")
    assert json.loads(freed.out)["tracks"] == {"audio": None, "subtitles": "no"}
    assert run("update", code, "--no-pin-subtitles").code == 0
    assert "pinned" not in run("status", code).out


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ((), "nothing to change was named"),
        (("--buffer-wait", "never"), "--buffer-wait is 'never'"),
        (("--control", "me"), "--control is 'me'"),
        (("--no-password", "--password-file", "x"), "--no-password takes the password away"),
        (("--pin-audio", "english, please"), "--pin-audio is 'english, please', which is no track"),
        (("--pin-subtitles", ""), "--pin-subtitles is '', which is no track"),
        (("--pin-audio", "2", "--no-pin-audio"), "--no-pin-audio takes the pin away"),
        (("--password-file", "nowhere"), "can't read the password from nowhere"),
    ],
)
def test_what_is_wrong_is_said(run: Callable[..., Any], code: str, typed: tuple[str, ...], words: str):
    """A wrong command line changes nothing, is named, and is exit code 2."""
    ran = run("update", code, *typed)

    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


def test_only_the_host_may(run: Callable[..., Any], code: str):
    """Whoever has no host's token is refused."""
    ran = run("update", code, "--lock", "--token", "wrong")

    assert (ran.code, ran.out) == (6, "")
