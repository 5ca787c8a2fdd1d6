"""What a person and a program see of a running session."""

import json
from typing import Any

import pytest

from syncwatch_cli import diagnostics
from syncwatch_cli.screens import JsonLines, StatusLine
from syncwatch_core.errors import AppError, ErrorCode

ADA = {"participantId": "1", "displayName": "Ada\x1b[2J"}
SESSION = {"media": {"duration": 3700.0}, "participants": [ADA]}
CAUSE = {"event": "video-seek", "participantId": "1"}


@pytest.fixture(autouse=True)
def in_words():
    diagnostics.speak(use_json=False, debug=False, color=False)


def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Each event is one JSON object on its own line, with text from others as it came."""
    with JsonLines() as screen:
        screen.emit("joined", {"code": "ABC-DEF", "participantId": "1"})
        screen.emit("user-joined", {"participant": ADA})

        assert not screen.ask("sure?")

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == {"event": "joined", "code": "ABC-DEF", "participantId": "1"}
    assert lines[1]["participant"]["displayName"] == "Ada\x1b[2J"


def test_the_status_line() -> None:
    """The line shows state, place, drift with its uncertainty, rtt, and who is here."""
    screen = StatusLine()
    screen.emit("session-joined", {"session": SESSION, "participantId": ADA["participantId"]})
    screen.emit(
        "status", {"state": "playing", "currentTime": 61.0, "drift": -0.0004, "uncertainty": 0.0012, "rtt": 0.02}
    )

    assert screen.line() == "playing · 1:01 / 1:01:40 · 0.4 ms behind ± 1.2 ms · rtt 20.0 ms · Ada[2J"


def test_one_s_own_arrival_is_no_news(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is told that they themselves have come."""
    screen = StatusLine()
    screen.emit("session-joined", {"session": SESSION, "participantId": ADA["participantId"]})
    screen.emit("user-joined", {"participant": ADA})

    assert capsys.readouterr().err == ""


def test_what_is_watched_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Media is named as it comes on and under a better title, not again when its length becomes known."""
    screen = StatusLine()
    media: dict[str, Any] = {
        "mediaId": "1",
        "title": "a.mp4",
        "duration": None,
        "url": "https://example.org/a.mp4",
        "file": None,
    }
    for name, value in (("live", False), ("duration", 5.0), ("title", "A film"), ("mediaId", "2")):
        media[name] = value
        screen.emit("video-url-updated", {"media": dict(media)})

    assert capsys.readouterr().err == "now: a.mp4\nnow: A film\nnow: A film\n"


def test_one_s_own_failure_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    """That one's own player can't play this is told by the player; that somebody else's can't, by the session."""
    screen = StatusLine()
    screen.emit("session-joined", {"session": SESSION, "participantId": ADA["participantId"]})
    for participant in (ADA["participantId"], "9"):
        words = f"{participant} can't play this"
        screen.emit("notice", {"code": "cannot-play", "message": words, "participantId": participant})

    assert capsys.readouterr().err == "9 can't play this\n"


def test_who_leaves_is_no_longer_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Who leaves is named once more and then gone from the line."""
    screen = StatusLine()
    screen.emit("user-joined", {"participant": ADA})
    screen.emit("user-left", {**ADA, "reason": "left"})

    assert screen.line().endswith("nobody else yet")
    assert capsys.readouterr().err == "Ada[2J is here\nAda[2J has gone (left)\n"


@pytest.mark.parametrize(
    ("event", "payload", "words"),
    [
        ("joined", {"code": "ABC-DEF", "participantId": "1"}, "joined ABC-DEF"),
        ("chat-message", {"displayName": "Ada", "text": "a\x07b"}, "Ada: ab"),
        ("notice", {"code": "waiting", "message": "waiting for Ada"}, "waiting for Ada"),
        ("video-sync", {"currentTime": 75.0, "rate": 1.0, "cause": CAUSE}, "Ada[2J goes to 1:15"),
        ("reaction", {"participantId": "1", "emoji": "!"}, "Ada[2J !"),
        ("video-url-updated", {"media": None}, "now: nothing loaded"),
        ("session-ended", {"reason": "the host ended it"}, "the session is over: the host ended it"),
    ],
)
def test_what_a_person_is_told(capsys: pytest.CaptureFixture[str], event: str, payload: dict, words: str) -> None:
    """What happens is one line, safe for a terminal, on stderr."""
    screen = StatusLine()
    screen.emit("participants", {"changed": [ADA], "left": []})
    screen.emit(event, payload)

    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"{words}\n")


def test_the_last_word(capsys: pytest.CaptureFixture[str]) -> None:
    """Who leaves by themselves is told so at the very end."""
    with StatusLine() as screen:
        screen.emit("left", {"reason": "the player was closed"})

    assert capsys.readouterr().err == "left: the player was closed\n"


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("kicked", {"reason": "removed by the host"}),
        ("notice", {"code": "superseded", "message": "removed by the host"}),
        ("left", {"reason": "removed by the host"}),
    ],
)
def test_a_failure_is_said_once(capsys: pytest.CaptureFixture[str], event: str, payload: dict[str, str]) -> None:
    """What ends the command as its error is not said by the screen too."""
    screen = StatusLine()
    screen.emit(event, payload)
    screen.emit("left", {"reason": "removed by the host"})
    screen.__exit__(AppError, AppError(ErrorCode.KICKED, "removed by the host"), None)

    assert capsys.readouterr().err == ""


def test_the_end_of_the_session_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    """After the end of the session there is nothing more to say of leaving it."""
    with StatusLine() as screen:
        screen.emit("session-ended", {"reason": "the host ended it"})
        screen.emit("left", {"reason": "the host ended it"})

    assert capsys.readouterr().err == "the session is over: the host ended it\n"


def test_nobody_to_ask() -> None:
    """Without a terminal the answer to every question is no."""
    assert not StatusLine().ask("sure?")
